import type { EventOf } from '../events/ledger-event.ts';
import { HASH_ALGORITHMS } from '../ids.ts';
import { addWorkingDays, type YearDays } from '../working-days.ts';
import { assertLegal } from './illegal.ts';
import { assertInTime, type RegistryState } from './registry-state.ts';

/** The state of `WorkingDayCalendar`, with its rules. */
export class CalendarState {
  readonly years = new Map<number, YearDays>();
  readonly #registry: RegistryState;

  constructor(registry: RegistryState) {
    this.#registry = registry;
  }

  setYear({ act, recordedAt }: EventOf<'CalendarYearSet'>): void {
    assertInTime(act.expiresAt, recordedAt);
    this.#registry.requireActive(act.authority, ['authority']);
    const { year } = act;
    assertLegal(!this.years.has(year), 'YEAR_SET', { year });
    assertLegal(act.hashAlgorithm === HASH_ALGORITHMS.sha256, 'DOCUMENT', { year });
    this.years.set(year, { early: act.earlyDays, late: act.lateDays });
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
