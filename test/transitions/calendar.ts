/** Working days by plain counting over a list of dates, written apart from the contract's and the SDK's bit words. */

const DAY_SECONDS = 86_400;
const SHANGHAI_SECONDS = 8 * 3_600;

export const FIRST_YEAR = 2025;
export const LAST_YEAR = 2030;

/** Days off that repeat every year here; the lunar ones are made up, which no rule notices. */
const HOLIDAYS = ['01-01', '02-16', '02-17', '02-18', '02-19', '02-20', '04-05', '05-01', '05-04', '05-05'].concat(
  [1, 2, 3, 4, 5, 6, 7, 8].map((day) => `10-0${String(day)}`),
);
/** Weekend days that are worked (调休). */
const MAKE_UP_DAYS = ['2025-09-28', '2025-10-11', '2026-02-14', '2026-02-28', '2026-10-10', '2027-02-20'];

const dateOf = (day: number): string => new Date(day * DAY_SECONDS * 1000).toISOString().slice(0, 10);
const firstDayOf = (year: number): number => Date.UTC(year, 0, 1) / (DAY_SECONDS * 1000);

function isWorkingDate(day: number): boolean {
  const date = dateOf(day);
  if (MAKE_UP_DAYS.includes(date)) return true;
  const weekday = new Date(day * DAY_SECONDS * 1000).getUTCDay();
  return weekday !== 0 && weekday !== 6 && !HOLIDAYS.includes(date.slice(5));
}

const WORKING_DAYS = Array.from(
  { length: firstDayOf(LAST_YEAR + 1) - firstDayOf(FIRST_YEAR) },
  (_, index) => firstDayOf(FIRST_YEAR) + index,
).filter(isWorkingDate);

/** The dates of a year, as an authority announces them. */
export function workingDatesOf(year: number): string[] {
  return WORKING_DAYS.map(dateOf).filter((date) => date.startsWith(String(year)));
}

/** The first second after `count` working days, or null where the years announced do not reach. */
export function addWorkingDays(timestamp: number, count: number): number | null {
  const today = Math.floor((timestamp + SHANGHAI_SECONDS) / DAY_SECONDS);
  const next = WORKING_DAYS.findIndex((day) => day > today);
  const last = next === -1 ? undefined : WORKING_DAYS[next + count - 1];
  return last === undefined ? null : (last + 1) * DAY_SECONDS - SHANGHAI_SECONDS;
}

/** Seconds of a time in Shanghai, `2025-09-26` or `2025-09-26 09:00:00`. */
export function at(time: string): number {
  const [date, clock] = time.split(' ');
  return Date.parse(`${date!}T${clock ?? '00:00:00'}+08:00`) / 1000;
}
