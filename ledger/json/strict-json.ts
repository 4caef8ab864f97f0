import { COMBINING_RUN } from './combining-run.ts';
import { numberDefect } from './exact-number.ts';
import { malformed, type MalformedReason } from './malformed.ts';
import { NONCHARACTER, UNASSIGNED } from './normal-text.ts';

/** What JSON can say. */
export type JsonValue = null | boolean | number | string | readonly JsonValue[] | JsonObject;

export interface JsonObject {
  readonly [key: string]: JsonValue;
}

/** Most bytes of a document, before parsing. */
export const MAX_DOCUMENT_BYTES = 256 * 1024;

/** Most arrays and objects inside one another; a lone string or number has depth 0. */
export const MAX_DOCUMENT_DEPTH = 32;

const FORBIDDEN_KEYS: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype']);
const SPACE: ReadonlySet<string> = new Set([' ', '\t', '\n', '\r']);
const NUMBER = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y;
// Control characters must be escaped (RFC 8259 section 7).
const PLAIN_CHARACTERS = /[^"\\\u0000-\u001f]*/y;
const HEX4 = /[0-9a-fA-F]{4}/y;
const ESCAPES: ReadonlyMap<string, string> = new Map([
  ['"', '"'],
  ['\\', '\\'],
  ['/', '/'],
  ['b', '\b'],
  ['f', '\f'],
  ['n', '\n'],
  ['r', '\r'],
  ['t', '\t'],
]);

/**
 * Parses a document of which every reader must see the same: I-JSON (RFC 7493) and stricter.
 *
 * Requirements: well-formed UTF-8 without byte order mark, at most {@link MAX_DOCUMENT_BYTES} bytes and
 * {@link MAX_DOCUMENT_DEPTH} levels; no key twice; no key `__proto__`, `constructor` or `prototype`; keys and strings
 * in NFC, without lone surrogates, noncharacters and long runs of combining marks; numbers by the rule of {@link numberDefect}.
 * Objects of the result have no prototype.
 *
 * @throws LedgerError DOCUMENT_TOO_LARGE or DOCUMENT_MALFORMED with `details.reason` (a MalformedReason) and
 * `details.offset` (bytes from the start)
 */
export function parseStrictJson(bytes: Uint8Array): JsonValue {
  return new JsonReader(decodeText(bytes), MAX_DOCUMENT_DEPTH).readText();
}

function decodeText(bytes: Uint8Array): string {
  if (bytes.length > MAX_DOCUMENT_BYTES) throw malformed('SIZE', MAX_DOCUMENT_BYTES);
  if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) throw malformed('BYTE_ORDER_MARK', 0);
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw malformed('UTF8', firstInvalidByte(bytes));
  }
}

/** Where the bytes begin to differ from what a lenient decoder, which puts U+FFFD there, makes of them. */
function firstInvalidByte(bytes: Uint8Array): number {
  const repaired = new TextEncoder().encode(new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes));
  const offset = bytes.findIndex((byte, index) => byte !== repaired[index]);
  return offset < 0 ? bytes.length : offset;
}

/** Recursive descent over RFC 8259 text; recursion is bounded by `maxDepth`. The text is attacker-controlled. */
class JsonReader {
  readonly #text: string;
  readonly #maxDepth: number;
  #index = 0;

  constructor(text: string, maxDepth: number) {
    this.#text = text;
    this.#maxDepth = maxDepth;
  }

  /** @throws LedgerError DOCUMENT_MALFORMED */
  readText(): JsonValue {
    this.#skipSpace();
    const value = this.#readValue(0);
    this.#skipSpace();
    if (this.#index < this.#text.length) this.#fail('SYNTAX');
    return value;
  }

  #readValue(depth: number): JsonValue {
    switch (this.#peek()) {
      case '{':
        return this.#readObject(depth + 1);
      case '[':
        return this.#readArray(depth + 1);
      case '"':
        return this.#readString();
      case 't':
        return this.#readLiteral('true', true);
      case 'f':
        return this.#readLiteral('false', false);
      case 'n':
        return this.#readLiteral('null', null);
      default:
        return this.#readNumber();
    }
  }

