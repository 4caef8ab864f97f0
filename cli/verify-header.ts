import { z } from 'zod';

import { parseCometCommit, verifyCometCommit } from '../ledger/finality/comet-commit.ts';
import { parseCometHeader } from '../ledger/finality/comet-header.ts';
import { parseCometStorage, type ProvedSlot, verifyCometStorage } from '../ledger/finality/comet-storage.ts';
import { FinalityError } from '../ledger/finality/finality-error.ts';
import { parseQbftHeader } from '../ledger/finality/qbft-header.ts';
import type { QbftFinality } from '../ledger/finality/qbft-seals.ts';
import { QbftWalk } from '../ledger/finality/qbft-walk.ts';
import type { CometTrust, QbftStart } from '../ledger/finality/trusted-validators.ts';
import { CliError } from './cli-error.ts';
import { readDocumentFile } from './documents.ts';
import { type GivenHeader, readHeaderFile, readHeaderLines } from './header-files.ts';

/** A block that is proved final. */
export interface HeaderProof {
  readonly number: number;
  readonly hash: string;
  /** State root of an EVM chain, app hash of a CometBFT chain. */
  readonly state: string;
  readonly signers: readonly string[];
  readonly validators: number;
  readonly power: string | null;
  readonly totalPower: string | null;
  /** How many headers were followed, this one included. */
  readonly headers: number;
  readonly storage: ProvedSlot | null;
}

export interface QbftFiles {
  readonly header: string;
  /** One header each. */
  readonly previous?: readonly string[];
  /** One header a line. */
  readonly headers?: string;
}

/** @throws FinalityError with `file` and `line` of the header that is wrong; CliError FILE_UNUSABLE, INPUT_INVALID */
export async function verifyQbftFiles(trust: QbftStart, files: QbftFiles): Promise<HeaderProof> {
  if (trust.block === null && (files.previous !== undefined || files.headers !== undefined)) {
    throw new CliError('INPUT_INVALID', 'The validators file names no block from which headers could be followed');
  }
  const walk = new QbftWalk(trust);
  let headers = 0;
  for await (const given of previousHeaders(files)) {
    advance(walk, given);
    headers += 1;
  }
  const { number, hash, stateRoot, signers, validators } = advance(walk, readHeaderFile(files.header));
  return {
    number,
    hash,
    state: stateRoot,
    signers,
    validators: validators.length,
    power: null,
    totalPower: null,
    headers: headers + 1,
    storage: null,
  };
}

async function* previousHeaders({ headers, previous = [] }: QbftFiles): AsyncGenerator<GivenHeader> {
  if (headers !== undefined) yield* readHeaderLines(headers);
  for (const file of previous) yield readHeaderFile(file);
}

function advance(walk: QbftWalk, { file, line, bytes }: GivenHeader): QbftFinality {
  try {
    return walk.advance(parseQbftHeader(bytes));
  } catch (cause) {
    if (!(cause instanceof FinalityError)) throw cause;
    const place = line === null ? { file } : { file, line };
    throw new FinalityError(cause.code, cause.message, { ...cause.details, ...place }, cause);
  }
}

/** What `/commit` answers, and beside it what `abci_query` answers for a slot. */
const evidenceSchema = z.strictObject({
  header: z.json(),
  commit: z.json(),
  contract: z.json().optional(),
  slot: z.json().optional(),
  query: z.json().optional(),
  /** What a node says about itself; never looked at. */
  validators: z.json().optional(),
});

/** @throws FinalityError; CliError FILE_UNUSABLE */
export function verifyCometFile(trust: CometTrust, file: string): HeaderProof {
  const parsed = evidenceSchema.safeParse(readDocumentFile(file));
  if (!parsed.success) throw new CliError('FILE_UNUSABLE', `${file} is not an object of header and commit`);
  const { header: givenHeader, commit, contract, slot, query } = parsed.data;
  const header = parseCometHeader(givenHeader);
  const { number, hash, appHash, ...facts } = verifyCometCommit(header, parseCometCommit(commit), trust);
  const asksStorage = [contract, slot, query].some((member) => member !== undefined);
  return {
    number,
    hash,
    state: appHash,
    signers: facts.signers,
    validators: facts.validators,
    power: String(facts.power),
    totalPower: String(facts.totalPower),
    headers: 1,
    storage: asksStorage ? verifyCometStorage(parseCometStorage({ contract, slot, query }), header) : null,
  };
}
