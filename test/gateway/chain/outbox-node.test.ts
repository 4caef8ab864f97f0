import { describe, expect, it } from 'vitest';

import { OutboxNode } from '../../../gateway/chain/outbox-node.ts';
import { RpcError, type RpcErrorFacts } from '../../../gateway/chain/rpc.ts';
import { makeHash } from '../stores/store-factory.ts';

const HASH = makeHash('transaction');
const RECEIPT = { transactionHash: HASH, blockHash: makeHash('block'), blockNumber: '0x10', status: '0x1' };
const CALL = { from: '0x01', target: '0x02', data: '0x' };

const answering = (value: unknown): OutboxNode => new OutboxNode({ request: () => Promise.resolve(value) });
const failing = (message: string, facts: RpcErrorFacts = {}, code: RpcError['code'] = 'RPC_ERROR'): OutboxNode =>
  new OutboxNode({ request: () => Promise.reject(new RpcError(code, message, facts)) });

describe('OutboxNode', () => {
  it('reads a receipt', async () => {
    const expected = { succeeded: true, blockNumber: 16, blockHash: makeHash('block') };
    expect(await answering(RECEIPT).receipt(HASH)).toEqual(expected);
    expect(await answering({ ...RECEIPT, status: '0x0' }).receipt(HASH)).toEqual({ ...expected, succeeded: false });
    expect(await answering(null).receipt(HASH)).toBeNull();
  });

  it.each([
    ['a receipt of another transaction', { ...RECEIPT, transactionHash: makeHash('other') }],
    ['no status', { ...RECEIPT, status: undefined }],
    ['a third status', { ...RECEIPT, status: '0x2' }],
    ['a number for a quantity', { ...RECEIPT, blockNumber: 16 }],
    ['a quantity that no number holds', { ...RECEIPT, blockNumber: '0xffffffffffffffff' }],
    ['a negative quantity', { ...RECEIPT, blockNumber: '-0x1' }],
    ['a short block hash', { ...RECEIPT, blockHash: '0x12' }],
    ['a list', [RECEIPT]],
    ['text', 'receipt'],
    ['nothing at all', undefined],
  ])('believes no receipt that is %s', async (_, value) => {
    await expect(answering(value).receipt(HASH)).rejects.toMatchObject({ code: 'RPC_MALFORMED' });
  });

  it('tells a revert from a refusal and both from silence', async () => {
    expect(await failing('execution reverted', { nodeCode: 3, data: '0xAB' }).estimateGas(CALL)).toEqual({
      kind: 'reverted',
      revertData: '0xab',
    });
    expect(await failing('Execution reverted', { nodeCode: -32_000 }).estimateGas(CALL)).toMatchObject({
      kind: 'reverted',
    });
    expect(await failing('gas required exceeds allowance').estimateGas(CALL)).toMatchObject({ kind: 'refused' });
    const silent = failing('later', {}, 'RPC_TIMEOUT').estimateGas(CALL);
    await expect(silent).rejects.toMatchObject({ code: 'RPC_TIMEOUT' });
  });

  it('takes it as sent when the node has the bytes, and as nothing else when it has not', async () => {
    for (const message of ['already known', 'nonce too low', 'Known transaction', 'transaction already imported']) {
      await expect(failing(message).sendRaw('0x01')).resolves.toBeUndefined();
    }
    for (const message of ['intrinsic gas too low', 'replacement transaction underpriced', 'invalid sender']) {
      await expect(failing(message).sendRaw('0x01')).rejects.toMatchObject({ code: 'RPC_ERROR' });
    }
    await expect(failing('nonce too low', {}, 'RPC_UNREACHABLE').sendRaw('0x01')).rejects.toMatchObject({
      code: 'RPC_UNREACHABLE',
    });
  });
});
