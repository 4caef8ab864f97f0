import type { Kysely } from 'kysely';

import type { GatewayId } from '../../ledger/ids.ts';
import type { TreeHead } from '../../ledger/log/merkle-tree.ts';
import type { Database } from './schema.ts';
import { inStore } from './store-failed.ts';

/** The newest checkpoint of a log that a witness has cosigned: its head, and the note with the signatures of the log. */
export interface WitnessedHead extends TreeHead {
  readonly note: Uint8Array;
}

/** What this gateway has seen of other logs as their witness. Gateways that share a store remember each for itself. */
export class WitnessStore {
  readonly #db: Kysely<Database>;
  readonly #witness: GatewayId;

  constructor(db: Kysely<Database>, witness: GatewayId) {
    this.#db = db;
    this.#witness = witness;
  }

  /** Null for a log that was never cosigned. */
  async get(origin: string): Promise<WitnessedHead | null> {
    return await inStore('read a witnessed log', async () => {
      const query = this.#db.selectFrom('witnessedLogs').selectAll().where('origin', '=', origin);
      const row = await query.where('witness', '=', this.#witness).executeTakeFirst();
      if (row === undefined) return null;
      return { size: row.size, root: Buffer.from(row.root, 'base64'), note: Buffer.from(row.note, 'utf8') };
    });
  }

  /**
   * Goes on from the head that the caller has checked `next` against; durable when it resolves. False, and nothing is
   * changed, where the log is no longer at that head: of two requests at once only one goes on from it.
   * @throws GatewayError STORE_FAILED: it may have gone on
   */
  async advance(origin: string, from: WitnessedHead | null, next: WitnessedHead): Promise<boolean> {
    return await inStore('remember a witnessed log', async () =>
      from === null ? await this.#begin(origin, next) : await this.#goOn(origin, from, next),
    );
  }

  async #begin(origin: string, next: WitnessedHead): Promise<boolean> {
    const row = { witness: this.#witness, origin, ...toColumns(next) };
    const insert = this.#db.insertInto('witnessedLogs').values(row);
    const query = insert.onConflict((conflict) => conflict.columns(['witness', 'origin']).doNothing());
    return (await query.returning('origin').execute()).length === 1;
  }

  async #goOn(origin: string, from: WitnessedHead, next: WitnessedHead): Promise<boolean> {
    const { size, root } = toColumns(from);
    const update = this.#db.updateTable('witnessedLogs').set(toColumns(next)).where('witness', '=', this.#witness);
    const query = update.where('origin', '=', origin).where('size', '=', size).where('root', '=', root);
    return (await query.returning('origin').execute()).length === 1;
  }
}

function toColumns({ size, root, note }: WitnessedHead) {
  return { size, root: Buffer.from(root).toString('base64'), note: Buffer.from(note).toString('utf8') };
}
