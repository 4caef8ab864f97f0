import { describe, expect, it } from 'vitest';

import { aShareAuthorization, defectOf } from './document.factory.ts';

const KIND = 'ShareAuthorization';
const { window, quota } = aShareAuthorization();
const keys = (count: number): string[] => Array.from({ length: count }, (_, index) => `f${index}`).sort();
const codes = (count: number): string[] => Array.from({ length: count }, (_, index) => `C${index}`).sort();

describe('ShareAuthorization', () => {
  it.each([
    ['every field of the largest entry', { fields: keys(256), narrowed: [] }],
    ['all fields in plain', { fields: keys(3), plainFields: keys(3), narrowed: [] }],
    ['no row filter', { rowFilter: null }],
    ['no bound system', { systems: [] }],
    ['no binding condition', { conditions: [] }],
    ['32 binding conditions', { conditions: codes(32) }],
    ['a window of one second', { window: { notBefore: window.notBefore, notAfter: window.notBefore + 1 } }],
    ['a window from the epoch to the year 9999', { window: { notBefore: 0, notAfter: 253_402_300_799 } }],
    ['a quota of one each', { quota: { perSecond: 1, perDay: 1, total: 1, maxRowsPerCall: 1, maxBytesPerDay: 1 } }],
    ['the largest quota', { quota: { ...quota, maxBytesPerDay: Number.MAX_SAFE_INTEGER } }],
    [
      'a field that was asked for and is withheld',
      { narrowed: [{ field: 'addr', ask: 'field', reason: '与职责无关' }] },
    ],
  ])('may have %s', (_name, change) => {
    expect(defectOf(KIND, change)).toBeNull();
  });

  it.each([
    ['257 fields', { fields: keys(257), narrowed: [] }, '/fields', 'TOO_BIG'],
    ['fields by locale order', { fields: ['a_b', 'a1'], narrowed: [] }, '/fields', 'SORTED_UNIQUE'],
    ['plain fields out of order', { plainFields: ['name', 'birth'], narrowed: [] }, '/plainFields', 'SORTED_UNIQUE'],
    ['a window in fractions', { window: { ...window, notAfter: 1.5 } }, '/window/notAfter', 'INVALID_TYPE'],
    ['a window before the epoch', { window: { ...window, notBefore: -1 } }, '/window/notBefore', 'TOO_SMALL'],
    ['a quota as text', { quota: { ...quota, total: '1' } }, '/quota/total', 'INVALID_TYPE'],
    ['an unlimited quota', { quota: { ...quota, total: null } }, '/quota/total', 'INVALID_TYPE'],
    ['a quota beyond safe integers', { quota: { ...quota, total: 2 ** 53 } }, '/quota/total', 'TOO_BIG'],
    [
      'a region prefix with a wildcard',
      { rowFilter: { regionPrefix: '99%' } },
      '/rowFilter/regionPrefix',
      'INVALID_FORMAT',
    ],
    ['a region prefix that is empty', { rowFilter: { regionPrefix: '' } }, '/rowFilter/regionPrefix', 'INVALID_FORMAT'],
    ['a system twice', { systems: ['A', 'A'] }, '/systems', 'UNIQUE'],
    ['a system with a line break', { systems: ['A\nB'] }, '/systems/0', 'INVALID_FORMAT'],
    ['33 binding conditions', { conditions: codes(33) }, '/conditions', 'TOO_BIG'],
    ['conditions out of order', { conditions: ['DUTY', 'CASE'] }, '/conditions', 'SORTED_UNIQUE'],
    ['a condition twice', { conditions: ['DUTY', 'DUTY'] }, '/conditions', 'SORTED_UNIQUE'],
    ['a condition in words', { conditions: ['需有法定职责依据'] }, '/conditions/0', 'INVALID_FORMAT'],
    ['a case rule left open', { caseIdRequired: null }, '/caseIdRequired', 'INVALID_TYPE'],
  ])('may not have %s', (_name, change, path, rule) => {
    expect(defectOf(KIND, change)).toEqual({ kind: KIND, path, rule });
  });

  it.each(['perSecond', 'perDay', 'total', 'maxRowsPerCall', 'maxBytesPerDay'])('counts %s from one', (limit) => {
    expect(defectOf(KIND, { quota: { ...quota, [limit]: 1 } })).toBeNull();
    expect(defectOf(KIND, { quota: { ...quota, [limit]: 0 } })?.['path']).toBe(`/quota/${limit}`);
  });

  it.each([
    [3, 1, true],
    [100, 366, true],
    [2, 1, false],
    [101, 1, false],
    [3, 0, false],
    [3, 367, false],
  ])('with records of %i years and disposal within %i days', (retainYears, days, isSound) => {
    const disposal = { days, method: 'ERASE' };
    expect(defectOf(KIND, { records: { retainYears }, disposal }) === null).toBe(isSound);
  });
});
