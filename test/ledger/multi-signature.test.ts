import { AbiCoder, keccak256 } from 'ethers';
import { describe, expect, it } from 'vitest';

import { encodeMultiSignature, type OfficerSignature } from '../../ledger/multi-signature.ts';
import { codeOf } from './refusal-of.ts';

const parts: OfficerSignature[] = ['11', '22', '33', '44', '55'].map((byte) => ({
  signer: `0x${byte.repeat(20)}`,
  signature: `0x${byte.repeat(65)}`,
}));
const [first = { signer: '', signature: '' }] = parts;

describe('encodeMultiSignature', () => {
  it('sorts by the hash of the signer and keeps each signature with its signer', () => {
    const decoded = AbiCoder.defaultAbiCoder().decode(['bytes[]', 'bytes[]'], encodeMultiSignature(parts));
    const signers = [...(decoded[0] as string[])];
    const signatures = [...(decoded[1] as string[])];
    expect(signers).toEqual(
      parts.map(({ signer }) => signer).toSorted((a, b) => (keccak256(a) < keccak256(b) ? -1 : 1)),
    );
    expect(signers).not.toEqual(parts.map(({ signer }) => signer));
    expect(signatures.map((signature) => signature.slice(2, 4))).toEqual(signers.map((signer) => signer.slice(2, 4)));
  });

  it('does not depend on the order of the parts, and leaves them alone', () => {
    const reversed = parts.toReversed();
    expect(encodeMultiSignature(reversed)).toBe(encodeMultiSignature(parts));
    expect(reversed).toEqual(parts.toReversed());
  });

  it.each([
    ['nobody', []],
    ['one officer twice', [first, { ...first, signature: '0x00' }]],
    [
      'one officer twice in another case',
      [
        { ...first, signer: `0x${'ab'.repeat(20)}` },
        { ...first, signer: `0x${'AB'.repeat(20)}` },
      ],
    ],
    ['a signer that is too short', [{ ...first, signer: `0x${'11'.repeat(19)}` }]],
    ['a signer that is not hex', [{ ...first, signer: `0x${'zz'.repeat(20)}` }]],
    ['a signature that is not hex', [{ ...first, signature: 'signed' }]],
    ['half a byte', [{ ...first, signature: '0x123' }]],
  ])('refuses %s', (_what, given) => {
    expect(codeOf(() => encodeMultiSignature(given))).toBe('SIGNATURE_INVALID');
  });
});
