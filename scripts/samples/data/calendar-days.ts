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

const DAY_MS = 86_400_000;

/** Every day of the years given, both included, as npm `chinese-days` has it from the State Council's notices. */
export function readCalendarDays(firstYear: number, lastYear: number): CalendarDay[] {
  const first = Date.UTC(firstYear, 0, 1);
  const count = (Date.UTC(lastYear + 1, 0, 1) - first) / DAY_MS;
  return Array.from({ length: count }, (_, index) => readDay(new Date(first + index * DAY_MS)));
}

function readDay(day: Date): CalendarDay {
  const date = day.toISOString().slice(0, 10);
  const { work, name } = chineseDays.getDayDetail(date);
  // The package names a holiday `English,中文,days`, and any other day by its weekday in English.
  return { date, working: work, weekday: ((day.getUTCDay() + 6) % 7) + 1, holiday: name.split(',')[1] ?? null };
}
