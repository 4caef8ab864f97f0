import type { ColumnDataType, CreateTableBuilder, Kysely, Transaction } from 'kysely';
import { sql } from 'kysely';

import type { Database } from './schema.ts';
import { storeFailed } from './store-failed.ts';

export type StoreDialect = 'sqlite' | 'postgres';
type Migration = (db: Transaction<Database>, dialect: StoreDialect) => Promise<void>;

/** Held while migrating, so that two gateways that start together on one PostgreSQL do it one after the other. */
const MIGRATION_LOCK = 7_114_021;

/** Version n is the state after the first n entries. Append only: a released entry is never changed. */
const MIGRATIONS: readonly Migration[] = [
  createTables,
  addContentSalt,
  rebuildLedgerIndex,
  addNotices,
  addReceiptLog,
  addWitnessedLogs,
];

/**
 * Brings the tables to this program's version, all or nothing; safe to call at every start.
 * @throws GatewayError STORE_FAILED when a newer program has been here
 */
export async function migrate(db: Kysely<Database>, dialect: StoreDialect): Promise<void> {
  await db.transaction().execute(async (transaction) => {
    if (dialect === 'postgres') await sql`select pg_advisory_xact_lock(${MIGRATION_LOCK})`.execute(transaction);
    const version = await readVersion(transaction);
    if (version > MIGRATIONS.length) {
      throw storeFailed(
        'use the store',
        `schema version ${String(version)} is newer than ${String(MIGRATIONS.length)}`,
      );
    }
    if (version === MIGRATIONS.length) return;
    for (const migration of MIGRATIONS.slice(version)) await migration(transaction, dialect);
    await transaction.updateTable('schemaVersion').set({ version: MIGRATIONS.length }).execute();
  });
}

async function readVersion(db: Transaction<Database>): Promise<number> {
  await db.schema
    .createTable('schemaVersion')
    .ifNotExists()
    .addColumn('version', 'integer', (column) => column.notNull())
    .execute();
  const row = await db.selectFrom('schemaVersion').select('version').executeTakeFirst();
  if (row !== undefined) return row.version;
  await db.insertInto('schemaVersion').values({ version: 0 }).execute();
  return 0;
}

async function createTables(db: Transaction<Database>, dialect: StoreDialect): Promise<void> {
  await createTable(db, 'storeLocks', ['name'], { name: 'text' });
  await db.insertInto('storeLocks').values({ name: 'outbox' }).execute();
  await createTable(db, 'documents', ['hash'], { hash: 'text', salt: 'text', document: 'text' });
  await createTable(db, 'nonces', ['keyId', 'nonce'], { keyId: 'text', nonce: 'text', keepUntil: 'bigint' });
  await createIndex(db, 'nonces', ['keepUntil']);
  const counts = { second: 'bigint', secondCount: 'bigint', day: 'bigint', dayCount: 'bigint' } as const;
  await createTable(db, 'quotas', ['grantId'], {
    grantId: 'text',
    ...counts,
    dayBytes: 'bigint',
    totalCount: 'bigint',
  });
  await createTable(db, 'highWater', ['contract'], { contract: 'text', seq: 'bigint' });
  await createOutbox(db, dialect);
  await createReceiptIndex(db);
  await createLedgerIndex(db);
}

async function addContentSalt(db: Transaction<Database>): Promise<void> {
  await db.schema.alterTable('receipts').addColumn('contentSalt', 'text').execute();
}

async function createOutbox(db: Transaction<Database>, dialect: StoreDialect): Promise<void> {
  await db.schema
    .createTable('outbox')
    .addColumn('position', dialect === 'sqlite' ? 'integer' : 'bigserial', (column) =>
      dialect === 'sqlite' ? column.primaryKey().autoIncrement() : column.primaryKey(),
    )
    .addColumn('id', 'text', (column) => column.notNull().unique())
    .addColumn('status', 'text', (column) => column.notNull())
    .addColumn('digest', 'text')
    .addColumn('target', 'text', (column) => column.notNull())
    .addColumn('data', 'text', (column) => column.notNull())
    .addColumn('queuedAtMs', 'bigint', (column) => column.notNull())
    .addColumn('sender', 'text')
    .addColumn('nonce', 'bigint')
    .addColumn('raw', 'text')
    .addColumn('transactionHash', 'text')
    .addColumn('blockNumber', 'bigint')
    .addColumn('blockHash', 'text')
    .addColumn('failure', 'text')
    .addColumn('revertData', 'text')
    // Nulls are distinct: no nonce is ever given to two rows, whatever two processes do.
    .addUniqueConstraint('outbox_sender_nonce', ['sender', 'nonce'])
    .execute();
  await createIndex(db, 'outbox', ['status', 'position']);
  await createIndex(db, 'outbox', ['digest']);
  await createIndex(db, 'outbox', ['blockNumber']);
  const columns = { caller: 'text', key: 'text', bodyHash: 'text', outboxId: 'text' } as const;
  await createTable(db, 'idempotencyKeys', ['caller', 'key'], columns);
}

