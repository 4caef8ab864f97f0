import type { Kysely } from 'kysely';

import type { HighWater } from '../chain/freshness.ts';
import type { Database } from './schema.ts';
import { inStore } from './store-failed.ts';

/** How long each contract's history was when it was last proved; a shorter one is then known to be old. */
export class HighWaterStore implements HighWater {
  readonly #db: Kysely<Database>;

  constructor(db: Kysely<Database>) {
    this.#db = db;
  }

  async read(): Promise<ReadonlyMap<string, number>> {
    return await inStore('read the proved history', async () => {
      const rows = await this.#db.selectFrom('highWater').selectAll().execute();
      return new Map(rows.map((row) => [row.contract, row.seq]));
    });
  }

  /** Raises marks and never lowers one, whatever another process wrote meanwhile. */
  async raise(seqByContract: ReadonlyMap<string, number>): Promise<void> {
    const rows = [...seqByContract].sort().map(([contract, seq]) => ({ contract, seq }));
    if (rows.length === 0) return;
    await inStore('note the proved history', async () => {
      await this.#db
        .insertInto('highWater')
        .values(rows)
        .onConflict((conflict) =>
          conflict
            .column('contract')
            .doUpdateSet((row) => ({ seq: row.ref('excluded.seq') }))
            .whereRef('highWater.seq', '<', 'excluded.seq'),
        )
        .execute();
    });
  }

  /** Forgets every mark: the operator accepts that the history became shorter. */
  async clear(): Promise<void> {
    await inStore('forget the proved history', async () => {
      await this.#db.deleteFrom('highWater').execute();
    });
  }
}
