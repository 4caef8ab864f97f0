import type { Kysely, Transaction } from 'kysely';

import type { LedgerEvent } from '../../ledger/events/ledger-event.ts';
import { parseBytes32, parseCaseId, parseDepartmentId, parseGrantId } from '../../ledger/ids.ts';
import { parseRequestId, parseResourceId } from '../../ledger/ids.ts';
import type { Bytes32, CaseId, DepartmentId, GrantId, RequestId, ResourceId } from '../../ledger/ids.ts';
import { applyToIndex, clearTables } from './ledger-rows.ts';
import type { EntryListener } from './ledger-rows.ts';
import type {
  Database,
  LedgerCaseTable,
  LedgerGrantTable,
  LedgerRequestTable,
  LedgerResourceTable,
  LedgerStepTable,
} from './schema.ts';
import { inStore } from './store-failed.ts';

/** A point of the chain: all events up to and including this block are in the index. */
export interface IndexedBlock {
  readonly blockNumber: number;
  readonly blockHash: string;
}

interface IndexRow {
  /** What the row waits for is late from here on: Unix seconds; 0: it waits for nothing. */
  readonly dueAt: number;
  readonly documentHash: Bytes32;
  /** Unix seconds. */
  readonly recordedAt: number;
  readonly blockNumber: number;
}

export interface RequestRow extends IndexRow {
  readonly requestId: RequestId;
  readonly kind: string;
  readonly requester: DepartmentId;
  /** Null when the resource is not in the index. */
  readonly provider: DepartmentId | null;
  readonly resourceId: ResourceId;
  readonly resourceVersion: number;
  readonly status: LedgerRequestTable['status'];
  /** Hash of the authorization or the refusal; null while there is no answer. */
  readonly answerHash: Bytes32 | null;
}

export interface GrantRow extends IndexRow {
  readonly grantId: GrantId;
  readonly requestId: RequestId;
  readonly requester: DepartmentId;
  readonly provider: DepartmentId;
  readonly resourceId: ResourceId;
  readonly resourceVersion: number;
  readonly notBefore: number;
  readonly notAfter: number;
  readonly status: LedgerGrantTable['status'];
  readonly disposalDays: number;
  /** Reason code of the step that brought it here; null for an answer. */
  readonly statusReason: string | null;
  /** Who suspended it last; null if it never was. */
  readonly suspender: DepartmentId | null;
}

/** A correction or a dispute; `subject` is an id of what it is about. */
export interface CaseRow extends IndexRow {
  readonly caseId: CaseId;
  readonly kind: LedgerCaseTable['kind'];
  readonly claimant: DepartmentId;
  readonly respondent: DepartmentId;
  readonly coordinator: DepartmentId | null;
  readonly subject: Bytes32;
  readonly status: LedgerCaseTable['status'];
}

/** One step of a thing, oldest first; see LedgerStepTable. */
export type StepRow = Readonly<LedgerStepTable>;

export interface ResourceRow extends IndexRow {
  readonly resourceId: ResourceId;
  readonly version: number;
  readonly provider: DepartmentId;
  readonly status: LedgerResourceTable['status'];
}

/** `party`: only rows in which this department is requester or provider; null for all. Newest first. */
export interface ListQuery {
  readonly party: DepartmentId | null;
  readonly limit: number;
  readonly offset?: number;
}

const CURSOR_ID = 1;

/**
 * Rows for listing and for finding documents, written from the followed events. Nothing is decided by it: it can be
 * cleared at any time and is filled again from the chain.
 */
export class LedgerIndex {
  readonly #db: Kysely<Database>;
  readonly #onEntry: EntryListener | null;

  constructor(db: Kysely<Database>, onEntry: EntryListener | null = null) {
    this.#db = db;
    this.#onEntry = onEntry;
  }

