import type { KeyObject } from 'node:crypto';

import { LedgerError, type LedgerErrorCode } from '../../ledger/errors.ts';
import type { AccessKeyId, Bytes32, DepartmentId, KeyAlgorithm } from '../../ledger/ids.ts';
import {
  parseRequestSignature,
  verifyRequestSignature,
  type ClaimedSignature,
  type RequestBinding,
  type SignedFields,
} from '../../ledger/request-signature.ts';
import { CLOCK_SKEW_SECONDS, type HeaderField } from '../../ledger/signatures/request-profile.ts';
import type { Origin } from '../../ledger/signatures/signature-engine.ts';
import { importPublicKey } from '../../ledger/signatures/signature-key.ts';
import { GATEWAY_ERRORS, GatewayError, type GatewayErrorCode } from '../errors.ts';
import { assertBodyFraming, assertHost, parseHeaderFields, type RequestFacts } from './request-facts.ts';

/** A key as the verified projection knows it; times in Unix seconds. */
export interface RegisteredKey {
  readonly department: DepartmentId;
  readonly algorithm: KeyAlgorithm;
  /** 32 bytes for Ed25519, 64 bytes x and y for P-256. */
  readonly publicKey: Uint8Array;
  readonly notBefore: number;
  readonly notAfter: number;
  readonly isRevoked: boolean;
  readonly isDepartmentActive: boolean;
}

export interface NonceClaims {
  /** True exactly once for a pair of key and nonce, over all processes, until `keepUntil` (Unix seconds). */
  claim(keyId: AccessKeyId, nonce: string, keepUntil: number): Promise<boolean>;
}

/** The part of the gateway's context that authentication uses. */
export interface AuthenticationContext extends Origin {
  /** Null for an unknown key; throws when the projection is not to be trusted. */
  accessKeys(id: AccessKeyId): RegisteredKey | null;
  readonly nonces: NonceClaims;
  /** Unix seconds. */
  now(): number;
}

/** Who calls, proved. `binding` is what the signed response refers to, `requestHash` what the receipt names. */
export interface Caller {
  readonly department: DepartmentId;
  readonly keyId: AccessKeyId;
  readonly nonce: string;
  readonly requestHash: Bytes32;
  readonly binding: RequestBinding;
  readonly signedFields: SignedFields;
}

/**
 * Proves who sent a request and that nobody changed or repeated it. Cheap checks come before dear ones, and the nonce
 * is claimed last, so that a forged request costs little and cannot use up a nonce.
 * @throws GatewayError REQUEST_INVALID, SIGNATURE_*, KEY_*, DIGEST_MISMATCH; whatever a store or the projection throws.
 */
export async function authenticate(context: AuthenticationContext, facts: RequestFacts): Promise<Caller> {
  const now = context.now();
  try {
    return await authenticateAt(context, facts, now);
  } catch (error) {
    throw toGatewayError(error, now);
  }
}

/**
 * Refuses from its head alone what cannot become a signed request, so that nothing more is read of it.
 * @throws GatewayError REQUEST_INVALID, SIGNATURE_MISSING
 */
export function assertSignedHead(context: AuthenticationContext, rawHeaders: readonly string[]): void {
  try {
    const fields = parseHeaderFields(rawHeaders);
    assertHost(fields, context);
    if (isSigned(fields)) return;
    throw new GatewayError('SIGNATURE_MISSING', 'The request has no signature');
  } catch (error) {
    throw toGatewayError(error, context.now());
  }
}

function isSigned(fields: readonly HeaderField[]): boolean {
  return ['signature', 'signature-input'].every((name) => fields.some((field) => field.name === name));
}

async function authenticateAt(context: AuthenticationContext, facts: RequestFacts, now: number): Promise<Caller> {
  const claimed = parseFacts(context, facts, now);
  const key = findKey(context, claimed, now);
  const verified = await verifyRequestSignature(claimed, readPublicKey(key));
  await claimNonce(context, verified);
  const { keyId, nonce, requestHash, binding, signedFields } = verified;
  return { department: key.department, keyId, nonce, requestHash, binding, signedFields };
}

function parseFacts(origin: Origin, facts: RequestFacts, now: number): ClaimedSignature {
  const fields = parseHeaderFields(facts.rawHeaders);
  assertHost(fields, origin);
  assertBodyFraming(fields, facts.body);
  const { method, rawTarget: target, body } = facts;
  const { scheme, authority } = origin;
  return parseRequestSignature({ method, target, fields, body }, { scheme, authority }, now);
}

function findKey(context: AuthenticationContext, claimed: ClaimedSignature, now: number): RegisteredKey {
  const key = context.accessKeys(claimed.keyId);
  if (key === null) throw new GatewayError('KEY_UNKNOWN', 'No department has registered this key');
  if (key.isRevoked || now < key.notBefore || now >= key.notAfter) {
    throw new GatewayError('KEY_NOT_VALID', 'The key is revoked or outside its validity');
  }
  if (!key.isDepartmentActive) throw new GatewayError('KEY_NOT_VALID', 'The department of this key is not active');
  if (key.algorithm !== claimed.algorithm) {
    throw new GatewayError('SIGNATURE_INVALID', 'The key is registered for another algorithm');
  }
  return key;
}

/** The chain checks the length of a key, not the curve: a key that cannot be read is not valid. */
function readPublicKey(key: RegisteredKey): KeyObject {
  try {
    return importPublicKey(key.algorithm, key.publicKey);
  } catch (cause) {
    throw new GatewayError('KEY_NOT_VALID', 'The registered key cannot be read', {}, cause);
  }
}

/** Kept longer than any gateway would accept the signature, whatever side of the skew its clock is on. */
async function claimNonce(
  context: AuthenticationContext,
  verified: { keyId: AccessKeyId; nonce: string; expiresAt: number },
): Promise<void> {
  const keepUntil = verified.expiresAt + 2 * CLOCK_SKEW_SECONDS;
  if (!(await context.nonces.claim(verified.keyId, verified.nonce, keepUntil))) {
    throw new GatewayError('SIGNATURE_REPLAYED', 'This key has used this nonce before');
  }
}

const ANSWERS: Partial<Record<LedgerErrorCode, GatewayErrorCode>> = {
  SIGNATURE_MISSING: 'SIGNATURE_MISSING',
  SIGNATURE_MALFORMED: 'SIGNATURE_MALFORMED',
  SIGNATURE_INVALID: 'SIGNATURE_INVALID',
  SIGNATURE_EXPIRED: 'SIGNATURE_EXPIRED',
  DIGEST_MISMATCH: 'DIGEST_MISMATCH',
};

const UNAUTHENTICATED = 401;

/** Every refusal tells the caller our clock, the usual cause, and what of the profile it missed. */
function toGatewayError(error: unknown, now: number): unknown {
  const clock = { server_time: now, clock_skew: CLOCK_SKEW_SECONDS };
  if (error instanceof GatewayError) {
    if (GATEWAY_ERRORS[error.code].status !== UNAUTHENTICATED) return error;
    const extensions = { ...clock, ...error.extensions };
    return new GatewayError(error.code, error.message, extensions, error.cause);
  }
  if (!(error instanceof LedgerError)) return error;
  const code = ANSWERS[error.code];
  if (code === undefined) return error;
  const { reason, name } = error.details;
  const extensions = { ...clock, ...(reason === undefined ? {} : { reason }), ...(name === undefined ? {} : { name }) };
  return new GatewayError(code, error.message, extensions, error);
}
