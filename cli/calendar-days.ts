import chineseDays from 'chinese-days';

/** A row of resource 301004/000009, 工作日历. */
export interface CalendarDay {
  readonly date: string;
  /** True for a working day, also one made up for (调休). */
  readonly working: boolean;
  /** 1 Monday to 7 Sunday. */
  readonly weekday: number;
  /** The holiday, or null. */
  readonly holiday: string | null;
}

/** The State Council has not announced the year, or the package does not know it; there is nothing to choose. */
export class CalendarNotPublishedError extends Error {
  override readonly name = 'CalendarNotPublishedError';
  readonly code = 'CALENDAR_NOT_PUBLISHED';
}

const DAY_MS = 86_400_000;
const SATURDAY = 6;

/** Every day of the years given, both included, as npm `chinese-days` has it from the State Council's notices. */
export function readCalendarDays(firstYear: number, lastYear: number): CalendarDay[] {
  const first = Date.UTC(firstYear, 0, 1);
  const count = (Date.UTC(lastYear + 1, 0, 1) - first) / DAY_MS;
  return Array.from({ length: count }, (_, index) => readDay(new Date(first + index * DAY_MS)));
}

/**
 * The working days of a year (`YYYY-MM-DD`). The package shows plain weekdays for a year that it does not know, so a year
 * in which no weekday is a holiday has not been announced.
 * @throws CalendarNotPublishedError for such a year
 */
export function publishedYearDays(year: number): string[] {
  const days = readCalendarDays(year, year);
  if (!days.some(({ working, weekday }) => !working && weekday < SATURDAY)) {
    throw new CalendarNotPublishedError(
      `The working days of ${year} have not been announced, or chinese-days is too old to know them: ` +
        'it lists no holiday on a weekday.',
    );
  }
  return days.filter(({ working }) => working).map(({ date }) => date);
}

/**
 * Monday to Friday of a year (`YYYY-MM-DD`). No notice says so: only for a demonstration or a test of a year that has not
 * been announced.
 */
export function plainYearDays(year: number): string[] {
  return readCalendarDays(year, year)
    .filter(({ weekday }) => weekday < SATURDAY)
    .map(({ date }) => date);
}

function readDay(day: Date): CalendarDay {
  const date = day.toISOString().slice(0, 10);
  const { work, name } = chineseDays.getDayDetail(date);
  // The package names a holiday `English,中文,days`, and any other day by its weekday in English.
  return { date, working: work, weekday: ((day.getUTCDay() + 6) % 7) + 1, holiday: name.split(',')[1] ?? null };
}
