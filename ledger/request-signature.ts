import { createHash, randomBytes, type KeyObject } from 'node:crypto';

import type { RequestDescriptor } from 'http-message-sig';

import { LedgerError } from './errors.ts';
import { parseBytes32, type AccessKeyId, type Bytes32, type KeyAlgorithm } from './ids.ts';
import { contentDigest, verifyContentDigest } from './signatures/content-digest.ts';
import {
  CLOCK_SKEW_SECONDS,
  MAX_VALIDITY_SECONDS,
  REQUEST_TAG,
  SIGNATURE_LABEL,
  assertMethod,
  assertTarget,
  malformed,
  parseProfileFields,
  requiredComponents,
  type HeaderField,
  type ProfileFields,
} from './signatures/request-profile.ts';
import { describeRequest, signMessage, verifyMessage, type Origin } from './signatures/signature-engine.ts';
import {
  assertSameComponents,
  hasTag,
  parseSignatureInput,
  readAlgorithm,
  readInteger,
  readKeyId,
  readNonce,
  splitMembers,
  type SignatureInput,
} from './signatures/signature-input.ts';
import { algorithmOf, type SigningKey } from './signatures/signature-key.ts';

const NONCE_BYTES = 24;
const PARAMETERS = ['created', 'expires', 'nonce', 'keyid', 'alg', 'tag'] as const;

/** What a signed response refers to; `signature` is our member of the Signature field, `:base64:`. */
export interface RequestBinding {
  readonly origin: Origin;
  readonly method: string;
  readonly target: string;
  readonly signature: string;
}

