import { GatewayError, denyFacts } from '../errors.ts';
import type { Block } from './blocks.ts';
import type { Follower } from './follower.ts';

/** How long a request waits for the gateway to prove a block that it has heard of: one lost answer and a second try. */
const WAIT_MS = 5_000;

/**
 * The block whose state may be used now.
 * @throws GatewayError STALE_CHAIN with the reason; never lets an unproved state through.
 */
export async function requireFresh(follower: Follower): Promise<Block> {
  const { reason, block, announced } = await follower.whenFresh(WAIT_MS);
  if (reason === null && block !== null) return block;
  throw staleChain(reason ?? 'STARTING', block, announced);
}

function staleChain(reason: string, block: Block | null, announced: number): GatewayError {
  const facts = { stale_reason: reason, proved_block: block?.number ?? null, announced_block: announced };
  const detail = 'The ledger state cannot be proved current, so nothing is permitted';
  return new GatewayError('STALE_CHAIN', detail, { ...denyFacts('STALE_CHAIN'), ...facts });
}
