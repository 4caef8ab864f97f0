import type { Transaction } from 'kysely';

import type { LedgerEvent } from '../../ledger/events/ledger-event.ts';
import type { DepartmentId } from '../../ledger/ids.ts';
import type { Database, LedgerStepTable } from '../stores/schema.ts';
import { makeNotice } from './notice.ts';
import type { Notice } from './notice.ts';
import { queueNotices } from './notice-store.ts';
import type { Recipients } from './notice-store.ts';
import { readSubject, resourceOf, sidesOf } from './subject-facts.ts';
import type { SubjectFacts } from './subject-facts.ts';

export interface NoticeWriterOptions {
  readonly recipients: Recipients;
  readonly nowMs: () => number;
  readonly onQueued: (count: number) => void;
}

/**
 * Queues the notices of an entry in the transaction that writes its steps: who is told is judged by how things stood
 * right after that entry, also when the index is filled again later.
 */
export class NoticeWriter {
  readonly #options: NoticeWriterOptions;
  /** The version that each correction is about, which its row does not say. Whole, for each start replays everything. */
  readonly #correctedVersions = new Map<string, number>();

  constructor(options: NoticeWriterOptions) {
    this.#options = options;
  }

  /** An EntryListener of the LedgerIndex. */
  async note(db: Transaction<Database>, event: LedgerEvent, isNew: boolean): Promise<void> {
    if (event.name === 'CorrectionFiled') this.#correctedVersions.set(event.caseId, event.act.resourceVersion);
    // Behind an entry that was there before, the index may stand anywhere.
    if (!isNew || !this.#isAnybodyTold(event.recordedAt)) return;
    const { recipients, nowMs, onQueued } = this.#options;
    const { contract, seq } = event;
    const steps = db.selectFrom('ledgerSteps').selectAll().where('contract', '=', contract).where('seq', '=', seq);
    for (const step of await steps.execute()) {
      const facts = await readSubject(db, step.kind, step.subject);
      if (facts === null) continue;
      const told = new Set([...sidesOf(facts), ...(await granteesOf(db, step, facts))]);
      told.delete(step.department);
      const notices = [...told].flatMap((side) => {
        const recipient = recipients.get(side);
        if (recipient === undefined || event.recordedAt < recipient.firstSeenAt) return [];
        return [this.#noticeOf(step, facts, event, recipient.id)];
      });
      const queued = await queueNotices(db, notices, nowMs());
      if (queued > 0) onQueued(queued);
    }
  }

  #isAnybodyTold(recordedAt: number): boolean {
    return [...this.#options.recipients.values()].some(({ firstSeenAt }) => recordedAt >= firstSeenAt);
  }

  #noticeOf(step: LedgerStepTable, facts: SubjectFacts, { actHash }: LedgerEvent, recipient: DepartmentId): Notice {
    const { contract, seq, event, kind, subject, department, reasonCode, status, dueAt, recordedAt } = step;
    const resourceVersion = facts.resourceVersion ?? this.#correctedVersions.get(subject) ?? null;
    const resource = resourceOf({ resourceId: facts.resourceId, resourceVersion });
    const what = { event, kind, subject, department, recipient, reasonCode, status, dueAt };
    const where = { block: { number: step.blockNumber }, seq, contract, recordedAt };
    // With the hash: a chain that lost its tail has another entry at the same place, which has to be told as well.
    return makeNotice({ ...what, ...where, ...resource }, [contract, seq, actHash, subject]);
  }
}

/** Whoever may read what was corrected is told so (条例 art. 26). */
async function granteesOf(
  db: Transaction<Database>,
  { event, recordedAt }: LedgerStepTable,
  { resourceId }: SubjectFacts,
): Promise<readonly string[]> {
  if (event !== 'CorrectionMade' || resourceId === null) return [];
  const grants = db.selectFrom('ledgerGrants').select('requester').distinct().where('resourceId', '=', resourceId);
  const active = await grants.where('status', '=', 'active').where('notAfter', '>=', recordedAt).execute();
  return active.map(({ requester }) => requester);
}
