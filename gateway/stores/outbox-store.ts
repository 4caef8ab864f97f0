import { randomUUID } from 'node:crypto';

import type { Kysely, SelectQueryBuilder, Transaction } from 'kysely';

import type { Bytes32 } from '../../ledger/ids.ts';
import { GatewayError } from '../errors.ts';
import { claimIdempotencyKey, moveIdempotencyKey } from './idempotency.ts';
import type { IdempotencyClaim } from './idempotency.ts';
import { toOutboxRow } from './outbox-row.ts';
import type { OutboxCall, OutboxRow } from './outbox-row.ts';
import type { Database, OutboxStatus, OutboxTable } from './schema.ts';
import { inStore } from './store-failed.ts';

/** Rows that the chain has not answered yet. */
const WAITING: readonly OutboxStatus[] = ['QUEUED', 'SIGNED', 'SENT'];
/** What a look-up by digest prefers, when an act was sent twice. */
const BEST_FIRST: readonly OutboxStatus[] = ['FINAL', 'MINED', 'SENT', 'SIGNED', 'QUEUED', 'FAILED'];

export interface Enqueued {
  readonly row: OutboxRow;
  /** False when the same request, or the same act, was there before. */
  readonly created: boolean;
}

/** Rows of the outbox as a query; `more` narrows it. */
type Rows = SelectQueryBuilder<Database, 'outbox', object>;

/** The acts on their way to the chain, one row each. What may happen to a row is the business of OutboxWorker. */
export class OutboxStore {
  readonly #db: Kysely<Database>;
  readonly #maxDepth: number;

  /** @param options.maxDepth more waiting rows than this are refused */
  constructor(db: Kysely<Database>, options: { readonly maxDepth: number }) {
    this.#db = db;
    this.#maxDepth = options.maxDepth;
  }

