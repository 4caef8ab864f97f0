import { AbiCoder, computeAddress, keccak256, sha256, SigningKey } from 'ethers';

import { verifyP256 } from './p256.ts';

/** A contract account as the bundle tells of it: officers and how many of them must sign. */
export interface OfficersAccount {
  readonly officers: ReadonlySet<string>;
  readonly threshold: number;
}

export interface SignerFacts {
  /** By address. */
  readonly accounts: ReadonlyMap<string, OfficersAccount>;
  readonly verifiers: { readonly p256: string; readonly webauthn: string };
  readonly recover: Recover;
}

/** The address behind 65 bytes r, s, v (hex) over a digest; null for what is no signature. May be faster than ours. */
export type Recover = (digest: string, signature: string) => string | null;

const ADDRESS_DIGITS = 42;
const KEY_DIGITS = 128;
const HALF_N = 0x7fffffffffffffffffffffffffffffff5d576e7357a4501ddfe92f46681b20a0n;
const S_MASK = (1n << 255n) - 1n;
const OFFICER_PARTS = ['bytes[]', 'bytes[]'];
/** The text as bytes, since it is in bytes that its places are counted. */
const WEBAUTHN_PARTS = ['bytes32', 'bytes32', 'uint256', 'uint256', 'bytes', 'bytes'];
const FEWEST_AUTHENTICATOR_BYTES = 37;
/** Contract accounts whose officers are contract accounts, and so on: a circle of them ends here. */
const MOST_NESTED = 34;
const abi = AbiCoder.defaultAbiCoder();

/** Whether `signer`, an account as the registry holds it, signed `digest`. All hex; `signature` is attacker-controlled. */
export function isSignedBy(facts: SignerFacts, signer: string, digest: string, signature: string, depth = 0): boolean {
  try {
    if (signer.length === ADDRESS_DIGITS) {
      const account = facts.accounts.get(signer);
      return account === undefined
        ? facts.recover(digest, signature) === signer
        : depth < MOST_NESTED && areOfficers(facts, account, digest, signature, depth + 1);
    }
    const verifier = signer.slice(0, ADDRESS_DIGITS);
    const key = `0x${signer.slice(ADDRESS_DIGITS)}`;
    if (key.length !== KEY_DIGITS + 2) return false;
    if (verifier === facts.verifiers.p256) return verifyP256(digest, signature, key);
    return verifier === facts.verifiers.webauthn && isAssertion(digest, signature, key);
  } catch {
    // Whatever cannot be read as a signature is none.
    return false;
  }
}

/** In JavaScript, with the low s and v 27 or 28 only, so that a signature has one form. */
export const recoverSigner: Recover = (digest, signature) => {
  if (!isCanonicalSignature(signature)) return null;
  const v = Number(`0x${signature.slice(130)}`);
  try {
    const parts = { r: `0x${signature.slice(2, 66)}`, s: `0x${signature.slice(66, 130)}`, v };
    return computeAddress(SigningKey.recoverPublicKey(digest, parts)).toLowerCase();
  } catch {
    // No point of the curve.
    return null;
  }
};

/** The low s, and v 27 or 28. */
export function isCanonicalSignature(signature: string): boolean {
  if (signature.length !== 132) return false;
  const v = Number(`0x${signature.slice(130)}`);
  return (v === 27 || v === 28) && BigInt(`0x${signature.slice(66, 130)}`) <= HALF_N;
}

/** 64 bytes of EIP-2098 in the form with v; null for another length. */
export function expandSignature(compact: string): string | null {
  if (compact.length !== 130) return null;
  const last = BigInt(`0x${compact.slice(66)}`);
  const s = (last & S_MASK).toString(16).padStart(64, '0');
  return `${compact.slice(0, 66)}${s}${last >> 255n === 0n ? '1b' : '1c'}`;
}

function areOfficers(
  facts: SignerFacts,
  account: OfficersAccount,
  digest: string,
  signature: string,
  depth: number,
): boolean {
  const [signers, signatures] = decodeExactly(OFFICER_PARTS, signature);
  if (!isTextList(signers) || !isTextList(signatures)) return false;
  const isEnough = signers.length === signatures.length && signers.length >= account.threshold;
  const areKnown = signers.every((signer) => account.officers.has(signer));
  const areDifferent = new Set(signers.map((signer) => keccak256(signer))).size === signers.length;
  return (
    isEnough &&
    areKnown &&
    areDifferent &&
    signers.every((signer, index) => isSignedBy(facts, signer, digest, signatures[index] ?? '0x', depth))
  );
}

/** A passkey's assertion, as OpenZeppelin's `WebAuthn` takes it. */
function isAssertion(digest: string, signature: string, key: string): boolean {
  const [r, s, challengeIndex, typeIndex, authenticatorData, clientData] = decodeExactly(WEBAUTHN_PARTS, signature);
  if (typeof authenticatorData !== 'string' || typeof clientData !== 'string') return false;
  const challenge = Buffer.from(digest.slice(2), 'hex').toString('base64url');
  // Each byte a character: the texts that are looked for are ASCII.
  const client = Buffer.from(clientData.slice(2), 'hex').toString('latin1');
  const isMeant =
    client.startsWith('"type":"webauthn.get"', Number(typeIndex)) &&
    client.startsWith(`"challenge":"${challenge}"`, Number(challengeIndex));
  const authenticator = Buffer.from(authenticatorData.slice(2), 'hex');
  const flags = authenticator[32];
  const isLong = authenticator.length >= FEWEST_AUTHENTICATOR_BYTES;
  if (!isMeant || !isLong || flags === undefined || !areFlagsValid(flags)) return false;
  const clientHash = Buffer.from(sha256(clientData).slice(2), 'hex');
  const signed = sha256(Buffer.concat([authenticator, clientHash]));
  return verifyP256(signed, `0x${String(r).slice(2)}${String(s).slice(2)}`, key);
}

/** User present and verified; backed up only if it can be. */
function areFlagsValid(flags: number): boolean {
  const isSet = (bit: number): boolean => ((flags >> bit) & 1) === 1;
  return isSet(0) && isSet(2) && (isSet(3) || !isSet(4));
}

/** Of several encodings of one value only Solidity's own is taken. */
function decodeExactly(types: readonly string[], encoded: string): readonly unknown[] {
  const result = abi.decode(types, encoded);
  const values: readonly unknown[] = result.toArray(true);
  return abi.encode(types, values) === encoded ? values : [];
}

function isTextList(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string');
}
