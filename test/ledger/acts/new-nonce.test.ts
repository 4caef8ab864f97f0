import { describe, expect, it } from 'vitest';

import { newNonce } from '../../../ledger/acts/new-nonce.ts';

describe('newNonce', () => {
  it('is a random key with sequence 0', () => {
    const nonces = Array.from({ length: 1_000 }, newNonce);
    expect(new Set(nonces).size).toBe(1_000);
    expect(nonces.every((nonce) => nonce % 2n ** 64n === 0n && nonce < 2n ** 256n)).toBe(true);
    // All 192 bits of the key are used: each is set in some and clear in others.
    for (let bit = 64n; bit < 256n; bit += 1n) {
      expect(new Set(nonces.map((nonce) => (nonce >> bit) & 1n)).size).toBe(2);
    }
  });
});
