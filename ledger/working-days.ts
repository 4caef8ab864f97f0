import { LedgerError } from './errors.ts';

/** One bit for each day of a year, 1 January being day 0: bit n of `early` is day n, bit n of `late` is day 256 + n. */
export interface YearDays {
  readonly early: bigint;
  readonly late: bigint;
}

/** The working days of a year, or null for a year that was not set. */
export type WorkingDayCalendar = (year: number) => YearDays | null;

const DAY_SECONDS = 86_400;
/** Asia/Shanghai is UTC+8; its last summer time was in 1991, before the first year of the calendar. */
const OFFSET_SECONDS = 8 * 3_600;
const EARLY_DAYS = 256n;
/** The end of the year 9999 in Shanghai. */
const LAST_TIMESTAMP = 253_402_271_999;
/** As `WorkingDayCalendar` has it. */
const LONGEST_DEADLINE = 366;

/**
 * When `count` working days after the day of `timestamp` are over, in Unix seconds: the first second that is too late.
 * The day of `timestamp` itself does not count (R24). The same as `WorkingDayCalendar.addWorkingDays`.
 * @throws LedgerError CALENDAR_YEAR_MISSING when a day of a year that is not in the calendar would have to be counted,
 * CALENDAR_INVALID for a time or count that no deadline has
 */
export function addWorkingDays(calendar: WorkingDayCalendar, timestamp: number, count: number): number {
  if (!Number.isSafeInteger(count) || count < 1 || count > LONGEST_DEADLINE) {
    throw new LedgerError('CALENDAR_INVALID', 'A deadline is 1 to 366 working days', { count });
  }
  let missing = count;
  let day = dayOf(timestamp);
  for (const next of workingDaysFrom(calendar, day + 1)) {
    day = next;
    missing -= 1;
    if (missing === 0) break;
  }
  return (day + 1) * DAY_SECONDS - OFFSET_SECONDS;
}

/**
 * Whether the day in Shanghai that `timestamp` (Unix seconds) falls on is a working day.
 * @throws LedgerError CALENDAR_YEAR_MISSING when its year is not in the calendar, CALENDAR_INVALID for no time
 */
export function isWorkingDay(calendar: WorkingDayCalendar, timestamp: number): boolean {
  const day = dayOf(timestamp);
  const year = yearOf(day);
  return isSet(workingDaysOf(calendar, year), day - firstDayOf(year));
}

/**
 * The two words that stand for `dates` (`YYYY-MM-DD`), as `CalendarYear` has them.
 * @throws LedgerError CALENDAR_INVALID for what is no date of the year, or a date named twice
 */
export function yearDaysOf(year: number, dates: readonly string[]): YearDays {
  let bits = 0n;
  for (const date of dates) {
    const bit = 1n << BigInt(dayInYear(year, date));
    if ((bits & bit) !== 0n) throw new LedgerError('CALENDAR_INVALID', 'A date is named twice', { year, date });
    bits |= bit;
  }
  return { early: BigInt.asUintN(Number(EARLY_DAYS), bits), late: bits >> EARLY_DAYS };
}

/** Working days from `day` on, year after year. */
function* workingDaysFrom(calendar: WorkingDayCalendar, day: number): Generator<number> {
  for (let year = yearOf(day); ; year += 1) {
    const days = workingDaysOf(calendar, year);
    const first = firstDayOf(year);
    const end = firstDayOf(year + 1);
    for (let next = Math.max(day, first); next < end; next += 1) {
      if (isSet(days, next - first)) yield next;
    }
  }
}

/** A year without early days cannot have been set: the contract takes none with fewer than 200 days. */
function workingDaysOf(calendar: WorkingDayCalendar, year: number): YearDays {
  const days = calendar(year);
  if (days === null || days.early === 0n) {
    throw new LedgerError('CALENDAR_YEAR_MISSING', 'The working days of the year are not known', { year });
  }
  return days;
}

function isSet({ early, late }: YearDays, dayInYear: number): boolean {
  return (((early | (late << EARLY_DAYS)) >> BigInt(dayInYear)) & 1n) === 1n;
}

/** Days since 1 January 1970 in Shanghai. */
function dayOf(timestamp: number): number {
  if (!Number.isSafeInteger(timestamp) || timestamp < 0 || timestamp > LAST_TIMESTAMP) {
    throw new LedgerError('CALENDAR_INVALID', 'Not a time in Unix seconds', { timestamp });
  }
  return Math.floor((timestamp + OFFSET_SECONDS) / DAY_SECONDS);
}

function yearOf(day: number): number {
  return new Date(day * DAY_SECONDS * 1000).getUTCFullYear();
}

function firstDayOf(year: number): number {
  return Date.UTC(year, 0, 1) / (DAY_SECONDS * 1000);
}

function dayInYear(year: number, date: string): number {
  const day = Date.parse(`${date}T00:00:00Z`) / (DAY_SECONDS * 1000);
  // A date that is none, such as 30 February, either cannot be parsed or comes back as another one.
  const isDate = Number.isSafeInteger(day) && new Date(day * DAY_SECONDS * 1000).toISOString().startsWith(`${date}T`);
  if (!isDate || yearOf(day) !== year) {
    throw new LedgerError('CALENDAR_INVALID', 'Not a date of the year', { year, date });
  }
  return day - firstDayOf(year);
}

/** How many working days a year has. */
export function countYearDays({ early, late }: YearDays): number {
  return [early, late].reduce((sum, word) => sum + word.toString(2).replaceAll('0', '').length, 0);
}
