import { p256 } from '@noble/curves/p256';

/** Hex digits of two numbers of 32 bytes, behind 0x. */
const PAIR = 2 + 2 * 64;
const UNCOMPRESSED = '04';

/**
 * ECDSA on P-256 over a digest that is given: what ERC-7913 signers sign is no message that `node:crypto` would hash.
 * `digest`, `signature` (r, s) and `key` (x, y) are hex; false for whatever is no signature. Of the two signatures that
 * can be made of one, the one with the larger s is refused.
 */
export function verifyP256(digest: string, signature: string, key: string): boolean {
  if (signature.length !== PAIR || key.length !== PAIR) return false;
  const options = { format: 'compact', lowS: true, prehash: false } as const;
  return p256.verify(signature.slice(2), digest.slice(2), `${UNCOMPRESSED}${key.slice(2)}`, options);
}
