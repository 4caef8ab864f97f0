import { hexlify } from 'ethers';

import type { Deployment } from '../../ledger/deployment.ts';
import type { GatewayId } from '../../ledger/ids.ts';
import { parseBytes32 } from '../../ledger/ids.ts';
import { consistencyPath } from '../../ledger/log/consistency.ts';
import { anchoredHeadDigest, encodeAnchorCall } from '../../ledger/log-anchor.ts';
import type { Follower } from '../chain/follower.ts';
import type { OutboxWorker } from '../chain/outbox-worker.ts';
import { readLogHead } from '../chain/log-head.ts';
import { requireFresh } from '../chain/require-fresh.ts';
import type { Rpc } from '../chain/rpc.ts';
import type { OutboxStore } from '../stores/outbox-store.ts';
import { LogError } from './log-error.ts';
import type { AnchorCall, AnchorChain, AnchoredLog } from './anchor-worker.ts';

/** How long a pass waits for the chain to answer an anchor; it is carried on after that too. */
const SETTLE_MS = 15_000;

export interface LedgerLogOptions {
  readonly deployment: Deployment;
  readonly follower: Follower;
  readonly rpc: Rpc;
  readonly outbox: OutboxStore;
  readonly worker: OutboxWorker;
}

/**
 * `ReceiptLog` as this gateway sees it: its own standing from the proved history, the anchored head by the node's word,
 * which the contract checks when the next head comes, and verifiers afterwards.
 */
export class LedgerLog implements AnchorChain {
  readonly #options: LedgerLogOptions;

  constructor(options: LedgerLogOptions) {
    this.#options = options;
  }

  async read(id: GatewayId): Promise<AnchoredLog> {
    const { deployment, follower, rpc } = this.#options;
    await requireFresh(follower);
    const gateway = follower.ledger.gateway(id);
    const head = await readLogHead(rpc, deployment, id, 'latest');
    return { status: gateway?.status ?? 'none', account: gateway?.account ?? null, head };
  }

  async carry({ from, head, proof, signature }: AnchorCall): Promise<void> {
    const { deployment, outbox, worker } = this.#options;
    const anchored = { ...head, root: parseBytes32(hexlify(head.root)) };
    const path = consistencyPath(from, proof).map((hash) => parseBytes32(hexlify(hash)));
    const { to: target, data } = encodeAnchorCall(deployment, anchored, path, hexlify(signature));
    const digest = anchoredHeadDigest(deployment, anchored);
    const { row } = await outbox.enqueue({ target, data, digest }, null, Date.now());
    worker.wake();
    const settled = await worker.settled(row.id, SETTLE_MS);
    if (settled?.status !== 'FAILED') return;
    throw new LogError('ANCHOR_REFUSED', 'The ledger refused a head of the log', {
      reason: settled.failure ?? 'UNKNOWN',
    });
  }
}
