import type { MalformedReason } from './malformed.ts';

/** A decimal as its significant digits (no zeros at either end; empty for zero) times ten to the `exponent`. */
interface Decimal {
  readonly digits: string;
  readonly exponent: number;
}

/** Loops and not `/0+$/`: that pattern takes quadratic time on a long run of zeros before another digit. */
function toDecimal(literal: string): Decimal {
  const unsigned = literal.startsWith('-') ? literal.slice(1) : literal;
  const [mantissa = '', power = '0'] = unsigned.toLowerCase().split('e');
  const [whole = '', fraction = ''] = mantissa.split('.');
  const all = whole + fraction;
  let start = 0;
  while (all.charAt(start) === '0') start += 1;
  let end = all.length;
  while (end > start && all.charAt(end - 1) === '0') end -= 1;
  if (start === end) return { digits: '', exponent: 0 };
  return { digits: all.slice(start, end), exponent: Number(power) - fraction.length + (all.length - end) };
}

/**
 * Why a JSON number cannot be used, or null when it can: the double it parses to is finite, is no integer beyond
 * 2^53 - 1 (RFC 7493 section 2.2), and its canonical form (RFC 8785 section 3.2.2.3) denotes the same decimal value.
 * So 1e400, 9007199254740993 and 0.1000000000000000055 are refused while 1.50, 1E2 and 0.1 are not.
 *
 * @param literal a number by the grammar of RFC 8259
 */
export function numberDefect(literal: string): MalformedReason | null {
  const value = Number(literal);
  if (!Number.isFinite(value)) return 'NUMBER_OUT_OF_RANGE';
  if (Number.isInteger(value) && !Number.isSafeInteger(value)) return 'NUMBER_OUT_OF_RANGE';
  const written = toDecimal(literal);
  const canonical = toDecimal(String(value));
  if (written.digits !== canonical.digits || written.exponent !== canonical.exponent) return 'NUMBER_INEXACT';
  return Object.is(value, -0) ? 'NUMBER_NEGATIVE_ZERO' : null;
}
