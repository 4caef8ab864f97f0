import { computeAddress, SigningKey } from 'ethers';

import type { Bytes32 } from '../ids.ts';
import { FinalityError } from './finality-error.ts';
import { blockHash, commitHash, type QbftHeader } from './qbft-header.ts';

/** Order n of secp256k1 (SEC 2). */
const ORDER = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;

/** A block that a quorum of known validators sealed. */
export interface QbftFinality {
  readonly number: number;
  readonly hash: Bytes32;
  readonly stateRoot: Bytes32;
  readonly round: number;
  /** Addresses in the order of their seals. */
  readonly signers: readonly string[];
  /** The known set, ascending. */
  readonly validators: readonly string[];
}

/** ceil(2N/3). GoQuorum's own import asks for more than f seals only, which two blocks of one height could have. */
export function qbftQuorum(validators: number): number {
  return Math.ceil((2 * validators) / 3);
}

/**
 * Proves that the known validators agreed on a block. The list in the header alone proves nothing: a forger lists himself.
 *
 * Requirements: the header lists the known set; its proposer is one of them; every seal is by one of them, none by one
 * twice; and there are at least ceil(2N/3).
 *
 * @param validators the set for this height, known from elsewhere: lower case, ascending, not empty
 * @throws FinalityError VALIDATORS_DIFFER, PROPOSER_FOREIGN, SEAL_INVALID, SEAL_FOREIGN, SEAL_DOUBLED, QUORUM_MISSED
 */
export function verifyQbftSeals(header: QbftHeader, validators: readonly string[]): QbftFinality {
  assertSameValidators(header, validators);
  assertProposer(header, validators);
  const signers = recoverSigners(header, new Set(validators));
  const quorum = qbftQuorum(validators.length);
  if (signers.length < quorum || signers.length === 0) {
    throw new FinalityError('QUORUM_MISSED', 'Too few validators sealed the block', {
      block: header.number,
      seals: signers.length,
      quorum,
      validators: validators.length,
    });
  }
  const { number, stateRoot, extra } = header;
  return { number, hash: blockHash(header), stateRoot, round: extra.round, signers, validators };
}

/** @throws FinalityError VALIDATORS_DIFFER unless the header lists exactly `validators` */
export function assertSameValidators({ number, extra }: QbftHeader, validators: readonly string[]): void {
  // Only block 0 may list them in another order; the parser refused every other one.
  const listed = extra.validators.toSorted();
  const index = validators.findIndex((address, at) => address !== listed[at]);
  if (index < 0 && listed.length === validators.length) return;
  throw new FinalityError('VALIDATORS_DIFFER', 'The header lists other validators than the known ones', {
    block: number,
    expected: validators.length,
    actual: listed.length,
    validator: listed[index < 0 ? validators.length : index] ?? null,
  });
}

function assertProposer({ number, coinbase }: QbftHeader, validators: readonly string[]): void {
  if (validators.includes(coinbase)) return;
  throw new FinalityError('PROPOSER_FOREIGN', 'The proposer is no validator', { block: number, proposer: coinbase });
}

/** Ends at the first bad seal, so that no more seals are tried than there are validators, and one. */
function recoverSigners(header: QbftHeader, validators: ReadonlySet<string>): readonly string[] {
  const digest = commitHash(header);
  const signers = new Set<string>();
  for (const [seal, text] of header.extra.seals.entries()) {
    const where = { block: header.number, seal };
    const signer = recoverSeal(digest, text);
    if (signer === null) throw new FinalityError('SEAL_INVALID', 'A seal is no signature', where);
    if (!validators.has(signer)) {
      throw new FinalityError('SEAL_FOREIGN', 'A seal is not by a validator over this header', { ...where, signer });
    }
    // One validator can seal in several forms (high and low s), so addresses are counted and never seals.
    if (signers.has(signer)) {
      throw new FinalityError('SEAL_DOUBLED', 'A validator sealed twice', { ...where, signer });
    }
    signers.add(signer);
  }
  return [...signers];
}

/** Who signed the digest itself, without a prefix; null when the seal is no signature by anyone. */
function recoverSeal(digest: Bytes32, seal: string): string | null {
  const r = BigInt(seal.slice(0, 66));
  const s = BigInt(`0x${seal.slice(66, 130)}`);
  const parity = Number(`0x${seal.slice(130)}`);
  if (!isScalar(r) || !isScalar(s) || parity > 1) return null;
  // Besu takes the twin (n - s, other parity) of a signature too; ethers only the one with the lower s.
  const isHigh = s > ORDER / 2n;
  const v = 27 + (isHigh ? 1 - parity : parity);
  try {
    const signature = { r: scalarHex(r), s: scalarHex(isHigh ? ORDER - s : s), v };
    return computeAddress(SigningKey.recoverPublicKey(digest, signature)).toLowerCase();
  } catch {
    // r is not the abscissa of a point.
    return null;
  }
}

function isScalar(value: bigint): boolean {
  return value > 0n && value < ORDER;
}

function scalarHex(value: bigint): string {
  return `0x${value.toString(16).padStart(64, '0')}`;
}
