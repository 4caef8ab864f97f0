import { Interface } from 'ethers';
import { z } from 'zod';

import { RpcError } from '../chain/rpc.ts';
import type { Rpc } from '../chain/rpc.ts';
import { toQuantity } from '../chain/blocks.ts';

const ACCOUNT = new Interface([
  'function getSigners(uint64 start, uint64 end) view returns (bytes[])',
  'function threshold() view returns (uint64)',
]);
const ADDRESS = /^0x[0-9a-f]{40}$/;
const MAX_OFFICERS = 1_024;

/** A contract account of several officers; hex, officers ascending. */
export interface ContractAccount {
  readonly account: string;
  readonly officers: readonly string[];
  readonly threshold: number;
}

/**
 * Those of some signers that are accounts of several officers, ascending; the others are keys. What the node says of
 * them is not proved, and a verifier says so.
 */
export async function readContractAccounts(
  rpc: Rpc,
  signers: Iterable<string>,
  blockNumber: number,
): Promise<readonly ContractAccount[]> {
  const accounts: ContractAccount[] = [];
  for (const account of [...new Set(signers)].filter((signer) => ADDRESS.test(signer)).sort()) {
    const code = await rpc.request('eth_getCode', [account, toQuantity(blockNumber)]);
    if (code === '0x') continue;
    const officers = z.array(z.string()).parse(await call(rpc, account, 'getSigners', [0, MAX_OFFICERS], blockNumber));
    const threshold = Number(z.bigint().parse(await call(rpc, account, 'threshold', [], blockNumber)));
    accounts.push({ account, officers: officers.toSorted(), threshold });
  }
  return accounts;
}

async function call(
  rpc: Rpc,
  to: string,
  method: 'getSigners' | 'threshold',
  args: readonly number[],
  blockNumber: number,
): Promise<unknown> {
  const data = ACCOUNT.encodeFunctionData(method, args);
  const answer = await rpc.request('eth_call', [{ to, data }, toQuantity(blockNumber)]);
  try {
    const values: readonly unknown[] = ACCOUNT.decodeFunctionResult(method, String(answer)).toArray(true);
    return values[0];
  } catch {
    throw new RpcError('RPC_MALFORMED', 'The node gave an account that cannot be read');
  }
}
