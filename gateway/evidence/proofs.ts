import { toQuantity } from '../chain/blocks.ts';
import type { Block } from '../chain/blocks.ts';
import { RpcError } from '../chain/rpc.ts';
import type { Rpc } from '../chain/rpc.ts';
import { mapContracts } from '../../ledger/deployment.ts';
import type { ContractName, Deployment } from '../../ledger/deployment.ts';
import type { JsonValue } from '../../ledger/json/strict-json.ts';
import { hexSchema } from '../../ledger/evidence/evidence-line.ts';
import { parseEthProof } from '../../ledger/finality/eth-proof.ts';
import { GatewayError } from '../errors.ts';
import { z } from 'zod';

const HEAD_SLOT = `0x${'0'.repeat(64)}`;
/** The members of EIP-1186 as the node spells them; `parseEthProof` says what may stand in them. */
const answerSchema = z.object({
  address: z.string(),
  accountProof: z.array(z.string()),
  balance: z.string(),
  codeHash: z.string(),
  nonce: z.string(),
  storageHash: z.string(),
  storageProof: z.tuple([z.object({ key: z.string(), value: z.string(), proof: z.array(z.string()) })]),
});

/** What shows the block to be final; null where nothing but the node does. */
export async function sealOf(rpc: Rpc, { profile }: Deployment, { number }: Block): Promise<JsonValue> {
  switch (profile) {
    case 'dev':
      return null;
    case 'qbft': {
      const header = hexSchema.safeParse(await rpc.request('debug_getRawHeader', [toQuantity(number)]));
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
  const proofs = mapContracts((): JsonValue => null);
  const proveInto = async (name: ContractName): Promise<unknown> =>
    Object.assign(proofs, { [name]: await proveHead(rpc, deployment.contracts[name], block) });
  await Promise.all(Object.values(mapContracts(proveInto)));
  return proofs;
}

/** The answer as it came, but for members that EIP-1186 does not have: of those nobody knows the form. */
async function proveHead(rpc: Rpc, address: string, { number }: Block): Promise<JsonValue> {
  const answer = answerSchema.safeParse(await rpc.request('eth_getProof', [address, [HEAD_SLOT], toQuantity(number)]));
  if (!answer.success || !isAbout(address, answer.data)) {
    throw new RpcError('RPC_MALFORMED', 'The node gave no proof of the head');
  }
  return answer.data;
}

function isAbout(address: string, answer: z.output<typeof answerSchema>): boolean {
  try {
    const proof = parseEthProof(answer);
    return proof.address === address && proof.storageProof.every(({ key }) => key === 0n);
  } catch {
    return false;
  }
}

function notYet(): GatewayError {
  return new GatewayError('REQUEST_INVALID', 'Evidence of a comet ledger is not exported yet');
}
