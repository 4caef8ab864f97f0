import { randomBytes } from 'node:crypto';

import { keccak256, SigningKey, toUtf8Bytes } from 'ethers';
import { describe, expect, it } from 'vitest';

import { recoverSigner } from '../../../verifier/ledger/signatures.ts';
import { useFastKeccak } from '../../../verifier/native/fast-keccak.ts';
import { CAN_RECOVER_NATIVELY, recoverNatively } from '../../../verifier/native/native-recovery.ts';

const DIGEST = `0x${'22'.repeat(32)}`;
const ORDER = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;
const { r, s, v } = new SigningKey(`0x${'11'.repeat(32)}`).sign(DIGEST);

function word(value: bigint): string {
  return value.toString(16).padStart(64, '0');
}

function signature(parts: { r?: bigint; s?: bigint; v?: number } = {}): string {
  const all = { r: BigInt(r), s: BigInt(s), v, ...parts };
  return `0x${word(all.r)}${word(all.s)}${all.v.toString(16)}`;
}

describe.runIf(CAN_RECOVER_NATIVELY)('signers that are recovered natively', () => {
  it.each([
    ['as it is', signature()],
    ['with the other parity', signature({ v: v === 27 ? 28 : 27 })],
    ['with r of another point', signature({ r: BigInt(r) + 1n })],
    ['with r of zero', signature({ r: 0n })],
    ['with r of the order', signature({ r: ORDER })],
    ['with the largest r', signature({ r: (1n << 256n) - 1n })],
    ['with s of zero', signature({ s: 0n })],
    ['with the high s', signature({ s: ORDER - BigInt(s), v: v === 27 ? 28 : 27 })],
    ['with v of 0', `${signature().slice(0, 130)}00`],
    ['with v of 29', signature({ v: 29 })],
    ['without v', signature().slice(0, 130)],
    ['of nothing', '0x'],
  ])('are those of JavaScript for a signature %s', (_, text) => {
    expect(recoverNatively(DIGEST, text)).toBe(recoverSigner(DIGEST, text));
  });

  it('are those of JavaScript for random numbers, most of which are a signature of somebody', () => {
    for (let round = 0; round < 50; round += 1) {
      const text = `0x${randomBytes(32).toString('hex')}0${randomBytes(32).toString('hex').slice(1)}1b`;

      expect(recoverNatively(DIGEST, text)).toBe(recoverSigner(DIGEST, text));
    }
  });
});

describe('keccak-256 in WebAssembly', () => {
  it('is that of ethers, for every length up to three blocks', async () => {
    const inputs = Array.from({ length: 3 * 136 + 1 }, (_, length) => new Uint8Array(length).fill(length));
    const before = inputs.map((bytes) => keccak256(bytes));
    await useFastKeccak();

    expect(inputs.map((bytes) => keccak256(bytes))).toEqual(before);
    expect(keccak256(toUtf8Bytes(''))).toBe('0xc5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470');
  });
});
