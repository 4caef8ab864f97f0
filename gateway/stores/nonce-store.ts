import type { Kysely } from 'kysely';

import type { AccessKeyId } from '../../ledger/ids.ts';
import { GroupCommit } from './group-commit.ts';
import type { Database } from './schema.ts';
import { inStore } from './store-failed.ts';

const MAX_BATCH = 500;
const MAX_WAITING = 10_000;
const SWEEP_BATCH = 1_000;

/** Attacker-controlled: `nonce` is what a caller sent, bounded and verified by the caller of `claim`. */
interface Claim {
  readonly keyId: AccessKeyId;
  readonly nonce: string;
  readonly keepUntil: number;
}

/** Remembers which nonces were used, so that a signed request counts once over all gateways on this store. */
export class NonceStore {
  readonly #db: Kysely<Database>;
  readonly #claims: GroupCommit<Claim, boolean>;

  constructor(db: Kysely<Database>) {
    this.#db = db;
    this.#claims = new GroupCommit({
      action: 'claim a nonce',
      commit: (claims) => this.#commit(claims),
      maxBatch: MAX_BATCH,
      maxWaiting: MAX_WAITING,
    });
  }

  /**
   * True exactly once for a key and nonce, durable before it resolves, until a sweep after `keepUntil` (Unix seconds).
   * Expired signatures must be refused before: a claim does not look at the clock.
   * @throws GatewayError STORE_FAILED: it is then unknown whether the nonce was claimed, so the request is refused
   */
  async claim(keyId: AccessKeyId, nonce: string, keepUntil: number): Promise<boolean> {
    return await this.#claims.submit({ keyId, nonce, keepUntil });
  }

  /** Forgets nonces whose time is over (`now` in Unix seconds), a batch at a time; resolves to their number. */
  async sweep(now: number): Promise<number> {
    return await inStore('sweep nonces', async () => {
      let swept = 0;
      for (;;) {
        const count = await this.#sweepBatch(now);
        swept += count;
        if (count < SWEEP_BATCH) return swept;
      }
    });
  }

  async #sweepBatch(now: number): Promise<number> {
    const deleted = await this.#db
      .deleteFrom('nonces')
      .where((row) =>
        row(
          row.refTuple('keyId', 'nonce'),
          'in',
          row
            .selectFrom('nonces')
            .select(['keyId', 'nonce'])
            .where('keepUntil', '<', now)
            .orderBy('keepUntil')
            .limit(SWEEP_BATCH)
            .$asTuple('keyId', 'nonce'),
        ),
      )
      .executeTakeFirst();
    return Number(deleted.numDeletedRows);
  }

  async #commit(claims: readonly Claim[]): Promise<readonly boolean[]> {
    return await inStore('claim nonces', async () => {
      const firsts = new Map<string, Claim>();
      for (const claim of claims) {
        if (!firsts.has(keyOf(claim))) firsts.set(keyOf(claim), claim);
      }
      // In one order everywhere, so that two processes with the same nonces cannot wait for each other.
      const rows = [...firsts].sort(([left], [right]) => (left < right ? -1 : 1)).map(([, claim]) => claim);
      const inserted = await this.#db
        .insertInto('nonces')
        .values(rows)
        .onConflict((conflict) => conflict.columns(['keyId', 'nonce']).doNothing())
        .returning(['keyId', 'nonce'])
        .execute();
      const won = new Set(inserted.map(keyOf));
      return claims.map((claim) => firsts.get(keyOf(claim)) === claim && won.has(keyOf(claim)));
    });
  }
}

function keyOf({ keyId, nonce }: { readonly keyId: string; readonly nonce: string }): string {
  return `${keyId} ${nonce}`;
}