export interface RequestToSign {
  readonly method: string;
  /** Absolute, http or https, without fragment and credentials. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array | null;
}

/** Send exactly this: `url` is normalised, `headers` has lower-case names and the three fields that were added. */
export interface SignedRequest extends RequestToSign {
  readonly nonce: string;
  /** SHA-256 of the signature base: the request as its receipt will name it. */
  readonly requestHash: Bytes32;
  readonly binding: RequestBinding;
}

/** `target`: path and query as received. `fields`: every header line. `body`: the raw bytes, null when there are none. */
export interface ReceivedRequest {
  readonly method: string;
  readonly target: string;
  readonly fields: readonly HeaderField[];
  readonly body: Uint8Array | null;
}

/** Read from the request and not yet proved: good for finding the key, and for nothing else. */
export interface ClaimedSignature {
  readonly keyId: AccessKeyId;
  readonly algorithm: KeyAlgorithm;
  readonly nonce: string;
  /** Unix seconds. */
  readonly createdAt: number;
  readonly expiresAt: number;
  readonly binding: RequestBinding;
  readonly message: RequestDescriptor;
  readonly input: string;
  readonly profileFields: ProfileFields;
  readonly body: Uint8Array | null;
  readonly now: number;
}

/** The signed header fields that a decision needs; null when absent. */
export interface SignedFields {
  readonly idempotencyKey: string | null;
  readonly purpose: string | null;
  readonly caseNumber: string | null;
  readonly system: string | null;
}

export interface VerifiedRequest {
  readonly keyId: AccessKeyId;
  readonly nonce: string;
  readonly expiresAt: number;
  /** SHA-256 of the signature base: the request as the receipt names it. */
  readonly requestHash: Bytes32;
  readonly binding: RequestBinding;
  readonly signedFields: SignedFields;
}

/**
 * Signs a request by profile `dxl-request-v1`.
 * @param now Unix seconds; the signature is valid for 60 seconds from then.
 * @param nonce base64url of at least 128 random bits.
 * @throws LedgerError SIGNATURE_MALFORMED for a request that no gateway would accept.
 */
export function signRequest(
  request: RequestToSign,
  key: SigningKey,
  now: number,
  nonce: string = randomBytes(NONCE_BYTES).toString('base64url'),
): SignedRequest {
  const { origin, target } = parseUrl(request.url);
  const body = hasBody(request.body) ? request.body : null;
  const headers = withDigest(request.headers, body);
  assertMethod(request.method);
  assertTarget(target);
  const fields = parseProfileFields(toFields(headers), body !== null);
  const createdAt = Math.floor(now);
  const parameters = {
    created: createdAt,
    expires: createdAt + MAX_VALIDITY_SECONDS,
    nonce,
    keyid: key.keyId,
    alg: key.algorithm,
    tag: REQUEST_TAG,
  };
  const message = describeRequest(origin, { method: request.method, target }, fields);
  const signed = signMessage(message, { components: requiredComponents(fields), parameters }, key);
  return {
    method: request.method,
    url: message.targetUri,
    headers: { ...headers, 'signature-input': signed.signatureInput, signature: signed.signature },
    body,
    nonce,
    requestHash: hashBase(signed.base),
    binding: { origin, method: request.method, target, signature: memberOf(signed.signature) },
  };
}

/**
 * The cheap half: reads the signature and checks all that needs no key.
 *
 * Requirements: the fields are within the profile; exactly one of at most three signatures has our tag and it is
 * labelled `dxl`; it covers exactly the required components; it is within its validity at `now` (Unix seconds).
 * @throws LedgerError SIGNATURE_MISSING, SIGNATURE_MALFORMED, SIGNATURE_EXPIRED
 */
export function parseRequestSignature(request: ReceivedRequest, origin: Origin, now: number): ClaimedSignature {
  assertSigned(request.fields);
  assertMethod(request.method);
  assertTarget(request.target);
  const fields = parseProfileFields(request.fields, hasBody(request.body));
  const { text, signature } = selectSignature(fields);
  const input = parseSignatureInput(text, PARAMETERS);
  assertSameComponents(
    input.components,
    requiredComponents(fields).map((name) => `"${name}"`),
  );
  const claimed = readClaims(input);
  assertValidity(claimed, now);
  const { method, target } = request;
  return {
    ...claimed,
    binding: { origin, method, target, signature },
    message: describeRequest(origin, request, fields),
    input: text,
    profileFields: fields,
    body: hasBody(request.body) ? request.body : null,
    now,
  };
}

/**
 * The dear half: proves the claim with the registered key, then the body with the signed digest.
 * @param publicKey the key that is registered under `claimed.keyId`.
 * @throws LedgerError SIGNATURE_INVALID, SIGNATURE_MALFORMED, DIGEST_MISMATCH
 */
export async function verifyRequestSignature(
  claimed: ClaimedSignature,
  publicKey: KeyObject,
): Promise<VerifiedRequest> {
  if (algorithmOf(publicKey) !== claimed.algorithm) {
    throw new LedgerError('SIGNATURE_INVALID', 'The registered key has another algorithm');
  }
  const { message, input, profileFields, now } = claimed;
  const { signature } = claimed.binding;
  const required = requiredComponents(profileFields);
  const candidate = { message, input, signature, required, requiredParameters: PARAMETERS, now };
  const base = await verifyMessage(candidate, publicKey);
  if (claimed.body !== null) verifyContentDigest(profileFields.get('content-digest'), claimed.body);
  return {
    keyId: claimed.keyId,
    nonce: claimed.nonce,
    expiresAt: claimed.expiresAt,
    requestHash: hashBase(base),
    binding: claimed.binding,
    signedFields: {
      idempotencyKey: profileFields.get('idempotency-key') ?? null,
      purpose: profileFields.get('dxl-purpose') ?? null,
      caseNumber: profileFields.get('dxl-case-number') ?? null,
      system: profileFields.get('dxl-system') ?? null,
    },
  };
}

/** First of all, so that somebody who has not signed is not told about details of the profile. */
function assertSigned(fields: readonly HeaderField[]): void {
  if (!fields.some(({ name }) => /^signature(?:-input)?$/i.test(name))) throw missing();
}

function selectSignature(fields: ProfileFields): { text: string; signature: string } {
  const inputField = fields.get('signature-input');
  const signatureField = fields.get('signature');
  if (inputField === undefined) throw malformed('FIELD_MISSING', 'signature-input');
  if (signatureField === undefined) throw malformed('FIELD_MISSING', 'signature');
  const inputs = splitMembers(inputField, 'signature-input');
  const signatures = splitMembers(signatureField, 'signature');
  const tagged = [...inputs].filter(([, text]) => hasTag(text, REQUEST_TAG));
  const [ours, second] = tagged;
  if (ours === undefined) throw missing();
  if (second !== undefined) throw malformed('TAG_DUPLICATED', 'signature-input');
  const signature = signatures.get(SIGNATURE_LABEL);
  if (ours[0] !== SIGNATURE_LABEL || signature === undefined) throw malformed('LABEL_INVALID', 'signature');
  return { text: ours[1], signature };
}

function readClaims(
  input: SignatureInput,
): Pick<ClaimedSignature, 'keyId' | 'algorithm' | 'nonce' | 'createdAt' | 'expiresAt'> {
  if (input.parameters.get('tag') !== REQUEST_TAG) throw malformed('PARAMETER_INVALID', 'tag');
  return {
    keyId: readKeyId(input),
    algorithm: readAlgorithm(input),
    nonce: readNonce(input),
    createdAt: readInteger(input, 'created'),
    expiresAt: readInteger(input, 'expires'),
  };
}

function assertValidity(claimed: { createdAt: number; expiresAt: number }, now: number): void {
  const { createdAt, expiresAt } = claimed;
  if (expiresAt <= createdAt || expiresAt > createdAt + MAX_VALIDITY_SECONDS) {
    throw malformed('PARAMETER_INVALID', 'expires');
  }
  if (createdAt > now + CLOCK_SKEW_SECONDS || expiresAt < now - CLOCK_SKEW_SECONDS) {
    throw new LedgerError('SIGNATURE_EXPIRED', 'The signature is outside its validity', { createdAt, expiresAt, now });
  }
}

function parseUrl(text: string): { origin: Origin; target: string } {
  const url = URL.parse(text);
  const scheme = url?.protocol === 'https:' ? 'https' : 'http';
  if (url === null || !['https:', 'http:'].includes(url.protocol)) throw malformed('TARGET_INVALID', 'url');
  if (url.hash !== '' || url.username !== '' || url.password !== '') throw malformed('TARGET_INVALID', 'url');
  return { origin: { scheme, authority: url.host }, target: `${url.pathname}${url.search}` };
}

function withDigest(headers: Readonly<Record<string, string>>, body: Uint8Array | null): Record<string, string> {
  const lower = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
  return body === null ? lower : { ...lower, 'content-digest': contentDigest(body) };
}

function hashBase(base: Uint8Array): Bytes32 {
  return parseBytes32(`0x${createHash('sha256').update(base).digest('hex')}`);
}

function toFields(headers: Readonly<Record<string, string>>): readonly HeaderField[] {
  return Object.entries(headers).map(([name, value]) => ({ name, value }));
}

function hasBody(body: Uint8Array | null): body is Uint8Array {
  return body !== null && body.length > 0;
}

/** `dxl=:base64:` without its label. */
function memberOf(field: string): string {
  return field.slice(SIGNATURE_LABEL.length + 1);
}

function missing(): LedgerError {
  return new LedgerError('SIGNATURE_MISSING', 'No signature with the tag of this profile', { tag: REQUEST_TAG });
}
