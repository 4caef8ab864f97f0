import { describe, expect, it } from 'vitest';

import { DER, DerReader, encodeDer, encodeInteger, encodeOid } from '../../../gateway/timestamps/der.ts';

const hex = (bytes: Uint8Array | null): string | null => (bytes === null ? null : Buffer.from(bytes).toString('hex'));
const reader = (text: string): DerReader => new DerReader(Buffer.from(text, 'hex'), 'it');
const malformed = { code: 'TIMESTAMP_MALFORMED', detail: 'it' };

describe('encodeOid', () => {
  it.each([
    ['2.16.840.1.101.3.4.2.1', '0609608648016503040201'],
    ['1.2.840.113549.1.7.2', '06092a864886f70d010702'],
    ['0.39', '060127'],
    ['2.999', '06028837'],
    ['1.2.0', '06022a00'],
  ])('writes %s', (dotted, expected) => {
    expect(hex(encodeOid(dotted))).toBe(expected);
  });

  it.each(['', '1', '3.1', '1.40', '1.2.', '.1', '1.02', '1.-2', '1.2.a', '1.2.9999999999'])('refuses %j', (dotted) => {
    expect(encodeOid(dotted)).toBeNull();
  });
});

describe('encodeInteger', () => {
  it.each([
    ['00', '020100'],
    ['0000', '020100'],
    ['7f', '02017f'],
    ['80', '02020080'],
    ['0001', '020101'],
    ['00ff', '020200ff'],
  ])('writes %s in its shortest form', (bytes, expected) => {
    expect(hex(encodeInteger(Buffer.from(bytes, 'hex')))).toBe(expected);
  });
});

describe('DerReader', () => {
  it.each([0, 1, 127, 128, 255, 256, 65_535, 65_536])('reads back a content of %i bytes', (length) => {
    const content = Buffer.alloc(length, 7);
    const read = new DerReader(encodeDer(DER.octetString, content), 'it');
    expect(Buffer.compare(read.take(DER.octetString), content)).toBe(0);
    expect(read.isAtEnd).toBe(true);
    read.end();
  });

  it.each([
    ['nothing', ''],
    ['a tag alone', '04'],
    ['another tag', '020100'],
    ['a content that is cut off', '040200'],
    ['a length of no known end', '0480aabb0000'],
    ['a length in long form that has a short one', '04810100'],
    ['a length with a leading zero', `04820080${'00'.repeat(128)}`],
    ['a length that is cut off', '0482'],
    ['a length of four bytes', '048401000000'],
    ['a length that nothing can have', '04ff'],
  ])('refuses %s', (_what, text) => {
    expect(() => reader(text).take(DER.octetString)).toThrow(expect.objectContaining(malformed) as Error);
  });

  it.each([
    ['no digit', '0200'],
    ['a leading zero', '02020001'],
    ['a leading sign', '0202ff80'],
  ])('refuses a number with %s', (_what, text) => {
    expect(() => reader(text).takeInteger()).toThrow(expect.objectContaining(malformed) as Error);
  });

  it('refuses a tag of more bytes, and what stands behind', () => {
    expect(() => reader('1f0100').take(0x1f)).toThrow(expect.objectContaining(malformed) as Error);
    expect(() => reader('00').end()).toThrow(expect.objectContaining(malformed) as Error);
  });

  it('takes what may be left out only where it stands', () => {
    const read = reader('0101ff020105');
    expect(read.takeIf(DER.integer)).toBeNull();
    expect(hex(read.takeIf(DER.boolean))).toBe('ff');
    expect(hex(read.takeInteger())).toBe('05');
    expect(read.takeIf(DER.integer)).toBeNull();
  });
});
