import { describe, expect, it } from 'vitest';

import {
  bytesField,
  decodeMessage,
  decodeVarint,
  encodeDelimited,
  encodeVarint,
  fixed64Field,
  messageField,
  varintField,
} from '../../../ledger/finality/protobuf.ts';

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
const bytes = (text: string): Uint8Array => Buffer.from(text, 'hex');

describe('protobuf', () => {
  // protobuf.dev, "Encoding": 150 is 9601, the text "testing" in field 2 is 120774657374696e67.
  it('writes what its specification shows', () => {
    expect(hex(varintField(1, 150n))).toBe('089601');
    expect(hex(bytesField(2, Buffer.from('testing')))).toBe('120774657374696e67');
    expect(hex(messageField(3, varintField(1, 150n)))).toBe('1a03089601');
    expect(hex(encodeVarint(-2n))).toBe('feffffffffffffffff01');
    expect(hex(fixed64Field(2, 97n))).toBe('116100000000000000');
    expect(hex(encodeDelimited(bytes('ab12')))).toBe('02ab12');
  });

  it('leaves defaults out, but for messages', () => {
    const written = [varintField(1, 0n), fixed64Field(1, 0n), bytesField(1, bytes('')), messageField(1, bytes(''))];
    expect(written.map(hex)).toEqual(['', '', '', '0a00']);
  });

  it('reads what it wrote', () => {
    for (const value of [0n, 1n, 127n, 128n, 300n, 2n ** 32n, 2n ** 63n, 2n ** 64n - 1n]) {
      const encoded = encodeVarint(value);
      expect(decodeVarint(encoded, 0)).toEqual({ value, end: encoded.length });
    }
    const message = Buffer.concat([varintField(1, 150n), bytesField(2, bytes('aa')), bytesField(2, bytes('bb'))]);
    expect(decodeMessage(message)?.map(({ number }) => number)).toEqual([1, 2, 2]);
    expect(decodeMessage(bytes(''))).toEqual([]);
  });

  it.each([
    ['a cut varint', '0896'],
    ['a varint longer than need be', '08968100'],
    ['a varint of more than 64 bits', '08ffffffffffffffffff02'],
    ['a varint of eleven bytes', '088080808080808080808001'],
    ['no value', '08'],
    ['fewer bytes than announced', '1203ab12'],
    ['a length beyond any', '12ffffffffffffffff7f'],
    ['field 0', '0001'],
    ['fields in another order', '10010801'],
    ['a fixed number', '090000000000000000'],
    ['a group', '0b0c'],
  ])('refuses %s', (_what, text) => {
    expect(decodeMessage(bytes(text))).toBeNull();
  });
});
