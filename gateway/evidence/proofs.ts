import { toQuantity } from '../chain/blocks.ts';
import type { Block } from '../chain/blocks.ts';
import { RpcError } from '../chain/rpc.ts';
import type { Rpc } from '../chain/rpc.ts';
import { mapContracts } from '../../ledger/deployment.ts';
import type { ContractName, Deployment } from '../../ledger/deployment.ts';
import type { JsonValue } from '../../ledger/json/strict-json.ts';
import { GatewayError } from '../errors.ts';
import { z } from 'zod';

const HEAD_SLOT = `0x${'0'.repeat(64)}`;
const hex = z.string().regex(/^0x(?:[0-9a-f]{2})*$/);
const proofSchema = z.object({
  accountProof: z.array(hex),
  storageProof: z.tuple([z.object({ proof: z.array(hex) })]),
});

/** What shows the block to be final; null where nothing but the node does. */
export async function sealOf(rpc: Rpc, { profile }: Deployment, { number }: Block): Promise<JsonValue> {
  switch (profile) {
    case 'dev':
      return null;
    case 'qbft': {
      const header = hex.safeParse(await rpc.request('debug_getRawHeader', [toQuantity(number)]));
      if (!header.success) throw new RpcError('RPC_MALFORMED', 'The node gave no header');
      return { header: header.data };
    }
    case 'comet':
      throw notYet();
  }
}

/** What shows the history heads to be in the state of the block, by contract; null where nothing but the node does. */
export async function proveHeads(
  rpc: Rpc,
  deployment: Deployment,
  block: Block,
): Promise<Record<ContractName, JsonValue> | null> {
  if (deployment.profile === 'dev') return null;
  if (deployment.profile === 'comet') throw notYet();
  const proofs = mapContracts((name) => proveHead(rpc, deployment.contracts[name], block));
  const proved = mapContracts((): JsonValue => null);
  for (const [name, proof] of Object.entries(proofs)) Object.assign(proved, { [name]: await proof });
  return proved;
}

async function proveHead(rpc: Rpc, address: string, { number }: Block): Promise<JsonValue> {
  const answer = proofSchema.safeParse(await rpc.request('eth_getProof', [address, [HEAD_SLOT], toQuantity(number)]));
  if (!answer.success) throw new RpcError('RPC_MALFORMED', 'The node gave no proof');
  const { accountProof: account, storageProof } = answer.data;
  return { account, storage: storageProof[0].proof };
}

function notYet(): GatewayError {
  return new GatewayError('REQUEST_INVALID', 'Evidence of a comet ledger is not exported yet');
}
