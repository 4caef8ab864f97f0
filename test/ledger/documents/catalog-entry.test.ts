import { createHash } from 'node:crypto';

import { describe, expect, it } from 'vitest';

import { canonicalBytes } from '../../../ledger/canonical-json.ts';
import { saltBytes } from '../../../ledger/document-hash.ts';
import { conditionsHash, denyBasisHash, MASKS } from '../../../ledger/documents/catalog-entry.ts';
import type { JsonValue } from '../../../ledger/json/strict-json.ts';
import { aCatalogEntry, defectOf } from './document.factory.ts';

const SALT = Buffer.alloc(32, 9).toString('base64url');
const ZERO = `0x${'0'.repeat(64)}`;
const BASIS = { instrumentKind: 'LAW', instrument: '中华人民共和国统计法', article: '第二十八条' } as const;

const DENIED = { shareClass: 'DENIED', conditions: [] };

const sha256 = (value: JsonValue): string =>
  `0x${createHash('sha256').update(saltBytes(SALT)).update(canonicalBytes(value)).digest('hex')}`;

function conditionsOf(count: number): { code: string; text: string }[] {
  return Array.from({ length: count }, (_, index) => ({ code: `C${index}`, text: '条件' }));
}

function fieldsOf(count: number): Record<string, unknown>[] {
  return Array.from({ length: count }, (_, index) => ({
    key: `f${index}`,
    name: `字段${index}`,
    type: 's50',
    level: 3,
    mask: 'NONE',
    personal: false,
  }));
}

