import { createRequire } from 'node:module';

import { keccak256 } from 'ethers';

import { isCanonicalSignature, type Recover, recoverSigner } from '../ledger/signatures.ts';

type EcdsaRecover = (
  signature: Uint8Array,
  recovery: number,
  message: Uint8Array,
  compressed: boolean,
  output: Uint8Array,
) => unknown;

/** r and s, and an uncompressed public key with its prefix. */
const COMPACT_DIGITS = 2 + 128;
const KEY_BYTES = 65;
/** Digits of a hash in front of the address, with 0x. */
const BEFORE_ADDRESS = 2 + 24;
const V_EVEN = 27;

const publicKey = new Uint8Array(KEY_BYTES);
const native = loadNative();

/** Whether the optional package is there; without it the same is done in JavaScript, some thirty times slower. */
export const CAN_RECOVER_NATIVELY = native !== null;

/** `recoverSigner` by libsecp256k1, where this machine has it. */
export const recoverNatively: Recover = (digest, signature) => {
  if (native === null) return recoverSigner(digest, signature);
  if (!isCanonicalSignature(signature)) return null;
  const compact = Buffer.from(signature.slice(2, COMPACT_DIGITS), 'hex');
  const recovery = Number(`0x${signature.slice(COMPACT_DIGITS)}`) - V_EVEN;
  try {
    native(compact, recovery, Buffer.from(digest.slice(2), 'hex'), false, publicKey);
  } catch {
    // Numbers that are out of range, or no point of the curve.
    return null;
  }
  return `0x${keccak256(publicKey.subarray(1)).slice(BEFORE_ADDRESS)}`;
};

/** By its bindings alone: the package would fall back to a JavaScript library that ethers is faster than. */
function loadNative(): EcdsaRecover | null {
  try {
    const bindings: unknown = createRequire(import.meta.url)('secp256k1/bindings.js');
    return hasRecover(bindings) ? bindings.ecdsaRecover : null;
  } catch {
    return null;
  }
}

function hasRecover(value: unknown): value is { readonly ecdsaRecover: EcdsaRecover } {
  return typeof value === 'object' && value !== null && 'ecdsaRecover' in value;
}
