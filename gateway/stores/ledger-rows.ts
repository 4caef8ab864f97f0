import type { Transaction } from 'kysely';

import type { EventOf, LedgerEvent } from '../../ledger/events/ledger-event.ts';
import type { Database } from './schema.ts';

type Db = Transaction<Database>;

/** Writes what one event means for the lists. Every row has one later change of status, noted with its block. */
export async function applyToIndex(db: Db, event: LedgerEvent): Promise<void> {
  switch (event.name) {
    case 'ResourceSubmitted':
      await submitResource(db, event);
      break;
    case 'ResourcePublished':
      await publishResource(db, event);
      break;
    case 'ShareRequested':
      await requestShare(db, event);
      break;
    case 'GrantIssued':
      await issueGrant(db, event);
      break;
    case 'ShareRefused':
      await answerRequest(db, event, 'refused');
      break;
    case 'GrantRevoked':
      await revokeGrant(db, event);
      break;
    default:
      break; // Departments and keys are few: the projection lists them from memory.
  }
}

/** Takes back what came after block `kept`; -1 takes everything. */
export async function rewindTables(db: Db, kept: number): Promise<void> {
  for (const table of ['ledgerRequests', 'ledgerGrants', 'ledgerResources'] as const) {
    await db.deleteFrom(table).where('blockNumber', '>', kept).execute();
  }
  const requested = { status: 'requested', statusBlock: null, answerHash: null } as const;
  await db.updateTable('ledgerRequests').set(requested).where('statusBlock', '>', kept).execute();
  const active = { status: 'active', statusBlock: null, revocationHash: null } as const;
  await db.updateTable('ledgerGrants').set(active).where('statusBlock', '>', kept).execute();
  const submitted = { status: 'submitted', statusBlock: null } as const;
  await db.updateTable('ledgerResources').set(submitted).where('statusBlock', '>', kept).execute();
}

async function submitResource(db: Db, event: EventOf<'ResourceSubmitted'>): Promise<void> {
  const { act, resourceId, recordedAt, blockNumber } = event;
  const { version, provider, documentHash } = act;
  const row = { resourceId, version, provider, documentHash, recordedAt, blockNumber };
  await db
    .insertInto('ledgerResources')
    .values({ ...row, status: 'submitted', statusBlock: null })
    .onConflict((conflict) => conflict.columns(['resourceId', 'version']).doNothing())
    .execute();
}

async function publishResource(db: Db, { act, blockNumber }: EventOf<'ResourcePublished'>): Promise<void> {
  await db
    .updateTable('ledgerResources')
    .set({ status: 'published', statusBlock: blockNumber })
    .where('resourceId', '=', act.resourceId)
    .where('version', '=', act.version)
    .execute();
}

async function requestShare(db: Db, event: EventOf<'ShareRequested'>): Promise<void> {
  const { act, requestId, recordedAt, blockNumber } = event;
  const { requester, resourceId, resourceVersion, documentHash } = act;
  const resource = await db
    .selectFrom('ledgerResources')
    .select('provider')
    .where('resourceId', '=', resourceId)
    .executeTakeFirst();
  const provider = resource?.provider ?? null;
  const row = { requestId, requester, provider, resourceId, resourceVersion, documentHash, recordedAt, blockNumber };
  await db
    .insertInto('ledgerRequests')
    .values({ ...row, status: 'requested', answerHash: null, statusBlock: null })
    .onConflict((conflict) => conflict.column('requestId').doNothing())
    .execute();
}

async function issueGrant(db: Db, event: EventOf<'GrantIssued'>): Promise<void> {
  const { act, grantId, requester, resourceId, resourceVersion, recordedAt, blockNumber } = event;
  const { requestId, provider, notBefore, notAfter, documentHash } = act;
  const terms = { grantId, requestId, requester, provider, resourceId, resourceVersion, notBefore, notAfter };
  await db
    .insertInto('ledgerGrants')
    .values({
      ...terms,
      documentHash,
      recordedAt,
      blockNumber,
      status: 'active',
      statusBlock: null,
      revocationHash: null,
    })
    .onConflict((conflict) => conflict.column('grantId').doNothing())
    .execute();
  await answerRequest(db, event, 'agreed');
}

async function answerRequest(
  db: Db,
  { act, blockNumber }: EventOf<'GrantIssued'> | EventOf<'ShareRefused'>,
  status: 'agreed' | 'refused',
): Promise<void> {
  await db
    .updateTable('ledgerRequests')
    .set({ status, statusBlock: blockNumber, answerHash: act.documentHash })
    .where('requestId', '=', act.requestId)
    .execute();
}

async function revokeGrant(db: Db, { act, blockNumber }: EventOf<'GrantRevoked'>): Promise<void> {
  await db
    .updateTable('ledgerGrants')
    .set({ status: 'revoked', statusBlock: blockNumber, revocationHash: act.documentHash })
    .where('grantId', '=', act.grantId)
    .execute();
}
