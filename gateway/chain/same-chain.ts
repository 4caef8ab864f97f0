import { keccak256 } from 'ethers';

import { assertSameChain, CONTRACT_NAMES, mapContracts } from '../../ledger/deployment.ts';
import type { ContractName, Deployment } from '../../ledger/deployment.ts';
import { readBlock } from './blocks.ts';
import { RpcError } from './rpc.ts';
import type { Rpc } from './rpc.ts';

/** @throws LedgerError DEPLOYMENT_MISMATCH unless the node serves the chain and the very code of the deployment file. */
export async function requireSameChain(rpc: Rpc, deployment: Deployment): Promise<void> {
  const readHash = async (name: ContractName) => [name, await readCodeHash(rpc, deployment, name)] as const;
  const [chainId, genesis, hashes] = await Promise.all([
    readChainId(rpc),
    readBlock(rpc, 0),
    Promise.all(CONTRACT_NAMES.map(readHash)),
  ]);
  const found = new Map(hashes);
  const codeHashes = mapContracts((name) => found.get(name) ?? '');
  assertSameChain(deployment, { chainId, genesisHash: genesis.hash, codeHashes });
}

async function readChainId(rpc: Rpc): Promise<number> {
  const answer = await rpc.request('eth_chainId', []);
  if (typeof answer !== 'string') throw new RpcError('RPC_MALFORMED', 'The node gave no chain id');
  return Number(answer);
}

async function readCodeHash(rpc: Rpc, deployment: Deployment, name: ContractName): Promise<string> {
  const code = await rpc.request('eth_getCode', [deployment.contracts[name], 'latest']);
  if (typeof code !== 'string' || !/^0x[0-9a-f]*$/i.test(code)) {
    throw new RpcError('RPC_MALFORMED', 'The node gave no code');
  }
  return keccak256(code);
}