  /**
   * Stores a call for sending; durable when it resolves. The same idempotency key, or the same act while it has not
   * failed, gives the row that is there. An act that failed without a block can be sent again, also under its old key.
   * @throws GatewayError IDEMPOTENCY_MISMATCH, OUTBOX_FULL, STORE_FAILED
   */
  async enqueue(call: OutboxCall, claim: IdempotencyClaim | null, nowMs: number): Promise<Enqueued> {
    return await inStore('queue an act', async () => {
      return await this.#db.transaction().execute(async (transaction) => {
        // One writer at a time over all processes: the bound and the look-ups below then hold exactly.
        await transaction.updateTable('storeLocks').set({ name: 'outbox' }).where('name', '=', 'outbox').execute();
        const same = await findSameAct(transaction, call.digest);
        const newId = same?.id ?? randomUUID();
        const claimed = claim === null ? newId : await claimIdempotencyKey(transaction, claim, newId);
        const before = claimed === same?.id ? same : await findById(transaction, claimed);
        if (before !== null && !isUnanswered(before)) return { row: before, created: false };
        if (claim !== null && before !== null) await moveIdempotencyKey(transaction, claim, newId);
        if (same !== null) return { row: same, created: false };
        await this.#requireRoom(transaction);
        return { row: await insert(transaction, newId, call, nowMs), created: true };
      });
    });
  }

  async find(id: string): Promise<OutboxRow | null> {
    return await inStore('read the outbox', async () => await findById(this.#db, id));
  }

  /** The row that got furthest for this act; null when it was never queued here. */
  async findByDigest(digest: Bytes32): Promise<OutboxRow | null> {
    const rows = await this.select((query) => query.where('digest', '=', digest).orderBy('position', 'desc'));
    const ranked = [...rows].sort((left, right) => BEST_FIRST.indexOf(left.status) - BEST_FIRST.indexOf(right.status));
    return ranked[0] ?? null;
  }

  /** Number of waiting rows, and since when the oldest has been waiting. */
  async depth(): Promise<{ readonly depth: number; readonly oldestQueuedAtMs: number | null }> {
    return await inStore('read the outbox', async () => {
      const row = await this.#db
        .selectFrom('outbox')
        .select((select) => [
          select.fn.countAll<number>().as('depth'),
          select.fn.min('queuedAtMs').as('oldestQueuedAtMs'),
        ])
        .where('status', 'in', WAITING)
        .executeTakeFirstOrThrow();
      const oldest: number | null = row.oldestQueuedAtMs;
      return { depth: row.depth, oldestQueuedAtMs: oldest };
    });
  }

  async select(narrow: (rows: Rows) => Rows): Promise<readonly OutboxRow[]> {
    return await inStore('read the outbox', async () => {
      const rows = await narrow(this.#db.selectFrom('outbox')).selectAll().execute();
      return rows.map(toOutboxRow);
    });
  }

  /** Keys with signed rows that the chain has not answered and that were queued before `queuedBeforeMs`. */
  async sendersOnTheirWay(queuedBeforeMs: number): Promise<readonly string[]> {
    return await inStore('read the outbox', async () => {
      const rows = await this.#db
        .selectFrom('outbox')
        .select('sender')
        .distinct()
        .where('status', 'in', ['SIGNED', 'SENT'])
        .where('queuedAtMs', '<=', queuedBeforeMs)
        .execute();
      return rows.flatMap(({ sender }) => (sender === null ? [] : [sender]));
    });
  }

  /**
   * Changes a row that is still as it was read: in the same status with the same bytes. Null when it is not, which
   * means that another process is at work on it.
   * @throws GatewayError STORE_FAILED, also when the nonce is given to another row
   */
  async change(row: OutboxRow, patch: Partial<Omit<OutboxTable, 'position' | 'id'>>): Promise<OutboxRow | null> {
    return await inStore('change the outbox', async () => {
      const changed = await this.#db
        .updateTable('outbox')
        .set(patch)
        .where('id', '=', row.id)
        .where('status', '=', row.status)
        .where('raw', row.signed === null ? 'is' : '=', row.signed?.raw ?? null)
        .returningAll()
        .executeTakeFirst();
      return changed === undefined ? null : toOutboxRow(changed);
    });
  }

  /** Every signed row whose nonce the chain has not used: its transaction is not, or no longer, on the chain. */
  async returnLost(sender: string, transactionCount: number): Promise<number> {
    return await inStore('change the outbox', async () => {
      const lost = await this.#db
        .updateTable('outbox')
        .set({ status: 'SENT', blockNumber: null, blockHash: null, failure: null, revertData: null })
        .where('sender', '=', sender)
        .where('nonce', '>=', transactionCount)
        .where('status', 'in', ['MINED', 'FINAL', 'FAILED'])
        .executeTakeFirst();
      return Number(lost.numUpdatedRows);
    });
  }

  async #requireRoom(transaction: Transaction<Database>): Promise<void> {
    const { depth } = await transaction
      .selectFrom('outbox')
      .select((select) => select.fn.countAll<number>().as('depth'))
      .where('status', 'in', WAITING)
      .executeTakeFirstOrThrow();
    if (depth >= this.#maxDepth) throw new GatewayError('OUTBOX_FULL', 'Too many acts wait for the ledger', { depth });
  }
}

/** It failed and no block has it: the chain has said nothing that a repetition would have to repeat. */
function isUnanswered({ status, mined }: OutboxRow): boolean {
  return status === 'FAILED' && mined === null;
}

async function findById(db: Kysely<Database>, id: string): Promise<OutboxRow | null> {
  const row = await db.selectFrom('outbox').selectAll().where('id', '=', id).executeTakeFirst();
  return row === undefined ? null : toOutboxRow(row);
}

async function findSameAct(db: Kysely<Database>, digest: Bytes32 | null): Promise<OutboxRow | null> {
  if (digest === null) return null;
  const live = db.selectFrom('outbox').selectAll().where('digest', '=', digest).where('status', '!=', 'FAILED');
  const row = await live.orderBy('position').executeTakeFirst();
  return row === undefined ? null : toOutboxRow(row);
}

async function insert(db: Kysely<Database>, id: string, call: OutboxCall, nowMs: number): Promise<OutboxRow> {
  const { target, data, digest } = call;
  const unsigned = { sender: null, nonce: null, raw: null, transactionHash: null, blockNumber: null, blockHash: null };
  const row = await db
    .insertInto('outbox')
    .values({
      id,
      status: 'QUEUED',
      target,
      data,
      digest,
      queuedAtMs: nowMs,
      ...unsigned,
      failure: null,
      revertData: null,
    })
    .returningAll()
    .executeTakeFirstOrThrow();
  return toOutboxRow(row);
}
