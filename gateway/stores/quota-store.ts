import type { Kysely, Transaction } from 'kysely';

import type { GrantId } from '../../ledger/ids.ts';
import { GroupCommit } from './group-commit.ts';
import { countsOf, hasRoom, rollWindows } from './quota-windows.ts';
import type { QuotaCounts, QuotaLimits } from './quota-windows.ts';
import type { Database, QuotaTable } from './schema.ts';
import { inStore } from './store-failed.ts';

const MAX_BATCH = 500;
const MAX_WAITING = 10_000;

/** `usage` holds the counts before this call. */
export interface Reservation {
  readonly reserved: boolean;
  readonly usage: QuotaCounts;
}

/** `limits` null adds bytes only. */
interface Job {
  readonly grantId: GrantId;
  readonly now: number;
  readonly bytes: number;
  readonly limits: QuotaLimits | null;
}

/** Counts the calls and bytes of each grant, over all gateways on this store. */
export class QuotaStore {
  readonly #db: Kysely<Database>;
  readonly #jobs: GroupCommit<Job, Reservation>;

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
   * Counts one call if every limit leaves room for it, else counts nothing; atomic over processes and durable.
   * Seconds are those of the clock, days the calendar days of Asia/Shanghai; `now` in Unix seconds.
   * @throws GatewayError STORE_FAILED: the call may have been counted and is refused
   */
  async reserve(grantId: GrantId, limits: QuotaLimits, now: number): Promise<Reservation> {
    return await this.#jobs.submit({ grantId, now, bytes: 0, limits });
  }

  /**
   * Adds delivered bytes to the day of `now`. Called when an answer ends, so what runs at the same time can go over
   * `maxBytesPerDay` by one answer each, never further.
   * @throws GatewayError STORE_FAILED
   */
  async addBytes(grantId: GrantId, bytes: number, now: number): Promise<void> {
    await this.#jobs.submit({ grantId, now, bytes, limits: null });
  }

  /** The counts at `now`, without counting a call. */
  async usage(grantId: GrantId, now: number): Promise<QuotaCounts> {
    return await inStore('read a quota', async () => {
      const row = await this.#db.selectFrom('quotas').selectAll().where('grantId', '=', grantId).executeTakeFirst();
      return countsOf(rollWindows(row ?? emptyRow(grantId), now));
    });
  }

  async #commit(jobs: readonly Job[]): Promise<readonly Reservation[]> {
    return await inStore('count calls', async () => {
      return await this.#db.transaction().execute(async (transaction) => {
        const rows = await lockRows(transaction, jobs);
        const results = jobs.map((job) => apply(rows, job));
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

function apply(rows: Map<string, QuotaTable>, job: Job): Reservation {
  const row = rollWindows(rows.get(job.grantId) ?? emptyRow(job.grantId), job.now);
  const usage = countsOf(row);
  const reserved = job.limits !== null && hasRoom(usage, job.limits);
  const calls = reserved ? 1 : 0;
  rows.set(job.grantId, {
    ...row,
    secondCount: row.secondCount + calls,
    dayCount: row.dayCount + calls,
    totalCount: row.totalCount + calls,
    dayBytes: row.dayBytes + job.bytes,
  });
  return { reserved, usage };
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