async function createReceiptIndex(db: Transaction<Database>): Promise<void> {
  const place = { journal: 'text', leaf: 'bigint', segment: 'bigint', offset: 'bigint' } as const;
  const receipt = { receiptId: 'text', ...place, closedAt: 'bigint', receipt: 'text' } as const;
  await createTable(db, 'receipts', ['receiptId'], receipt, { grantId: 'text', caller: 'text' });
  await createIndex(db, 'receipts', ['journal', 'leaf']);
  await createIndex(db, 'receipts', ['closedAt']);
  await createIndex(db, 'receipts', ['caller', 'closedAt']);
  await createIndex(db, 'receipts', ['grantId', 'closedAt']);
  await createTable(db, 'receiptCursors', ['journal'], { journal: 'text', segment: 'bigint', offset: 'bigint' });
}

async function createLedgerIndex(db: Transaction<Database>): Promise<void> {
  const common = { documentHash: 'text', status: 'text', recordedAt: 'bigint', blockNumber: 'bigint' } as const;
  const resource = { resourceId: 'text', resourceVersion: 'bigint' } as const;
  const request = { requestId: 'text', requester: 'text', ...resource, ...common } as const;
  await createTable(db, 'ledgerRequests', ['requestId'], request, {
    provider: 'text',
    answerHash: 'text',
    statusBlock: 'bigint',
  });
  const grant = { grantId: 'text', ...request, provider: 'text', notBefore: 'bigint', notAfter: 'bigint' } as const;
  await createTable(db, 'ledgerGrants', ['grantId'], grant, { revocationHash: 'text', statusBlock: 'bigint' });
  const version = { resourceId: 'text', version: 'bigint', provider: 'text', ...common } as const;
  await createTable(db, 'ledgerResources', ['resourceId', 'version'], version, { statusBlock: 'bigint' });
  for (const table of ['ledgerRequests', 'ledgerGrants'] as const) {
    await createIndex(db, table, ['requester', 'blockNumber']);
    await createIndex(db, table, ['provider', 'blockNumber']);
  }
  for (const table of ['ledgerRequests', 'ledgerGrants', 'ledgerResources'] as const) {
    await createIndex(db, table, ['blockNumber']);
    await createIndex(db, table, ['statusBlock']);
    await createIndex(db, table, ['documentHash']);
  }
  await createIndex(db, 'ledgerRequests', ['answerHash']);
  await createIndex(db, 'ledgerGrants', ['requestId']);
  await createIndex(db, 'ledgerGrants', ['revocationHash']);
  await createTable(db, 'ledgerCursor', ['id'], { id: 'integer', blockNumber: 'bigint', blockHash: 'text' });
}

/** The index follows every step of every machine now; it is filled again from the chain. */
async function rebuildLedgerIndex(db: Transaction<Database>): Promise<void> {
  for (const table of ['ledgerRequests', 'ledgerGrants', 'ledgerResources']) await db.schema.dropTable(table).execute();
  await db.deleteFrom('ledgerCursor').execute();
  const number = { recordedAt: 'bigint', blockNumber: 'bigint', dueAt: 'bigint' } as const;
  const common = { documentHash: 'text', status: 'text', ...number } as const;
  const resource = { resourceId: 'text', resourceVersion: 'bigint' } as const;
  const request = { requestId: 'text', requester: 'text', ...resource, ...common } as const;
  const answered = { provider: 'text', answerHash: 'text' } as const;
  await createTable(db, 'ledgerRequests', ['requestId'], { ...request, kind: 'text' }, answered);
  const window = { notBefore: 'bigint', notAfter: 'bigint', disposalDays: 'bigint' } as const;
  const grant = { grantId: 'text', ...request, provider: 'text', ...window } as const;
  await createTable(db, 'ledgerGrants', ['grantId'], grant, { suspender: 'text', statusReason: 'text' });
  const version = { resourceId: 'text', version: 'bigint', provider: 'text', ...common } as const;
  await createTable(db, 'ledgerResources', ['resourceId', 'version'], version);
  const sides = { claimant: 'text', respondent: 'text', subject: 'text' } as const;
  const entry = { caseId: 'text', kind: 'text', ...sides, ...common } as const;
  await createTable(db, 'ledgerCases', ['caseId'], entry, { coordinator: 'text' });
  await createLedgerSteps(db);
  for (const table of ['ledgerRequests', 'ledgerGrants'] as const) {
    await createIndex(db, table, ['requester', 'blockNumber']);
    await createIndex(db, table, ['provider', 'blockNumber']);
    await createIndex(db, table, ['blockNumber']);
  }
  await createIndex(db, 'ledgerResources', ['blockNumber']);
  await createIndex(db, 'ledgerCases', ['claimant', 'blockNumber']);
  await createIndex(db, 'ledgerCases', ['respondent', 'blockNumber']);
  await createIndex(db, 'ledgerGrants', ['requestId']);
}

