import type { Kysely } from 'kysely';

import type { SignedConfirmation } from '../../ledger/receipts/confirmation.ts';
import { parseConfirmation } from '../../ledger/receipts/confirmation.ts';
import { canonicalBytes } from '../../ledger/canonical-json.ts';
import { parseStrictJson } from '../../ledger/json/strict-json.ts';
import type { Database } from './schema.ts';
import { inStore } from './store-failed.ts';

/** What consumers signed for, one for each receipt at most. */
export class ConfirmationStore {
  readonly #db: Kysely<Database>;

  constructor(db: Kysely<Database>) {
    this.#db = db;
  }

  /** Stores a confirmation that was checked; the first one of a receipt stays. Durable when it resolves. */
  async put({ confirmation, signature }: SignedConfirmation): Promise<void> {
    const text = Buffer.from(canonicalBytes(confirmation)).toString('utf8');
    const row = { receiptId: confirmation.receiptId, confirmation: text, signature };
    await inStore('store a confirmation', async () => {
      const insert = this.#db.insertInto('confirmations').values(row);
      await insert.onConflict((conflict) => conflict.column('receiptId').doNothing()).execute();
    });
  }

  /** Null for a receipt that nobody signed for. */
  async get(receiptId: string): Promise<SignedConfirmation | null> {
    return (await this.find([receiptId])).get(receiptId) ?? null;
  }

  /** Of some receipts those that were signed for. */
  async find(receiptIds: readonly string[]): Promise<ReadonlyMap<string, SignedConfirmation>> {
    if (receiptIds.length === 0) return new Map();
    return await inStore('read confirmations', async () => {
      const query = this.#db.selectFrom('confirmations').selectAll().where('receiptId', 'in', receiptIds);
      const rows = await query.execute();
      return new Map(
        rows.map(({ receiptId, confirmation, signature }) => [receiptId, toSigned(confirmation, signature)]),
      );
    });
  }
}

function toSigned(text: string, signature: string): SignedConfirmation {
  return { confirmation: parseConfirmation(parseStrictJson(Buffer.from(text, 'utf8'))), signature };
}
