import type { Generated } from 'kysely';

import type { GrantStatus } from '../../ledger/grant-table.ts';
import type { CaseStatus } from '../../ledger/projection/case-state.ts';

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
  readonly confirmations: ConfirmationTable;
  readonly receiptCursors: { journal: string; segment: number; offset: number };
  readonly ledgerRequests: LedgerRequestTable;
  readonly ledgerGrants: LedgerGrantTable;
  readonly ledgerResources: LedgerResourceTable;
  readonly ledgerCases: LedgerCaseTable;
  readonly ledgerSteps: LedgerStepTable;
  readonly ledgerCursor: { id: number; blockNumber: number; blockHash: string };
  readonly highWater: { contract: string; seq: number };
  readonly notices: NoticeTable;
  /** Since when each department has been configured for notices: what was recorded before is not told. */
  readonly noticeRecipients: { recipient: string; firstSeenAt: number };
  readonly witnessedLogs: WitnessedLogTable;
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

/** What a consumer signed for; both as they came. */
export interface ConfirmationTable {
  readonly receiptId: string;
  /** Canonical text (RFC 8785). */
  readonly confirmation: string;
  readonly signature: string;
}

/** `root` in base64; `note`: the checkpoint with the signatures of its log. */
export interface WitnessedLogTable {
  readonly witness: string;
  readonly origin: string;
  readonly size: number;
  readonly root: string;
  readonly note: string;
}

export const REQUEST_STATUSES = ['submitted', 'supplementing', 'agreed', 'refused', 'withdrawn'] as const;
export type RequestStatus = (typeof REQUEST_STATUSES)[number];

export const RESOURCE_VERSION_STATUSES = ['submitted', 'returned', 'published'] as const;
export type ResourceVersionStatus = (typeof RESOURCE_VERSION_STATUSES)[number];

/** A thing of the ledger as it stands after its last step. `dueAt`: what it waits for is late from here on; 0: nothing. */
interface LedgerRow<Status extends string> {
  readonly status: Status;
  readonly dueAt: number;
  readonly blockNumber: number;
  readonly documentHash: string;
  readonly recordedAt: number;
}

export interface LedgerRequestTable extends LedgerRow<RequestStatus> {
  readonly requestId: string;
  readonly kind: string;
  readonly requester: string;
  readonly provider: string | null;
  readonly resourceId: string;
  readonly resourceVersion: number;
  readonly answerHash: string | null;
}

export interface LedgerGrantTable extends LedgerRow<GrantStatus> {
  readonly grantId: string;
  readonly requestId: string;
  readonly requester: string;
  readonly provider: string;
  readonly resourceId: string;
  readonly resourceVersion: number;
  readonly notBefore: number;
  readonly notAfter: number;
  readonly disposalDays: number;
  /** Why it stands where it stands; null for an answer, whose document says it. */
  readonly statusReason: string | null;
  /** Who suspended it last. */
  readonly suspender: string | null;
}

export interface LedgerResourceTable extends LedgerRow<ResourceVersionStatus> {
  readonly resourceId: string;
  readonly version: number;
  readonly provider: string;
}

export interface LedgerCaseTable extends LedgerRow<CaseStatus> {
  readonly caseId: string;
  readonly kind: 'correction' | 'dispute';
  readonly claimant: string;
  readonly respondent: string;
  readonly coordinator: string | null;
  readonly subject: string;
}

/** One entry of the history about a thing: who did what, and which clock it stopped and started. */
export interface LedgerStepTable {
  readonly contract: string;
  readonly seq: number;
  readonly blockNumber: number;
  readonly recordedAt: number;
  readonly event: string;
  readonly kind: SubjectKind;
  readonly subject: string;
  readonly department: string;
  /** The token, or the hex of what is none; null where the act has none. */
  readonly reasonCode: string | null;
  readonly documentHash: string | null;
  readonly status: string;
  /** The deadline that ran until this step, and the one that runs from it on; 0 if none. */
  readonly dueBefore: number;
  readonly dueAt: number;
}

export type SubjectKind = 'resource' | 'request' | 'grant' | 'case';

/** What a department is told by webhook. A row stays when it is settled: the index is filled again at each start. */
export interface NoticeTable {
  readonly id: string;
  readonly recipient: string;
  /** Canonical text (RFC 8785). */
  readonly body: string;
  readonly createdAtMs: number;
  readonly attempts: number;
  /** Null once it is delivered or given up. */
  readonly nextAttemptAtMs: number | null;
  readonly deliveredAtMs: number | null;
  readonly failedAtMs: number | null;
}