async function createLedgerSteps(db: Transaction<Database>): Promise<void> {
  const place = { contract: 'text', seq: 'bigint', blockNumber: 'bigint', recordedAt: 'bigint' } as const;
  const what = { event: 'text', kind: 'text', subject: 'text', department: 'text', status: 'text' } as const;
  const clocks = { dueBefore: 'bigint', dueAt: 'bigint' } as const;
  const stated = { reasonCode: 'text', documentHash: 'text' } as const;
  // One entry may be about two things: the new terms of a grant, and the old ones that they replace.
  await createTable(db, 'ledgerSteps', ['contract', 'seq', 'subject'], { ...place, ...what, ...clocks }, stated);
  await createIndex(db, 'ledgerSteps', ['subject', 'blockNumber']);
  await createIndex(db, 'ledgerSteps', ['documentHash']);
  await createIndex(db, 'ledgerSteps', ['department', 'recordedAt']);
}

async function addNotices(db: Transaction<Database>): Promise<void> {
  const notice = { id: 'text', recipient: 'text', body: 'text', createdAtMs: 'bigint', attempts: 'integer' } as const;
  const settled = { nextAttemptAtMs: 'bigint', deliveredAtMs: 'bigint', failedAtMs: 'bigint' } as const;
  await createTable(db, 'notices', ['id'], notice, settled);
  await createIndex(db, 'notices', ['recipient', 'nextAttemptAtMs']);
  await createTable(db, 'noticeRecipients', ['recipient'], { recipient: 'text', firstSeenAt: 'bigint' });
  // What ran out is looked for again and again.
  await createIndex(db, 'ledgerSteps', ['dueAt']);
  await createIndex(db, 'ledgerGrants', ['notAfter']);
}

/** Receipts have a chain for each grant, and what consumers signed for; those of before have none and cannot be read any more. */
async function addReceiptLog(db: Transaction<Database>): Promise<void> {
  await db.deleteFrom('receipts').execute();
  await db.deleteFrom('receiptCursors').execute();
  await createIndex(db, 'receipts', ['journal', 'grantId', 'leaf']);
  const confirmation = { receiptId: 'text', confirmation: 'text', signature: 'text' } as const;
  await createTable(db, 'confirmations', ['receiptId'], confirmation);
}

/** The newest head of each log that this gateway cosigned. */
async function addWitnessedLogs(db: Transaction<Database>): Promise<void> {
  const head = { size: 'bigint', root: 'text', note: 'text' } as const;
  await createTable(db, 'witnessedLogs', ['witness', 'origin'], { witness: 'text', origin: 'text', ...head });
}

type Columns = Readonly<Record<string, ColumnDataType>>;

async function createTable(
  db: Transaction<Database>,
  table: string,
  primaryKey: readonly [string, ...string[]],
  required: Columns,
  nullable: Columns = {},
): Promise<void> {
  let builder: CreateTableBuilder<string, string> = db.schema.createTable(table);
  for (const [name, type] of Object.entries(required)) {
    builder = builder.addColumn(name, type, (column) => column.notNull());
  }
  for (const [name, type] of Object.entries(nullable)) builder = builder.addColumn(name, type);
  await builder.addPrimaryKeyConstraint(`pk_${table}`, [...primaryKey]).execute();
}

async function createIndex(db: Transaction<Database>, table: string, columns: readonly string[]): Promise<void> {
  await db.schema
    .createIndex(`ix_${table}_${columns.join('_')}`)
    .on(table)
    .columns([...columns])
    .execute();
}
