import type { Kysely, Transaction } from 'kysely';

import { TASKS } from '../inbox/tasks.ts';
import { LIVE_STATUSES, SQL_EXPIRY_DISPOSAL_DUE_AT } from '../stores/grant-expiry.ts';
import type { Database, LedgerStepTable } from '../stores/schema.ts';
import { inStore } from '../stores/store-failed.ts';
import { clockOf, DISPOSAL_CLOCK, UPDATE_CLOCK } from './clock.ts';
import type { Clock } from './clock.ts';
import { makeNotice } from './notice.ts';
import type { Notice } from './notice.ts';
import { queueNotices } from './notice-store.ts';
import type { Recipients } from './notice-store.ts';
import { readSubject, resourceOf, sidesOf } from './subject-facts.ts';
import type { SubjectFacts } from './subject-facts.ts';

/** Looked at again at each sweep: the index may have been empty for a moment, while it was filled again. */
const OVERLAP_SECONDS = 3_600;
const DAY_SECONDS = 86_400;
/** The most days that a provider may leave for the disposal, in seconds. */
const LONGEST_DISPOSAL_SECONDS = 366 * DAY_SECONDS;
const UPDATE_CLOCKS: readonly string[] = ['UpdateRequired', 'UpdateExtended'];

export interface OverdueOptions {
  readonly db: Kysely<Database>;
  readonly recipients: Recipients;
  readonly nowMs: () => number;
  readonly onQueued: (count: number) => void;
}

/** A clock that may have run out: the step from which it runs, and when it ends. */
interface Ending {
  readonly step: LedgerStepTable;
  readonly dueAt: number;
  /** A grant ended by time, without any step: its disposal is due some days later. */
  readonly byExpiry: boolean;
}

/** Looks for clocks that ran out and tells both sides, once. It tells only: no right changes by it. */
export class OverdueSweeper {
  readonly #options: OverdueOptions;
  /** Clocks that ran out until then have been looked at since the start. */
  #sweptUntil = 0;

  constructor(options: OverdueOptions) {
    this.#options = options;
  }

  /** To be called only while the index is current: what it does not know yet would look late. `until`: Unix seconds. */
  async sweep(until: number): Promise<void> {
    const { db, recipients, onQueued } = this.#options;
    const since = Math.max(this.#sweptUntil - OVERLAP_SECONDS, earliest(recipients) - 1);
    if (since >= until) return;
    const endings = await inStore('read the clocks', async () => {
      return [...(await startedClocks(db, since, until)), ...(await expiredGrants(db, since, until))];
    });
    for (const ending of endings) {
      const queued = await inStore('queue what is overdue', async () => {
        return await db.transaction().execute(async (transaction) => await this.#tell(transaction, ending));
      });
      if (queued > 0) onQueued(queued);
    }
    this.#sweptUntil = until;
  }

  async #tell(db: Transaction<Database>, ending: Ending): Promise<number> {
    const { recipients, nowMs } = this.#options;
    const facts = await readSubject(db, ending.step.kind, ending.step.subject);
    const clock = facts === null ? null : await runningClock(db, ending, facts);
    if (facts === null || clock === null) return 0;
    return await queueNotices(db, noticesOf(ending, facts, clock, recipients), nowMs());
  }
}

function earliest(recipients: Recipients): number {
  return Math.min(...[...recipients.values()].map(({ firstSeenAt }) => firstSeenAt));
}

/** Clocks that ended in this time, each with the step that started it: later ones may only have kept it. */
async function startedClocks(db: Kysely<Database>, since: number, until: number): Promise<readonly Ending[]> {
  const ended = db.selectFrom('ledgerSteps').selectAll().where('dueAt', '>', since).where('dueAt', '<=', until);
  const first = new Map<string, LedgerStepTable>();
  for (const step of await ended.orderBy('dueAt').orderBy('contract').orderBy('seq').execute()) {
    const key = `${step.subject} ${String(step.dueAt)}`;
    if (!first.has(key)) first.set(key, step);
  }
  return [...first.values()].map((step) => ({ step, dueAt: step.dueAt, byExpiry: false }));
}

/** Grants that ended by time and whose disposal was due in this time, with their last step. */
async function expiredGrants(db: Kysely<Database>, since: number, until: number): Promise<readonly Ending[]> {
  const dueAt = SQL_EXPIRY_DISPOSAL_DUE_AT;
  const live = db
    .selectFrom('ledgerGrants')
    .select(['grantId', dueAt.as('disposalDueAt')])
    .where('status', 'in', LIVE_STATUSES);
  const expired = live.where('notAfter', '>', since - LONGEST_DISPOSAL_SECONDS).where('notAfter', '<=', until);
  const endings: Ending[] = [];
  for (const row of await expired.where(dueAt, '>', since).where(dueAt, '<=', until).execute()) {
    const steps = db.selectFrom('ledgerSteps').selectAll().where('subject', '=', row.grantId);
    const step = await steps.orderBy('seq', 'desc').executeTakeFirst();
    if (step !== undefined) endings.push({ step, dueAt: row.disposalDueAt, byExpiry: true });
  }
  return endings;
}

/** Null when the awaited step was taken, or is awaited no more. */
async function runningClock(db: Kysely<Database>, ending: Ending, facts: SubjectFacts): Promise<Clock | null> {
  const { step, dueAt, byExpiry } = ending;
  if (byExpiry) return LIVE_STATUSES.some((status) => status === facts.status) ? DISPOSAL_CLOCK : null;
  if (step.kind === 'resource' && (await isRetired(db, step.subject))) return null;
  if (UPDATE_CLOCKS.includes(step.event)) return (await isLastUpdateClock(db, step)) ? UPDATE_CLOCK : null;
  return facts.dueAt === dueAt ? clockOf(step.kind, facts.status, step.reasonCode) : null;
}

/** Nothing is due any more on a retired resource. */
async function isRetired(db: Kysely<Database>, resourceId: string): Promise<boolean> {
  const steps = db.selectFrom('ledgerSteps').select('seq').where('subject', '=', resourceId);
  return (await steps.where('event', '=', 'ResourceRetired').executeTakeFirst()) !== undefined;
}

/** The clock of an update belongs to the resource, whose row has that of the review. */
async function isLastUpdateClock(db: Kysely<Database>, { subject, seq }: LedgerStepTable): Promise<boolean> {
  const later = db.selectFrom('ledgerSteps').select('seq').where('subject', '=', subject).where('seq', '>', seq);
  const ending = later.where('event', 'in', [...UPDATE_CLOCKS, 'ResourceSubmitted']);
  return (await ending.executeTakeFirst()) === undefined;
}

function noticesOf(
  { step, dueAt }: Ending,
  facts: SubjectFacts,
  { task, awaited }: Clock,
  recipients: Recipients,
): readonly Notice[] {
  const { contract, seq, kind, subject, recordedAt, blockNumber } = step;
  const department = awaited === null ? null : facts[awaited];
  const liability = task === null ? null : TASKS[task].liability;
  const what = {
    event: 'Overdue',
    kind,
    subject,
    department,
    reasonCode: null,
    status: facts.status,
    dueAt,
    liability,
  };
  const where = { block: { number: blockNumber }, seq, contract, recordedAt, ...resourceOf(facts) };
  return [...new Set(sidesOf(facts))].flatMap((side) => {
    const recipient = recipients.get(side);
    if (recipient === undefined || dueAt < recipient.firstSeenAt) return [];
    return [makeNotice({ ...what, recipient: recipient.id, ...where }, ['Overdue', subject, dueAt])];
  });
}
