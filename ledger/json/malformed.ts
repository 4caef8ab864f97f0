import { LedgerError } from '../errors.ts';

/**
 * Every rule of `parseStrictJson`, and the one of `canonicalBytes`: the value of `details.reason`.
 * `SIZE` alone has the code DOCUMENT_TOO_LARGE.
 */
export const MALFORMED_REASONS = {
  SIZE: 'The text is longer than the limit',
  BYTE_ORDER_MARK: 'The text starts with a byte order mark',
  UTF8: 'The bytes are not well-formed UTF-8',
  SYNTAX: 'The text is not JSON',
  DEPTH: 'Arrays and objects are nested too deeply',
  DUPLICATE_KEY: 'An object has the same key twice',
  FORBIDDEN_KEY: 'A key is one that changes objects in JavaScript',
  LONE_SURROGATE: 'A string holds half of a surrogate pair',
  NONCHARACTER: 'A string holds a code point that is no character',
  UNASSIGNED: 'A string holds a code point that no character has yet',
  COMBINING_RUN: 'A string holds more than 30 combining marks in a row',
  NOT_NFC: 'A string is not in Unicode normalization form C',
  NUMBER_OUT_OF_RANGE: 'A number is an integer beyond 2^53 - 1 or has no finite double',
  NUMBER_INEXACT: 'A number has more digits than a double keeps',
  NUMBER_NEGATIVE_ZERO: 'A number is negative zero, which has no canonical form of its own',
  NOT_CANONICAL: 'The value is not one that JSON can say',
} as const;

export type MalformedReason = keyof typeof MALFORMED_REASONS;

/** @param offset in bytes from the start of the text, where the offending token begins; null without a text. */
export function malformed(reason: MalformedReason, offset: number | null, cause?: unknown): LedgerError {
  const code = reason === 'SIZE' ? 'DOCUMENT_TOO_LARGE' : 'DOCUMENT_MALFORMED';
  return new LedgerError(code, MALFORMED_REASONS[reason], { reason, offset }, cause);
}
