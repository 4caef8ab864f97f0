import { describe, expect, it } from 'vitest';

import { cosign, cosignatureTime, cosignatureVerifier } from '../../../ledger/log/cosignature.ts';
import {
  noteKeyOf,
  openNote,
  parseNote,
  signNote,
  signText,
  verifiedSignatures,
} from '../../../ledger/log/signed-note.ts';
import { codeOf, refusalOf } from '../refusal-of.ts';
import { CHECKPOINT, gatewaySigner, witness } from './note.factory.ts';

const TIME = 1_764_000_000;
const WITNESS = noteKeyOf(witness);
const signature = cosign(CHECKPOINT, witness, TIME);

function withTime(time: bigint): typeof signature {
  const payload = Buffer.from(signature.payload);
  payload.writeBigUInt64BE(time);
  return { ...signature, payload };
}

describe('cosignatures', () => {
  const note = signNote(CHECKPOINT, [gatewaySigner], [signature]);

  it('are lines beneath a checkpoint that verify with their time', () => {
    const [proved, ...rest] = verifiedSignatures(parseNote(note), [cosignatureVerifier(WITNESS)]);
    expect(rest).toEqual([]);
    expect(proved).toMatchObject({ name: witness.name });
    expect(cosignatureTime(proved!)).toBe(TIME);
  });

  it('are no signatures of the log, and the other way round', () => {
    expect(codeOf(() => openNote(note, [WITNESS]))).toBe('NOTE_UNSIGNED');
    expect(verifiedSignatures(parseNote(note), [cosignatureVerifier(noteKeyOf(gatewaySigner))])).toEqual([]);
    const asSignature = { ...signText(CHECKPOINT, witness), keyId: signature.keyId };
    expect(
      codeOf(() => verifiedSignatures({ text: CHECKPOINT, signatures: [asSignature] }, [cosignatureVerifier(WITNESS)])),
    ).toBe('SIGNATURE_INVALID');
  });

  it.each([
    ['another time', withTime(BigInt(TIME + 1))],
    ['a time of 2^53', withTime(2n ** 53n)],
    ['a time of 2^64 - 1', withTime(2n ** 64n - 1n)],
    ['a byte less', { ...signature, payload: signature.payload.subarray(1) }],
    ['a byte more', { ...signature, payload: Buffer.concat([signature.payload, Buffer.alloc(1)]) }],
    ['nothing', { ...signature, payload: new Uint8Array(0) }],
    ['a signature of another checkpoint', cosign(CHECKPOINT.replace('1234', '1235'), witness, TIME)],
  ])('are refused with %s', (_, altered) => {
    const verify = (): unknown =>
      verifiedSignatures({ text: CHECKPOINT, signatures: [altered] }, [cosignatureVerifier(WITNESS)]);
    expect(codeOf(verify)).toBe('SIGNATURE_INVALID');
  });

  it.each([-1, 0.5, 2 ** 53, Number.NaN])('are not made at %d', (time) => {
    expect(refusalOf(() => cosign(CHECKPOINT, witness, time))).toEqual({
      code: 'NOTE_MALFORMED',
      details: { reason: 'TIME' },
    });
  });

  it('are not made over anything but a checkpoint', () => {
    expect(codeOf(() => cosign('a text\n', witness, TIME))).toBe('NOTE_MALFORMED');
    expect(codeOf(() => cosign(`${CHECKPOINT}more\n`, witness, TIME))).toBe('NOTE_MALFORMED');
  });

  it('have no time when they are none', () => {
    expect(codeOf(() => cosignatureTime(signText(CHECKPOINT, witness)))).toBe('NOTE_MALFORMED');
  });

  it('want a key of 32 bytes', () => {
    expect(codeOf(() => cosignatureVerifier({ name: 'w', publicKey: new Uint8Array(33) }))).toBe('KEY_INVALID');
  });
});
