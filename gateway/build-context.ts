import { createPublicKey } from 'node:crypto';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import type { Kysely } from 'kysely';
import type { Logger } from 'pino';

import type { GatewayId } from '../ledger/ids.ts';
import { createGatewayKey, exportPublicKey } from '../ledger/signatures/signature-key.ts';
import type { SigningKey } from '../ledger/signatures/signature-key.ts';
import type { AuthenticationContext } from './authn/authenticate.ts';
import { readRegisteredKey } from './authn/registered-key.ts';
import type { Permit } from './authz/authorize.ts';
import { GrantTerms } from './authz/terms.ts';
import { Follower } from './chain/follower.ts';
import { Indexer } from './chain/indexer.ts';
import { NodeClient } from './chain/node-client.ts';
import { OutboxWorker } from './chain/outbox-worker.ts';
import { createRelayer } from './chain/relayer.ts';
import { requireSameChain } from './chain/same-chain.ts';
import type { GatewayConfig } from './config/config.ts';
import type { GatewaySecrets } from './config/secrets.ts';
import type { GatewayContext, GatewayKey } from './context.ts';
import { RunningCalls } from './http/running-calls.ts';
import { LedgerLog } from './log/anchor-chain.ts';
import { AnchorWorker } from './log/anchor-worker.ts';
import { logFolder, openLog, publishedLeaves } from './log/open-log.ts';
import type { OpenedLog } from './log/open-log.ts';
import { Metrics } from './metrics.ts';
import { Notices } from './notices/notices.ts';
import { readNoticesConfig } from './notices/notices-config.ts';
import type { NoticeRecipient } from './notices/notices-config.ts';
import { ReceiptBook } from './receipts/receipt-book.ts';
import { RefusalBudget } from './receipts/refusal-budget.ts';
import { OpenStreams } from './relay/open-streams.ts';
import { ParallelReads } from './relay/parallel-reads.ts';
import { openSources, parseSourcesConfig } from './sources/source-config.ts';
import type { SourceRegistry } from './sources/source-registry.ts';
import { ConfirmationStore } from './stores/confirmation-store.ts';
import { openDatabase } from './stores/database.ts';
import { DocumentStore } from './stores/document-store.ts';
import { HighWaterStore } from './stores/high-water-store.ts';
import { LedgerIndex } from './stores/ledger-index.ts';
import { NonceStore } from './stores/nonce-store.ts';
import { OutboxStore } from './stores/outbox-store.ts';
import { QuotaStore } from './stores/quota-store.ts';
import type { Database } from './stores/schema.ts';
import { readTimestampConfig } from './timestamps/timestamp-config.ts';
import type { TimestampAuthority } from './timestamps/timestamp-config.ts';
import { TimestampFiles } from './timestamps/timestamp-files.ts';
import { Timestamping } from './timestamps/timestamping.ts';
import { CosignedNote } from './witness/cosigned-note.ts';
import { openWitness } from './witness/open-witness.ts';
import type { WitnessParts } from './witness/open-witness.ts';
import { readWitnessesConfig } from './witness/witnesses-config.ts';

/** Acts that may wait for the chain; beyond it new ones are refused. */
const MAX_OUTBOX_DEPTH = 10_000;

export interface ContextParts {
  readonly config: GatewayConfig;
  readonly secrets: GatewaySecrets;
  readonly logger: Logger;
  readonly stopping: () => boolean;
}

/**
 * Opens the stores and builds every collaborator; nothing listens and nothing is followed yet. When it throws, nothing
 * is open: a connection that tries for ever would keep alive a process that could not start.
 */
