import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { addWorkingDays, isWorkingDay, type WorkingDayCalendar, yearDaysOf } from '../../ledger/working-days.ts';
import { publishedYearDays } from '../../cli/calendar-days.ts';
import { createPicks } from '../../scripts/samples/data/random.ts';
import { CalendarChain } from '../support/calendar-chain.ts';
import { codeOf, refusalOf } from './refusal-of.ts';

/** 2022 is left out, so that there are years to miss before, between and after those that are known. */
const YEARS = [2020, 2021, 2023, 2024, 2025, 2026];
const DAYS = new Map(YEARS.map((year) => [year, yearDaysOf(year, publishedYearDays(year))]));
const calendar: WorkingDayCalendar = (year) => DAYS.get(year) ?? null;

const DAY = 86_400;
const at = (date: string, time = '00:00:00'): number => Date.parse(`${date}T${time}+08:00`) / 1000;
/** The end of a day is the first second of the next. */
const endOf = (date: string): number => at(date) + DAY;

describe('addWorkingDays', () => {
  it.each([
    ['2025-09-26', 1, '2025-09-28'],
    ['2025-09-26', 10, '2025-10-16'],
    ['2025-09-30', 1, '2025-10-09'],
    ['2025-09-30', 10, '2025-10-21'],
    ['2025-10-16', 20, '2025-11-13'],
    ['2025-08-01', 10, '2025-08-15'],
  ])('counts from %s %i working days to the end of %s, whatever the hour (R24)', (date, count, due) => {
    for (const time of ['00:00:00', '09:30:00', '23:59:59']) {
      expect(addWorkingDays(calendar, at(date, time), count)).toBe(endOf(due));
    }
  });

  it('counts days of Shanghai, not of Greenwich', () => {
    expect(addWorkingDays(calendar, at('2025-09-26') - 1, 1)).toBe(endOf('2025-09-26'));
    expect(addWorkingDays(calendar, Date.UTC(2025, 8, 25, 16) / 1000, 1)).toBe(endOf('2025-09-28'));
  });

  it('goes on in the next year, and counts a leap day', () => {
    expect(addWorkingDays(calendar, at('2024-12-31', '23:59:59'), 1)).toBe(endOf('2025-01-02'));
    expect(addWorkingDays(calendar, at('2024-12-31'), 248)).toBe(endOf('2025-12-31'));
    expect(addWorkingDays(calendar, at('2024-12-30'), 366)).toBe(endOf('2026-06-25'));
    expect(addWorkingDays(calendar, at('2024-02-28'), 1)).toBe(endOf('2024-02-29'));
  });

  it.each([
    ['2026-12-31', 1, 2027],
    ['2026-12-30', 2, 2027],
    ['2021-12-31', 1, 2022],
    ['2022-06-01', 1, 2022],
    ['2021-06-01', 200, 2022],
    ['1970-01-01', 1, 1970],
  ])('refuses to guess: %s and %i days need %i', (date, count, year) => {
    const refusal = refusalOf(() => addWorkingDays(calendar, at(date, '12:00:00'), count));
    expect(refusal).toEqual({ code: 'CALENDAR_YEAR_MISSING', details: { year } });
  });

  it('does not need the year of the start when none of its days counts', () => {
    expect(addWorkingDays(calendar, at('2022-12-31', '23:59:59'), 1)).toBe(endOf('2023-01-03'));
    expect(addWorkingDays(calendar, at('2026-12-30'), 1)).toBe(endOf('2026-12-31'));
  });

  it('takes a year without days for one that is missing, and ends', () => {
    const empty: WorkingDayCalendar = () => ({ early: 0n, late: 0n });
    expect(codeOf(() => addWorkingDays(empty, at('2025-01-01'), 1))).toBe('CALENDAR_YEAR_MISSING');
  });

  it.each([0, -1, 367, 1.5, NaN, Infinity])('refuses %s days', (count) => {
    expect(codeOf(() => addWorkingDays(calendar, at('2025-01-01'), count))).toBe('CALENDAR_INVALID');
  });

  it.each([-1, 0.5, NaN, Infinity, 2 ** 53, 253_402_272_000])('refuses %s as a time', (timestamp) => {
    expect(codeOf(() => addWorkingDays(calendar, timestamp, 1))).toBe('CALENDAR_INVALID');
  });
});

describe('isWorkingDay', () => {
  it.each([
    ['2025-09-26', true],
    ['2025-09-27', false],
    ['2025-09-28', true], // a Sunday that is made up for
    ['2025-10-01', false],
    ['2025-10-08', false],
    ['2024-12-31', true],
  ])('says for %s %s, from midnight to midnight', (date, working) => {
    expect(isWorkingDay(calendar, at(date))).toBe(working);
    expect(isWorkingDay(calendar, endOf(date) - 1)).toBe(working);
  });

  it('refuses to guess', () => {
    const refusal = refusalOf(() => isWorkingDay(calendar, endOf('2026-12-31')));
    expect(refusal).toEqual({ code: 'CALENDAR_YEAR_MISSING', details: { year: 2027 } });
  });
});

