import type { Kysely } from 'kysely';

import { canonicalBytes } from '../../ledger/canonical-json.ts';
import { assertDocumentHash, hashDocument } from '../../ledger/document-hash.ts';
import type { SaltedDocument } from '../../ledger/document-hash.ts';
import type { Bytes32 } from '../../ledger/ids.ts';
import { parseStrictJson } from '../../ledger/json/strict-json.ts';
import type { Database } from './schema.ts';
import { inStore } from './store-failed.ts';

/** Documents by the hash that the ledger holds of them. */
export class DocumentStore {
  readonly #db: Kysely<Database>;

  constructor(db: Kysely<Database>) {
    this.#db = db;
  }

  /**
   * Resolves to the document's hash when it is durable. Putting it again changes nothing, or mends a damaged row.
   * @throws GatewayError STORE_FAILED, LedgerError as `hashDocument` does
   */
  async put(salted: SaltedDocument): Promise<Bytes32> {
    const hash = hashDocument(salted);
    const document = Buffer.from(canonicalBytes(salted.document)).toString('utf8');
    await inStore('store a document', async () => {
      await this.#db
        .insertInto('documents')
        .values({ hash, salt: salted.salt, document })
        .onConflict((conflict) => conflict.column('hash').doUpdateSet({ salt: salted.salt, document }))
        .execute();
    });
    return hash;
  }

  /**
   * Null when the document is not stored here.
   * @throws GatewayError STORE_FAILED, also when the stored document is no longer the one that hashes to `hash`
   */
  async get(hash: Bytes32): Promise<SaltedDocument | null> {
    return await inStore('read a document', async () => {
      const row = await this.#db.selectFrom('documents').selectAll().where('hash', '=', hash).executeTakeFirst();
      if (row === undefined) return null;
      const salted = { salt: row.salt, document: parseStrictJson(Buffer.from(row.document, 'utf8')) };
      assertDocumentHash(salted, hash);
      return salted;
    });
  }
}
