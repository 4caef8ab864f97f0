import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { NodeClient } from '../../../gateway/chain/node-client.ts';
import { LyingNode } from '../../support/lying-node.ts';
import { OutboxChain } from './outbox-chain.ts';

let chain: OutboxChain;
let node: LyingNode;
let client: NodeClient;

beforeAll(async () => {
  chain = await OutboxChain.start();
});
afterAll(async () => {
  await chain.stop();
});

beforeEach(async () => {
  node = await LyingNode.start(chain.webSocketUrl);
  client = new NodeClient({ url: node.url, timeoutMs: 300 });
  await expect.poll(() => client.request('eth_chainId', []).catch(() => null)).not.toBeNull();
});
afterEach(async () => {
  client.close();
  await node.stop();
});

describe('NodeClient', () => {
  it('leaves a connection on which nothing arrives any more', async () => {
    const before = node.connections;
    node.isSilent = true;
    node.hangs = true;
    await expect(client.request('eth_chainId', [])).rejects.toMatchObject({ code: 'RPC_TIMEOUT' });
    await expect.poll(() => node.connections).toBeGreaterThan(before);
    node.hangs = false;
    await expect.poll(() => client.request('eth_chainId', []).catch(() => null)).toBe('0x51fe');
  });

  it('keeps a connection on which one question stays unanswered', async () => {
    let lost = 0;
    client.onConnect(() => (lost += 1));
    node.lie = (method, _params, result) => (method === 'eth_getLogs' ? undefined : result);
    const unanswered = client.request('eth_getLogs', [{}]);
    const answered = client.request('eth_chainId', []);
    await expect(unanswered).rejects.toMatchObject({ code: 'RPC_TIMEOUT' });
    expect(await answered).toBe('0x51fe');
    expect(await client.request('eth_chainId', [])).toBe('0x51fe');
    expect(lost).toBe(0);
  });
});
