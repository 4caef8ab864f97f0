import { computeAddress, sha256, SigningKey } from 'ethers';

import { verifyP256 } from './p256.ts';
import { readAssertion, readOfficerParts } from './signature-parts.ts';

/** A contract account as the bundle tells of it: officers, none where it cannot say, and how many of them must sign. */
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

/** `opaque`: it rests on a contract that verifiers do not know, or has more parts than they look at. */
export type SignatureVerdict = 'valid' | 'invalid' | 'opaque';

/** The address behind 65 bytes r, s, v (hex) over a digest; null for what is no signature. May be faster than ours. */
export type Recover = (digest: string, signature: string) => string | null;

/** As the contracts bound it (`SignedActs`). */
const MAX_SIGNATURE_BYTES = 32_768;
const ADDRESS_DIGITS = 42;
const KEY_DIGITS = 128;
const RECOVERABLE_BYTES = 65;
const PAIR_BYTES = 64;
const HALF_N = 0x7fffffffffffffffffffffffffffffff5d576e7357a4501ddfe92f46681b20a0n;
const S_MASK = (1n << 255n) - 1n;
const FEWEST_AUTHENTICATOR_BYTES = 37;
const GET_TYPE = '"type":"webauthn.get"';
/** Contract accounts whose officers are contract accounts, and so on: a circle of them ends here. */
const MOST_NESTED = 34;
/** Those within one another counted too: offsets that lead to one place could make a short signature endless. */
const MOST_SIGNATURES = 256;

/**
 * Whether `signer`, an account as the registry holds it, signed `digest`: exactly what the contracts take, in whatever
 * encoding, since whoever carries an act can change that. All hex; `signature` is attacker-controlled.
 */
export function judgeSignature(
  facts: SignerFacts,
  signer: string,
  digest: string,
  signature: string,
): SignatureVerdict {
  if (signature.length > 2 + 2 * MAX_SIGNATURE_BYTES) return 'invalid';
  return new SignatureCheck(facts, digest).judge(signer, Buffer.from(signature.slice(2), 'hex'));
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

/** One signature over a digest, with those that it consists of. */
class SignatureCheck {
  readonly #facts: SignerFacts;
  readonly #digest: string;
  #left = MOST_SIGNATURES;

  constructor(facts: SignerFacts, digest: string) {
    this.#facts = facts;
    this.#digest = digest;
  }

  judge(signer: string, signature: Uint8Array, depth = 0): SignatureVerdict {
    this.#left -= 1;
    if (this.#left < 0) return 'opaque';
    try {
      return signer.length <= ADDRESS_DIGITS
        ? this.#judgeAddress(signer, signature, depth)
        : this.#judgeKey(signer, signature);
    } catch {
      // Whatever cannot be read as a signature is none.
      return 'invalid';
    }
  }

  #judgeAddress(signer: string, signature: Uint8Array, depth: number): SignatureVerdict {
    // An account that answers as a contract at the end of the bundle may have been a key before (EIP-7702).
    const isRecoverable = signature.length === RECOVERABLE_BYTES;
    if (isRecoverable && this.#facts.recover(this.#digest, hexOf(signature)) === signer) return 'valid';
    const account = this.#facts.accounts.get(signer);
    if (account === undefined) return 'invalid';
    if (account.officers.size === 0 || depth === MOST_NESTED) return 'opaque';
    return this.#judgeOfficers(account, signature, depth + 1);
  }

  #judgeOfficers({ officers, threshold }: OfficersAccount, signature: Uint8Array, depth: number): SignatureVerdict {
    const parts = readOfficerParts(signature, threshold, officers.size);
    if (parts === null) return 'invalid';
    const signers = new Set<string>();
    for (const part of parts.signers) {
      const signer = hexOf(part);
      if (signers.has(signer) || !officers.has(signer)) return 'invalid';
      signers.add(signer);
    }
    let verdict: SignatureVerdict = 'valid';
    for (const [index, signer] of [...signers].entries()) {
      const part = this.judge(signer, parts.signatures[index] ?? Buffer.of(), depth);
      if (part === 'invalid') return part;
      if (part === 'opaque') verdict = part;
    }
    return verdict;
  }

  #judgeKey(signer: string, signature: Uint8Array): SignatureVerdict {
    const { p256, webauthn } = this.#facts.verifiers;
    const verifier = signer.slice(0, ADDRESS_DIGITS);
    if (verifier !== p256 && verifier !== webauthn) return 'opaque';
    const key = `0x${signer.slice(ADDRESS_DIGITS)}`;
    if (key.length !== KEY_DIGITS + 2) return 'invalid';
    // What stands behind r and s is read by nobody.
    const pair = hexOf(signature.subarray(0, PAIR_BYTES));
    const isValid = verifier === p256 ? verifyP256(this.#digest, pair, key) : isAssertion(this.#digest, signature, key);
    return isValid ? 'valid' : 'invalid';
  }
}

/** A passkey's assertion, as OpenZeppelin's `WebAuthn` takes it. */
function isAssertion(digest: string, signature: Uint8Array, key: string): boolean {
  const parts = readAssertion(signature);
  if (parts === null) return false;
  const { pair, challengeIndex, authenticatorData, clientData } = parts;
  const challenge = Buffer.from(digest.slice(2), 'hex').toString('base64url');
  // Each byte a character: the texts that are looked for are ASCII.
  const client = Buffer.from(clientData).toString('latin1');
  const isMeant =
    isTyped(client, parts.typeIndex) && client.startsWith(`"challenge":"${challenge}"`, Number(challengeIndex));
  const flags = authenticatorData[32];
  const isLong = authenticatorData.length >= FEWEST_AUTHENTICATOR_BYTES;
  if (!isMeant || !isLong || flags === undefined || !areFlagsValid(flags)) return false;
  const clientHash = Buffer.from(sha256(clientData).slice(2), 'hex');
  return verifyP256(sha256(Buffer.concat([authenticatorData, clientHash])), hexOf(pair), key);
}

/** The contract adds modulo 2^256, and before the text it has the word of its length: a place may begin in there. */
function isTyped(client: string, typeIndex: bigint): boolean {
  const last = BigInt.asUintN(256, typeIndex + BigInt(GET_TYPE.length - 1));
  if (last >= BigInt(client.length)) return false;
  const length = Buffer.from(client.length.toString(16).padStart(64, '0'), 'hex').toString('latin1');
  return `${length}${client}`.startsWith(GET_TYPE, length.length + Number(last) - GET_TYPE.length + 1);
}

/** User present and verified; backed up only if it can be. */
function areFlagsValid(flags: number): boolean {
  const isSet = (bit: number): boolean => ((flags >> bit) & 1) === 1;
  return isSet(0) && isSet(2) && (isSet(3) || !isSet(4));
}

function hexOf(bytes: Uint8Array): string {
  return `0x${Buffer.from(bytes).toString('hex')}`;
}
