import type { Generated } from 'kysely';

/** Tables as the code names them; in the database the same names in snake_case. Times are Unix seconds or say Ms. */
export interface Database {
  readonly schemaVersion: { version: number };
  /** One row each, updated first by writers whose decision spans several rows: the lock that both dialects have. */
  readonly storeLocks: { name: string };
  readonly documents: DocumentTable;
  readonly nonces: NonceTable;
  readonly quotas: QuotaTable;
  readonly outbox: OutboxTable;
  readonly idempotencyKeys: IdempotencyTable;
  readonly receipts: ReceiptTable;
  /** Up to where each journal is in the index. */
  readonly receiptCursors: { journal: string; segment: number; offset: number };
  readonly ledgerRequests: LedgerRequestTable;
  readonly ledgerGrants: LedgerGrantTable;
  readonly ledgerResources: LedgerResourceTable;
  readonly ledgerCursor: { id: number; blockNumber: number; blockHash: string };
  readonly highWater: { contract: string; seq: number };
}

export interface DocumentTable {
  readonly hash: string;
  readonly salt: string;
  /** Canonical text (RFC 8785). */
  readonly document: string;
}

export interface NonceTable {
  readonly keyId: string;
  readonly nonce: string;
  readonly keepUntil: number;
}

export interface QuotaTable {
  readonly grantId: string;
  /** The second and the day (see quota-windows) that the two counts beside them belong to. */
  readonly second: number;
  readonly secondCount: number;
  readonly day: number;
  readonly dayCount: number;
  readonly dayBytes: number;
  readonly totalCount: number;
}

export type OutboxStatus = 'QUEUED' | 'SIGNED' | 'SENT' | 'MINED' | 'FINAL' | 'FAILED';

/**
 * REVERTED: the chain refuses the call. NONCE_TAKEN: another transaction of the relayer key has the nonce, so this one
 * can never be mined. GAS_TOO_HIGH: the call needs more gas than a transaction may have. NODE_REFUSED: the node would
 * not estimate the call, for minutes, for another reason than a revert.
 */
export type OutboxFailure = 'REVERTED' | 'NONCE_TAKEN' | 'GAS_TOO_HIGH' | 'NODE_REFUSED';

export interface OutboxTable {
  readonly position: Generated<number>;
  readonly id: string;
  readonly status: OutboxStatus;
  readonly digest: string | null;
  readonly target: string;
  readonly data: string;
  readonly queuedAtMs: number;
  readonly sender: string | null;
  readonly nonce: number | null;
  readonly raw: string | null;
  readonly transactionHash: string | null;
  readonly blockNumber: number | null;
  readonly blockHash: string | null;
  readonly failure: OutboxFailure | null;
  readonly revertData: string | null;
}

export interface IdempotencyTable {
  readonly caller: string;
  readonly key: string;
  readonly bodyHash: string;
  readonly outboxId: string;
}

export interface ReceiptTable {
  readonly receiptId: string;
  readonly journal: string;
  readonly leaf: number;
  readonly segment: number;
  readonly offset: number;
  readonly grantId: string | null;
  readonly caller: string | null;
  readonly closedAt: number;
  /** Canonical text (RFC 8785) of the receipt: its leaf. */
  readonly receipt: string;
  /** Opens the `contentHash` of the receipt to its two sides; never in the leaf. */
  readonly contentSalt: string | null;
}

interface LedgerRow<Status extends string> {
  readonly status: Status;
  /** Block of the entry, and of its one later change of status. */
  readonly blockNumber: number;
  readonly statusBlock: number | null;
  readonly documentHash: string;
  readonly recordedAt: number;
}

export interface LedgerRequestTable extends LedgerRow<'requested' | 'agreed' | 'refused'> {
  readonly requestId: string;
  readonly requester: string;
  readonly provider: string | null;
  readonly resourceId: string;
  readonly resourceVersion: number;
  readonly answerHash: string | null;
}

export interface LedgerGrantTable extends LedgerRow<'active' | 'revoked'> {
  readonly grantId: string;
  readonly requestId: string;
  readonly requester: string;
  readonly provider: string;
  readonly resourceId: string;
  readonly resourceVersion: number;
  readonly notBefore: number;
  readonly notAfter: number;
  readonly revocationHash: string | null;
}

export interface LedgerResourceTable extends LedgerRow<'submitted' | 'published'> {
  readonly resourceId: string;
  readonly version: number;
  readonly provider: string;
}
