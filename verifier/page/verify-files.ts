import { parseDeployment } from '../../ledger/deployment.ts';
import { LedgerError } from '../../ledger/errors.ts';
import { FinalityError } from '../../ledger/finality/finality-error.ts';
import { parseTrustedValidators } from '../../ledger/finality/trusted-validators.ts';
import { MAX_DOCUMENT_BYTES } from '../../ledger/json/strict-json.ts';
import { parseCopy } from '../copies/parse-copy.ts';
import type { BundleReport } from '../report.ts';
import { verifyBundle } from '../verify-bundle.ts';
import type { ChosenFiles, Progress } from './messages.ts';
import { PageError } from './page-error.ts';

/** A chosen file that is not what it should be; `code` says how. */
export class UnusableFile extends Error {
  override readonly name = 'UnusableFile';
  readonly file: string;
  readonly code: string;

  constructor(file: string, cause: unknown) {
    super('The file cannot be used', { cause });
    this.file = file;
    this.code = codeOf(cause);
  }
}

/**
 * Verifies as `dxl verify bundle` does, from the files themselves.
 * @throws UnusableFile
 */
export async function verifyFiles(
  { bundle, deployment, validators, copies }: ChosenFiles,
  onProgress: (progress: Progress) => void,
): Promise<BundleReport> {
  const options = {
    deployment: deployment === null ? null : await parseFile(deployment, parseDeployment),
    validators: validators === null ? null : await parseFile(validators, parseTrustedValidators),
    copies: await Promise.all(
      copies.map(async (copy) => await parseFile(copy, (bytes) => parseCopy(copy.name, bytes))),
    ),
  };
  const progress = { bytes: 0, lines: 0 };
  const chunks = readChunks(bundle, (length) => {
    progress.bytes += length;
    onProgress(progress);
  });
  try {
    return await verifyBundle(chunks, options, (line) => {
      progress.lines = line;
      onProgress(progress);
    });
  } catch (error) {
    throw new UnusableFile(bundle.name, error);
  }
}

async function parseFile<Value>(file: File, parse: (bytes: Uint8Array) => Value): Promise<Value> {
  try {
    // One byte more than is taken, so that a large file is refused without being read.
    return parse(new Uint8Array(await readable(file.slice(0, MAX_DOCUMENT_BYTES + 1).arrayBuffer())));
  } catch (error) {
    throw new UnusableFile(file.name, error);
  }
}

async function* readChunks(file: File, onChunk: (length: number) => void): AsyncGenerator<Uint8Array> {
  const reader = file.stream().getReader();
  for (;;) {
    const { done, value } = await readable(reader.read());
    if (done) return;
    onChunk(value.length);
    yield value;
  }
}

/** Files can be taken away or changed while they are read. */
async function readable<Value>(reading: Promise<Value>): Promise<Value> {
  try {
    return await reading;
  } catch (cause) {
    throw new PageError('FILE_UNREADABLE', 'The browser cannot read the file', cause);
  }
}

function codeOf(error: unknown): string {
  const isKnown = error instanceof LedgerError || error instanceof FinalityError || error instanceof PageError;
  return isKnown ? error.code : 'INTERNAL';
}
