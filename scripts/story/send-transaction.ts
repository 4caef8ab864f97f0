import { setTimeout as sleep } from 'node:timers/promises';

import { Transaction, type Wallet } from 'ethers';
import { z } from 'zod';

import { callChain } from '../embedded/json-rpc.ts';
import { StoryError } from './story-error.ts';

const GAS_LIMIT = 10_000_000;
const MINING_TIMEOUT_MS = 10_000;
const MINING_POLL_MS = 20;

const receiptSchema = z.object({ status: z.literal('0x1') }).nullable();

/** What a transaction calls; `to` null creates a contract. */
export interface Call {
  readonly to: string | null;
  readonly data: string;
}

/**
 * Sends a call at price zero and waits until it is mined.
 * @throws StoryError UNEXPECTED_ANSWER when the chain does not mine it
 */
export async function sendTransaction(url: string, from: Wallet, { to, data }: Call): Promise<void> {
  const chainId = Number(z.string().parse(await callChain(url, 'eth_chainId')));
  const nonce = Number(z.string().parse(await callChain(url, 'eth_getTransactionCount', [from.address, 'pending'])));
  const transaction = Transaction.from({ type: 0, chainId, nonce, gasPrice: 0, gasLimit: GAS_LIMIT, to, data });
  const hash = await callChain(url, 'eth_sendRawTransaction', [await from.signTransaction(transaction)]);
  await waitUntilMined(url, hash);
}

async function waitUntilMined(url: string, hash: unknown): Promise<void> {
  const deadline = Date.now() + MINING_TIMEOUT_MS;
  while (receiptSchema.parse(await callChain(url, 'eth_getTransactionReceipt', [hash])) === null) {
    if (Date.now() > deadline) throw new StoryError('UNEXPECTED_ANSWER', 'The chain does not mine');
    await sleep(MINING_POLL_MS);
  }
}
