import { Interface } from 'ethers';
import { z } from 'zod';

import { isDepartmentAccount } from '../../ledger/acts/department-account.ts';
import { RpcError } from '../chain/rpc.ts';
import type { Rpc } from '../chain/rpc.ts';
import { toQuantity } from '../chain/blocks.ts';

const ACCOUNT = new Interface([
  'function getSigners(uint64 start, uint64 end) view returns (bytes[])',
  'function threshold() view returns (uint64)',
]);
const ADDRESS = /^0x[0-9a-f]{40}$/;
const ADDRESS_DIGITS = 42;
const MAX_OFFICERS = 1_024;
/** As deep as verifiers look for officers who are accounts of several officers themselves. */
const MAX_NESTED = 34;
/** Most officers that are asked whether they are accounts; one who has more of them harms their own evidence only. */
const MAX_ASKED = 4_096;
/** For one answer: enough for all officers of an account, and no contract holds up an export for long. */
const MAX_GAS = 20_000_000;
/** Far below a line of evidence. */
const MAX_DIGITS = 262_144;

/** A contract account; hex, officers ascending. One that does not say who they are has none, and a threshold of 0. */
export interface ContractAccount {
  readonly account: string;
  readonly officers: readonly string[];
  readonly threshold: number;
}

/**
 * Those of some signers that are contracts, and those of their officers that are contracts themselves, ascending; the
 * others are keys. What the node says of them is not proved, and a verifier says so. A contract that is no
 * `DepartmentAccount`, or has more officers than are asked here, is opaque: verifiers pass over its signatures and say so.
 * @throws RpcError when the node does not answer
 */
export async function readContractAccounts(
  rpc: Rpc,
  signers: Iterable<string>,
  blockNumber: number,
): Promise<readonly ContractAccount[]> {
  const accounts = new Map<string, ContractAccount>();
  const seen = new Set<string>();
  let level = [...signers];
  const most = level.length + MAX_ASKED;
  for (let depth = 0; depth < MAX_NESTED && level.length > 0; depth += 1) {
    const officers: string[] = [];
    for (const account of level) {
      if (!ADDRESS.test(account) || seen.has(account) || seen.size === most) continue;
      seen.add(account);
      const code = String(await rpc.request('eth_getCode', [account, toQuantity(blockNumber)]));
      if (code === '0x') continue;
      const read = isDepartmentAccount(code) ? await readAccount(rpc, account, blockNumber) : opaque(account);
      accounts.set(account, read);
      officers.push(...read.officers);
    }
    level = officers;
  }
  const isAsked = (officer: string): boolean => !ADDRESS.test(officer) || seen.has(officer);
  return [...accounts.values()]
    .map((each) => (each.officers.every(isAsked) ? each : opaque(each.account)))
    .sort((one, other) => (one.account < other.account ? -1 : 1));
}

function opaque(account: string): ContractAccount {
  return { account, officers: [], threshold: 0 };
}

async function readAccount(rpc: Rpc, account: string, blockNumber: number): Promise<ContractAccount> {
  const signers = z.array(z.string()).safeParse(await call(rpc, account, 'getSigners', [0, MAX_OFFICERS], blockNumber));
  const atLeast = z.bigint().safeParse(await call(rpc, account, 'threshold', [], blockNumber));
  if (!signers.success || !atLeast.success) return opaque(account);
  const officers = signers.data.toSorted();
  const threshold = Number(atLeast.data);
  const areOfficers =
    officers.length <= MAX_OFFICERS &&
    officers.every((officer, at) => officer.length >= ADDRESS_DIGITS && officer !== officers[at - 1]);
  const isShort = officers.join('').length <= MAX_DIGITS;
  const isReachable = threshold >= 1 && threshold <= officers.length;
  return areOfficers && isShort && isReachable ? { account, officers, threshold } : opaque(account);
}

/** What the contract answers; null for what is no answer. */
async function call(
  rpc: Rpc,
  to: string,
  method: 'getSigners' | 'threshold',
  args: readonly number[],
  blockNumber: number,
): Promise<unknown> {
  const data = ACCOUNT.encodeFunctionData(method, args);
  try {
    const answer = await rpc.request('eth_call', [{ to, data, gas: toQuantity(MAX_GAS) }, toQuantity(blockNumber)]);
    const values: readonly unknown[] = ACCOUNT.decodeFunctionResult(method, String(answer)).toArray(true);
    return values[0];
  } catch (error) {
    // The node has just read the code at this block: an error that it answers is the contract's.
    if (error instanceof RpcError && error.code !== 'RPC_ERROR') throw error;
    return null;
  }
}
