import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';

import type { Logger } from 'pino';

import { createApp } from './app.ts';
import { whyEnded } from './authz/authorize.ts';
import { buildContext } from './build-context.ts';
import type { GatewayConfig } from './config/config.ts';
import type { GatewaySecrets } from './config/secrets.ts';
import type { GatewayContext } from './context.ts';
import { GatewayError } from './errors.ts';
import { isWrong } from './sources/source-registry.ts';

/** How long a call whose connection was cut may take to record its end. */
const RECORD_MS = 5_000;
const IDLE_SWEEP_MS = 100;
/** Open streams are asked about again so often: windows end and nodes fall silent without any event. */
const RECHECK_MS = 500;
const NONCE_SWEEP_MS = 60_000;
const SOURCE_CHECK_MS = 60_000;
const HEADERS_TIMEOUT_MS = 10_000;
const REQUEST_TIMEOUT_MS = 30_000;
const KEEP_ALIVE_MS = 5_000;
const MAX_HEADER_SIZE = 16_384;
/** How often node looks for requests that are over these times. */
const TIMEOUT_SWEEP_MS = 5_000;
/** Beyond it a connection is closed unheard. */
export const MAX_CONNECTIONS = 1_024;

export interface Gateway {
  readonly context: GatewayContext;
  /** Where it really listens, for port 0. */
  readonly port: number;
  /** Lets answers under way end, then closes everything. */
  stop(): Promise<void>;
}

/** Builds, follows, listens. Requests are refused with STALE_CHAIN until the state has been proved. */
export async function startGateway(config: GatewayConfig, secrets: GatewaySecrets, logger: Logger): Promise<Gateway> {
  const state = { stopping: false };
  const context = await buildContext({ config, secrets, logger, stopping: () => state.stopping });
  const timers: NodeJS.Timeout[] = [];
  const close = async (): Promise<void> => {
    for (const timer of timers) clearInterval(timer);
    await closeContext(context);
  };
  try {
    timers.push(...(await startFollowing(context)));
    const server = await listen(context);
    const { port } = parseAddress(server.address());
    timers.push(checkSources(context));
    logger.info({ port, profile: config.deployment.profile, chainId: config.deployment.chainId }, 'Gateway listens');
    const stop = once(async () => {
      state.stopping = true;
      await closeServer(context, server);
      await endCalls(context);
      await close();
      logger.info('Gateway stopped');
    });
    return { context, port, stop };
  } catch (error) {
    // What is open would keep a process alive that serves nobody, and go on carrying acts for it.
    await close();
    throw error;
  }
}

/** A second signal waits for the first: it must not close the stores under answers that are still under way. */
function once(stop: () => Promise<void>): () => Promise<void> {
  let stopped: Promise<void> | null = null;
  return () => (stopped ??= stop());
}

async function startFollowing(context: GatewayContext): Promise<readonly NodeJS.Timeout[]> {
  const { anchorWorker, follower, indexer, nonces, notices, openStreams, outboxWorker, standing } = context;
  observe(context);
  const recheck = (): void => {
    openStreams.recheck((permit) => whyEnded(context.authorization, permit));
  };
  follower.onApplied(() => {
    recheck();
    outboxWorker.wake();
    if (!standing.isKnown) void anchorWorker.pass();
  });
  indexer.follow(follower);
  follower.start();
  await outboxWorker.start();
  anchorWorker.start();
  context.cosigning.start();
  context.timestamping.start();
  notices.start({ follower, indexer, index: context.index });
  const recheckByTime = (): void => {
    const { reason, provedAgoMs } = follower.freshness();
    // A block that is being proved at this moment ends no stream yet; onApplied will ask about them.
    const isProving = reason === 'CATCHING_UP' && provedAgoMs < context.config.maxNodeSilenceMs;
    if (!isProving) recheck();
  };
  const sweep = (): void => {
    nonces.sweep(context.now()).catch((err: unknown) => {
      context.logger.warn({ err }, 'Old nonces could not be swept');
    });
  };
  return [setInterval(recheckByTime, RECHECK_MS), setInterval(sweep, NONCE_SWEEP_MS)];
}

