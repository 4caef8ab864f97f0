import type { Kysely } from 'kysely';

import type { DepartmentId, GrantId } from '../../ledger/ids.ts';
import { parseStrictJson } from '../../ledger/json/strict-json.ts';
import { parseReceipt, receiptLeaf } from '../../ledger/receipts/receipt.ts';
import type { AccessReceipt } from '../../ledger/receipts/receipt.ts';
import type { Database } from './schema.ts';
import { inStore } from './store-failed.ts';

/** A place in a journal: a segment and bytes from its start. */
export interface IndexPlace {
  readonly segment: number;
  readonly offset: number;
}

/** A complete receipt with the salt that opens its `contentHash`, which is for the two sides of the grant only. */
export interface SaltedReceipt {
  readonly receipt: AccessReceipt;
  readonly contentSalt: string | null;
}

/** A complete receipt and where its journal has it; `leaf` is its number there. */
export interface IndexedReceipt extends SaltedReceipt {
  readonly leaf: number;
  readonly place: IndexPlace;
}

export interface ReceiptListQuery {
  /** Receipts of this department's reads and of reads under grants that it gave; null for all. Newest first. */
  readonly party: DepartmentId | null;
  readonly limit: number;
  readonly offset?: number;
}

/** Receipts for looking up and listing, of all gateways on this store. Rebuilt from the journals when it is lost. */
export class ReceiptIndex {
  readonly #db: Kysely<Database>;

  constructor(db: Kysely<Database>) {
    this.#db = db;
  }

  /** Up to where the journal is in the index; null for not at all. */
  async cursor(journal: string): Promise<IndexPlace | null> {
    return await inStore('read the receipt index', async () => {
      const row = await this.#db
        .selectFrom('receiptCursors')
        .select(['segment', 'offset'])
        .where('journal', '=', journal)
        .executeTakeFirst();
      return row ?? null;
    });
  }

  /** Adds receipts and moves the cursor of their journal to `end`, all or nothing; doing it twice is harmless. */
  async add(journal: string, receipts: readonly IndexedReceipt[], end: IndexPlace): Promise<void> {
    const rows = receipts.map(({ receipt, contentSalt, leaf, place }) => ({
      receiptId: receipt.receiptId,
      journal,
      leaf,
      segment: place.segment,
      offset: place.offset,
      grantId: receipt.grantId,
      caller: receipt.caller,
      closedAt: receipt.closedAt,
      receipt: Buffer.from(receiptLeaf(receipt)).toString('utf8'),
      contentSalt,
    }));
    const { segment, offset } = end;
    await inStore('write the receipt index', async () => {
      await this.#db.transaction().execute(async (transaction) => {
        if (rows.length > 0) {
          const insert = transaction.insertInto('receipts').values(rows);
          await insert.onConflict((conflict) => conflict.column('receiptId').doNothing()).execute();
        }
        await transaction
          .insertInto('receiptCursors')
          .values({ journal, segment, offset })
          .onConflict((conflict) => conflict.column('journal').doUpdateSet({ segment, offset }))
          .execute();
      });
    });
  }

  /** Keeps what a journal no longer has, from a leaf on, for looking up; it is no part of that journal any more. */
  async disown(journal: string, fromLeaf: number): Promise<void> {
    await inStore('write the receipt index', async () => {
      await this.#db
        .updateTable('receipts')
        .set({ journal: `${journal} lost` })
        .where('journal', '=', journal)
        .where('leaf', '>=', fromLeaf)
        .execute();
    });
  }

  /** The last receipt of a grant in a journal; null for none. */
  async lastOf(journal: string, grantId: GrantId): Promise<AccessReceipt | null> {
    return await inStore('read the receipt index', async () => {
      const row = await this.#db
        .selectFrom('receipts')
        .select('receipt')
        .where('journal', '=', journal)
        .where('grantId', '=', grantId)
        .orderBy('leaf', 'desc')
        .limit(1)
        .executeTakeFirst();
      return row === undefined ? null : toReceipt(row.receipt);
    });
  }

  /** Null when there is no complete receipt with this id. */
  async get(receiptId: string): Promise<SaltedReceipt | null> {
    return await inStore('read the receipt index', async () => {
      const query = this.#db.selectFrom('receipts').select(['receipt', 'contentSalt']);
      const row = await query.where('receiptId', '=', receiptId).executeTakeFirst();
      return row === undefined ? null : { receipt: toReceipt(row.receipt), contentSalt: row.contentSalt };
    });
  }

  /** The journal and the place of a complete receipt. */
  async placeOf(receiptId: string): Promise<(IndexPlace & { readonly journal: string; readonly leaf: number }) | null> {
    return await inStore('read the receipt index', async () => {
      const row = await this.#db
        .selectFrom('receipts')
        .select(['journal', 'leaf', 'segment', 'offset'])
        .where('receiptId', '=', receiptId)
        .executeTakeFirst();
      return row ?? null;
    });
  }

  /** Where a journal has the receipt with this number; null for nowhere that the index knows. */
  async placeOfLeaf(journal: string, leaf: number): Promise<IndexPlace | null> {
    return (await this.#rowOfLeaf(journal, leaf)) ?? null;
  }

  /** When the receipt with this number was complete, in Unix seconds. */
  async closedAt(journal: string, leaf: number): Promise<number | null> {
    return (await this.#rowOfLeaf(journal, leaf))?.closedAt ?? null;
  }

  async #rowOfLeaf(journal: string, leaf: number) {
    return await inStore('read the receipt index', async () => {
      const query = this.#db.selectFrom('receipts').select(['segment', 'offset', 'closedAt']);
      return await query.where('journal', '=', journal).where('leaf', '=', leaf).executeTakeFirst();
    });
  }

  async list({ party, limit, offset = 0 }: ReceiptListQuery): Promise<readonly AccessReceipt[]> {
    return await inStore('list receipts', async () => {
      let query = this.#db.selectFrom('receipts').select('receipt');
      if (party !== null) {
        query = query.where((row) =>
          row.or([
            row('caller', '=', party),
            row('grantId', 'in', row.selectFrom('ledgerGrants').select('grantId').where('provider', '=', party)),
          ]),
        );
      }
      const page = query.orderBy('closedAt', 'desc').orderBy('leaf', 'desc').orderBy('receiptId');
      const rows = await page.limit(limit).offset(offset).execute();
      return rows.map((row) => toReceipt(row.receipt));
    });
  }
}

function toReceipt(text: string): AccessReceipt {
  return parseReceipt(parseStrictJson(Buffer.from(text, 'utf8')));
}
