import type { ContractName, HistoryHeads } from '../../ledger/deployment.ts';
import type { JsonValue } from '../../ledger/json/strict-json.ts';
import type { Block } from '../chain/blocks.ts';
import { readLogHead } from '../chain/log-head.ts';
import { requireFresh } from '../chain/require-fresh.ts';
import type { GatewayContext } from '../context.ts';
import { GatewayError } from '../errors.ts';
import { isTaken } from '../log/is-taken.ts';
import type { PublishedHead, ReceiptLog } from '../log/receipt-log.ts';
import { proveHeads, sealOf } from './proofs.ts';

type PinContext = Pick<GatewayContext, 'follower' | 'node' | 'deployment' | 'gatewayKey' | 'authorization'> & {
  readonly log: Pick<ReceiptLog, 'publish' | 'head'>;
};

/** What a bundle is of: a head of the log and a block of the ledger that fit each other. */
export interface EvidencePoint {
  readonly head: PublishedHead;
  /** No receipt under the head was decided on a later one, and none of its anchors is of a larger log. */
  readonly block: Block;
  readonly heads: HistoryHeads;
  /** What proves the block and the heads by the profile of the ledger; null where nothing but the node does. */
  readonly seal: JsonValue;
  readonly proofs: Readonly<Record<ContractName, JsonValue>> | null;
}

/** Anchors are far apart: a larger log each time is one that this gateway does not have. */
const ATTEMPTS = 3;

/**
 * The log first, the ledger after it: what is decided from then on is no receipt under the head. A head that was anchored
 * in between may be of a larger log, and then the log is looked at again.
 * @throws GatewayError STALE_CHAIN; AUDIT_BACKLOG when the ledger has a larger log than this gateway; REQUEST_INVALID for
 * a profile that is not exported; RpcError
 */
export async function pinEvidence(context: PinContext): Promise<EvidencePoint> {
  const { log, follower, node, deployment, gatewayKey } = context;
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    await log.publish();
    const { head } = log;
    const block = await requireFresh(follower);
    const { heads } = follower.ledger;
    requireOwnKey(context);
    const anchored = await readLogHead(node, deployment, gatewayKey.keyId, { blockHash: block.hash });
    if (anchored.size > head.size) continue;
    const [seal, proofs] = await Promise.all([sealOf(node, deployment, block), proveHeads(node, deployment, block)]);
    return { head, block, heads, seal, proofs };
  }
  throw new GatewayError('AUDIT_BACKLOG', 'The ledger has a larger log than this gateway');
}

/** What another account anchored under the key is of another log, and no verifier finds this one behind it. */
function requireOwnKey({ follower, authorization: { own } }: PinContext): void {
  if (!isTaken(follower.ledger, own)) return;
  throw new GatewayError('AUDIT_BACKLOG', 'The key of this gateway is registered for another account');
}
