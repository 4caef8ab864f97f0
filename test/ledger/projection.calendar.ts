import { plainYearDays, publishedYearDays } from '../../cli/calendar-days.ts';
import { addWorkingDays, type YearDays, yearDaysOf } from '../../ledger/working-days.ts';

/** 2026 as announced, and years of Mondays to Fridays. */
const YEARS = new Map([
  [2025, plainYearDays(2025)],
  [2026, publishedYearDays(2026)],
  [2027, plainYearDays(2027)],
  [2028, plainYearDays(2028)],
]);
const CALENDAR = new Map<number, YearDays>([...YEARS].map(([year, days]) => [year, yearDaysOf(year, days)]));

/** The working days of a year, Mondays to Fridays of one that no history sets. */
export function datesOf(year: number): string[] {
  return YEARS.get(year) ?? plainYearDays(year);
}

/** The deadline of `days` working days after `from`, Unix seconds. */
export function dueAfter(from: number, days: number): number {
  return addWorkingDays((year) => CALENDAR.get(year) ?? null, from, days);
}
