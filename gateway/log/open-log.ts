import { join } from 'node:path';

import { computeAddress, SigningKey } from 'ethers';
import type { Logger } from 'pino';

import { receiptLeaf } from '../../ledger/receipts/receipt.ts';
import { createGatewayKey } from '../../ledger/signatures/signature-key.ts';
import type { GatewayConfig } from '../config/config.ts';
import type { GatewaySecrets } from '../config/secrets.ts';
import type { ReceiptBook } from '../receipts/receipt-book.ts';
import { receiptLogPlace } from '../../ledger/log-anchor.ts';
import { AuditStanding } from './audit-standing.ts';
import type { Leaf } from './leaf-buffer.ts';
import { readHead, ReceiptLog } from './receipt-log.ts';
import type { LogKeys } from './receipt-log.ts';

export interface OpenedLog {
  readonly log: ReceiptLog;
  readonly standing: AuditStanding;
  readonly logKeys: LogKeys;
}

interface LogParts extends PublishedParts {
  readonly config: PublishedParts['config'] & Pick<GatewayConfig, 'checkpointMs' | 'auditGraceSeconds'>;
  readonly logger: Logger;
}

interface PublishedParts {
  readonly config: Pick<GatewayConfig, 'dataDir' | 'deployment'>;
  readonly secrets: Pick<GatewaySecrets, 'signingKey' | 'relayerKey'>;
}

/** How many receipts are in the checkpoint of the log, before its journal is opened. @throws LogError LOG_OF_ANOTHER_KEY */
export async function publishedLeaves({ config, secrets }: PublishedParts): Promise<number> {
  return (await readHead({ folder: logFolder(config), keys: logKeysOf(config, secrets) })).size;
}

/** The log behind the journal, told of each receipt from now on. @throws as `ReceiptLog.open` */
export async function openLog({ config, secrets, logger }: LogParts, receipts: ReceiptBook): Promise<OpenedLog> {
  const logKeys = logKeysOf(config, secrets);
  // What is there and cannot be told the age of is as old as can be.
  const oldest = receipts.leaves === 0 ? null : ((await receipts.closedAt(0)) ?? 0);
  const standing = new AuditStanding(oldest, config.auditGraceSeconds);
  const log = await ReceiptLog.open({
    folder: logFolder(config),
    keys: logKeys,
    leavesFrom: (number) => leavesFrom(receipts, number),
    journalLeaves: receipts.leaves,
    checkpointMs: config.checkpointMs,
    maySign: () => standing.maySign,
    onProblem: (err) => {
      logger.error({ err, part: 'receipt log' }, 'Will be tried again');
    },
  });
  receipts.onComplete((leaf, { closedAt }) => {
    standing.completed(closedAt);
    log.add(leaf);
  });
  return { log, standing, logKeys };
}

/** The files of the log: tiles, checkpoint, and what others signed for it. */
export function logFolder({ dataDir }: Pick<GatewayConfig, 'dataDir'>): string {
  return join(dataDir, 'receipts', 'log');
}

/** The account that carries acts signs the heads too: both belong to this one gateway, and neither can grant. */
function logKeysOf(
  { deployment }: PublishedParts['config'],
  { signingKey, relayerKey }: PublishedParts['secrets'],
): LogKeys {
  const account = new SigningKey(relayerKey);
  const address = computeAddress(account.publicKey).toLowerCase();
  const { keyId: gateway } = createGatewayKey(signingKey);
  return { gateway, signer: signingKey, account, address, place: receiptLogPlace(deployment) };
}

/** The leaves behind a log: what its journal holds. */
export async function* leavesFrom(receipts: ReceiptBook, number: number): AsyncGenerator<Leaf> {
  for await (const { leaf, saved } of receipts.receiptsFrom(number)) {
    yield { number: leaf, bytes: receiptLeaf(saved.receipt) };
  }
}
