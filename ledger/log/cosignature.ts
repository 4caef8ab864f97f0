import { sign } from 'node:crypto';

import type { GatewayId } from '../ids.ts';
import { importPublicKey, verifyBytes } from '../signatures/signature-key.ts';
import { parseCheckpoint } from './checkpoint.ts';
import { isTreeSize } from './merkle-tree.ts';
import { noteMalformed } from './note-malformed.ts';
import { noteKeyId, noteKeyOf, SIGNATURE_TYPES } from './signed-note.ts';
import type { NoteKey, NoteSignature, NoteSigner, NoteVerifier } from './signed-note.ts';

const WITNESS_PREFIX = 'dxl/witness/';
const TIME_BYTES = 8;
const SIGNATURE_BYTES = 64;

/** The name under which a gateway cosigns checkpoints of others; its key is the one that signs its own. */
export function witnessName(gateway: GatewayId): string {
  return `${WITNESS_PREFIX}${gateway}`;
}

/**
 * Says that of this log nothing larger was seen at `time`, and nothing that contradicts it (C2SP tlog-cosignature,
 * Ed25519).
 * @param text a checkpoint, whose consistency with all earlier ones the caller has verified.
 * @param time Unix seconds.
 * @throws LedgerError KEY_INVALID, NOTE_MALFORMED
 */
export function cosign(text: string, signer: NoteSigner, time: number): NoteSignature {
  parseCheckpoint(text);
  if (!isTreeSize(time)) throw noteMalformed('TIME');
  const { name, publicKey } = noteKeyOf(signer);
  const timeBytes = Buffer.alloc(TIME_BYTES);
  timeBytes.writeBigUInt64BE(BigInt(time));
  const signature = sign(null, cosignedMessage(text, time), signer.privateKey);
  const keyId = noteKeyId(name, SIGNATURE_TYPES.cosignatureV1, publicKey);
  return { name, keyId, payload: Buffer.concat([timeBytes, signature]) };
}

/**
 * Checks cosignatures of one witness; for `verifiedSignatures`.
 * @throws LedgerError KEY_INVALID
 */
export function cosignatureVerifier({ name, publicKey }: NoteKey): NoteVerifier {
  const key = importPublicKey('ed25519', publicKey);
  return {
    name,
    keyId: noteKeyId(name, SIGNATURE_TYPES.cosignatureV1, publicKey),
    verify: (text, payload) => {
      const time = readTime(payload);
      if (time === null) return false;
      return verifyBytes(key, cosignedMessage(text, time), payload.subarray(TIME_BYTES));
    },
  };
}

/**
 * When a proved cosignature was made, in Unix seconds.
 * @throws LedgerError NOTE_MALFORMED if it is no cosignature
 */
export function cosignatureTime({ payload }: NoteSignature): number {
  const time = readTime(payload);
  if (time === null) throw noteMalformed('TIME');
  return time;
}

/** Null also for times that a JavaScript number cannot hold: they are 285 million years away. */
function readTime(payload: Uint8Array): number | null {
  if (payload.length !== TIME_BYTES + SIGNATURE_BYTES) return null;
  const time = Number(Buffer.from(payload).readBigUInt64BE());
  return isTreeSize(time) ? time : null;
}

function cosignedMessage(text: string, time: number): Uint8Array {
  return Buffer.from(`cosignature/v1\ntime ${time}\n${text}`);
}
