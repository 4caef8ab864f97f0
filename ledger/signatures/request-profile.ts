import { LedgerError } from '../errors.ts';

/**
 * Profile `dxl-request-v1` of RFC 9421: what a request must carry and sign. docs/protocol.md is the normative text.
 * Everything that these functions read is attacker-controlled; what they return is bounded and has one meaning.
 */
export const REQUEST_TAG = 'dxl-request-v1';

/** The one label under which requests and responses are signed, so that a response can name `"signature";req;key="dxl"`. */
export const SIGNATURE_LABEL = 'dxl';

export const MAX_VALIDITY_SECONDS = 60;
export const CLOCK_SKEW_SECONDS = 30;
export const MAX_SIGNATURES = 3;

/** base64url of 128 to 512 bits, without padding. */
export const MIN_NONCE_LENGTH = 22;
export const MAX_NONCE_LENGTH = 86;
const MAX_TARGET_LENGTH = 4096;
const MAX_CODE_LENGTH = 64;
const MAX_OPAQUE_LENGTH = 128;
const MAX_SIGNATURE_FIELD_LENGTH = 2048;

export interface HeaderField {
  readonly name: string;
  readonly value: string;
}

/** Why a request is outside the profile; `details.reason` of SIGNATURE_MALFORMED. */
export type ProfileDefect =
  | 'COMPONENTS_INVALID'
  | 'FIELD_DUPLICATED'
  | 'FIELD_INVALID'
  | 'FIELD_MISSING'
  | 'FIELD_UNEXPECTED'
  | 'LABEL_INVALID'
  | 'METHOD_INVALID'
  | 'NOT_CANONICAL'
  | 'PARAMETER_INVALID'
  | 'TAG_DUPLICATED'
  | 'TARGET_INVALID'
  | 'TOO_MANY_SIGNATURES';

export function malformed(reason: ProfileDefect, name: string): LedgerError {
  return new LedgerError('SIGNATURE_MALFORMED', `Outside the signature profile: ${reason}`, { reason, name });
}

const METHOD = /^[A-Z]{3,16}$/;
/** RFC 3986 `pchar`, `/` and one query: no fragment, no backslash, no half percent-encoding, no raw Unicode. */
const TARGET =
  /^\/(?:[A-Za-z0-9._~!$&'()*+,;=:@/-]|%[0-9A-Fa-f]{2})*(?:\?(?:[A-Za-z0-9._~!$&'()*+,;=:@/?-]|%[0-9A-Fa-f]{2})+)?$/;

export function assertMethod(method: string): void {
  if (!METHOD.test(method)) throw malformed('METHOD_INVALID', '@method');
}

/** @param target path and query exactly as they travel; an empty query (`/x?`) is refused: it signs like `/x`. */
export function assertTarget(target: string): void {
  if (target.length > MAX_TARGET_LENGTH || !TARGET.test(target)) throw malformed('TARGET_INVALID', '@path');
}

const OPAQUE = new RegExp(`^[\\x21-\\x7e]{1,${MAX_OPAQUE_LENGTH}}$`);
/** As OPAQUE, with spaces inside: `application/json; charset=utf-8`. */
const MEDIA_TYPE = new RegExp(`^(?! )[\\x20-\\x7e]{1,${MAX_OPAQUE_LENGTH}}(?<! )$`);
const SIGNATURE_FIELD = new RegExp(`^[\\x20-\\x7e]{1,${MAX_SIGNATURE_FIELD_LENGTH}}$`);
const BODY_FIELDS: ReadonlyMap<string, RegExp> = new Map([
  ['content-type', MEDIA_TYPE],
  ['content-digest', OPAQUE],
]);
/** Signed whenever present. Case numbers in other scripts travel percent-encoded as UTF-8. */
const OPTIONAL_FIELDS: ReadonlyMap<string, RegExp> = new Map([
  ['idempotency-key', OPAQUE],
  ['dxl-purpose', new RegExp(`^[A-Z][A-Z0-9_]{0,${MAX_CODE_LENGTH - 1}}$`)],
  ['dxl-case-number', OPAQUE],
  ['dxl-system', new RegExp(`^[A-Za-z0-9][A-Za-z0-9._-]{0,${MAX_CODE_LENGTH - 1}}$`)],
]);
const SIGNATURE_FIELDS: ReadonlyMap<string, RegExp> = new Map([
  ['signature', SIGNATURE_FIELD],
  ['signature-input', SIGNATURE_FIELD],
]);
const KNOWN_FIELDS = new Map([...BODY_FIELDS, ...OPTIONAL_FIELDS, ...SIGNATURE_FIELDS]);
const DERIVED = ['@method', '@authority', '@path', '@query'] as const;

/** The fields of the profile by lower-case name; each occurs once. All other fields are left out. */
export type ProfileFields = ReadonlyMap<string, string>;

/**
 * Requirements: no field of the profile occurs twice, each is within its bounds, no unknown `dxl-` field is there, and
 * Content-Type and Content-Digest are there exactly when there is a body.
 * @throws LedgerError SIGNATURE_MALFORMED
 */
export function parseProfileFields(fields: readonly HeaderField[], hasBody: boolean): ProfileFields {
  const found = new Map<string, string>();
  for (const field of fields) {
    const name = field.name.toLowerCase();
    const pattern = KNOWN_FIELDS.get(name);
    if (pattern === undefined) {
      // An unknown field of our own prefix would be meant to change what we do, and nobody signs it.
      if (name.startsWith('dxl-')) throw malformed('FIELD_UNEXPECTED', 'dxl-*');
      continue;
    }
    if (found.has(name)) throw malformed('FIELD_DUPLICATED', name);
    if (!pattern.test(field.value)) throw malformed('FIELD_INVALID', name);
    found.set(name, field.value);
  }
  for (const name of BODY_FIELDS.keys()) {
    if (found.has(name) !== hasBody) throw malformed(hasBody ? 'FIELD_MISSING' : 'FIELD_UNEXPECTED', name);
  }
  return found;
}

const RESPONSE_FIELDS: ReadonlyMap<string, RegExp> = new Map([
  ...BODY_FIELDS,
  ...SIGNATURE_FIELDS,
  ['dxl-receipt', OPAQUE],
]);

/** The same for an answer: which of its fields the gateway signs. @throws LedgerError SIGNATURE_MALFORMED */
export function parseResponseFields(fields: readonly HeaderField[]): ProfileFields {
  const found = new Map<string, string>();
  for (const field of fields) {
    const name = field.name.toLowerCase();
    const pattern = RESPONSE_FIELDS.get(name);
    if (pattern === undefined) continue;
    if (found.has(name)) throw malformed('FIELD_DUPLICATED', name);
    if (!pattern.test(field.value)) throw malformed('FIELD_INVALID', name);
    found.set(name, field.value);
  }
  return found;
}

/** Exactly what must be signed, in the order in which our own clients sign it; verifiers accept any order. */
export function requiredComponents(fields: ProfileFields): readonly string[] {
  const names = [...BODY_FIELDS.keys(), ...OPTIONAL_FIELDS.keys()];
  return [...DERIVED, ...names.filter((name) => fields.has(name))];
}
