import { describe, expect, it } from 'vitest';

import { defectOf } from './document.factory.ts';

describe('CorrectionFiling', () => {
  it.each(['WRONG_VALUE', 'MISSING', 'OUTDATED', 'DUPLICATE', 'OTHER'])('may be of a value that is %s', (errorKind) => {
    expect(defectOf('CorrectionFiling', { errorKind })).toBeNull();
  });

  it.each([
    ['an identity number', '身份号码11010119900307771X有误'],
    ['a telephone number', '电话13800000000有误'],
    ['digits of full width', '电话１３８０００００００0有误'],
  ])('may not write %s in its text', (_name, text) => {
    expect(defectOf('CorrectionFiling', { text })?.['rule']).toBe('TEXT_IDENTIFIES_NOBODY');
  });

  it('may write dates and short numbers', () => {
    expect(defectOf('CorrectionFiling', { text: '2025年10月20日抽查1200条,错误3条(批次2025102001)' })).toBeNull();
  });

  it.each(['value', 'record', 'id_no'])('has no place for a %s', (member) => {
    expect(defectOf('CorrectionFiling', { [member]: '示例' })?.['rule']).toBe('UNRECOGNIZED_KEYS');
  });

  it.each([
    [['addr'], null],
    [[], 'TOO_SMALL'],
    [['name', 'addr'], 'SORTED_UNIQUE'],
  ])('about the fields %j', (fields, rule) => {
    expect(defectOf('CorrectionFiling', { fields })?.['rule'] ?? null).toBe(rule);
  });
});
