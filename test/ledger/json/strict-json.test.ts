import { describe, expect, it } from 'vitest';

import { MALFORMED_REASONS } from '../../../ledger/json/malformed.ts';
import { MAX_DOCUMENT_BYTES, MAX_DOCUMENT_DEPTH, parseStrictJson } from '../../../ledger/json/strict-json.ts';
import { documentVectors } from '../document-vectors.ts';
import { refusalOf } from '../refusal-of.ts';

interface Malformed {
  readonly expect: { readonly code: string; readonly reason: string; readonly offset: number };
  readonly text?: string;
  readonly hex?: string;
}

const vectors = documentVectors<Malformed>('malformed');
const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);
const parse = (text: string): unknown => parseStrictJson(utf8(text));
const nested = (depth: number): string => '['.repeat(depth) + ']'.repeat(depth);

/** A document of exactly `bytes` bytes. */
const textOfSize = (bytes: number): Uint8Array => utf8(`"${'x'.repeat(bytes - 2)}"`);

function bytesOf({ text = '', hex }: Malformed): Uint8Array {
  return hex === undefined ? utf8(text) : Buffer.from(hex, 'hex');
}

describe('parseStrictJson', () => {
  describe('refuses', () => {
    it.each(vectors)('$name', ({ content }) => {
      const refusal = refusalOf(() => parseStrictJson(bytesOf(content)));
      expect(refusal).toEqual({
        code: content.expect.code,
        details: { reason: content.expect.reason, offset: content.expect.offset },
      });
    });

    it('has a vector for every reason that a short text can have', () => {
      const tried = new Set(vectors.map(({ content }) => content.expect.reason));
      const untried = Object.keys(MALFORMED_REASONS).filter((reason) => !tried.has(reason));
      expect(untried).toEqual(['SIZE', 'NOT_CANONICAL']);
    });

    it.each([MAX_DOCUMENT_BYTES + 1, 257 * 1024, 16 * 1024 * 1024])('%i bytes', (size) => {
      expect(refusalOf(() => parseStrictJson(textOfSize(size)))).toEqual({
        code: 'DOCUMENT_TOO_LARGE',
        details: { reason: 'SIZE', offset: MAX_DOCUMENT_BYTES },
      });
    });

    it('nesting to the limit of the size without using up the stack', () => {
      const text = '[{"a":'.repeat(40_000);
      expect(refusalOf(() => parse(text))?.details['reason']).toBe('DEPTH');
    });

    it('says where, in bytes and not in characters', () => {
      expect(refusalOf(() => parse('{"名称":"中文",}'))?.details['offset']).toBe(19);
    });
  });

  describe('accepts', () => {
    it('a document of the greatest size', () => {
      expect(parseStrictJson(textOfSize(MAX_DOCUMENT_BYTES))).toHaveLength(MAX_DOCUMENT_BYTES - 2);
    });

    it('the greatest depth, in arrays and in objects', () => {
      expect(JSON.stringify(parse(nested(MAX_DOCUMENT_DEPTH)))).toBe(nested(MAX_DOCUMENT_DEPTH));
      const objects = '{"a":'.repeat(MAX_DOCUMENT_DEPTH - 1) + '{}' + '}'.repeat(MAX_DOCUMENT_DEPTH - 1);
      expect(JSON.stringify(parse(objects))).toBe(objects);
    });

    it('many siblings at the greatest depth, which is not depth', () => {
      const inner = Array.from({ length: 100 }, () => '[]').join(',');
      const depth = MAX_DOCUMENT_DEPTH - 1;
      const text = '['.repeat(depth) + inner + ']'.repeat(depth);
      expect(JSON.stringify(parse(text))).toBe(text);
    });

    it.each(['null', 'true', 'false', '0', '"x"', '[]', '{}', ' \t\r\n[ 1 , 2 ] \n'])('the text %j', (text) => {
      expect(parse(text)).toEqual(JSON.parse(text));
    });

    it('every escape', () => {
      expect(parse('"\\"\\\\\\/\\b\\f\\n\\r\\t\\u4e2d\\u0000\\uD83D\\uDE00"')).toBe('"\\/\b\f\n\r\t中\u0000😀');
    });

    it.each(['"忿"', '"！"', '"\ufeff"'])('%j, which shares bytes with a byte order mark', (text) => {
      expect(parse(text)).toBe(JSON.parse(text));
    });

    it('characters outside the BMP, raw and escaped alike', () => {
      expect(parse('"\u{20bb7}"')).toBe(parse('"\\ud842\\udfb7"'));
    });

    it('the same key in different objects', () => {
      expect(parse('[{"a":1},{"a":{"a":2}}]')).toEqual([{ a: 1 }, { a: { a: 2 } }]);
    });

    it('keys that are methods of objects elsewhere', () => {
      const text = '{"toString":1,"hasOwnProperty":2,"valueOf":3}';
      expect(JSON.stringify(parse(text))).toBe(text);
    });
  });

  it('gives objects without a prototype', () => {
    const value = parse('{"inner":{}}') as { inner: object };
    expect([Object.getPrototypeOf(value), Object.getPrototypeOf(value.inner)]).toEqual([null, null]);
    expect('constructor' in value).toBe(false);
  });

  it.each([
    ['a long run of zeros before a digit', `0.${'0'.repeat(250_000)}1`],
    ['a very long integer', '1'.repeat(260_000)],
    ['combining marks out of order', `"${'\u0300\u0316'.repeat(60_000)}"`],
    ['20,000 keys', `{${Array.from({ length: 20_000 }, (_, index) => `"k${index}":0`).join(',')}}`],
    ['43,000 escapes', `"${'\\u0061'.repeat(43_000)}"`],
    ['nothing but space', ' '.repeat(260_000)],
    ['an open string', `"${'a'.repeat(260_000)}`],
  ])('needs no time worth attacking for %s', (_name, text) => {
    const startedAt = performance.now();
    refusalOf(() => parse(text));
    // A quadratic step takes seconds here; the slowest of these takes tens of milliseconds.
    expect(performance.now() - startedAt).toBeLessThan(1_000);
  });
});