  #readObject(depth: number): JsonObject {
    this.#enter(depth);
    const members: Record<string, JsonValue> = { __proto__: null };
    if (this.#take('}')) return members;
    do {
      this.#skipSpace();
      const keyIndex = this.#index;
      const key = this.#readString();
      if (FORBIDDEN_KEYS.has(key)) this.#fail('FORBIDDEN_KEY', keyIndex);
      if (Object.hasOwn(members, key)) this.#fail('DUPLICATE_KEY', keyIndex);
      this.#skipSpace();
      this.#expect(':');
      this.#skipSpace();
      members[key] = this.#readValue(depth);
      this.#skipSpace();
    } while (this.#take(','));
    this.#expect('}');
    return members;
  }

  #readArray(depth: number): readonly JsonValue[] {
    this.#enter(depth);
    const items: JsonValue[] = [];
    if (this.#take(']')) return items;
    do {
      this.#skipSpace();
      items.push(this.#readValue(depth));
      this.#skipSpace();
    } while (this.#take(','));
    this.#expect(']');
    return items;
  }

  /** Steps over the opening bracket and the space after it. */
  #enter(depth: number): void {
    if (depth > this.#maxDepth) this.#fail('DEPTH');
    this.#index += 1;
    this.#skipSpace();
  }

  #readString(): string {
    const start = this.#index;
    this.#expect('"');
    let value = this.#match(PLAIN_CHARACTERS);
    while (!this.#take('"')) {
      this.#expect('\\');
      value += this.#readEscape() + this.#match(PLAIN_CHARACTERS);
    }
    if (!value.isWellFormed()) this.#fail('LONE_SURROGATE', start);
    if (NONCHARACTER.test(value)) this.#fail('NONCHARACTER', start);
    if (UNASSIGNED.test(value)) this.#fail('UNASSIGNED', start);
    if (COMBINING_RUN.test(value)) this.#fail('COMBINING_RUN', start);
    if (value.normalize('NFC') !== value) this.#fail('NOT_NFC', start);
    return value;
  }

  #readEscape(): string {
    if (this.#take('u')) {
      const hex = this.#match(HEX4);
      return hex === '' ? this.#fail('SYNTAX') : String.fromCharCode(Number.parseInt(hex, 16));
    }
    const character = ESCAPES.get(this.#peek()) ?? this.#fail('SYNTAX');
    this.#index += 1;
    return character;
  }

  #readNumber(): number {
    const start = this.#index;
    const literal = this.#match(NUMBER);
    if (literal === '') this.#fail('SYNTAX');
    const defect = numberDefect(literal);
    if (defect !== null) this.#fail(defect, start);
    return Number(literal);
  }

  #readLiteral<Value extends boolean | null>(word: string, value: Value): Value {
    if (!this.#text.startsWith(word, this.#index)) this.#fail('SYNTAX');
    this.#index += word.length;
    return value;
  }

  /** The longest match of a sticky pattern here, or the empty string. */
  #match(pattern: RegExp): string {
    pattern.lastIndex = this.#index;
    const found = pattern.exec(this.#text)?.[0] ?? '';
    this.#index += found.length;
    return found;
  }

  #skipSpace(): void {
    while (SPACE.has(this.#peek())) this.#index += 1;
  }

  #peek(): string {
    return this.#text.charAt(this.#index);
  }

  #take(character: string): boolean {
    if (this.#peek() !== character) return false;
    this.#index += 1;
    return true;
  }

  #expect(character: string): void {
    if (!this.#take(character)) this.#fail('SYNTAX');
  }

  #fail(reason: MalformedReason, index: number = this.#index): never {
    throw malformed(reason, Buffer.byteLength(this.#text.slice(0, index), 'utf8'));
  }
}
