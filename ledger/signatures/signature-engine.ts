import type { KeyObject } from 'node:crypto';

import { createSignatureSync, isSignatureError, verifySignature } from 'http-message-sig';
import type { ComponentDescriptor, MessageDescriptor, RequestDescriptor } from 'http-message-sig';

import { LedgerError } from '../errors.ts';
import { KEY_ALGORITHMS } from '../ids.ts';
import { CLOCK_SKEW_SECONDS, SIGNATURE_LABEL, malformed, type ProfileFields } from './request-profile.ts';
import { algorithmOf, signBytes, verifyBytes, type SigningKey } from './signature-key.ts';

/** Where a gateway is reached, by configuration: never from the Host header. `authority` is host or host:port. */
export interface Origin {
  readonly scheme: 'https' | 'http';
  readonly authority: string;
}

export interface Covered {
  readonly components: readonly (string | ComponentDescriptor)[];
  readonly parameters: Readonly<Record<string, string | number>>;
}

/** `input` is the canonical text of our member in Signature-Input, `required` what that member must cover. */
export interface SignatureToVerify {
  readonly message: MessageDescriptor;
  readonly input: string;
  readonly signature: string;
  readonly required: Covered['components'];
  readonly requiredParameters: readonly string[];
  readonly now: number;
}

export function describeRequest(
  origin: Origin,
  request: { readonly method: string; readonly target: string },
  fields: ProfileFields,
): RequestDescriptor {
  const targetUri = `${origin.scheme}://${origin.authority}${request.target}`;
  return { kind: 'request', method: request.method, targetUri, fields: describeFields(fields) };
}

export function describeFields(fields: ProfileFields): { name: string; value: string }[] {
  return [...fields].map(([name, value]) => ({ name, value }));
}

/** The two field values, `dxl=...` each, and the signature base that was signed. */
export function signMessage(
  message: MessageDescriptor,
  covered: Covered,
  key: SigningKey,
): { readonly signature: string; readonly signatureInput: string; readonly base: Uint8Array } {
  let base = new Uint8Array();
  const sign = (data: Uint8Array): Uint8Array => {
    base = Uint8Array.from(data);
    return signBytes(key, data);
  };
  try {
    const signer = { algorithm: key.algorithm, sign };
    return { ...createSignatureSync(message, { label: SIGNATURE_LABEL, ...covered, signer }), base };
  } catch (cause) {
    throw new LedgerError('SIGNATURE_MALFORMED', 'The message cannot be signed', {}, cause);
  }
}

/**
 * Builds the signature base (RFC 9421 section 2.5), checks it with `publicKey` and returns it.
 * The text that travelled must be the text that was signed: the engine serialises what it parsed, so another spelling
 * of the same parameters would pass it.
 * @throws LedgerError SIGNATURE_INVALID, SIGNATURE_MALFORMED
 */
export async function verifyMessage(candidate: SignatureToVerify, publicKey: KeyObject): Promise<Uint8Array> {
  const state: { base: Uint8Array | null } = { base: null };
  const algorithm = algorithmOf(publicKey);
  const verify = (data: Uint8Array, signature: Uint8Array): boolean => {
    state.base = data;
    return isSpelledCanonically(candidate, data, signature) && verifyBytes(publicKey, data, signature);
  };
  try {
    await verifySignature(candidate.message, {
      label: SIGNATURE_LABEL,
      policy: {
        algorithms: Object.keys(KEY_ALGORITHMS),
        requiredComponents: candidate.required,
        requiredParameters: candidate.requiredParameters,
        now: candidate.now,
        clockSkew: CLOCK_SKEW_SECONDS,
      },
      resolveVerifier: () => ({ algorithm, verify }),
    });
  } catch (cause) {
    throw toLedgerError(cause);
  }
  if (state.base === null) throw malformed('NOT_CANONICAL', 'signature');
  return state.base;
}

function isSpelledCanonically(candidate: SignatureToVerify, base: Uint8Array, signature: Uint8Array): boolean {
  const lastLine = `\n"@signature-params": ${candidate.input}`;
  const spelled = `:${Buffer.from(signature).toString('base64')}:`;
  return Buffer.from(base).toString('latin1').endsWith(lastLine) && candidate.signature === spelled;
}

function toLedgerError(cause: unknown): LedgerError {
  if (!isSignatureError(cause)) {
    return new LedgerError('SIGNATURE_INVALID', 'The signature cannot be checked', {}, cause);
  }
  switch (cause.code) {
    case 'VerificationFailed':
    case 'AlgorithmMismatch':
      return new LedgerError('SIGNATURE_INVALID', 'The signature does not verify', {}, cause);
    default:
      return new LedgerError('SIGNATURE_MALFORMED', 'The signature is outside RFC 9421', { reason: cause.code }, cause);
  }
}
