import type { CatalogEntry } from './documents/catalog-entry.ts';
import { LedgerError } from './errors.ts';

/** The part of a catalogue entry that gives each field its bit: bit i of a bitmap is `fields[i]`. */
export interface FieldList {
  readonly fields: readonly Pick<CatalogEntry['fields'][number], 'key'>[];
}

/**
 * The `fields` of an act: one bit for each key.
 * @throws LedgerError FIELDS_INVALID for a key that the entry does not have, or a key given twice
 */
export function fieldBitmap(entry: FieldList, keys: readonly string[]): bigint {
  const bits = new Map(entry.fields.map(({ key }, index) => [key, 1n << BigInt(index)]));
  let bitmap = 0n;
  for (const key of keys) {
    const bit = bits.get(key);
    if (bit === undefined) throw new LedgerError('FIELDS_INVALID', 'The entry has no such field', { key });
    if ((bitmap & bit) !== 0n) throw new LedgerError('FIELDS_INVALID', 'A field is named twice', { key });
    bitmap |= bit;
  }
  return bitmap;
}

/**
 * The keys that a bitmap stands for, in the order of the entry; sort them for a document.
 * @throws LedgerError FIELDS_INVALID for a bit beyond the entry's fields
 */
export function fieldKeys(entry: FieldList, bitmap: bigint): string[] {
  // A negative bitmap has every high bit set.
  if (bitmap >> BigInt(entry.fields.length) !== 0n) {
    throw new LedgerError('FIELDS_INVALID', 'The bitmap names fields that the entry does not have', {
      fieldCount: entry.fields.length,
    });
  }
  return entry.fields.map(({ key }) => key).filter((_key, index) => ((bitmap >> BigInt(index)) & 1n) === 1n);
}
