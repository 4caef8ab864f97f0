import type { Kysely } from 'kysely';

import type { DepartmentId } from '../../ledger/ids.ts';
import type { Database, NoticeTable } from '../stores/schema.ts';
import { inStore } from '../stores/store-failed.ts';
import type { Notice } from './notice.ts';

/** Since when (Unix seconds) each configured department has been told. */
export type Recipients = ReadonlyMap<string, { readonly id: DepartmentId; readonly firstSeenAt: number }>;

export type NoticeRow = Readonly<NoticeTable>;

/** Notices on their way, and those that arrived: a row is never deleted, so that nothing is queued twice. */
export class NoticeStore {
  readonly #db: Kysely<Database>;

  constructor(db: Kysely<Database>) {
    this.#db = db;
  }

  /** Notes the departments that are configured for the first time; a department keeps the time that it has. */
  async remember(departments: readonly DepartmentId[], now: number): Promise<Recipients> {
    return await inStore('note the recipients of notices', async () => {
      if (departments.length === 0) return new Map();
      await this.#db
        .insertInto('noticeRecipients')
        .values(departments.map((recipient) => ({ recipient, firstSeenAt: now })))
        .onConflict((conflict) => conflict.column('recipient').doNothing())
        .execute();
      const rows = await this.#db.selectFrom('noticeRecipients').selectAll().execute();
      const since = new Map(rows.map(({ recipient, firstSeenAt }) => [recipient, firstSeenAt]));
      return new Map(departments.map((id) => [id, { id, firstSeenAt: since.get(id) ?? now }]));
    });
  }

  /** What has to be sent now, the longest waiting first. */
  async due(recipient: DepartmentId, nowMs: number, limit: number): Promise<readonly NoticeRow[]> {
    return await inStore('read the notices', async () => {
      const own = this.#db.selectFrom('notices').selectAll().where('recipient', '=', recipient);
      const due = own.where('nextAttemptAtMs', '<=', nowMs).orderBy('nextAttemptAtMs').orderBy('id');
      return await due.limit(limit).execute();
    });
  }

  /**
   * Counts an attempt and keeps others away until `untilMs`; a process that dies in between leaves the row to be tried
   * again then. False when another gateway was faster.
   */
  async claim({ id, attempts }: NoticeRow, untilMs: number): Promise<boolean> {
    return await inStore('claim a notice', async () => {
      const own = this.#db.updateTable('notices').set({ attempts: attempts + 1, nextAttemptAtMs: untilMs });
      const still = own.where('id', '=', id).where('attempts', '=', attempts).where('nextAttemptAtMs', 'is not', null);
      return (await still.executeTakeFirst()).numUpdatedRows > 0n;
    });
  }

  async delivered(id: string, nowMs: number): Promise<void> {
    await this.#change(id, { nextAttemptAtMs: null, deliveredAtMs: nowMs });
  }

  async tryAgain(id: string, nextAttemptAtMs: number): Promise<void> {
    await this.#change(id, { nextAttemptAtMs });
  }

  async givenUp(id: string, nowMs: number): Promise<void> {
    await this.#change(id, { nextAttemptAtMs: null, failedAtMs: nowMs });
  }

  /** How many notices wait for these departments. */
  async waiting(departments: readonly DepartmentId[]): Promise<number> {
    if (departments.length === 0) return 0;
    return await inStore('count the notices', async () => {
      const { count } = await this.#db
        .selectFrom('notices')
        .select((select) => select.fn.countAll<number>().as('count'))
        .where('recipient', 'in', departments)
        .where('nextAttemptAtMs', 'is not', null)
        .executeTakeFirstOrThrow();
      return count;
    });
  }

  async #change(id: string, change: Partial<NoticeTable>): Promise<void> {
    await inStore('change a notice', async () => {
      // One that has arrived stays so, whatever a slower process says.
      const own = this.#db.updateTable('notices').set(change).where('id', '=', id);
      await own.where('deliveredAtMs', 'is', null).execute();
    });
  }
}

/** Queues what is not queued yet, also inside a transaction; answers how many were new. */
export async function queueNotices(db: Kysely<Database>, notices: readonly Notice[], nowMs: number): Promise<number> {
  const fresh = { createdAtMs: nowMs, attempts: 0, nextAttemptAtMs: nowMs, deliveredAtMs: null, failedAtMs: null };
  let queued = 0;
  for (const notice of notices) {
    const result = await db
      .insertInto('notices')
      .values({ ...notice, ...fresh })
      .onConflict((conflict) => conflict.column('id').doNothing())
      .executeTakeFirst();
    queued += Number(result.numInsertedOrUpdatedRows ?? 0n);
  }
  return queued;
}
