import { existsSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { Wallet } from 'ethers';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { spawnAnvil, type RunningAnvil } from '../../../scripts/embedded/anvil-process.ts';
import { startAnvil, type EmbeddedChain } from '../../../scripts/embedded/anvil.ts';
import { callChain } from '../../../scripts/embedded/json-rpc.ts';
import { identifyProcess, waitForEnd } from '../../../scripts/embedded/process-identity.ts';

/** Runtime code that stores its first argument in slot 0 and logs it. */
const RUNTIME = '600035600055600035600052602060' + '00a000';
const CREATION = `0x60${(RUNTIME.length / 2).toString(16)}600c60003960${(RUNTIME.length / 2).toString(16)}6000f3${RUNTIME}`;

const wallet = new Wallet(`0x${'11'.repeat(32)}`);
let folder: string;
let running: EmbeddedChain[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'dxl-anvil-'));
});

afterEach(async () => {
  // One after the other: several of them kept their state in the same folder.
  for (const chain of running) await chain.stop();
  running = [];
  rmSync(folder, { recursive: true, force: true });
});

async function start(onUnexpectedExit?: () => void, port = 0): Promise<EmbeddedChain> {
  const chain = await startAnvil({ folder, port, ...(onUnexpectedExit === undefined ? {} : { onUnexpectedExit }) });
  running.push(chain);
  return chain;
}

async function send(chain: EmbeddedChain, to: string | null, data: string): Promise<Record<string, string>> {
  const nonce = Number(await callChain(chain.url, 'eth_getTransactionCount', [wallet.address, 'latest']));
  const transaction = { type: 0, chainId: chain.chainId, nonce, gasPrice: 0, gasLimit: 1_000_000, to, data };
  const hash = await callChain(chain.url, 'eth_sendRawTransaction', [await wallet.signTransaction(transaction)]);
  for (let attempt = 0; attempt < 200; attempt += 1) {
    const receipt = await callChain(chain.url, 'eth_getTransactionReceipt', [hash]);
    if (receipt !== null) return receipt as Record<string, string>;
  }
  throw new Error('not mined'); // eslint-disable-line no-restricted-syntax -- a test's own failure
}

async function writeValues(chain: EmbeddedChain, count: number): Promise<string> {
  const { contractAddress } = await send(chain, null, CREATION);
  for (let value = 1; value <= count; value += 1) {
    await send(chain, contractAddress!, `0x${value.toString(16).padStart(64, '0')}`);
  }
  return contractAddress!;
}

/** All that the gateway relies on: block hashes from the genesis on, logs, and the state at the newest block. */
async function observe(chain: EmbeddedChain, contract: string): Promise<unknown> {
  const height = Number(await callChain(chain.url, 'eth_blockNumber'));
  const blocks = [];
  for (let number = 0; number <= height; number += 1) {
    blocks.push(await callChain(chain.url, 'eth_getBlockByNumber', [`0x${number.toString(16)}`, false]));
  }
  const newest = blocks.at(-1) as { hash: string };
  return {
    blocks,
    logs: await callChain(chain.url, 'eth_getLogs', [{ fromBlock: '0x0', toBlock: 'latest' }]),
    value: await callChain(chain.url, 'eth_getStorageAt', [contract, '0x0', { blockHash: newest.hash }]),
  };
}

async function killHard(chain: EmbeddedChain): Promise<void> {
  const identity = identifyProcess(chain.pid);
  process.kill(chain.pid, 'SIGKILL');
  expect(await waitForEnd(identity, 5_000)).toBe(true);
}

describe('startAnvil', () => {
  it('finds the same blocks, logs and state after stop and start', async () => {
    const first = await start();
    expect(first.resumedAt).toBeNull();
    const contract = await writeValues(first, 5);
    const before = await observe(first, contract);
    await first.stop();

    // More than once: anvil makes a first block of its own at each start, and must not answer with that.
    for (let round = 0; round < 4; round += 1) {
      const next = await start();
      expect(next.resumedAt).toBe(6);
      expect(next.lostTail).toBe(false);
      expect(await observe(next, contract)).toEqual(before);
      await next.stop();
    }
  });

  it('stamps blocks with the time of day, also after a restart', async () => {
    await (await start()).stop();
    writeFileSync(join(folder, 'genesis-time'), '1700000000');
    const earliest = Math.floor(Date.now() / 1000);
    const chain = await start();
    await callChain(chain.url, 'anvil_mine', ['0x1']);
    const latest = Math.ceil(Date.now() / 1000);
    const block = (await callChain(chain.url, 'eth_getBlockByNumber', ['latest', false])) as { timestamp: string };
    expect(Number(block.timestamp)).toBeGreaterThanOrEqual(earliest);
    expect(Number(block.timestamp)).toBeLessThanOrEqual(latest);
  });

  it('goes on from the last save after kill -9', async () => {
    const first = await start();
    const contract = await writeValues(first, 3);
    await first.save();
    const saved = await observe(first, contract);
    await send(first, contract, `0x${'f'.repeat(64)}`);
    await killHard(first);

    const second = await start();
    expect(second.resumedAt).toBe(4);
    expect(await observe(second, contract)).toEqual(saved);
  });

  it('lets an orphan write its state before it takes its place', async () => {
    const orphan = (await spawnAnvil(0, null, join(folder, 'exit.json'))) as RunningAnvil;
    writeFileSync(join(folder, 'anvil.pid.json'), JSON.stringify(identifyProcess(orphan.pid)));
    await callChain(`http://127.0.0.1:${orphan.port}`, 'anvil_mine', ['0x7']);

    const chain = await start();
    expect(chain.resumedAt).toBe(7);
    expect(await waitForEnd(identifyProcess(orphan.pid), 0)).toBe(true);
  });

  it('does not signal a process that only has the number of a former chain', async () => {
    writeFileSync(join(folder, 'anvil.pid.json'), JSON.stringify({ pid: process.pid, startedAtTick: '1' }));
    const chain = await start();
    expect(chain.resumedAt).toBeNull();
  });

  it('falls back to the dump before a torn one, keeps the torn one and says so', async () => {
    const first = await start();
    const contract = await writeValues(first, 1);
    await first.save();
    await send(first, contract, `0x${'2'.padStart(64, '0')}`);
    await first.stop();
    truncateSync(join(folder, 'state.json'), 1_000);

    const second = await start();
    expect(second.resumedAt).toBe(2);
    expect(second.lostTail).toBe(true);
    expect(existsSync(join(folder, 'state.json.unreadable'))).toBe(true);
  });

  it('refuses to start a new chain over states that it cannot read', async () => {
    writeFileSync(join(folder, 'state.json'), '{');
    await expect(start()).rejects.toMatchObject({ code: 'CHAIN_STATE_UNREADABLE' });
  });

  it('takes another port when the preferred one is in use', async () => {
    const first = await startAnvil({ folder: join(folder, 'a'), port: 0 });
    running.push(first);
    const taken = Number(new URL(first.url).port);
    const second = await startAnvil({ folder: join(folder, 'b'), port: taken });
    running.push(second);
    expect(Number(new URL(second.url).port)).not.toBe(taken);
  });

  it('tells when the chain ends unasked, and not when it was asked', async () => {
    let told = 0;
    const first = await start(() => (told += 1));
    await first.stop();
    expect(told).toBe(0);
    const second = await start(() => (told += 1));
    await killHard(second);
    await expect.poll(() => told).toBe(1);
  });
});