export async function buildContext(parts: ContextParts): Promise<GatewayContext> {
  const { config, secrets } = parts;
  // First what an operator may have written wrongly, before anything is opened.
  const { sources, recipients, witnesses, authority } = readLocalFiles(config);
  mkdirSync(config.dataDir, { recursive: true, mode: 0o700 });
  const metrics = new Metrics();
  const stores = await openStores(secrets.storeUrl ?? config.storeFile, { recipients, metrics, logger: parts.logger });
  let receipts: ReceiptBook | null = null;
  let opened: OpenedLog | null = null;
  try {
    receipts = await openReceipts(parts, stores);
    opened = await openLog(parts, receipts);
    const cosigned = await CosignedNote.open(logFolder(config), opened.logKeys);
    const shown = { cosigned, witnesses, authority };
    return await assemble(parts, { stores, receipts, opened, shown, sources: openSources(sources), metrics });
  } catch (error) {
    await Promise.allSettled([receipts?.stop(), stores.notices.stop()]);
    await opened?.log.stop();
    await stores.database.destroy();
    throw error;
  }
}

function readLocalFiles({ sourcesFile, noticesFile, witnessesFile, timestampFile }: GatewayConfig) {
  return {
    sources: parseSourcesConfig(readFileSync(sourcesFile, 'utf8')),
    recipients: noticesFile === undefined ? [] : readNoticesConfig(noticesFile),
    witnesses: witnessesFile === undefined ? [] : readWitnessesConfig(witnessesFile),
    authority: timestampFile === undefined ? null : readTimestampConfig(timestampFile),
  };
}

interface Opened {
  readonly stores: Stores;
  readonly receipts: ReceiptBook;
  readonly opened: OpenedLog;
  /** What others are shown of the log, and who. */
  readonly shown: Pick<WitnessParts, 'cosigned' | 'witnesses'> & { readonly authority: TimestampAuthority | null };
  readonly sources: SourceRegistry;
  readonly metrics: Metrics;
}

async function assemble(parts: ContextParts, opened: Opened): Promise<GatewayContext> {
  const { config, secrets, logger, stopping } = parts;
  const { stores, receipts, sources, metrics } = opened;
  const { log, standing, logKeys } = opened.opened;
  const signingKey = createGatewayKey(secrets.signingKey);
  const now = nowSeconds;
  const chain = await buildChain({ config, secrets, logger, stores });
  const { follower } = chain;
  const anchorWorker = anchorWorkerOf(parts, opened, chain);
  const terms = new GrantTerms({ ...stores, indexer: chain.indexer });
  return {
    config,
    deployment: config.deployment,
    logger,
    metrics,
    now,
    stopping,
    ...stores,
    ...chain,
    receipts,
    authentication: authentication(config, follower, stores.nonces, now),
    log,
    standing,
    anchorWorker,
    timestamping: timestampingOf(parts, opened, anchorWorker),
    ...openWitness({ ...parts, ...opened, ...opened.shown, ...stores, follower, now }),
    authorization: { follower, terms, quotas: stores.quotas, standing, own: logKeys, now },
    signing: { key: signingKey, now },
    gatewayKey: publicIdentity(signingKey),
    sources,
    openStreams: new OpenStreams<Permit>(),
    parallelReads: new ParallelReads(),
    runningCalls: new RunningCalls(),
    refusalBudget: new RefusalBudget(),
  };
}

function anchorWorkerOf(
  { config, logger }: ContextParts,
  { stores, receipts, opened }: Opened,
  { node: rpc, outboxWorker: worker, follower }: Awaited<ReturnType<typeof buildChain>>,
): AnchorWorker {
  const { log, standing, logKeys: keys } = opened;
  return new AnchorWorker({
    keys,
    log,
    standing,
    chain: new LedgerLog({ deployment: config.deployment, follower, rpc, outbox: stores.outbox, worker }),
    closedAt: (leaf) => receipts.closedAt(leaf),
    leaves: () => receipts.leaves,
    anchorMs: config.anchorMs,
    onProblem: (err) => {
      logger.warn({ err, part: 'anchoring' }, 'Will be tried again');
    },
  });
}

function timestampingOf(parts: ContextParts, { opened, shown }: Opened, anchorWorker: AnchorWorker): Timestamping {
  const { config, logger } = parts;
  const { log, logKeys } = opened;
  const files = new TimestampFiles(logFolder(config));
  const rhythm = { everyMs: config.anchorMs, now: nowSeconds, logger };
  return new Timestamping({ gateway: logKeys.gateway, log, anchorWorker, files, ...shown, ...rhythm });
}

