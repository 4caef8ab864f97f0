import type { Kysely, Transaction } from 'kysely';

import type { GrantId } from '../../ledger/ids.ts';
import { GroupCommit } from './group-commit.ts';
import { countsOf, hasRoom, rollWindows } from './quota-windows.ts';
import type { QuotaCounts, QuotaLimits } from './quota-windows.ts';
import type { Database, QuotaTable } from './schema.ts';
import { inStore, storeFailed } from './store-failed.ts';

const MAX_BATCH = 500;
const MAX_WAITING = 10_000;

/** Bytes of a day that are counted as delivered until `settle` says how many were. */
export interface HeldBytes {
  readonly grantId: GrantId;
  /** See `dayOf`. */
  readonly day: number;
  readonly bytes: number;
}

/** `usage` holds the counts before this call; without a reservation no bytes are held. */
export interface Reservation {
  readonly reserved: boolean;
  readonly usage: QuotaCounts;
  readonly held: HeldBytes;
}

interface ReserveJob {
  readonly kind: 'reserve';
  readonly grantId: GrantId;
  readonly now: number;
  readonly limits: QuotaLimits;
  readonly mostBytes: number;
}

interface SettleJob {
  readonly kind: 'settle';
  readonly grantId: GrantId;
  readonly day: number;
  readonly unused: number;
}

type Job = ReserveJob | SettleJob;

/** Counts the calls and bytes of each grant, over all gateways on this store. */
export class QuotaStore {
  readonly #db: Kysely<Database>;
  readonly #jobs: GroupCommit<Job, Reservation | null>;

  constructor(db: Kysely<Database>) {
    this.#db = db;
    this.#jobs = new GroupCommit({
      action: 'count a call',
      commit: (jobs) => this.#commit(jobs),
      maxBatch: MAX_BATCH,
      maxWaiting: MAX_WAITING,
    });
  }

  /**
   * Counts one call and at most `mostBytes` of what is left of the day, if every limit leaves room, else counts nothing;
   * atomic over processes and durable. The bytes stay counted unless `settle` gives them back: a crash opens nothing.
   * Seconds are those of the clock, days the calendar days of Asia/Shanghai; `now` in Unix seconds.
   * @throws GatewayError STORE_FAILED: the call may have been counted and is refused
   */
  async reserve(grantId: GrantId, limits: QuotaLimits, mostBytes: number, now: number): Promise<Reservation> {
    const reservation = await this.#jobs.submit({ kind: 'reserve', grantId, now, limits, mostBytes });
    if (reservation === null) throw storeFailed('count a call', 'the commit gave no reservation');
    return reservation;
  }

  /**
   * Gives back what an answer that has ended did not deliver of the bytes held for it; once only. What was held on a
   * day that is over is gone with that day.
   * @throws GatewayError STORE_FAILED: the bytes may stay counted
   */
  async settle({ grantId, day, bytes }: HeldBytes, delivered: number): Promise<void> {
    const unused = bytes - delivered;
    if (unused > 0) await this.#jobs.submit({ kind: 'settle', grantId, day, unused });
  }

  /** The counts at `now`, without counting a call. */
  async usage(grantId: GrantId, now: number): Promise<QuotaCounts> {
    return await inStore('read a quota', async () => {
      const row = await this.#db.selectFrom('quotas').selectAll().where('grantId', '=', grantId).executeTakeFirst();
      return countsOf(rollWindows(row ?? emptyRow(grantId), now));
    });
  }

  async #commit(jobs: readonly Job[]): Promise<readonly (Reservation | null)[]> {
    return await inStore('count calls', async () => {
      return await this.#db.transaction().execute(async (transaction) => {
        const rows = await lockRows(transaction, jobs);
        const results = jobs.map((job) => (job.kind === 'reserve' ? reserveIn(rows, job) : settleIn(rows, job)));
        await writeRows(transaction, [...rows.values()]);
        return results;
      });
    });
  }
}

function emptyRow(grantId: string): QuotaTable {
  return { grantId, second: 0, secondCount: 0, day: 0, dayCount: 0, dayBytes: 0, totalCount: 0 };
}

/** An upsert that changes nothing locks and reads the row in one statement, in one order in every process. */
async function lockRows(transaction: Transaction<Database>, jobs: readonly Job[]): Promise<Map<string, QuotaTable>> {
  const grantIds = [...new Set(jobs.map((job) => job.grantId))].sort();
  const rows = await transaction
    .insertInto('quotas')
    .values(grantIds.map(emptyRow))
    .onConflict((conflict) =>
      conflict.column('grantId').doUpdateSet((row) => ({ grantId: row.ref('excluded.grantId') })),
    )
    .returningAll()
    .execute();
  return new Map(rows.map((row) => [row.grantId, row]));
}

function reserveIn(rows: Map<string, QuotaTable>, { grantId, now, limits, mostBytes }: ReserveJob): Reservation {
  const row = rollWindows(rows.get(grantId) ?? emptyRow(grantId), now);
  const usage = countsOf(row);
  const reserved = hasRoom(usage, limits);
  const calls = reserved ? 1 : 0;
  const bytes = reserved ? Math.min(mostBytes, limits.maxBytesPerDay - usage.bytesToday) : 0;
  rows.set(grantId, {
    ...row,
    secondCount: row.secondCount + calls,
    dayCount: row.dayCount + calls,
    totalCount: row.totalCount + calls,
    dayBytes: row.dayBytes + bytes,
  });
  return { reserved, usage, held: { grantId, day: row.day, bytes } };
}

function settleIn(rows: Map<string, QuotaTable>, { grantId, day, unused }: SettleJob): null {
  const row = rows.get(grantId) ?? emptyRow(grantId);
  if (row.day === day) rows.set(grantId, { ...row, dayBytes: Math.max(0, row.dayBytes - unused) });
  return null;
}

async function writeRows(transaction: Transaction<Database>, rows: readonly QuotaTable[]): Promise<void> {
  await transaction
    .insertInto('quotas')
    .values(rows)
    .onConflict((conflict) =>
      conflict.column('grantId').doUpdateSet((row) => ({
        second: row.ref('excluded.second'),
        secondCount: row.ref('excluded.secondCount'),
        day: row.ref('excluded.day'),
        dayCount: row.ref('excluded.dayCount'),
        dayBytes: row.ref('excluded.dayBytes'),
        totalCount: row.ref('excluded.totalCount'),
      })),
    )
    .execute();
}
