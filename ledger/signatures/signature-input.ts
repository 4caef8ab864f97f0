import { parseAccessKeyId, KEY_ALGORITHMS, type AccessKeyId, type KeyAlgorithm } from '../ids.ts';
import { MAX_NONCE_LENGTH, MAX_SIGNATURES, MIN_NONCE_LENGTH, malformed } from './request-profile.ts';

/** Parameters by name as text, strings without their quotes. */
export interface SignatureInput {
  readonly components: readonly string[];
  readonly parameters: ReadonlyMap<string, string>;
}

const MEMBER = /^([a-z*][a-z0-9_.*-]*)=(.+)$/;
const COMPONENT = /^"@?[a-z-]{1,64}"(?:;[a-z]{1,8}(?:="[a-z]{1,16}")?)*$/;
const PARAMETER = /^;([a-z]{1,16})=(?:"([\x20-\x21\x23-\x5b\x5d-\x7e]*)"|(0|[1-9][0-9]{0,14}))/;
const INTEGER_PARAMETERS: ReadonlySet<string> = new Set(['created', 'expires']);
const NONCE = /^[A-Za-z0-9_-]+$/;

/**
 * The members of a dictionary field by label, as text. Attacker-controlled; the engine parses the same text again, so
 * this only has to cut where RFC 8941 cuts: at commas outside quotes.
 * @throws LedgerError SIGNATURE_MALFORMED for more than three members, a label twice or a member without value.
 */
export function splitMembers(field: string, name: string): ReadonlyMap<string, string> {
  const parts = cutOutsideQuotes(field);
  if (parts.length > MAX_SIGNATURES) throw malformed('TOO_MANY_SIGNATURES', name);
  const members = new Map<string, string>();
  for (const part of parts) {
    const [, label, text] = MEMBER.exec(part) ?? [];
    if (label === undefined || text === undefined) throw malformed('FIELD_INVALID', name);
    if (members.has(label)) throw malformed('LABEL_INVALID', name);
    members.set(label, text);
  }
  return members;
}

function cutOutsideQuotes(field: string): readonly string[] {
  const parts: string[] = [];
  let start = 0;
  let quoted = false;
  for (let index = 0; index < field.length; index += 1) {
    const character = field.charAt(index);
    if (quoted && character === '\\') {
      index += 1;
    } else if (character === '"') {
      quoted = !quoted;
    } else if (character === ',' && !quoted) {
      parts.push(field.slice(start, index).trim());
      start = index + 1;
    }
  }
  return [...parts, field.slice(start).trim()];
}

/** Whether a member of Signature-Input has this tag. A quote inside a string is escaped, so the text cannot lie. */
export function hasTag(member: string, tag: string): boolean {
  return new RegExp(`;\\s*tag="${tag}"(?:;|$)`).test(member);
}

/**
 * Reads `("a" "b");created=1;...` in its canonical form only (RFC 8941 section 4.1): one text per meaning.
 * @throws LedgerError SIGNATURE_MALFORMED
 */
export function parseSignatureInput(member: string, allowed: readonly string[]): SignatureInput {
  const end = member.indexOf(')');
  if (!member.startsWith('(') || end < 0) throw malformed('NOT_CANONICAL', 'signature-input');
  const components = member.slice(1, end).split(' ');
  if (!components.every((component) => COMPONENT.test(component))) {
    throw malformed('COMPONENTS_INVALID', 'signature-input');
  }
  return { components, parameters: parseParameters(member.slice(end + 1), allowed) };
}

function parseParameters(text: string, allowed: readonly string[]): ReadonlyMap<string, string> {
  const parameters = new Map<string, string>();
  let rest = text;
  while (rest !== '') {
    const [whole, name, quoted, integer] = PARAMETER.exec(rest) ?? [];
    const value = quoted ?? integer;
    if (whole === undefined || name === undefined || value === undefined) {
      throw malformed('NOT_CANONICAL', 'parameters');
    }
    const wellTyped = INTEGER_PARAMETERS.has(name) === (integer !== undefined);
    if (!allowed.includes(name) || parameters.has(name) || !wellTyped) throw malformed('PARAMETER_INVALID', name);
    parameters.set(name, value);
    rest = rest.slice(whole.length);
  }
  for (const name of allowed) {
    if (!parameters.has(name)) throw malformed('PARAMETER_INVALID', name);
  }
  return parameters;
}

/**
 * Both lists hold serialised identifiers such as `"@path"` or `"@path";req`.
 * @throws LedgerError SIGNATURE_MALFORMED unless both name the same components, each once, in any order.
 */
export function assertSameComponents(components: readonly string[], required: readonly string[]): void {
  const signed = new Set(components);
  const missing = required.find((component) => !signed.has(component));
  if (missing !== undefined) throw malformed('COMPONENTS_INVALID', missing);
  if (components.length !== required.length) throw malformed('COMPONENTS_INVALID', 'signature-input');
}

export function readInteger(input: SignatureInput, name: string): number {
  return Number(input.parameters.get(name));
}

export function readNonce(input: SignatureInput): string {
  const nonce = input.parameters.get('nonce') ?? '';
  const inBounds = nonce.length >= MIN_NONCE_LENGTH && nonce.length <= MAX_NONCE_LENGTH;
  if (!inBounds || !NONCE.test(nonce)) throw malformed('PARAMETER_INVALID', 'nonce');
  return nonce;
}

export function readAlgorithm(input: SignatureInput): KeyAlgorithm {
  const text = input.parameters.get('alg') ?? '';
  if (!isKeyAlgorithm(text)) throw malformed('PARAMETER_INVALID', 'alg');
  return text;
}

export function readKeyId(input: SignatureInput): AccessKeyId {
  try {
    return parseAccessKeyId(input.parameters.get('keyid'));
  } catch {
    throw malformed('PARAMETER_INVALID', 'keyid');
  }
}

function isKeyAlgorithm(text: string): text is KeyAlgorithm {
  return Object.hasOwn(KEY_ALGORITHMS, text);
}
