import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { canonicalBytes } from '../../ledger/canonical-json.ts';
import { type JsonValue, parseStrictJson } from '../../ledger/json/strict-json.ts';
import { refusalOf } from './refusal-of.ts';

const canonical = (value: JsonValue): string => new TextDecoder().decode(canonicalBytes(value));

/** The double with these 64 bits, 16 hex digits. */
const doubleOf = (bits: string): number => Buffer.from(bits, 'hex').readDoubleBE(0);

describe('canonicalBytes', () => {
  describe('RFC 8785', () => {
    it('section 3.2.2: literals, numbers and strings', () => {
      const value = JSON.parse(
        String.raw`{
          "numbers": [333333333.33333329, 1E30, 4.50, 2e-3, 0.000000000000000000000000001],
          "string": "\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/",
          "literals": [null, true, false]
        }`,
      ) as JsonValue;
      const expected =
        '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],' +
        String.raw`"string":"€$\u000f\nA'B\"\\\\\"/"}`;
      expect(canonical(value)).toBe(expected);
    });

    it('section 3.2.4: the same as bytes', () => {
      const value = JSON.parse(String.raw`{"string":"\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/"}`) as JsonValue;
      const hex = '7b22737472696e67223a22e282ac245c75303030665c6e4127425c225c5c5c5c5c222f227d';
      expect(Buffer.from(canonicalBytes(value)).toString('hex')).toBe(hex);
    });

    it('section 3.2.3: keys in the order of their UTF-16 code units', () => {
      const text = String.raw`{
        "\u20ac": "Euro Sign",
        "\r": "Carriage Return",
        "\ufb33": "Hebrew Letter Dalet With Dagesh",
        "1": "One",
        "\ud83d\ude00": "Emoji: Grinning Face",
        "\u0080": "Control",
        "\u00f6": "Latin Small Letter O With Diaeresis"
      }`;
      const values = Object.values(JSON.parse(canonical(JSON.parse(text) as JsonValue)) as Record<string, string>);
      // JSON.parse moves the integer key to the front; the text shows where it stands.
      expect(canonical(JSON.parse(text) as JsonValue)).toMatch(/^\{"\\r":"Carriage Return","1":"One","\u0080":/);
      expect(values.slice(2)).toEqual([
        'Control',
        'Latin Small Letter O With Diaeresis',
        'Euro Sign',
        'Emoji: Grinning Face',
        'Hebrew Letter Dalet With Dagesh',
      ]);
    });

    it('section 3.2.3: locales do not matter', () => {
      const text =
        '{"peach":"This sorting order","péché":"is wrong according to French",' +
        '"pêche":"but canonicalization MUST","sin":"ignore locale"}';
      const shuffled = Object.fromEntries(Object.entries(JSON.parse(text) as Record<string, string>).reverse());
      expect(canonical(shuffled)).toBe(text);
    });

    it.each([
      ['0000000000000000', '0'],
      ['8000000000000000', '0'],
      ['0000000000000001', '5e-324'],
      ['8000000000000001', '-5e-324'],
      ['7fefffffffffffff', '1.7976931348623157e+308'],
      ['ffefffffffffffff', '-1.7976931348623157e+308'],
      ['4340000000000000', '9007199254740992'],
      ['c340000000000000', '-9007199254740992'],
      ['4430000000000000', '295147905179352830000'],
      ['44b52d02c7e14af5', '9.999999999999997e+22'],
      ['44b52d02c7e14af6', '1e+23'],
      ['44b52d02c7e14af7', '1.0000000000000001e+23'],
      ['444b1ae4d6e2ef4e', '999999999999999700000'],
      ['444b1ae4d6e2ef4f', '999999999999999900000'],
      ['444b1ae4d6e2ef50', '1e+21'],
      ['3eb0c6f7a0b5ed8c', '9.999999999999997e-7'],
      ['3eb0c6f7a0b5ed8d', '0.000001'],
      ['41b3de4355555553', '333333333.3333332'],
      ['41b3de4355555554', '333333333.33333325'],
      ['41b3de4355555555', '333333333.3333333'],
      ['41b3de4355555556', '333333333.3333334'],
      ['41b3de4355555557', '333333333.33333343'],
      ['becbf647612f3696', '-0.0000033333333333333333'],
      ['43143ff3c1cb0959', '1424953923781206.2'],
    ])('appendix B: the double %s is %s', (bits, text) => {
      expect(canonical(doubleOf(bits))).toBe(text);
    });

    it.each(['7fffffffffffffff', '7ff0000000000000', 'fff0000000000000'])(
      'appendix B: the double %s is none',
      (bits) => {
        expect(refusalOf(() => canonicalBytes([doubleOf(bits)]))).toEqual({
          code: 'DOCUMENT_MALFORMED',
          details: { reason: 'NOT_CANONICAL', offset: null },
        });
      },
    );
  });

  it.each<[string, JsonValue]>([
    ['a lone surrogate', 'a\ud800'],
    ['a lone surrogate in a key', { 'a\udc00': 1 }],
    ['undefined', undefined as unknown as JsonValue],
    ['a bigint', 1n as unknown as JsonValue],
  ])('refuses %s', (_name, value) => {
    expect(refusalOf(() => canonicalBytes(value))?.code).toBe('DOCUMENT_MALFORMED');
  });

  it('does not depend on the order in which members were set', () => {
    const members = fc.dictionary(fc.string(), fc.integer(), { noNullPrototype: true });
    fc.assert(
      fc.property(
        members,
        (value) => canonical(value) === canonical(Object.fromEntries(Object.entries(value).reverse())),
      ),
    );
    expect(canonical({ b: 1, a: 2 })).toBe('{"a":2,"b":1}');
  });

  it.each([1, 64, 65, 66, 200])('writes lists that are nested %i deep', (depth) => {
    const text = `${'['.repeat(depth)}${']'.repeat(depth)}`;
    const value = JSON.parse(text) as JsonValue;

    expect(canonical(value)).toBe(text);
  });

  it('leaves a circle to the library, which refuses it', () => {
    const circle: Record<string, unknown> = {};
    circle['self'] = circle;

    expect(refusalOf(() => canonicalBytes(circle as JsonValue))?.code).toBe('DOCUMENT_MALFORMED');
  });

  it('writes a text that only looks like half of a surrogate pair', () => {
    expect(canonical({ a: String.raw`\ud800` })).toBe(String.raw`{"a":"\\ud800"}`);
  });

  it('reads a parsed object without prototype as it reads a plain one', () => {
    const text = '{"z":{"y":[1,{"x":null}]}}';
    expect(canonical(parseStrictJson(new TextEncoder().encode(text)))).toBe(text);
  });

  it('takes a member named toJSON as data', () => {
    expect(canonical(parseStrictJson(new TextEncoder().encode('{"toJSON":"x"}')))).toBe('{"toJSON":"x"}');
  });
});
