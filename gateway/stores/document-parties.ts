import type { Kysely } from 'kysely';

import { parseDepartmentId } from '../../ledger/ids.ts';
import type { Bytes32, DepartmentId } from '../../ledger/ids.ts';
import type { Database } from './schema.ts';
import { inStore } from './store-failed.ts';

/** Who may see a document: every department, the two sides of a share, or (null) nobody knows of it. */
export type DocumentParties = 'everyone' | readonly DepartmentId[] | null;

/** Finds out by the ledger's index what a document hash belongs to. */
export async function readDocumentParties(db: Kysely<Database>, hash: Bytes32): Promise<DocumentParties> {
  return await inStore('find the parties of a document', async () => {
    const entry = await db
      .selectFrom('ledgerResources')
      .select('status')
      .where('documentHash', '=', hash)
      .executeTakeFirst();
    if (entry !== undefined) return 'everyone';
    const request = await db
      .selectFrom('ledgerRequests')
      .select(['requester', 'provider'])
      .where((row) => row.or([row('documentHash', '=', hash), row('answerHash', '=', hash)]))
      .executeTakeFirst();
    const sides = request ?? (await readRevokedGrant(db, hash));
    if (sides === undefined) return null;
    return [sides.requester, sides.provider].filter((party) => party !== null).map(parseDepartmentId);
  });
}

async function readRevokedGrant(db: Kysely<Database>, hash: Bytes32) {
  const grants = db.selectFrom('ledgerGrants').select(['requester', 'provider']).where('revocationHash', '=', hash);
  return await grants.executeTakeFirst();
}