  /** Null for an empty index. */
  async cursor(): Promise<IndexedBlock | null> {
    return await inStore('read the ledger index', async () => {
      const row = await this.#db.selectFrom('ledgerCursor').selectAll().executeTakeFirst();
      return row === undefined ? null : { blockNumber: row.blockNumber, blockHash: row.blockHash };
    });
  }

  /** Writes the events up to `block` in their order and moves the cursor, all or nothing; doing it twice is harmless. */
  async apply(block: IndexedBlock, events: readonly LedgerEvent[]): Promise<void> {
    await this.#change('write the ledger index', async (transaction) => {
      for (const event of events) await applyToIndex(transaction, event, this.#onEntry);
      await moveCursor(transaction, block);
    });
  }

  /** Empties the index, for filling it again. */
  async clear(): Promise<void> {
    await this.#change('clear the ledger index', async (transaction) => {
      await clearTables(transaction);
      await transaction.deleteFrom('ledgerCursor').execute();
    });
  }

  async request(requestId: RequestId): Promise<RequestRow | null> {
    return await inStore('read the ledger index', async () => {
      const query = this.#db.selectFrom('ledgerRequests').selectAll().where('requestId', '=', requestId);
      const row = await query.executeTakeFirst();
      return row === undefined ? null : toRequest(row);
    });
  }

  async grant(grantId: GrantId): Promise<GrantRow | null> {
    return await inStore('read the ledger index', async () => {
      const query = this.#db.selectFrom('ledgerGrants').selectAll().where('grantId', '=', grantId);
      const row = await query.executeTakeFirst();
      return row === undefined ? null : toGrant(row);
    });
  }

  /** The grant that answers a request, with the terms that hold now; null when there is none. */
  async grantOfRequest(requestId: RequestId): Promise<GrantRow | null> {
    return await inStore('read the ledger index', async () => {
      const query = this.#db.selectFrom('ledgerGrants').selectAll().where('requestId', '=', requestId);
      const row = await query.where('status', '!=', 'changed').executeTakeFirst();
      return row === undefined ? null : toGrant(row);
    });
  }

  async requests({ party, limit, offset = 0 }: ListQuery): Promise<readonly RequestRow[]> {
    return await inStore('list requests', async () => {
      let query = this.#db.selectFrom('ledgerRequests').selectAll();
      if (party !== null) {
        query = query.where((row) => row.or([row('requester', '=', party), row('provider', '=', party)]));
      }
      const page = query.orderBy('blockNumber', 'desc').orderBy('requestId').limit(limit).offset(offset);
      return (await page.execute()).map(toRequest);
    });
  }

  async grants({ party, limit, offset = 0 }: ListQuery): Promise<readonly GrantRow[]> {
    return await inStore('list grants', async () => {
      let query = this.#db.selectFrom('ledgerGrants').selectAll();
      if (party !== null) {
        query = query.where((row) => row.or([row('requester', '=', party), row('provider', '=', party)]));
      }
      const page = query.orderBy('blockNumber', 'desc').orderBy('grantId').limit(limit).offset(offset);
      return (await page.execute()).map(toGrant);
    });
  }

  /** Versions of resources, of one provider or of all. */
  async resources({ party, limit, offset = 0 }: ListQuery): Promise<readonly ResourceRow[]> {
    return await inStore('list resources', async () => {
      let query = this.#db.selectFrom('ledgerResources').selectAll();
      if (party !== null) query = query.where('provider', '=', party);
      const page = query.orderBy('blockNumber', 'desc').orderBy('resourceId').orderBy('version', 'desc');
      return (await page.limit(limit).offset(offset).execute()).map(toResource);
    });
  }

  async case(caseId: CaseId): Promise<CaseRow | null> {
    return await inStore('read the ledger index', async () => {
      const row = await this.#db.selectFrom('ledgerCases').selectAll().where('caseId', '=', caseId).executeTakeFirst();
      return row === undefined ? null : toCase(row);
    });
  }

  /** Corrections and disputes in which the party is a side, or coordinates. */
  async cases({ party, limit, offset = 0 }: ListQuery): Promise<readonly CaseRow[]> {
    return await inStore('list cases', async () => {
      let query = this.#db.selectFrom('ledgerCases').selectAll();
      if (party !== null) {
        const sides = ['claimant', 'respondent', 'coordinator'] as const;
        query = query.where((row) => row.or(sides.map((side) => row(side, '=', party))));
      }
      const page = query.orderBy('blockNumber', 'desc').orderBy('caseId').limit(limit).offset(offset);
      return (await page.execute()).map(toCase);
    });
  }

  /** All steps of one thing, in their order. */
  async steps(subject: Bytes32 | CaseId | GrantId | RequestId | ResourceId): Promise<readonly StepRow[]> {
    return await inStore('read the steps', async () => {
      const query = this.#db.selectFrom('ledgerSteps').selectAll().where('subject', '=', subject);
      return await query.orderBy('blockNumber').orderBy('contract').orderBy('seq').execute();
    });
  }

  async #change(action: string, work: (transaction: Transaction<Database>) => Promise<void>): Promise<void> {
    await inStore(action, async () => {
      await this.#db.transaction().execute(work);
    });
  }
}

