import { parseDecimal } from './checkpoint.ts';
import { isHash, isTreeSize, type TreeHash } from './merkle-tree.ts';
import { noteMalformed } from './note-malformed.ts';
import { decodeText } from './signed-note.ts';
import { decodeBase64, encodeBase64 } from './strict-base64.ts';

/** Asks a witness to cosign (C2SP tlog-witness, `add-checkpoint`): that the log of `note` begins with that of `oldSize`. */
export interface WitnessRequest {
  /** Of the last checkpoint of this log that the witness has cosigned; 0 for none. */
  readonly oldSize: number;
  readonly proof: readonly TreeHash[];
  /** The checkpoint with its signatures. */
  readonly note: Uint8Array;
}

/** As the specification has it: a path in a tree of 2^63 leaves. */
const MAX_PROOF_LINES = 63;
const OLD_SIZE_LINE = /^old ([0-9]+)$/;

/** @throws LedgerError NOTE_MALFORMED for what {@link parseWitnessRequest} would refuse */
export function formatWitnessRequest({ oldSize, proof, note }: WitnessRequest): Uint8Array {
  if (!isTreeSize(oldSize)) throw noteMalformed('SIZE');
  if (proof.length > MAX_PROOF_LINES || !proof.every(isHash)) throw noteMalformed('PROOF');
  const lines = [`old ${oldSize}`, ...proof.map(encodeBase64)].map((line) => `${line}\n`);
  return Buffer.concat([Buffer.from(`${lines.join('')}\n`), note]);
}

/**
 * Reads the lines before the checkpoint; the note itself is only cut off. Attacker-controlled.
 * @throws LedgerError NOTE_MALFORMED with `details.reason`
 */
export function parseWitnessRequest(bytes: Uint8Array): WitnessRequest {
  const end = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).indexOf('\n\n');
  if (end < 0) throw noteMalformed('BLANK_LINE');
  const [first = '', ...lines] = decodeText(bytes.subarray(0, end)).split('\n');
  const oldSize = parseDecimal(OLD_SIZE_LINE.exec(first)?.[1] ?? '');
  if (oldSize === null) throw noteMalformed('SIZE');
  if (lines.length > MAX_PROOF_LINES) throw noteMalformed('PROOF');
  return { oldSize, proof: lines.map(parseHash), note: bytes.subarray(end + 2) };
}

function parseHash(line: string): TreeHash {
  const hash = decodeBase64(line);
  if (hash === null || !isHash(hash)) throw noteMalformed('PROOF');
  return hash;
}
