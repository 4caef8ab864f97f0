import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { parseDeployment } from '../../ledger/deployment.ts';
import type { Deployment } from '../../ledger/deployment.ts';
import { AUDIT_GRACE_SECONDS } from '../log/audit-standing.ts';
import { MAX_ANSWER_MS } from '../relay/answer-limits.ts';
import { ConfigError } from './config-error.ts';
import type { Environment } from './env.ts';

/** Everything but secrets; safe to print. Times in milliseconds. */
export interface GatewayConfig {
  readonly dataDir: string;
  readonly deployment: Deployment;
  readonly nodeUrl: string;
  readonly authority: string;
  readonly scheme: 'https' | 'http';
  readonly sourcesFile: string;
  /** Says which departments are told what is recorded; without it nobody is. */
  readonly noticesFile?: string | undefined;
  /** Says which gateways cosign the log of this one; without it none does. */
  readonly witnessesFile?: string | undefined;
  /** Says which authority stamps checkpoints with its time; without it none does. */
  readonly timestampFile?: string | undefined;
  /** The SQLite file of the store, where the secrets name no other store. */
  readonly storeFile: string;
  readonly listenHost: string;
  readonly listenPort: number;
  readonly logLevel: string;
  readonly nodeTimeoutMs: number;
  readonly pollMs: number;
  readonly maxNodeSilenceMs: number;
  readonly maxBlockAgeMs: number | null;
  readonly maxAnswerMs: number;
  readonly acceptHistoryLoss: boolean;
  /** A receipt is in a signed checkpoint after this time, and that on the ledger after `anchorMs` more. */
  readonly checkpointMs: number;
  readonly anchorMs: number;
  /** With a receipt that could not be anchored for longer, no answer begins. */
  readonly auditGraceSeconds: number;
  /** How long answers under way may take to end once the gateway is told to stop. */
  readonly stopMs: number;
}

/** A scheduled chain that made no block for this long does not advance: its state may be out of date. */
const MAX_BLOCK_AGE_MS = 30_000;

/** Together well below the 60 seconds within which a receipt is promised to be on the ledger. */
const CHECKPOINT_MS = 1_000;
const ANCHOR_MS = 20_000;

/**
 * Defaults live here and nowhere else.
 * @throws ConfigError FILE_UNREADABLE
 */
export function toConfig(environment: Environment): Readonly<GatewayConfig> {
  const deployment = readDeployment(environment.DXL_DEPLOYMENT);
  // The embedded chain mines on demand, so only its node's silence is bounded there, not the age of its last block.
  const maxBlockAgeMs = environment.DXL_MAX_BLOCK_AGE_MS ?? (deployment.profile === 'dev' ? null : MAX_BLOCK_AGE_MS);
  return Object.freeze({
    dataDir: environment.DXL_DATA_DIR,
    deployment,
    nodeUrl: environment.DXL_NODE_URL,
    authority: environment.DXL_AUTHORITY.toLowerCase(),
    scheme: environment.DXL_SCHEME ?? 'https',
    sourcesFile: environment.DXL_SOURCES,
    noticesFile: environment.DXL_NOTICES,
    witnessesFile: environment.DXL_WITNESSES,
    timestampFile: environment.DXL_TIMESTAMP,
    storeFile: join(environment.DXL_DATA_DIR, 'gateway.sqlite'),
    listenHost: environment.DXL_LISTEN_HOST ?? '127.0.0.1',
    listenPort: environment.DXL_LISTEN_PORT ?? 8480,
    logLevel: environment.DXL_LOG_LEVEL ?? 'info',
    nodeTimeoutMs: 2_000,
    pollMs: 1_000,
    maxNodeSilenceMs: environment.DXL_MAX_NODE_SILENCE_MS ?? 3_000,
    maxBlockAgeMs,
    maxAnswerMs: MAX_ANSWER_MS,
    checkpointMs: CHECKPOINT_MS,
    anchorMs: ANCHOR_MS,
    auditGraceSeconds: environment.DXL_AUDIT_GRACE_SECONDS ?? AUDIT_GRACE_SECONDS,
    acceptHistoryLoss: environment.DXL_ACCEPT_HISTORY_LOSS === 'yes',
    stopMs: 25_000,
  });
}

function readDeployment(file: string): Deployment {
  try {
    return parseDeployment(readFileSync(file));
  } catch (cause) {
    throw new ConfigError(
      'FILE_UNREADABLE',
      [`DXL_DEPLOYMENT: ${cause instanceof Error ? cause.message : 'unreadable'}`],
      cause,
    );
  }
}
