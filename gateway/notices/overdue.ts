import type { Kysely } from 'kysely';

import type { Database, LedgerStepTable } from '../stores/schema.ts';
import { inStore } from '../stores/store-failed.ts';
import { clockOf } from './liability.ts';
import type { Liability } from './liability.ts';
import { makeNotice } from './notice.ts';
import type { Notice } from './notice.ts';
import { queueNotices } from './notice-store.ts';
import type { Recipients } from './notice-store.ts';
import { readSubject, sidesOf } from './subject-facts.ts';
import type { SubjectFacts } from './subject-facts.ts';

/** Looked at again at each sweep: the index may have been empty for a moment, while it was filled again. */
const OVERLAP_SECONDS = 3_600;
const UPDATE_CLOCKS: readonly string[] = ['UpdateRequired', 'UpdateExtended'];

export interface OverdueOptions {
  readonly db: Kysely<Database>;
  readonly recipients: Recipients;
  readonly nowMs: () => number;
  readonly onQueued: (count: number) => void;
}

/** What ran out, before it is said to anybody. */
interface Lateness {
  readonly status: string;
  readonly department: string | null;
  readonly liability: Liability | null;
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
    const { db, recipients, nowMs, onQueued } = this.#options;
    const since = Math.max(this.#sweptUntil - OVERLAP_SECONDS, earliest(recipients) - 1);
    if (since >= until) return;
    for (const step of await this.#clocks(since, until)) {
      const queued = await inStore('queue what is overdue', async () => {
        return await db.transaction().execute(async (transaction) => {
          const facts = await readSubject(transaction, step.kind, step.subject);
          const late = facts === null ? null : await latenessOf(transaction, step, facts);
          if (facts === null || late === null) return 0;
          return await queueNotices(transaction, noticesOf(step, facts, late, recipients), nowMs());
        });
      });
      if (queued > 0) onQueued(queued);
    }
    this.#sweptUntil = until;
  }

  /** The step that started each clock which ended in this time, or the first that it kept running through. */
  async #clocks(since: number, until: number): Promise<readonly LedgerStepTable[]> {
    const steps = await inStore('read the clocks', async () => {
      const query = this.#options.db.selectFrom('ledgerSteps').selectAll().where('dueAt', '>', since);
      return await query.where('dueAt', '<=', until).orderBy('dueAt').orderBy('contract').orderBy('seq').execute();
    });
    const first = new Map<string, LedgerStepTable>();
    for (const step of steps) {
      const key = `${step.subject} ${String(step.dueAt)}`;
      if (!first.has(key)) first.set(key, step);
    }
    return [...first.values()];
  }
}

function earliest(recipients: Recipients): number {
  return Math.min(...[...recipients.values()].map(({ firstSeenAt }) => firstSeenAt));
}

/** Null when the awaited step was taken. */
async function latenessOf(db: Kysely<Database>, step: LedgerStepTable, facts: SubjectFacts): Promise<Lateness | null> {
  const { status } = facts;
  if (UPDATE_CLOCKS.includes(step.event)) {
    const isLast = await isLastUpdateClock(db, step);
    return isLast ? { status, department: facts.provider, liability: 'ART39_1_LATE_UPDATE' } : null;
  }
  if (facts.dueAt !== step.dueAt) return null;
  const { awaited, liability } = clockOf(step.kind, status, step.reasonCode);
  return { status, department: awaited === null ? null : facts[awaited], liability };
}

/** The clock of an update belongs to the resource, whose row has that of the review. */
async function isLastUpdateClock(db: Kysely<Database>, { subject, seq }: LedgerStepTable): Promise<boolean> {
  const later = db.selectFrom('ledgerSteps').select('seq').where('subject', '=', subject).where('seq', '>', seq);
  const ending = later.where('event', 'in', [...UPDATE_CLOCKS, 'ResourceSubmitted']);
  return (await ending.executeTakeFirst()) === undefined;
}

function noticesOf(
  step: LedgerStepTable,
  facts: SubjectFacts,
  { status, department, liability }: Lateness,
  recipients: Recipients,
): readonly Notice[] {
  const { contract, seq, kind, subject, dueAt, recordedAt } = step;
  const { resourceId, resourceVersion } = facts;
  const resource = {
    ...(resourceId === null ? {} : { resourceId }),
    ...(resourceVersion === null ? {} : { resourceVersion }),
  };
  const what = { event: 'Overdue', kind, subject, department, reasonCode: null, status, dueAt, liability };
  const where = { block: { number: step.blockNumber }, seq, contract, recordedAt };
  return [...new Set(sidesOf(facts))].flatMap((side) => {
    const recipient = recipients.get(side);
    if (recipient === undefined || dueAt < recipient.firstSeenAt) return [];
    return [makeNotice({ ...what, recipient: recipient.id, ...where, ...resource }, ['Overdue', subject, dueAt])];
  });
}