describe('yearDaysOf', () => {
  it('gives the words of 2025', () => {
    expect(yearDaysOf(2025, publishedYearDays(2025))).toEqual({
      early: 0x7cf9f3e7cf9f3e7cf9f3e7cf9e3e7cf9e0f7cf9f1e7cf9f3e7cf9f7806f9f3e6n,
      late: 0x1cf9f3e7cf9f3e7cf9f3ee01df3en,
    });
  });

  it('puts the days around the end of the first word where they belong', () => {
    expect(yearDaysOf(2025, ['2025-01-01', '2025-09-13', '2025-09-14', '2025-12-31'])).toEqual({
      early: (1n << 255n) | 1n,
      late: (1n << 108n) | 1n,
    });
    expect(yearDaysOf(2024, ['2024-12-31'])).toEqual({ early: 0n, late: 1n << 109n });
  });

  it.each(['2024-12-31', '2026-01-01', '2025-02-29', '2025-13-01', '2025-1-1', '20250101', '', '2025-01-01T00:00:00Z'])(
    'refuses "%s" as a date of 2025',
    (date) => {
      expect(codeOf(() => yearDaysOf(2025, [date]))).toBe('CALENDAR_INVALID');
    },
  );

  it('refuses a date that is named twice', () => {
    const refusal = refusalOf(() => yearDaysOf(2025, ['2025-01-02', '2025-01-03', '2025-01-02']));
    expect(refusal).toEqual({ code: 'CALENDAR_INVALID', details: { year: 2025, date: '2025-01-02' } });
  });
});

interface Question {
  readonly timestamp: number;
  readonly count: number;
}

/** Half of them at the first or last second of a day, many around the end of a year. */
function questions(amount: number): Question[] {
  const picks = createPicks(0x7724);
  const first = at('2019-12-01');
  const dayCount = (at('2027-02-01') - first) / DAY;
  return Array.from({ length: amount }, () => {
    const nearNewYear = at(`${String(picks.integer(8) + 2020)}-01-01`) + (picks.integer(20) - 12) * DAY;
    const midnight = picks.pick([true, false]) ? nearNewYear : first + picks.integer(dayCount) * DAY;
    const second = picks.pick([true, false]) ? picks.pick([0, DAY - 1]) : picks.integer(DAY);
    const count = picks.pick([1, 2, 10, 20, 1 + picks.integer(60), 1 + picks.integer(366)]);
    return { timestamp: midnight + second, count };
  });
}

function askPython(asked: readonly Question[]): unknown {
  const input = JSON.stringify({ workingDays: YEARS.flatMap(publishedYearDays), years: YEARS, questions: asked });
  const script = join(import.meta.dirname, 'working_days.py');
  const { status, stdout, stderr } = spawnSync('python3', [script], { input, encoding: 'utf8' });
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  return JSON.parse(stdout);
}

/** The due time, or the year that is missing. */
function askTypeScript({ timestamp, count }: Question): number | { readonly missing: unknown } {
  let dueAt = NaN;
  const refusal = refusalOf(() => {
    dueAt = addWorkingDays(calendar, timestamp, count);
  });
  if (refusal === null) return dueAt;
  expect(refusal.code).toBe('CALENDAR_YEAR_MISSING');
  return { missing: refusal.details['year'] };
}

describe('TypeScript, Python and the contract', () => {
  const asked = questions(300);
  let chain: CalendarChain;

  beforeAll(async () => {
    chain = await CalendarChain.start();
    const notice = `0x${createHash('sha256').update('notice').digest('hex')}`;
    for (const [year, days] of DAYS) await chain.setYear(year, days, notice);
  });

  afterAll(async () => {
    await chain.stop();
  });

  it('give 300 deadlines alike', async () => {
    const answers = asked.map(askTypeScript);
    expect(askPython(asked)).toEqual(answers.map((answer) => (typeof answer === 'number' ? answer : null)));
    for (const [index, { timestamp, count }] of asked.entries()) {
      const answer = answers[index]!;
      const expected =
        typeof answer === 'number'
          ? answer
          : { name: 'WorkingDayCalendarYearMissing', args: [BigInt(Number(answer.missing))] };
      expect(await chain.addWorkingDays(timestamp, count), JSON.stringify({ timestamp, count })).toEqual(expected);
    }
    const refused = answers.filter((answer) => typeof answer !== 'number');
    expect(new Set(refused.map(({ missing }) => missing))).toEqual(new Set([2019, 2022, 2027]));
    expect(refused.length).toBeLessThan(150);
  });

  it('name the same days working days', async () => {
    for (const { timestamp } of asked) {
      const refusal = refusalOf(() => isWorkingDay(calendar, timestamp));
      const expected =
        refusal === null
          ? isWorkingDay(calendar, timestamp)
          : { name: 'WorkingDayCalendarYearMissing', args: [BigInt(Number(refusal.details['year']))] };
      expect(await chain.isWorkingDay(timestamp), String(timestamp)).toEqual(expected);
    }
  });

  it('cost little on the ledger, also over three years', async () => {
    const gas = {
      'within a year': await chain.gasOf(at('2025-09-30'), 10),
      'over the end of a year': await chain.gasOf(at('2025-12-27'), 20),
      'three years': await chain.gasOf(at('2024-12-30'), 366),
    };
    console.log('Gas of a transaction that asks for a deadline:', gas);
    expect(Math.max(...Object.values(gas))).toBeLessThan(21_000 + 60_000);
  });
});
