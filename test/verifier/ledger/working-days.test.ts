import { describe, expect, it } from 'vitest';

import { after, countDays, type YearBits } from '../../../verifier/ledger/working-days.ts';

/** Noon in Shanghai. */
const at = (year: number, month: number, day: number, hour = 12): bigint =>
  BigInt(Date.UTC(year, month - 1, day, hour - 8) / 1_000);
const bitsOf = (days: readonly number[]): YearBits => {
  const all = days.reduce((bits, day) => bits | (1n << BigInt(day)), 0n);
  return { early: all & (2n ** 256n - 1n), late: all >> 256n };
};
const EVERY = Array.from({ length: 365 }, (_, day) => day);
/** 1 January 2026 is a Thursday. */
const WEEKDAYS_2026 = EVERY.filter((day) => ![2, 3].includes(day % 7));
const years = new Map([
  [2026, bitsOf(WEEKDAYS_2026)],
  [2027, bitsOf(EVERY)],
]);

describe('after', () => {
  it.each<[string, bigint, number, bigint]>([
    ['the next day', at(2026, 6, 15), 1, at(2026, 6, 17, 0)],
    ['over a weekend', at(2026, 6, 19), 1, at(2026, 6, 23, 0)],
    ['from a Saturday', at(2026, 6, 20), 1, at(2026, 6, 23, 0)],
    ['ten days', at(2026, 6, 15), 10, at(2026, 6, 30, 0)],
    ['no day at all', at(2026, 6, 15), 0, at(2026, 6, 16, 0)],
    ['from the last second of a day', at(2026, 6, 16, 0) - 1n, 1, at(2026, 6, 17, 0)],
    ['from the first second of a day', at(2026, 6, 16, 0), 1, at(2026, 6, 18, 0)],
    ['over the turn of the early days to the late ones', at(2026, 9, 14), 2, at(2026, 9, 17, 0)],
    ['to the last day of the year', at(2026, 12, 30), 1, at(2027, 1, 1, 0)],
    ['into the next year', at(2026, 12, 31), 1, at(2027, 1, 2, 0)],
    ['to the end of what is set', at(2027, 12, 30), 1, at(2028, 1, 1, 0)],
  ])('counts %s', (_, now, count, expected) => {
    expect(after(years, now, count)).toBe(expected);
  });

  it('does not count into a year that is not set', () => {
    expect(after(years, at(2027, 12, 31), 1)).toBeNull();
    expect(after(years, at(2025, 12, 30), 1)).toBeNull();
    expect(after(new Map(), at(2026, 6, 15), 1)).toBeNull();
    expect(after(new Map(), at(2026, 6, 15), 0)).toBe(at(2026, 6, 16, 0));
  });

  it('ends where years have five digits, however late it is asked', () => {
    const always = new Map([[9999, bitsOf(EVERY)]]);
    expect(after(always, at(9999, 12, 30), 1)).toBe(at(9999, 12, 31, 24));
    expect(after(always, at(9999, 12, 31), 1)).toBeNull();
    expect(after(always, 2n ** 64n - 1n, 1)).toBeNull();
    expect(after(new Map([[9999, bitsOf([0])]]), at(9999, 1, 1), 1)).toBeNull();
  });
});

describe('countDays', () => {
  it.each<[number, readonly number[], number, boolean]>([
    [2026, [], 0, true],
    [2026, EVERY, 365, true],
    [2026, [0, 255, 256, 364], 4, true],
    [2026, [365], 1, false],
    [2028, [365], 1, true],
    [2028, [366], 1, false],
    [2100, [365], 1, false],
    [2000, [365], 1, true],
  ])('of %i', (year, days, count, fits) => {
    if (days.length > 0 || count === 0) expect(countDays(year, bitsOf(days))).toEqual({ days: days.length, fits });
    expect(days).toHaveLength(count);
  });
});
