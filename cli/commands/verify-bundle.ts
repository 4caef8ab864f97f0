import { createReadStream } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';

import type { Command } from 'commander';

import { parseDeployment } from '../../ledger/deployment.ts';
import { LedgerError } from '../../ledger/errors.ts';
import { parseTrustedValidators } from '../../ledger/finality/trusted-validators.ts';
import { type JsonValue, MAX_DOCUMENT_BYTES } from '../../ledger/json/strict-json.ts';
import type { ReceiptCopy } from '../../verifier/copies/copy-check.ts';
import { parseCopy } from '../../verifier/copies/parse-copy.ts';
import { FINDING_CODES } from '../../verifier/finding-codes.ts';
import type { Finding } from '../../verifier/findings.ts';
import { dropBufferPool } from '../../verifier/native/buffer-pool.ts';
import { useFastKeccak } from '../../verifier/native/fast-keccak.ts';
import { recoverNatively } from '../../verifier/native/native-recovery.ts';
import { type BundleReport, NOT_PROVED, OBSTACLES, VERDICTS } from '../../verifier/report.ts';
import { verifyBundle } from '../../verifier/verify-bundle.ts';
import { givenOnce } from '../arguments.ts';
import { asUncheckable, CliError, EXIT } from '../cli-error.ts';
import { readValidatorsFile } from '../header-files.ts';
import { readSmallFile } from '../small-file.ts';
import { Output } from '../output.ts';
import { globalOptions } from '../session.ts';

const HELP = `
Nothing is asked of a gateway, a node or a network. The format stands in docs/evidence-format.md.

--deployment: the deployment file that you hold; without it the bundle says itself which ledger it is about.
--validators: whom you trust to have sealed the block, as dxl verify header takes it; not for profile dev.
--copies: a folder of receipts that counterparties kept, one JSON file each: {"receipt": ...}.

Exit codes: 0 sound, 1 findings, 2 could not be checked: a file is missing or is not what it should be.`;

/** Lines between two reports of progress. */
const PROGRESS_LINES = 10_000;
const EXIT_CODES = { sound: EXIT.ok, findings: EXIT.error, 'cannot-check': EXIT.usage } as const;

interface BundleFiles {
  readonly deployment?: string;
  readonly validators?: string;
  readonly copies?: string;
}

export function addVerifyBundle(verify: Command): void {
  verify
    .command('bundle')
    .description('check an evidence bundle from the history to every decision / 核验证据包')
    .argument('<file>', 'the bundle')
    .option('--deployment <file>', 'the ledger that it must be about', givenOnce)
    .option('--validators <file>', 'the validators you trust', givenOnce)
    .option('--copies <folder>', 'receipts that counterparties kept', givenOnce)
    .addHelpText('after', HELP)
    .action(async (file: string, options: BundleFiles, command: Command) => {
      const { json = false } = globalOptions(command);
      const report = await check(file, options, json).catch((error: unknown) => Promise.reject(asUncheckable(error)));
      if (json) new Output(true).show(report);
      else print(report);
      process.exitCode = EXIT_CODES[report.verdict];
    });
}

async function check(file: string, files: BundleFiles, json: boolean): Promise<BundleReport> {
  const options = {
    deployment: files.deployment === undefined ? null : readDeployment(files.deployment),
    validators: files.validators === undefined ? null : readValidatorsFile(files.validators, parseTrustedValidators),
    copies: files.copies === undefined ? [] : await readCopies(files.copies),
    recover: recoverNatively,
  };
  dropBufferPool();
  await useFastKeccak();
  const isWatched = process.stderr.isTTY && !json;
  try {
    return await verifyBundle(createReadStream(file), options, (line) => {
      if (isWatched && line % PROGRESS_LINES === 0) process.stderr.write(`\r${String(line)} lines`);
    });
  } catch (error) {
    if (isMissing(error)) throw unusable(file, error);
    throw error;
  } finally {
    if (isWatched) process.stderr.write('\r\u001b[K');
  }
}

function readDeployment(path: string): JsonValue {
  return readParsed(path, 'deployment file', parseDeployment);
}

/** One after the other: a department keeps thousands of them. */
async function readCopies(folder: string): Promise<ReceiptCopy[]> {
  const names = (await readdir(folder).catch((error: unknown) => Promise.reject(unusable(folder, error))))
    .filter((name) => name.endsWith('.json'))
    .toSorted();
  const copies: ReceiptCopy[] = [];
  for (const name of names) {
    const path = join(folder, name);
    copies.push(readParsed(path, 'kept receipt', (bytes) => parseCopy(path, bytes)));
  }
  return copies;
}

/** @param what a file of this kind is called, when it is none */
function readParsed<Value>(path: string, what: string, parse: (bytes: Uint8Array) => Value): Value {
  const bytes = readSmallFile(path, MAX_DOCUMENT_BYTES);
  try {
    return parse(bytes);
  } catch (cause) {
    if (!(cause instanceof LedgerError)) throw cause;
    const told = Object.entries(cause.details).map(([name, value]) => `; ${name} ${String(value)}`);
    throw new CliError('FILE_UNUSABLE', `${path} is no ${what}: ${cause.message}${told.join('')}`, { path }, cause);
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'syscall' in error;
}

function unusable(path: string, cause: unknown): CliError {
  return new CliError('FILE_UNUSABLE', `${path} cannot be read`, { path }, cause);
}

/** A line for each finding, then what was looked at and what stays open. */
function print({ verdict, findings, findingCount, obstacles, checked, notProved }: BundleReport): void {
  const lines = [
    ...findings.map(describe),
    ...(findingCount > findings.length ? [`and ${String(findingCount - findings.length)} more`] : []),
    ...obstacles.map((code) => `${code}  ${OBSTACLES[code].title} / ${OBSTACLES[code].titleZh}`),
    `verdict: ${VERDICTS[verdict].title} / ${VERDICTS[verdict].titleZh}`,
    `checked: ${Object.entries(checked)
      .map(([name, count]) => `${name} ${String(count)}`)
      .join(', ')}`,
    ...notProved.map((code) => `not proved: ${code}  ${NOT_PROVED[code].title} / ${NOT_PROVED[code].titleZh}`),
  ];
  process.stdout.write(`${lines.join('\n')}\n`);
}

function describe({ code, line, id, facts }: Finding): string {
  const { title, titleZh } = FINDING_CODES[code];
  const place = line === null ? 'file' : `line ${String(line)}`;
  const told = Object.entries(facts).map(([name, value]) => `${name} ${String(value)}`);
  return [`${code}  ${place}`, ...(id === null ? [] : [id]), `${title} / ${titleZh}`, ...told].join('; ');
}
