import type { GatewayContext } from '../../context.ts';
import type { Answer } from '../answer.ts';

/** What a client needs to sign for this ledger and to check this gateway. Public: it holds nothing of anybody. */
export function showChain(context: GatewayContext): Answer {
  const { block, reason, announced, provedAgoMs } = context.follower.freshness();
  const { deployment } = context;
  return {
    status: 200,
    body: {
      deployment,
      authority: context.config.authority,
      scheme: context.config.scheme,
      gateway: { ...context.gatewayKey, account: context.relayerAddress.toLowerCase() },
      block: block === null ? null : { number: block.number, hash: block.hash, timestamp: block.timestamp },
      heads: reason === null ? context.follower.ledger.heads : null,
      stale_reason: reason,
      announced_block: announced,
      proved_ago_ms: Number.isFinite(provedAgoMs) ? Math.round(provedAgoMs) : null,
    },
  };
}

/** The process answers. */
export function showHealth(): Answer {
  return { status: 200, body: { status: 'ok' } };
}

/** Ready: the state is proved current, the stores answer, and the gateway is not stopping. */
export async function showReadiness(context: GatewayContext): Promise<Answer> {
  const { reason, block, announced, provedAgoMs } = context.follower.freshness();
  const { depth: outboxDepth } = await context.outbox.depth();
  const ready = reason === null && context.receipts.isUsable && !context.stopping();
  const facts = {
    status: ready ? 'ready' : 'not ready',
    stale_reason: context.stopping() ? 'STOPPING' : reason,
    chain_age_seconds: block === null ? null : context.now() - block.timestamp,
    proved_ago_ms: Number.isFinite(provedAgoMs) ? Math.round(provedAgoMs) : null,
    projection_lag_blocks: block === null ? null : announced - block.number,
    outbox_depth: outboxDepth,
    receipts_writable: context.receipts.isUsable,
    open_streams: context.openStreams.size,
    // Told, but no reason not to be ready: the other sources can be read.
    sources: context.sources.standing,
  };
  return { status: ready ? 200 : 503, body: facts };
}
