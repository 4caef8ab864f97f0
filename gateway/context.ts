import type { Kysely } from 'kysely';
import type { Logger } from 'pino';

import type { Deployment } from '../ledger/deployment.ts';
import type { GatewayId } from '../ledger/ids.ts';
import type { AuthenticationContext } from './authn/authenticate.ts';
import type { AuthorizeContext, Permit } from './authz/authorize.ts';
import type { Follower } from './chain/follower.ts';
import type { Indexer } from './chain/indexer.ts';
import type { NodeClient } from './chain/node-client.ts';
import type { OutboxWorker } from './chain/outbox-worker.ts';
import type { GatewayConfig } from './config/config.ts';
import type { Signing } from './http/answer.ts';
import type { RunningCalls } from './http/running-calls.ts';
import type { AnchorWorker } from './log/anchor-worker.ts';
import type { AuditStanding } from './log/audit-standing.ts';
import type { ReceiptLog } from './log/receipt-log.ts';
import type { Metrics } from './metrics.ts';
import type { Notices } from './notices/notices.ts';
import type { ReceiptBook } from './receipts/receipt-book.ts';
import type { RefusalBudget } from './receipts/refusal-budget.ts';
import type { OpenStreams } from './relay/open-streams.ts';
import type { ParallelReads } from './relay/parallel-reads.ts';
import type { SourceRegistry } from './sources/source-registry.ts';
import type { ConfirmationStore } from './stores/confirmation-store.ts';
import type { DocumentStore } from './stores/document-store.ts';
import type { LedgerIndex } from './stores/ledger-index.ts';
import type { NonceStore } from './stores/nonce-store.ts';
import type { OutboxStore } from './stores/outbox-store.ts';
import type { QuotaStore } from './stores/quota-store.ts';
import type { Database } from './stores/schema.ts';
import type { Timestamping } from './timestamps/timestamping.ts';
import type { Cosigning } from './witness/cosigning.ts';
import type { Witness } from './witness/witness.ts';

/** The gateway's public identity, as a client checks it. */
export interface GatewayKey {
  readonly keyId: GatewayId;
  readonly algorithm: 'ed25519';
  /** 32 bytes as hex. */
  readonly publicKey: string;
}

/** Every collaborator, built once in `main.ts`; functions take the part that they use. */
export interface GatewayContext {
  readonly config: GatewayConfig;
  readonly deployment: Deployment;
  readonly logger: Logger;
  readonly metrics: Metrics;
  /** Unix seconds. */
  readonly now: () => number;
  readonly stopping: () => boolean;

  readonly node: NodeClient;
  readonly follower: Follower;
  readonly indexer: Indexer;
  readonly outboxWorker: OutboxWorker;
  readonly relayerAddress: string;

  readonly database: Kysely<Database>;
  readonly documents: DocumentStore;
  readonly confirmations: ConfirmationStore;
  readonly index: LedgerIndex;
  readonly nonces: NonceStore;
  readonly outbox: OutboxStore;
  readonly quotas: QuotaStore;
  readonly receipts: ReceiptBook;
  readonly log: ReceiptLog;
  readonly standing: AuditStanding;
  readonly anchorWorker: AnchorWorker;
  readonly witness: Witness;
  readonly cosigning: Cosigning;
  readonly timestamping: Timestamping;
  readonly notices: Notices;

  readonly authentication: AuthenticationContext;
  readonly authorization: AuthorizeContext;
  readonly signing: Signing;
  readonly gatewayKey: GatewayKey;

  readonly sources: SourceRegistry;
  readonly openStreams: OpenStreams<Permit>;
  readonly parallelReads: ParallelReads;
  readonly runningCalls: RunningCalls;
  readonly refusalBudget: RefusalBudget;
}
