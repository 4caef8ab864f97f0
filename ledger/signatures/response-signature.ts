import type { KeyObject } from 'node:crypto';

import { component, type ResponseDescriptor } from 'http-message-sig';

import { LedgerError } from '../errors.ts';
import { deriveGatewayId } from '../ids.ts';
import type { RequestBinding } from '../request-signature.ts';
import { verifyContentDigest } from './content-digest.ts';
import {
  SIGNATURE_LABEL,
  malformed,
  parseResponseFields,
  type HeaderField,
  type ProfileFields,
} from './request-profile.ts';
import { describeFields, describeRequest, signMessage, verifyMessage, type Covered } from './signature-engine.ts';
import { assertSameComponents, parseSignatureInput, readInteger, splitMembers } from './signature-input.ts';
import { exportPublicKey, type SigningKey } from './signature-key.ts';

export const RESPONSE_TAG = 'dxl-response-v1';

const PARAMETERS = ['created', 'keyid', 'alg', 'tag'] as const;
/** These bind the answer to one signed request: its line, and the very bytes of its signature. */
const REQUEST_COMPONENTS = [
  component('@method', { req: true }),
  component('@path', { req: true }),
  component('@authority', { req: true }),
  component('signature', { req: true, key: SIGNATURE_LABEL }),
];
const REQUEST_COMPONENT_TEXTS = [
  '"@method";req',
  '"@path";req',
  '"@authority";req',
  `"signature";req;key="${SIGNATURE_LABEL}"`,
];

/** Field values exactly as they travel: set them first, read them back, then sign. */
export interface ResponseToSign {
  readonly status: number;
  readonly contentType: string | null;
  /** RFC 9530 field value; null for a body that is streamed (its digest is then in the closed receipt). */
  readonly contentDigest: string | null;
  readonly receiptId: string | null;
}

/** `body`: all bytes of the answer, or null when they are not at hand, as those of a stream. */
export interface ReceivedResponse {
  readonly status: number;
  readonly fields: readonly HeaderField[];
  readonly body: Uint8Array | null;
}

export interface VerifiedResponse {
  /** Unix seconds. */
  readonly createdAt: number;
  readonly receiptId: string | null;
  readonly contentDigest: string | null;
}

/**
 * Signs an answer to one signed request by profile `dxl-response-v1`.
 * @param key the gateway's Ed25519 key.
 * @param now Unix seconds.
 * @returns header fields to add, by lower-case name.
 * @throws LedgerError KEY_INVALID, SIGNATURE_MALFORMED
 */
export function signResponse(
  response: ResponseToSign,
  binding: RequestBinding,
  key: SigningKey,
  now: number,
): { readonly 'signature-input': string; readonly signature: string } {
  if (key.algorithm !== 'ed25519') throw new LedgerError('KEY_INVALID', 'A gateway signs with Ed25519');
  const fields = parseResponseFields(toFields(response));
  const parameters = { created: Math.floor(now), keyid: key.keyId, alg: key.algorithm, tag: RESPONSE_TAG };
  const covered: Covered = { components: requiredComponents(fields), parameters };
  const signed = signMessage(describeResponse(response.status, fields, binding), covered, key);
  return { 'signature-input': signed.signatureInput, signature: signed.signature };
}

/**
 * Proves that the gateway gave this answer to that request, and that the body is the one whose digest it signed.
 *
 * Requirements: one signature, labelled `dxl`, over exactly the components of the profile; a body that is at hand has a
 * signed Content-Digest, unless it is empty and the answer has none.
 * @param publicKey the gateway's Ed25519 key, from the deployment or from GET /v1/chain.
 * @throws LedgerError SIGNATURE_MISSING, SIGNATURE_MALFORMED, SIGNATURE_INVALID, DIGEST_MISMATCH
 */
export async function verifyResponseSignature(
  response: ReceivedResponse,
  binding: RequestBinding,
  publicKey: KeyObject,
): Promise<VerifiedResponse> {
  const fields = parseResponseFields(response.fields);
  const { input, signature } = selectSignature(fields);
  const { components, parameters } = parseSignatureInput(input, PARAMETERS);
  assertSameComponents(components, requiredTexts(fields));
  assertGatewayKey(parameters, publicKey);
  const createdAt = readInteger({ components, parameters }, 'created');
  const message = describeResponse(response.status, fields, binding);
  const required = requiredComponents(fields);
  const candidate = { message, input, signature, required, requiredParameters: PARAMETERS, now: createdAt };
  await verifyMessage(candidate, publicKey);
  const contentDigest = fields.get('content-digest') ?? null;
  assertBody(response.body, contentDigest);
  return { createdAt, receiptId: fields.get('dxl-receipt') ?? null, contentDigest };
}

/** Only an empty body may do without a digest: it has no bytes that anybody had to vouch for. */
function assertBody(body: Uint8Array | null, contentDigest: string | null): void {
  if (body === null || (body.length === 0 && contentDigest === null)) return;
  verifyContentDigest(contentDigest ?? undefined, body);
}

function assertGatewayKey(parameters: ReadonlyMap<string, string>, publicKey: KeyObject): void {
  if (parameters.get('tag') !== RESPONSE_TAG) throw malformed('PARAMETER_INVALID', 'tag');
  const { algorithm, bytes } = exportPublicKey(publicKey);
  if (algorithm !== 'ed25519' || parameters.get('alg') !== algorithm) throw malformed('PARAMETER_INVALID', 'alg');
  if (parameters.get('keyid') !== deriveGatewayId(algorithm, bytes)) {
    throw new LedgerError('SIGNATURE_INVALID', 'Signed with a key that is not the key of this gateway');
  }
}

function selectSignature(fields: ProfileFields): { input: string; signature: string } {
  const inputField = fields.get('signature-input');
  const signatureField = fields.get('signature');
  if (inputField === undefined || signatureField === undefined) {
    throw new LedgerError('SIGNATURE_MISSING', 'The answer is not signed', { tag: RESPONSE_TAG });
  }
  const input = splitMembers(inputField, 'signature-input').get(SIGNATURE_LABEL);
  const signature = splitMembers(signatureField, 'signature').get(SIGNATURE_LABEL);
  if (input === undefined || signature === undefined) throw malformed('LABEL_INVALID', 'signature');
  return { input, signature };
}

function describeResponse(status: number, fields: ProfileFields, binding: RequestBinding): ResponseDescriptor {
  const requestFields = new Map([['signature', `${SIGNATURE_LABEL}=${binding.signature}`]]);
  const request = describeRequest(binding.origin, binding, requestFields);
  return { kind: 'response', status, fields: describeFields(fields), request };
}

function toFields(response: ResponseToSign): readonly HeaderField[] {
  const pairs: readonly (readonly [string, string | null])[] = [
    ['content-type', response.contentType],
    ['content-digest', response.contentDigest],
    ['dxl-receipt', response.receiptId],
  ];
  return pairs.flatMap(([name, value]) => (value === null ? [] : [{ name, value }]));
}

function coveredNames(fields: ProfileFields): readonly string[] {
  return ['@status', ...['content-type', 'content-digest', 'dxl-receipt'].filter((name) => fields.has(name))];
}

function requiredComponents(fields: ProfileFields): Covered['components'] {
  return [...coveredNames(fields), ...REQUEST_COMPONENTS];
}

function requiredTexts(fields: ProfileFields): readonly string[] {
  return [...coveredNames(fields).map((name) => `"${name}"`), ...REQUEST_COMPONENT_TEXTS];
}
