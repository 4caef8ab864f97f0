import { decodeRevert } from '../../ledger/acts/decode-revert.ts';
import { GatewayError, denyFacts } from '../errors.ts';
import { RpcError } from './rpc.ts';
import type { Rpc } from './rpc.ts';

/**
 * Asks the contract itself whether it would take the act now: signer, role, state and deadline, by the same code.
 * @throws GatewayError ACT_REJECTED with the contract's error and its values, STALE_CHAIN when the node is away
 */
export async function simulateAct(
  rpc: Rpc,
  from: string,
  transaction: { readonly to: string; readonly data: string },
): Promise<void> {
  try {
    await rpc.request('eth_call', [{ from, ...transaction }, 'latest']);
  } catch (error) {
    if (!(error instanceof RpcError)) throw error;
    if (error.code !== 'RPC_ERROR') throw unreachable(error);
    throw rejected(error);
  }
}

function unreachable(error: RpcError): GatewayError {
  return new GatewayError('STALE_CHAIN', 'The node cannot be asked now', denyFacts('STALE_CHAIN'), error);
}

function rejected(error: RpcError): GatewayError {
  const revert = error.data === null ? null : decodeRevert(error.data);
  if (revert === null) {
    return new GatewayError('ACT_REJECTED', 'The ledger refuses the act without a reason', {}, error);
  }
  const facts: Record<string, string> = { revert: revert.name };
  for (const [name, value] of Object.entries(revert.args)) facts[`revert_${name}`] = value;
  return new GatewayError('ACT_REJECTED', `The ledger refuses the act: ${revert.name}`, facts, error);
}
