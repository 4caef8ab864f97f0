import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { fieldBitmap, fieldKeys, type FieldList } from '../../ledger/field-set.ts';
import { refusalOf } from './refusal-of.ts';

const entryOf = (count: number): FieldList => ({
  fields: Array.from({ length: count }, (_, index) => ({ key: `f${index}` })),
});
const entry: FieldList = { fields: ['id_no', 'name', 'birth'].map((key) => ({ key })) };

describe('fieldBitmap', () => {
  it.each([
    [[], 0n],
    [['id_no'], 1n],
    [['name'], 2n],
    [['birth', 'id_no'], 5n],
    [['birth', 'id_no', 'name'], 7n],
  ])('of %j is %d', (keys, bitmap) => {
    expect(fieldBitmap(entry, keys)).toBe(bitmap);
  });

  it('reaches bit 255, the highest of a uint256', () => {
    expect(fieldBitmap(entryOf(256), ['f255'])).toBe(1n << 255n);
  });

  it.each([
    ['an unknown key', ['name', 'addr'], 'addr'],
    ['a key in another case', ['Name'], 'Name'],
    ['a key of every object', ['toString'], 'toString'],
    ['a key twice', ['name', 'name'], 'name'],
  ])('refuses %s', (_name, keys, key) => {
    expect(refusalOf(() => fieldBitmap(entry, keys))).toEqual({ code: 'FIELDS_INVALID', details: { key } });
  });
});

describe('fieldKeys', () => {
  it('lists the keys in the order of the entry', () => {
    expect(fieldKeys(entry, 0b101n)).toEqual(['id_no', 'birth']);
    expect(fieldKeys(entry, 0n)).toEqual([]);
  });

  it.each([8n, 1n << 255n, 1n << 300n, -1n])('refuses the bitmap %d of three fields', (bitmap) => {
    expect(refusalOf(() => fieldKeys(entry, bitmap))).toEqual({ code: 'FIELDS_INVALID', details: { fieldCount: 3 } });
  });

  it('takes back what fieldBitmap gave, for any entry and choice', () => {
    const choices = fc
      .integer({ min: 1, max: 256 })
      .chain((count) => fc.tuple(fc.constant(count), fc.bigInt({ min: 0n, max: 2n ** BigInt(count) - 1n })));
    fc.assert(
      fc.property(choices, ([count, bitmap]) => {
        const list = entryOf(count);
        const keys = fieldKeys(list, bitmap);
        expect(fieldBitmap(list, keys)).toBe(bitmap);
        expect(fieldBitmap(list, keys.toReversed())).toBe(bitmap);
        expect(keys).toHaveLength(bitmap.toString(2).replaceAll('0', '').length);
      }),
    );
  });
});
