import type { QuotaTable } from './schema.ts';

/** China has had one time zone without summer time since 1991 (Asia/Shanghai), so a day is a plain division. */
const SHANGHAI_OFFSET_SECONDS = 8 * 3600;
const DAY_SECONDS = 86_400;

/** Number of the calendar day in Asia/Shanghai since 1970-01-01; `now` in Unix seconds. */
export function dayOf(now: number): number {
  return Math.floor((now + SHANGHAI_OFFSET_SECONDS) / DAY_SECONDS);
}

/** Calls in the current second and day and ever, and bytes of the day. */
export interface QuotaCounts {
  readonly second: number;
  readonly day: number;
  readonly total: number;
  readonly bytesToday: number;
}

/** Limits that are counted here; the others of a grant hold for one call. */
export interface QuotaLimits {
  readonly perSecond: number;
  readonly perDay: number;
  readonly total: number;
  readonly maxBytesPerDay: number;
}

/**
 * The row as it stands at `now`: a window that is over starts again from zero. A clock that went back does not
 * start one: what was counted in a later second or day is still counted.
 */
export function rollWindows(row: QuotaTable, now: number): QuotaTable {
  const second = Math.floor(now);
  const day = dayOf(now);
  const rolled = second > row.second ? { ...row, second, secondCount: 0 } : row;
  return day > row.day ? { ...rolled, day, dayCount: 0, dayBytes: 0 } : rolled;
}

export function countsOf(row: QuotaTable): QuotaCounts {
  return { second: row.secondCount, day: row.dayCount, total: row.totalCount, bytesToday: row.dayBytes };
}

/** Whether one call more stays within every limit. */
export function hasRoom(counts: QuotaCounts, limits: QuotaLimits): boolean {
  return (
    counts.second < limits.perSecond &&
    counts.day < limits.perDay &&
    counts.total < limits.total &&
    counts.bytesToday < limits.maxBytesPerDay
  );
}
