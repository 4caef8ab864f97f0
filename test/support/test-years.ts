import { plainYearDays, publishedYearDays } from '../../cli/calendar-days.ts';

/** Around the time at which tests run, and what a year of moved time reaches. */
export const CALENDAR_YEARS = [2024, 2025, 2026, 2027, 2028] as const;
const LAST_PUBLISHED = 2026;

/** As announced up to 2026. Later years are synthetic: Monday to Friday, because nothing is announced so far ahead. */
export function testYearDays(year: number): string[] {
  return year <= LAST_PUBLISHED ? publishedYearDays(year) : plainYearDays(year);
}
