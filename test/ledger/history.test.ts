import { AbiCoder, keccak256 } from 'ethers';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { EMPTY_HEAD, nextHead } from '../../ledger/history.ts';
import { parseBytes32 } from '../../ledger/ids.ts';

const hash = fc
  .uint8Array({ minLength: 32, maxLength: 32 })
  .map((bytes) => parseBytes32(`0x${Buffer.from(bytes).toString('hex')}`));

describe('nextHead', () => {
  it('is keccak256(abi.encode(head, seq, actHash)) as the contract computes it', () => {
    fc.assert(
      fc.property(hash, fc.maxSafeNat(), hash, (head, seq, actHash) => {
        const encoded = AbiCoder.defaultAbiCoder().encode(['bytes32', 'uint64', 'bytes32'], [head, seq, actHash]);
        expect(nextHead(head, seq, actHash)).toBe(keccak256(encoded));
      }),
    );
  });

  it('starts from zero', () => {
    expect(BigInt(EMPTY_HEAD)).toBe(0n);
  });
});
