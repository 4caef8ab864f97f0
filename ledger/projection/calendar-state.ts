import type { EventOf } from '../events/ledger-event.ts';
import type { Bytes32, DepartmentId } from '../ids.ts';
import { addWorkingDays, countYearDays, type YearDays } from '../working-days.ts';
import { assertLegal } from './illegal.ts';
import { assertInTime, type RegistryState } from './registry-state.ts';
import { assertDocument } from './steps.ts';

const FIRST_YEAR = 2000;
const LAST_YEAR = 2199;
const FEWEST_DAYS = 200;
const MOST_DAYS = 300;
const EARLY_DAYS = 256;

/** A year as it was set; `noticeHash` is the SHA-256 of the State Council's notice. */
export interface CalendarYearState extends YearDays {
  readonly year: number;
  readonly authority: DepartmentId;
  readonly noticeHash: Bytes32;
}

/** The state of `WorkingDayCalendar`, with its rules. */
export class CalendarState {
  readonly years = new Map<number, CalendarYearState>();
  readonly #registry: RegistryState;

  constructor(registry: RegistryState) {
    this.#registry = registry;
  }

  setYear({ act, recordedAt }: EventOf<'CalendarYearSet'>): void {
    assertInTime(act.expiresAt, recordedAt);
    this.#registry.requireActive(act.authority, ['authority']);
    const { year } = act;
    const days = { early: act.earlyDays, late: act.lateDays };
    assertLegal(year >= FIRST_YEAR && year <= LAST_YEAR, 'YEAR', { year });
    assertLegal(!this.years.has(year), 'YEAR_SET', { year });
    assertLegal(arePlausible(year, days), 'DAYS', { year });
    assertDocument(act.noticeHash, act.hashAlgorithm);
    this.years.set(year, { year, ...days, authority: act.authority, noticeHash: act.noticeHash });
  }

  /** @throws LedgerError HISTORY_ILLEGAL unless `dueAt` is `days` working days after `from`; all in Unix seconds */
  assertDue(dueAt: number, from: number, days: number): void {
    const expected = this.after(from, days);
    assertLegal(dueAt === expected, 'DUE', { dueAt, expected });
  }

  /** @throws LedgerError CALENDAR_YEAR_MISSING */
  after(from: number, days: number): number {
    return addWorkingDays((year) => this.years.get(year) ?? null, from, days);
  }
}

/** As many as a year of five-day weeks can have, and none after its end. */
function arePlausible(year: number, { early, late }: YearDays): boolean {
  const count = countYearDays({ early, late });
  const isLeapYear = new Date(Date.UTC(year, 1, 29)).getUTCMonth() === 1;
  return count >= FEWEST_DAYS && count <= MOST_DAYS && late >> BigInt((isLeapYear ? 366 : 365) - EARLY_DAYS) === 0n;
}
