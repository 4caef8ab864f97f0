import { describe, expect, it } from 'vitest';

import { defectOf } from './document.factory.ts';

const LAW = { instrument: '中华人民共和国统计法', article: '第二十八条' };

describe('ShareRefusal', () => {
  it.each([
    ['CONDITION_NOT_MET', ['DUTY'], [], null],
    ['CONDITION_NOT_MET', ['DUTY', 'CASE'], [LAW], null],
    ['CONDITION_NOT_MET', [], [], '/conditions'],
    ['CONDITION_NOT_MET', [], [LAW], '/conditions'],
    ['CONDITION_NOT_MET', ['DUTY', 'DUTY'], [], '/conditions'],
    ['FORBIDDEN_BY_LAW', [], [LAW], null],
    ['FORBIDDEN_BY_LAW', [], [], '/legalBasis'],
    ['FORBIDDEN_BY_LAW', ['DUTY'], [LAW], '/conditions'],
    ['NOT_NOW', ['DUTY'], [LAW], '/reasonCode'],
    ['', [], [], '/reasonCode'],
  ])('for %s with conditions %j and law %j', (reasonCode, conditions, legalBasis, path) => {
    expect(defectOf('ShareRefusal', { reasonCode, conditions, legalBasis })?.['path'] ?? null).toBe(path);
  });

  it.each([
    [32, 32, null],
    [33, 0, '/conditions'],
    [1, 33, '/legalBasis'],
  ])('with %i conditions and %i articles of law', (conditionCount, articleCount, path) => {
    const conditions = Array.from({ length: conditionCount }, (_, index) => `C${index}`);
    const legalBasis = Array(articleCount).fill(LAW);
    expect(defectOf('ShareRefusal', { conditions, legalBasis })?.['path'] ?? null).toBe(path);
  });
});