describe('CatalogEntry', () => {
  describe('fields', () => {
    it.each([1, 256])('may be %i', (count) => {
      expect(defectOf('CatalogEntry', { fields: fieldsOf(count), regionField: null })).toBeNull();
    });

    it.each([
      [0, 'TOO_SMALL'],
      [257, 'TOO_BIG'],
    ])('may not be %i', (count, rule) => {
      const defect = defectOf('CatalogEntry', { fields: fieldsOf(count), regionField: null });
      expect(defect).toEqual({ kind: 'CatalogEntry', path: '/fields', rule });
    });

    it.each(MASKS)('may be masked as %s', (mask) => {
      const fields = fieldsOf(1).map((field) => ({ ...field, mask }));
      expect(defectOf('CatalogEntry', { fields, regionField: null })).toBeNull();
    });

    it.each(['c18', 's2000', 'e1', 'n', 'date', 'dt', 'bool'])('may have the type %s', (type) => {
      const fields = fieldsOf(1).map((field) => ({ ...field, type }));
      expect(defectOf('CatalogEntry', { fields, regionField: null })).toBeNull();
    });

    it.each(['c', 'c0', 's10000', 'n2', 'blob', 'C18', 'bool '])('may not have the type %s', (type) => {
      const fields = fieldsOf(1).map((field) => ({ ...field, type }));
      expect(defectOf('CatalogEntry', { fields, regionField: null })?.['path']).toBe('/fields/0/type');
    });
  });

  describe('share class', () => {
    const CLASSES = ['UNCONDITIONAL', 'CONDITIONAL', 'DENIED'] as const;
    const CONDITIONS = [[], [{ code: 'DUTY', text: '需有法定职责依据' }]] as const;
    const cases = CLASSES.flatMap((shareClass) =>
      CONDITIONS.flatMap((conditions) => [null, BASIS].map((denyBasis) => ({ shareClass, conditions, denyBasis }))),
    );

    it.each(cases)('$shareClass with conditions $conditions.length and basis $denyBasis.article', (change) => {
      const hasConditions = change.conditions.length > 0;
      const isSound =
        (change.shareClass === 'CONDITIONAL') === hasConditions &&
        (change.shareClass === 'DENIED') === (change.denyBasis !== null);
      expect(defectOf('CatalogEntry', change) === null).toBe(isSound);
    });
  });

  it.each<[string, Readonly<Record<string, unknown>>, boolean]>([
    ['a basis that is not even null', { ...DENIED, denyBasis: undefined }, false],
    ['level 4', { fields: fieldsOf(1).map((field) => ({ ...field, level: 4 })), level: 4, regionField: null }, true],
    ['level 0', { fields: fieldsOf(1).map((field) => ({ ...field, level: 0 })), level: 0, regionField: null }, false],
    ['version 2^32 - 1', { version: 2 ** 32 - 1 }, true],
    ['version 2^32', { version: 2 ** 32 }, false],
    ['a code of 64 characters', { resourceCode: `301001/${'0'.repeat(57)}` }, true],
    ['a code of 65 characters', { resourceCode: `301001/${'0'.repeat(58)}` }, false],
    ['a code that starts with 0', { resourceCode: '001001/000001' }, false],
    ['six categories', { category: ['一', '二', '三', '四', '五', '六'] }, true],
    ['seven categories', { category: ['一', '二', '三', '四', '五', '六', '七'] }, false],
    ['32 conditions', { conditions: conditionsOf(32) }, true],
    ['33 conditions', { conditions: conditionsOf(33) }, false],
    ['32 related resources', { related: Array<string>(32).fill(`0x${'ab'.repeat(32)}`) }, true],
    ['33 related resources', { related: Array<string>(33).fill(`0x${'ab'.repeat(32)}`) }, false],
    ['a member of the basis of its own', { ...DENIED, denyBasis: { ...BASIS, note: '' } }, false],
    ['a basis as it should be', { ...DENIED, denyBasis: BASIS }, true],
    ['no category', { category: [] }, false],
  ])('with %s', (_name, change, isSound) => {
    expect(defectOf('CatalogEntry', change) === null).toBe(isSound);
  });

  it.each(MASKS)('may have a region field masked as %s only if that is no mark of a person', (mask) => {
    const fields = fieldsOf(2).map((field, index) => (index === 1 ? { ...field, mask } : field));
    const marks = ['NAME', 'ID_1_1', 'ID_6_4', 'PHONE', 'BANK'];
    const rule = marks.includes(mask) ? 'REGION_FIELD_IDENTIFIES_NOBODY' : undefined;
    expect(defectOf('CatalogEntry', { fields, regionField: 'f1' })?.['rule']).toBe(rule);
    expect(defectOf('CatalogEntry', { fields, regionField: 'f0' })).toBeNull();
  });

  it.each([
    ['11990100MB0000019L', null, null],
    ['11990100MB00000435', `0x${'ab'.repeat(32)}`, null],
    ['11990100MB0000019L', `0x${'ab'.repeat(32)}`, 'SOURCE_FITS_DERIVATION'],
    ['11990100MB00000435', null, 'SOURCE_FITS_DERIVATION'],
  ])('of the source %s derived from %s', (sourceDept, derivedFrom, rule) => {
    expect(defectOf('CatalogEntry', { sourceDept, derivedFrom })?.['rule'] ?? null).toBe(rule);
  });

  it('needs a privacy assessment exactly when a field is personal', () => {
    const assessments = { secrecy: { alg: 'sha256', value: 'ab'.repeat(32) }, pia: null };
    expect(defectOf('CatalogEntry', { assessments, fields: fieldsOf(2), regionField: null })).toBeNull();
    expect(defectOf('CatalogEntry', { assessments })?.['rule']).toBe('PIA_FOR_PERSONAL');
  });
});

describe('conditionsHash', () => {
  it('is SHA-256 over the salt and the canonical conditions', () => {
    const { conditions } = aCatalogEntry();
    expect(conditionsHash({ conditions }, SALT)).toBe(sha256(conditions));
  });

  it('is zero without conditions', () => {
    expect(conditionsHash({ conditions: [] }, SALT)).toBe(ZERO);
  });

  it('changes with a condition and with the salt', () => {
    const { conditions } = aCatalogEntry();
    const hashes = [
      conditionsHash({ conditions }, SALT),
      conditionsHash({ conditions: conditions.toReversed() }, SALT),
      conditionsHash({ conditions }, Buffer.alloc(32, 8).toString('base64url')),
    ];
    expect(new Set(hashes).size).toBe(3);
  });
});

describe('denyBasisHash', () => {
  it('is SHA-256 over the salt and the canonical basis', () => {
    expect(denyBasisHash({ denyBasis: BASIS }, SALT)).toBe(sha256(BASIS));
  });

  it('is zero without a basis', () => {
    expect(denyBasisHash(aCatalogEntry(), SALT)).toBe(ZERO);
  });
});
