import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { numberDefect } from '../../../ledger/json/exact-number.ts';

describe('numberDefect', () => {
  it.each([
    '0',
    '0.0',
    '0e5',
    '0e999999999999999999999',
    '1',
    '-1',
    '1.0',
    '1.50',
    '1e2',
    '1E+2',
    '100e-2',
    '0.1',
    '0.30000000000000004',
    '9007199254740991',
    '-9007199254740991',
    '90071992547409.91e2',
    '5e-324',
    '2.2250738585072014e-308',
    '1234.5678e-3',
  ])('has nothing against %s', (literal) => {
    expect(numberDefect(literal)).toBeNull();
  });

  it.each([
    ['9007199254740992', 'NUMBER_OUT_OF_RANGE'],
    ['9007199254740993', 'NUMBER_OUT_OF_RANGE'],
    ['-9007199254740992', 'NUMBER_OUT_OF_RANGE'],
    ['9007199254740991.5', 'NUMBER_OUT_OF_RANGE'],
    ['1e16', 'NUMBER_OUT_OF_RANGE'],
    ['1.7976931348623157e308', 'NUMBER_OUT_OF_RANGE'],
    ['1e400', 'NUMBER_OUT_OF_RANGE'],
    ['-1e999999999999999999999', 'NUMBER_OUT_OF_RANGE'],
    ['1e-400', 'NUMBER_INEXACT'],
    ['-1e-400', 'NUMBER_INEXACT'],
    ['1e-999999999999999999999', 'NUMBER_INEXACT'],
    ['4.9e-324', 'NUMBER_INEXACT'],
    ['0.1000000000000000055', 'NUMBER_INEXACT'],
    ['0.10000000000000001', 'NUMBER_INEXACT'],
    ['1.00000000000000000001', 'NUMBER_INEXACT'],
    ['333333333.33333329', 'NUMBER_INEXACT'],
    ['-0', 'NUMBER_NEGATIVE_ZERO'],
    ['-0.000', 'NUMBER_NEGATIVE_ZERO'],
    ['-0e7', 'NUMBER_NEGATIVE_ZERO'],
  ])('finds in %s the defect %s', (literal, defect) => {
    expect(numberDefect(literal)).toBe(defect);
  });

  it('accepts the shortest form of every double that is no large integer', () => {
    const doubles = fc
      .double({ noNaN: true, noDefaultInfinity: true })
      .filter((value) => !Object.is(value, -0) && (!Number.isInteger(value) || Number.isSafeInteger(value)));
    fc.assert(
      fc.property(
        doubles,
        (value) => numberDefect(String(value)) === null && numberDefect(value.toExponential()) === null,
      ),
    );
    expect(fc.sample(doubles, 10)).toHaveLength(10);
  });

  it('refuses every integer beyond the safe ones', () => {
    const large = fc.bigInt({ min: 2n ** 53n, max: 10n ** 40n });
    fc.assert(fc.property(large, (value) => numberDefect(`-${value}`) === 'NUMBER_OUT_OF_RANGE'));
    expect(numberDefect(String(2n ** 53n))).toBe('NUMBER_OUT_OF_RANGE');
  });

  it('refuses a digit more than a double keeps', () => {
    const withTail = fc.tuple(fc.integer({ min: 1, max: 999_999 }), fc.integer({ min: 1, max: 9 }));
    fc.assert(
      fc.property(
        withTail,
        ([head, digit]) => numberDefect(`${head}.5000000000000000000${digit}`) === 'NUMBER_INEXACT',
      ),
    );
    expect(numberDefect('1.50000000000000000009')).toBe('NUMBER_INEXACT');
  });
});
