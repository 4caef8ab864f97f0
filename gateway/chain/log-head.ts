import type { Deployment } from '../../ledger/deployment.ts';
import type { Bytes32, GatewayId } from '../../ledger/ids.ts';
import { decodeHeadOf, encodeHeadOfCall, type HeadOnChain } from '../../ledger/log-anchor.ts';
import { RpcError } from './rpc.ts';
import type { Rpc } from './rpc.ts';

/** The anchored head of a gateway's log, by the node's word. @throws RpcError */
export async function readLogHead(
  rpc: Rpc,
  deployment: Deployment,
  gateway: GatewayId,
  at: 'latest' | { readonly blockHash: Bytes32 },
): Promise<HeadOnChain> {
  const answer = await rpc.request('eth_call', [encodeHeadOfCall(deployment, gateway), at]);
  const head = typeof answer === 'string' ? decodeHeadOf(answer) : null;
  if (head === null) throw new RpcError('RPC_MALFORMED', 'The node gave no tree head');
  return head;
}
