import { randomBytes, toBigInt } from 'ethers';

const KEY_BYTES = 24;
const SEQUENCE_BITS = 64n;

/**
 * The nonce of a new act: a random 192-bit key and sequence 0 (ERC-4337 layout). Every act has its own key, so acts
 * can be recorded in any order and two signers of a department never wait for each other.
 */
export function newNonce(): bigint {
  return toBigInt(randomBytes(KEY_BYTES)) << SEQUENCE_BITS;
}