function observe(context: GatewayContext): void {
  const { follower, metrics, notices, openStreams, outbox } = context;
  metrics.observe({
    blockNumber: () => follower.freshness().block?.number ?? 0,
    provedAgoSeconds: () => follower.freshness().provedAgoMs / 1000,
    lagBlocks: () => follower.freshness().announced - (follower.freshness().block?.number ?? 0),
    outboxDepth: async () => (await outbox.depth()).depth,
    openStreams: () => openStreams.size,
    noticesWaiting: () => notices.waiting(),
    logSize: () => context.log.head.size,
    anchoredSize: () => context.anchorWorker.anchored ?? 0,
    auditBehindSeconds: () => context.standing.behindSeconds(context.now()),
    cosignatures: () => context.cosigning.held,
    cosignedAgoSeconds: () => context.cosigning.ageSeconds,
    stampedSize: () => context.timestamping.stamped,
  });
}

/** Whatever a source is, the gateway serves the others; the operator is told which one has to be mended. */
function checkSources({ logger, sources, stopping }: GatewayContext): NodeJS.Timeout {
  const check = async (): Promise<void> => {
    const failures = await sources.check();
    if (stopping()) return; // A source that is being closed is not away.
    for (const [resourceId, err] of failures) {
      const facts = { resourceId, code: err.code, err };
      if (isWrong(err)) logger.error(facts, 'A source is not as it must be');
      else logger.warn(facts, 'A source is away; will be tried again');
    }
  };
  void check();
  return setInterval(() => void check(), SOURCE_CHECK_MS);
}

async function listen(context: GatewayContext): Promise<Server> {
  const limits = { maxHeaderSize: MAX_HEADER_SIZE, connectionsCheckingInterval: TIMEOUT_SWEEP_MS };
  const server = createServer(limits, createApp(context));
  server.maxConnections = MAX_CONNECTIONS;
  server.headersTimeout = HEADERS_TIMEOUT_MS;
  server.requestTimeout = REQUEST_TIMEOUT_MS;
  server.keepAliveTimeout = KEEP_ALIVE_MS;
  const { listenHost, listenPort } = context.config;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(listenPort, listenHost, resolve);
  });
  return server;
}

/** `close` alone waits for idle keep-alive connections, and a client can keep one busy: both ends are bounded. */
async function closeServer({ config, openStreams }: GatewayContext, server: Server): Promise<void> {
  const sweep = setInterval(() => {
    server.closeIdleConnections();
  }, IDLE_SWEEP_MS);
  const hardStop = setTimeout(() => {
    openStreams.cutAll('STOPPING');
    server.closeAllConnections();
  }, config.stopMs);
  await new Promise<void>((resolve) => {
    server.close(() => {
      resolve();
    });
    server.closeIdleConnections();
  });
  clearInterval(sweep);
  clearTimeout(hardStop);
}

/** A call outlives its connection: the end of its delivery is recorded before the journal and the stores close. */
async function endCalls({ logger, runningCalls }: GatewayContext): Promise<void> {
  if (await runningCalls.idle(RECORD_MS)) return;
  logger.error(
    { calls: runningCalls.size },
    'Calls did not end; their receipts are closed as UNKNOWN at the next start',
  );
}

/** Everything is closed even if one part cannot be; the first failure is told then. */
async function closeContext(context: GatewayContext): Promise<void> {
  const { anchorWorker, cosigning, database, follower, log, node, notices } = context;
  const { outboxWorker, receipts, sources, timestamping } = context;
  const failures: unknown[] = [];
  const steps = [
    () => cosigning.stop(),
    () => timestamping.stop(),
    () => anchorWorker.stop(),
    () => outboxWorker.stop(),
    () => notices.stop(),
    () => follower.stop(),
    () => {
      node.close();
      return Promise.resolve();
    },
    () => receipts.stop(),
    () => log.stop(),
    () => sources.close(),
    () => database.destroy(),
  ];
  for (const step of steps) {
    try {
      await step();
    } catch (error) {
      failures.push(error);
    }
  }
  if (failures.length > 0) throw failures[0];
}

function parseAddress(address: string | AddressInfo | null): AddressInfo {
  if (address === null || typeof address === 'string') {
    throw new GatewayError('INTERNAL', 'The server does not listen on TCP');
  }
  return address;
}
