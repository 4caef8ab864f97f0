import canonicalize from 'canonicalize';

import { malformed } from './json/malformed.ts';
import type { JsonValue } from './json/strict-json.ts';

const encoder = new TextEncoder();

/** How a lone surrogate begins where `JSON.stringify` writes it; what stands like this may also be an innocent text. */
const ESCAPED_SURROGATE = '\\ud';
const DEEPEST = 64;

/**
 * The canonical bytes of a value by RFC 8785 (JCS): what is hashed and signed.
 *
 * @throws LedgerError DOCUMENT_MALFORMED with reason NOT_CANONICAL for what JSON cannot say: a lone surrogate, NaN,
 * an infinity
 */
export function canonicalBytes(value: JsonValue): Uint8Array {
  return encoder.encode(canonicalText(value));
}

/**
 * The same as text.
 * @throws LedgerError as `canonicalBytes`
 */
export function canonicalText(value: JsonValue): string {
  // RFC 8785 is what JSON.stringify writes, with members sorted. Where they are, as in all that was canonical when it was
  // parsed, nothing has to be sorted, which is most of the work.
  if (isSorted(value)) {
    const text = JSON.stringify(value);
    if (!text.includes(ESCAPED_SURROGATE)) return text;
  }
  let text: string | undefined;
  try {
    text = canonicalize(value);
  } catch (cause) {
    throw malformed('NOT_CANONICAL', null, cause);
  }
  if (text === undefined) throw malformed('NOT_CANONICAL', null);
  return text;
}

/**
 * Plain JSON of which all members stand in the order of their UTF-16 code units. What is not, and what is nested deeper
 * than any document, is left to the library, which needs no stack for it and finds circles.
 */
function isSorted(value: unknown, depth = 0): boolean {
  if (typeof value === 'string' || typeof value === 'boolean' || value === null) return true;
  if (typeof value === 'number') return Number.isFinite(value);
  if (typeof value !== 'object' || depth > DEEPEST) return false;
  const isInOrder = Array.isArray(value) || (isPlain(value) && areSorted(Object.keys(value)));
  return isInOrder && Object.values(value).every((member) => isSorted(member, depth + 1));
}

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

function areSorted(keys: readonly string[]): boolean {
  return keys.every((key, index) => index === 0 || (keys[index - 1] ?? '') < key);
}
