import { Interface } from 'ethers';
import { z } from 'zod';

import { CONTRACT_NAMES, mapContracts } from '../../ledger/deployment.ts';
import type { ContractName, Deployment, HistoryHeads } from '../../ledger/deployment.ts';
import { parseBytes32 } from '../../ledger/ids.ts';
import type { Bytes32 } from '../../ledger/ids.ts';
import { RpcError } from './rpc.ts';
import type { Rpc } from './rpc.ts';

const directory = new Interface([
  'function headsOf(address[]) view returns ((address account, uint64 seq, bytes32 head)[])',
]);

/** The order in which the heads are asked for; the directory puts its own first. */
const ASKED: readonly ContractName[] = CONTRACT_NAMES.filter((name) => name !== 'Directory');

/** History heads of all contracts in one call, pinned to a block by its hash (EIP-1898). */
export async function readHeads(rpc: Rpc, deployment: Deployment, blockHash: Bytes32): Promise<HistoryHeads> {
  const data = directory.encodeFunctionData('headsOf', [ASKED.map((name) => deployment.contracts[name])]);
  const answer = await rpc.request('eth_call', [{ to: deployment.contracts.Directory, data }, { blockHash }]);
  const heads = decode(answer);
  if (heads.length !== CONTRACT_NAMES.length) {
    throw new RpcError('RPC_MALFORMED', 'The node gave another number of heads');
  }
  const found = new Map((['Directory', ...ASKED] as const).map((name, index) => [name, heads[index]]));
  return mapContracts((name) => {
    const head = found.get(name);
    if (head === undefined) throw new RpcError('RPC_MALFORMED', 'The node gave another number of heads');
    return head;
  });
}

const headsSchema = z.tuple([z.array(z.tuple([z.string(), z.bigint(), z.string()]))]);

function decode(answer: unknown): { seq: number; head: Bytes32 }[] {
  if (typeof answer !== 'string') throw new RpcError('RPC_MALFORMED', 'The node gave no heads');
  try {
    const decoded: unknown = directory.decodeFunctionResult('headsOf', answer).toArray(true);
    const [rows] = headsSchema.parse(decoded);
    return rows.map(([, seq, head]) => ({ seq: Number(seq), head: parseBytes32(head) }));
  } catch {
    throw new RpcError('RPC_MALFORMED', 'The node gave heads that cannot be read');
  }
}
