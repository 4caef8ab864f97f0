import { parseDecimal } from './checkpoint.ts';
import { isHash, isTreeSize, type TreeHash } from './merkle-tree.ts';
import { noteMalformed } from './note-malformed.ts';
import { decodeText } from './signed-note.ts';
import { decodeBase64, encodeBase64 } from './strict-base64.ts';

/** That a leaf is in a log, for somebody who is not connected (C2SP tlog-proof). */
export interface TlogProof {
  readonly index: number;
  /** As `verifyInclusion` takes it. */
  readonly proof: readonly TreeHash[];
  /** What the application adds; nobody signs it. */
  readonly extra: Uint8Array | null;
  /** The signed checkpoint, for `openNote`. */
  readonly note: Uint8Array;
}

const HEADER = 'c2sp.org/tlog-proof@v1';
const EXTRA = 'extra ';
const INDEX = 'index ';
/** The height of a tree of 2^53 leaves. */
const MAX_PROOF_HASHES = 53;

/** @throws LedgerError NOTE_MALFORMED for what {@link parseTlogProof} would refuse */
export function formatTlogProof({ index, proof, extra, note }: TlogProof): Uint8Array {
  if (!isTreeSize(index)) throw noteMalformed('INDEX');
  if (proof.length > MAX_PROOF_HASHES || !proof.every(isHash)) throw noteMalformed('PROOF');
  if (extra?.length === 0) throw noteMalformed('BASE64');
  const lines = [
    HEADER,
    ...(extra === null ? [] : [`${EXTRA}${encodeBase64(extra)}`]),
    `${INDEX}${index}`,
    ...proof.map(encodeBase64),
  ];
  const bytes = Buffer.concat([Buffer.from(`${lines.join('\n')}\n\n`), note]);
  decodeText(bytes);
  return bytes;
}

/**
 * Reads a proof without believing it: open its note, then verify the inclusion in the head that the note has.
 * Attacker-controlled.
 * @throws LedgerError NOTE_MALFORMED with `details.reason`
 */
export function parseTlogProof(bytes: Uint8Array): TlogProof {
  const text = decodeText(bytes);
  const split = text.indexOf('\n\n');
  if (split < 0) throw noteMalformed('BLANK_LINE');
  const [header, ...lines] = text.slice(0, split).split('\n');
  if (header !== HEADER) throw noteMalformed('HEADER');
  const extra = lines[0]?.startsWith(EXTRA) === true ? readExtra(lines.shift()) : null;
  const index = readIndex(lines.shift());
  if (lines.length > MAX_PROOF_HASHES) throw noteMalformed('PROOF');
  return { index, proof: lines.map(readHash), extra, note: Buffer.from(text.slice(split + 2)) };
}

function readExtra(line = ''): Uint8Array {
  const extra = decodeBase64(line.slice(EXTRA.length));
  if (extra === null || extra.length === 0) throw noteMalformed('BASE64');
  return extra;
}

function readIndex(line = ''): number {
  const index = line.startsWith(INDEX) ? parseDecimal(line.slice(INDEX.length)) : null;
  if (index === null) throw noteMalformed('INDEX');
  return index;
}

function readHash(line: string): TreeHash {
  const bytes = decodeBase64(line);
  if (bytes === null || !isHash(bytes)) throw noteMalformed('PROOF');
  return bytes;
}
