import { Transaction, Wallet } from 'ethers';
import { expect, it } from 'vitest';

import { createRelayer } from '../../../gateway/chain/relayer.ts';

const wallet = new Wallet(`0x${'5e'.repeat(32)}`);
const CALL = { nonce: 7, target: `0x${'01'.repeat(20)}`, data: '0x0102', gasLimit: 50_000n };

it('signs transactions of type 0 at gas price 0 for one chain, always with the same bytes', () => {
  const relayer = createRelayer(wallet.privateKey, 20_990);
  const { raw, hash } = relayer.sign(CALL);
  const transaction = Transaction.from(raw);
  expect(transaction).toMatchObject({ type: 0, gasPrice: 0n, value: 0n, nonce: 7, gasLimit: 50_000n, data: '0x0102' });
  expect(transaction.chainId).toBe(20_990n);
  expect(transaction.hash).toBe(hash);
  expect(transaction.from?.toLowerCase()).toBe(relayer.address);
  expect(relayer.address).toBe(wallet.address.toLowerCase());
  expect(relayer.sign(CALL)).toEqual({ raw, hash });
  expect(createRelayer(wallet.privateKey, 1).sign(CALL).raw).not.toBe(raw);
});