function nowSeconds(): number {
  return Math.floor(Date.now() / 1000);
}

async function openReceipts({ config, secrets, logger }: ContextParts, { database }: Stores): Promise<ReceiptBook> {
  const receipts = await ReceiptBook.open({
    folder: join(config.dataDir, 'receipts'),
    db: database,
    gateway: createGatewayKey(secrets.signingKey).keyId,
    published: await publishedLeaves({ config, secrets }),
    acceptLoss: config.acceptHistoryLoss,
    onProblem: (err) => {
      logger.warn({ err, part: 'receipt index' }, 'Will be tried again');
    },
  });
  if (receipts.repaired !== null) {
    logger.warn({ repaired: receipts.repaired }, 'Cut a torn end off the receipt journal');
  }
  return receipts;
}

type Stores = Awaited<ReturnType<typeof openStores>>;

interface NoticeParts extends Pick<GatewayContext, 'metrics' | 'logger'> {
  readonly recipients: readonly NoticeRecipient[];
}

async function openStores(url: string, parts: NoticeParts) {
  const database = await openDatabase(url);
  try {
    const notices = await Notices.open({ ...parts, database });
    return { ...storesOf(database, notices), notices };
  } catch (error) {
    await database.destroy();
    throw error;
  }
}

function storesOf(database: Kysely<Database>, notices: Notices) {
  return {
    database,
    documents: new DocumentStore(database),
    confirmations: new ConfirmationStore(database),
    index: new LedgerIndex(database, notices.onEntry),
    nonces: new NonceStore(database),
    outbox: new OutboxStore(database, { maxDepth: MAX_OUTBOX_DEPTH }),
    quotas: new QuotaStore(database),
    highWater: new HighWaterStore(database),
  };
}

interface ChainParts extends Omit<ContextParts, 'stopping'> {
  readonly stores: Stores;
}

async function buildChain({ config, secrets, logger, stores }: ChainParts) {
  const { deployment, nodeUrl: url, nodeTimeoutMs: timeoutMs } = config;
  if (config.acceptHistoryLoss) await stores.highWater.clear();
  const relayer = createRelayer(secrets.relayerKey, deployment.chainId);
  // Last of what can fail: from here on it connects, again and again.
  const node = new NodeClient({ url, timeoutMs });
  const onProblem = (part: string) => (err: unknown) => {
    logger.warn({ err, part }, 'Will be tried again');
  };
  const follower = new Follower({
    deployment,
    node,
    assertSameChain: () => requireSameChain(node, deployment),
    maxNodeSilenceMs: config.maxNodeSilenceMs,
    maxBlockAgeMs: config.maxBlockAgeMs,
    pollMs: config.pollMs,
    highWater: stores.highWater,
    now: Date.now,
    onProblem: onProblem('follower'),
    onBehind: (blockNumber) => {
      outboxWorker.recheckFrom(blockNumber);
    },
  });
  const outboxWorker = new OutboxWorker({
    store: stores.outbox,
    rpc: node,
    relayer,
    onProblem: onProblem('outbox'),
    isCurrent: () => follower.freshness().reason === null,
    onBlock: (blockNumber) => {
      follower.heardOf(blockNumber);
    },
  });
  const indexer = new Indexer(stores.index, onProblem('indexer'));
  return { node, follower, indexer, outboxWorker, relayerAddress: relayer.address };
}

function authentication(
  config: GatewayConfig,
  follower: Follower,
  nonces: NonceStore,
  now: () => number,
): AuthenticationContext {
  const { authority, scheme } = config;
  return { authority, scheme, nonces, now, accessKeys: (id) => readRegisteredKey(follower.ledger, id) };
}

function publicIdentity(key: SigningKey<GatewayId>): GatewayKey {
  const { bytes } = exportPublicKey(createPublicKey(key.privateKey));
  return { keyId: key.keyId, algorithm: 'ed25519', publicKey: `0x${Buffer.from(bytes).toString('hex')}` };
}