async function moveCursor(transaction: Transaction<Database>, block: IndexedBlock): Promise<void> {
  await transaction
    .insertInto('ledgerCursor')
    .values({ id: CURSOR_ID, ...block })
    .onConflict((conflict) => conflict.column('id').doUpdateSet({ ...block }))
    .execute();
}

export function toRequest(row: LedgerRequestTable): RequestRow {
  return {
    requestId: parseRequestId(row.requestId),
    kind: row.kind,
    requester: parseDepartmentId(row.requester),
    provider: row.provider === null ? null : parseDepartmentId(row.provider),
    resourceId: parseResourceId(row.resourceId),
    resourceVersion: row.resourceVersion,
    status: row.status,
    dueAt: row.dueAt,
    documentHash: parseBytes32(row.documentHash),
    answerHash: row.answerHash === null ? null : parseBytes32(row.answerHash),
    recordedAt: row.recordedAt,
    blockNumber: row.blockNumber,
  };
}

export function toGrant(row: LedgerGrantTable): GrantRow {
  return {
    grantId: parseGrantId(row.grantId),
    requestId: parseRequestId(row.requestId),
    requester: parseDepartmentId(row.requester),
    provider: parseDepartmentId(row.provider),
    resourceId: parseResourceId(row.resourceId),
    resourceVersion: row.resourceVersion,
    notBefore: row.notBefore,
    notAfter: row.notAfter,
    status: row.status,
    dueAt: row.dueAt,
    disposalDays: row.disposalDays,
    statusReason: row.statusReason,
    suspender: row.suspender === null ? null : parseDepartmentId(row.suspender),
    documentHash: parseBytes32(row.documentHash),
    recordedAt: row.recordedAt,
    blockNumber: row.blockNumber,
  };
}

export function toResource(row: LedgerResourceTable): ResourceRow {
  return {
    resourceId: parseResourceId(row.resourceId),
    version: row.version,
    provider: parseDepartmentId(row.provider),
    status: row.status,
    dueAt: row.dueAt,
    documentHash: parseBytes32(row.documentHash),
    recordedAt: row.recordedAt,
    blockNumber: row.blockNumber,
  };
}

export function toCase(row: LedgerCaseTable): CaseRow {
  return {
    caseId: parseCaseId(row.caseId),
    kind: row.kind,
    claimant: parseDepartmentId(row.claimant),
    respondent: parseDepartmentId(row.respondent),
    coordinator: row.coordinator === null ? null : parseDepartmentId(row.coordinator),
    subject: parseBytes32(row.subject),
    status: row.status,
    dueAt: row.dueAt,
    documentHash: parseBytes32(row.documentHash),
    recordedAt: row.recordedAt,
    blockNumber: row.blockNumber,
  };
}
