import { AbiCoder, concat, getCreateAddress, type Wallet } from 'ethers';

import { departmentAccountBytecode } from '../../ledger/__generated__/bytecode.ts';
import { callChain } from '../embedded/json-rpc.ts';
import { sendTransaction } from './send-transaction.ts';

/**
 * The account that several officers share: a DepartmentAccount, created as the first transaction of `creator`, so that
 * a later start finds it at the same address.
 */
export async function ensureSharedOffice(
  url: string,
  creator: Wallet,
  officers: readonly string[],
  needed: number,
): Promise<string> {
  const account = getCreateAddress({ from: creator.address, nonce: 0 });
  if ((await callChain(url, 'eth_getCode', [account, 'latest'])) !== '0x') return account;
  const parameters = AbiCoder.defaultAbiCoder().encode(['bytes[]', 'uint64'], [officers, needed]);
  await sendTransaction(url, creator, { to: null, data: concat([departmentAccountBytecode, parameters]) });
  return account;
}
