import { timestampMalformed } from './timestamp-error.ts';

/** Tags of X.690 that time stamps use. */
export const DER = {
  boolean: 0x01,
  integer: 0x02,
  octetString: 0x04,
  null: 0x05,
  oid: 0x06,
  generalizedTime: 0x18,
  sequence: 0x30,
  set: 0x31,
  /** Explicit [0], or an implicit [0] of constructed form. */
  context0: 0xa0,
} as const;

const LONG_FORM = 0x80;
/** Numbers of tags from 31 on take more bytes; nothing that we read has them. */
const HIGH_TAG = 0x1f;
const MAX_LENGTH_BYTES = 3;
const OID = /^[0-2](?:\.(?:0|[1-9][0-9]{0,8})){1,30}$/;

/** One value: tag, length and content. */
export function encodeDer(tag: number, ...content: readonly Uint8Array[]): Uint8Array {
  const bytes = Buffer.concat(content);
  return Buffer.concat([Uint8Array.of(tag), encodeLength(bytes.length), bytes]);
}

/** Null for a dotted text that is no object identifier. */
export function encodeOid(dotted: string): Uint8Array | null {
  if (!OID.test(dotted)) return null;
  const [first = 0, second = 0, ...arcs] = dotted.split('.').map(Number);
  if (first < 2 && second >= 40) return null;
  return encodeDer(DER.oid, Uint8Array.from([first * 40 + second, ...arcs].flatMap(encodeArc)));
}

/** A number that is not negative, from its bytes. */
export function encodeInteger(bytes: Uint8Array): Uint8Array {
  const first = bytes.findIndex((byte) => byte !== 0);
  const digits = first < 0 ? Uint8Array.of(0) : bytes.subarray(first);
  return encodeDer(DER.integer, ...(isNegative(digits) ? [Uint8Array.of(0), digits] : [digits]));
}

/** Takes values one after the other; strict, since one meaning must have one spelling. Attacker-controlled. */
export class DerReader {
  readonly #bytes: Uint8Array;
  readonly #what: string;
  #at = 0;

  /** @param what names what is read in errors */
  constructor(bytes: Uint8Array, what: string) {
    this.#bytes = bytes;
    this.#what = what;
  }

  get isAtEnd(): boolean {
    return this.#at === this.#bytes.length;
  }

  /**
   * The content of the next value, which has this tag.
   * @throws TimestampError TIMESTAMP_MALFORMED
   */
  take(tag: number): Uint8Array {
    if (this.#bytes[this.#at] !== tag || (tag & HIGH_TAG) === HIGH_TAG) throw this.#malformed();
    const { length, begin } = this.#readLength(this.#at + 1);
    const end = begin + length;
    if (end > this.#bytes.length) throw this.#malformed();
    this.#at = end;
    return this.#bytes.subarray(begin, end);
  }

  /** As `take`, or null where another value stands or none. */
  takeIf(tag: number): Uint8Array | null {
    return this.#bytes[this.#at] === tag ? this.take(tag) : null;
  }

  /** A reader of the next value, which is constructed. */
  open(tag: number, what: string): DerReader {
    return new DerReader(this.take(tag), what);
  }

  /** Content of a whole number in its shortest form. */
  takeInteger(): Uint8Array {
    const bytes = this.take(DER.integer);
    const [first, second] = bytes;
    const isPadded = second !== undefined && ((first === 0 && second < 0x80) || (first === 0xff && second >= 0x80));
    if (first === undefined || isPadded) throw this.#malformed();
    return bytes;
  }

  /** Nothing may stand after what was taken. */
  end(): void {
    if (!this.isAtEnd) throw this.#malformed();
  }

  #readLength(at: number): { readonly length: number; readonly begin: number } {
    const first = this.#bytes[at];
    if (first === undefined) throw this.#malformed();
    if (first < LONG_FORM) return { length: first, begin: at + 1 };
    const begin = at + 1 + (first - LONG_FORM);
    const digits = this.#bytes.subarray(at + 1, begin);
    const length = digits.reduce((sum, digit) => sum * 256 + digit, 0);
    const isShortest = digits.length <= MAX_LENGTH_BYTES && length >= LONG_FORM && digits[0] !== 0;
    if (!isShortest) throw this.#malformed();
    return { length, begin };
  }

  #malformed(): Error {
    return timestampMalformed(this.#what);
  }
}

function encodeLength(length: number): Uint8Array {
  if (length < LONG_FORM) return Uint8Array.of(length);
  const digits: number[] = [];
  for (let rest = length; rest > 0; rest = Math.floor(rest / 256)) digits.unshift(rest % 256);
  return Uint8Array.of(LONG_FORM + digits.length, ...digits);
}

function encodeArc(arc: number): readonly number[] {
  const digits = [arc % 128];
  for (let rest = Math.floor(arc / 128); rest > 0; rest = Math.floor(rest / 128)) digits.unshift((rest % 128) + 128);
  return digits;
}

function isNegative([first = 0]: Uint8Array): boolean {
  return first >= 0x80;
}
