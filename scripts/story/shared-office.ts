import { setTimeout as sleep } from 'node:timers/promises';

import { AbiCoder, concat, getCreateAddress, Transaction, type Wallet } from 'ethers';
import { z } from 'zod';

import { departmentAccountBytecode } from '../../ledger/__generated__/bytecode.ts';
import { callChain } from '../embedded/json-rpc.ts';
import { StoryError } from './story-error.ts';

const GAS_LIMIT = 10_000_000;
const MINING_TIMEOUT_MS = 10_000;
const MINING_POLL_MS = 20;

const receiptSchema = z.object({ status: z.literal('0x1') }).nullable();

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
  const chainId = Number(z.string().parse(await callChain(url, 'eth_chainId')));
  const transaction = Transaction.from({
    type: 0,
    chainId,
    nonce: 0,
    gasPrice: 0,
    gasLimit: GAS_LIMIT,
    to: null,
    data: concat([departmentAccountBytecode, parameters]),
  });
  const hash = await callChain(url, 'eth_sendRawTransaction', [await creator.signTransaction(transaction)]);
  await waitUntilMined(url, hash);
  return account;
}

async function waitUntilMined(url: string, hash: unknown): Promise<void> {
  const deadline = Date.now() + MINING_TIMEOUT_MS;
  while (receiptSchema.parse(await callChain(url, 'eth_getTransactionReceipt', [hash])) === null) {
    if (Date.now() > deadline) throw new StoryError('UNEXPECTED_ANSWER', 'The chain does not mine');
    await sleep(MINING_POLL_MS);
  }
}
