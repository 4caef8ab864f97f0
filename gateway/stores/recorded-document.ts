import type { Kysely } from 'kysely';

import type { Bytes32 } from '../../ledger/ids.ts';
import type { Database } from './schema.ts';
import { inStore } from './store-failed.ts';

/** Whether an entry of the ledger commits to the document. Whose it is, the document itself says. */
export async function isRecordedDocument(db: Kysely<Database>, hash: Bytes32): Promise<boolean> {
  return await inStore('look for a document on the ledger', async () => {
    const step = db.selectFrom('ledgerSteps').select('seq').where('documentHash', '=', hash);
    return (await step.executeTakeFirst()) !== undefined;
  });
}
