import canonicalize from 'canonicalize';

import { malformed } from './json/malformed.ts';
import type { JsonValue } from './json/strict-json.ts';

/**
 * The canonical bytes of a value by RFC 8785 (JCS): what is hashed and signed.
 *
 * @throws LedgerError DOCUMENT_MALFORMED with reason NOT_CANONICAL for what JSON cannot say: a lone surrogate, NaN,
 * an infinity
 */
export function canonicalBytes(value: JsonValue): Uint8Array {
  return new TextEncoder().encode(canonicalText(value));
}

function canonicalText(value: JsonValue): string {
  let text: string | undefined;
  try {
    text = canonicalize(value);
  } catch (cause) {
    throw malformed('NOT_CANONICAL', null, cause);
  }
  if (text === undefined) throw malformed('NOT_CANONICAL', null);
  return text;
}
