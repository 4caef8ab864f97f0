import type { Kysely } from 'kysely';
import { sql } from 'kysely';

import type { DepartmentId } from '../../ledger/ids.ts';
import type { LedgerReader } from '../../ledger/ledger-reader.ts';
import { LIVE_STATUSES, SQL_EXPIRY_DISPOSAL_DUE_AT } from './grant-expiry.ts';
import type { Database } from './schema.ts';
import { inStore } from './store-failed.ts';

/** What a department did while a clock ran, and what it still owes. */
export interface Timeliness {
  readonly inTime: number;
  readonly late: number;
  /** Not done yet, and late by now. */
  readonly overdue: number;
}

/** Events that stop the clock of each duty. The department of the step is the one that owed it. */
const DUTIES = {
  answers: ['GrantIssued', 'ShareRefused', 'SupplementAsked'],
  deliveries: ['GrantDelivered'],
  corrections: ['CorrectionFedBack'],
  updates: ['ResourceSubmitted'],
  reviews: ['ResourcePublished', 'ResourceReturned'],
  disposals: ['DisposalCertified'],
} as const;
export const DUTY_NAMES = ['answers', 'deliveries', 'corrections', 'updates', 'reviews', 'disposals'] as const;
type Duty = (typeof DUTY_NAMES)[number];

/** A department's record (R35), counted from entries of the ledger and nothing else. */
export interface Scorecard extends Readonly<Record<Duty, Timeliness>> {
  readonly department: DepartmentId;
  readonly requests: { readonly made: number; readonly withdrawn: number };
  readonly given: { readonly agreed: number; readonly refused: number };
  /** Times that a grant of this department was suspended for misuse. */
  readonly misuse: number;
}

interface StepCount {
  readonly department: string;
  readonly event: string;
  readonly kind: string;
  readonly count: number;
  readonly timed: number;
  readonly late: number;
}

interface Owed {
  readonly department: string | null;
  readonly duty: Duty;
}

type Resources = Pick<LedgerReader, 'resources'>;

/**
 * The records of `departments` at `now` (Unix seconds), in the order given.
 * @param ledger for the updates that are due
 */
export async function readScorecards(
  db: Kysely<Database>,
  departments: readonly DepartmentId[],
  ledger: Resources,
  now: number,
): Promise<readonly Scorecard[]> {
  return await inStore('count the scorecards', async () => {
    const counts = Map.groupBy(await countSteps(db), ({ department }) => department);
    const misuse = await countMisuse(db);
    const owed = Map.groupBy([...(await readOwed(db, now)), ...owedUpdates(ledger, now)], (row) => row.department);
    return departments.map((department) => ({
      department,
      ...countsOf(counts.get(department) ?? [], owed.get(department) ?? []),
      misuse: misuse.get(department) ?? 0,
    }));
  });
}

function countsOf(counts: readonly StepCount[], owed: readonly Owed[]): Omit<Scorecard, 'department' | 'misuse'> {
  const of = (duty: Duty): Timeliness => {
    const own = counts.filter((row) => stops(duty, row));
    const late = sum(own, (row) => row.late);
    const overdue = owed.filter((row) => row.duty === duty).length;
    return { inTime: sum(own, (row) => row.timed) - late, late, overdue };
  };
  const requests = counts.filter(({ kind }) => kind === 'request');
  const all = (name: string): number =>
    sum(
      requests.filter(({ event }) => event === name),
      (row) => row.count,
    );
  return {
    answers: of('answers'),
    deliveries: of('deliveries'),
    corrections: of('corrections'),
    updates: of('updates'),
    reviews: of('reviews'),
    disposals: of('disposals'),
    requests: { made: all('ShareRequested'), withdrawn: all('RequestWithdrawn') },
    given: { agreed: all('GrantIssued'), refused: all('ShareRefused') },
  };
}

/** An agreement stops the clock of the request; the one of the delivery begins with the grant. */
function stops(duty: Duty, { event, kind }: StepCount): boolean {
  return DUTIES[duty].some((name) => name === event) && (duty !== 'answers' || kind === 'request');
}

function sum<Row>(rows: readonly Row[], value: (row: Row) => number): number {
  return rows.reduce((total, row) => total + value(row), 0);
}

async function countSteps(db: Kysely<Database>): Promise<readonly StepCount[]> {
  const timed = sql<number | string>`sum(case when due_before > 0 then 1 else 0 end)`;
  const late = sql<number | string>`sum(case when due_before > 0 and recorded_at >= due_before then 1 else 0 end)`;
  const rows = await db
    .selectFrom('ledgerSteps')
    .select(['department', 'event', 'kind', timed.as('timed'), late.as('late')])
    .select(({ fn }) => fn.countAll<number | string>().as('count'))
    .groupBy(['department', 'event', 'kind'])
    .execute();
  // PostgreSQL gives sums as text.
  return rows.map((row) => ({ ...row, count: Number(row.count), timed: Number(row.timed), late: Number(row.late) }));
}

async function countMisuse(db: Kysely<Database>): Promise<ReadonlyMap<string, number>> {
  const rows = await db
    .selectFrom('ledgerSteps')
    .innerJoin('ledgerGrants', 'ledgerGrants.grantId', 'ledgerSteps.subject')
    .where('ledgerSteps.event', '=', 'GrantSuspended')
    .where('ledgerSteps.reasonCode', '=', 'MISUSE')
    .select(({ fn }) => ['ledgerGrants.requester', fn.countAll<number | string>().as('count')])
    .groupBy('ledgerGrants.requester')
    .execute();
  return new Map(rows.map(({ requester, count }) => [requester, Number(count)]));
}

async function readOwed(db: Kysely<Database>, now: number): Promise<readonly Owed[]> {
  const answers = db.selectFrom('ledgerRequests').select('provider as department').where('status', '=', 'submitted');
  const deliveries = db.selectFrom('ledgerGrants').select('provider as department').where('status', '=', 'issued');
  const corrections = db
    .selectFrom('ledgerCases')
    .select('respondent as department')
    .where('status', 'in', ['filed', 'verifying', 'corrected', 'upheld']);
  return [
    ...owing('answers', await answers.where('dueAt', '<=', now).execute()),
    ...owing('deliveries', await deliveries.where('dueAt', '<=', now).execute()),
    ...owing('corrections', await corrections.where('dueAt', '<=', now).execute()),
    ...owing('disposals', await readOwedDisposals(db, now)),
  ];
}

function owing(duty: Duty, rows: readonly { readonly department: string | null }[]): readonly Owed[] {
  return rows.map(({ department }) => ({ department, duty }));
}

/** Of grants that were ended, and of those that expired. */
async function readOwedDisposals(db: Kysely<Database>, now: number) {
  const grants = db.selectFrom('ledgerGrants').select('requester as department');
  const ended = grants.where('status', 'in', ['terminated', 'released']).where('dueAt', '<=', now);
  const expired = grants.where('status', 'in', LIVE_STATUSES).where(SQL_EXPIRY_DISPOSAL_DUE_AT, '<=', now);
  return [...(await ended.execute()), ...(await expired.execute())];
}

function owedUpdates(ledger: Resources, now: number): readonly Owed[] {
  const due = ledger.resources().filter(({ updateDueAt, restraint }) => updateDueAt !== 0 && restraint !== 'retired');
  const late = due.filter(({ updateDueAt }) => now >= updateDueAt);
  return owing(
    'updates',
    late.map(({ provider }) => ({ department: provider })),
  );
}
