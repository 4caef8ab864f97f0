import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { Wallet } from 'ethers';
import type { Kysely } from 'kysely';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import type { NodeClient } from '../../../gateway/chain/node-client.ts';
import { OutboxWorker, type OutboxWorkerOptions } from '../../../gateway/chain/outbox-worker.ts';
import { createRelayer } from '../../../gateway/chain/relayer.ts';
import { openDatabase } from '../../../gateway/stores/database.ts';
import type { OutboxCall, OutboxRow } from '../../../gateway/stores/outbox-row.ts';
import { OutboxStore } from '../../../gateway/stores/outbox-store.ts';
import type { Database } from '../../../gateway/stores/schema.ts';
import { makeHash } from '../stores/store-factory.ts';
import { LOOPER, makeAct, OutboxChain, SentBytes } from './outbox-chain.ts';

const SETTLE_MS = 60_000;

let chain: OutboxChain;
let node: NodeClient;
let folder: string;
let db: Kysely<Database>;
let store: OutboxStore;
let wallet: Wallet;
let sent: SentBytes;
let problems: unknown[];
let workers: OutboxWorker[];

beforeAll(async () => {
  chain = await OutboxChain.start();
  node = chain.connect();
  await until(() => node.connected);
});
afterAll(async () => {
  await chain.stop();
});

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'dxl-outbox-'));
  db = await openDatabase(join(folder, 'store.sqlite'));
  store = new OutboxStore(db, { maxDepth: 1_000 });
  wallet = new Wallet(Wallet.createRandom().privateKey);
  sent = new SentBytes(node);
  problems = [];
  workers = [];
});
afterEach(async () => {
  for (const worker of workers) await worker.stop();
  await db.destroy();
  rmSync(folder, { recursive: true });
});

async function startWorker(changes: Partial<OutboxWorkerOptions> = {}): Promise<OutboxWorker> {
  const relayer = createRelayer(wallet.privateKey, 20_990);
  const onProblem = (error: unknown): void => void problems.push(error);
  const worker = new OutboxWorker({ store, rpc: sent, relayer, onProblem, pollMs: 20, takenAfterMs: 200, ...changes });
  workers.push(worker);
  await worker.start();
  return worker;
}

async function enqueue(...calls: readonly OutboxCall[]): Promise<readonly string[]> {
  const ids: string[] = [];
  for (const call of calls) ids.push((await store.enqueue(call, null, Date.now())).row.id);
  workers.at(-1)?.wake();
  return ids;
}

async function settle(ids: readonly string[]): Promise<readonly (OutboxRow | null)[]> {
  const worker = workers.at(-1)!;
  return await Promise.all(ids.map((id) => worker.settled(id, SETTLE_MS)));
}

async function until(isSo: () => Promise<boolean> | boolean): Promise<void> {
  const deadline = Date.now() + SETTLE_MS;
  while (!(await isSo())) {
    if (Date.now() > deadline) throw new TypeError('It never became so');
    await sleep(20);
  }
}

/** Names are used once on the chain, which the tests of this file share. */
const named = (prefix: string, count: number): string[] =>
  Array.from({ length: count }, (_, index) => `${wallet.address}:${prefix}:${String(index)}`);
const countOf = async (): Promise<number> =>
  Number(await chain.rpc('eth_getTransactionCount', [wallet.address, 'latest']));

describe('OutboxWorker', () => {
  it('carries acts in their order, each once, and says when they are final', async () => {
    await startWorker({ window: 8 });
    const names = named('act', 100);
    const rows = await settle(await enqueue(...names.map((name) => makeAct(name))));
    expect(rows.map((row) => row?.status)).toEqual(names.map(() => 'FINAL'));
    expect(rows.map((row) => row?.signed?.nonce)).toEqual(names.map((_, index) => index));
    const ids = new Set(names.map((name) => makeHash(name)));
    expect((await chain.taken()).filter((id) => ids.has(id as never))).toEqual([...ids]);
    expect(workers[0]?.depth).toBe(0);
    expect(workers[0]?.oldestAgeMs).toBe(0);
    expect(problems).toEqual([]);
  });

  it('fails what the chain refuses, with its answer, and uses no nonce for it', async () => {
    await startWorker();
    const [name = ''] = named('twice', 1);
    await settle(await enqueue(makeAct(name)));
    const [refused] = await settle(await enqueue({ ...makeAct(name), digest: makeHash('other') }));
    expect(refused).toMatchObject({ status: 'FAILED', failure: 'REVERTED', revertData: makeHash(name), signed: null });
    expect(await countOf()).toBe(1);
  });

  it('fails what reverts in its block, with what the contract said', async () => {
    await chain.rpc('evm_setAutomine', [false]);
    try {
      await startWorker();
      const [name = ''] = named('raced', 1);
      const ids = await enqueue(makeAct(name), { ...makeAct(name), digest: makeHash('raced') });
      await until(async () => (await store.select((rows) => rows.where('status', '=', 'SENT'))).length === 2);
      await chain.rpc('evm_mine');
      const rows = await settle(ids);
      expect(rows[0]).toMatchObject({ status: 'FINAL' });
      expect(rows[1]).toMatchObject({ status: 'FAILED', failure: 'REVERTED', signed: { nonce: 1 } });
      expect(rows[1]?.mined?.blockHash).toBe(rows[0]?.mined?.blockHash);
    } finally {
      await chain.rpc('evm_setAutomine', [true]);
    }
  });

  it('waits for what is on its way before it believes that an act is refused', async () => {
    await chain.rpc('evm_setAutomine', [false]);
    try {
      await startWorker();
      const [first = '', second = ''] = named('chained', 2);
      const ids = await enqueue(makeAct(first), makeAct(second, first));
      await until(async () => (await store.find(ids[0]!))?.status === 'SENT');
      await sleep(200);
      expect(await store.find(ids[1]!)).toMatchObject({ status: 'QUEUED' });
      await chain.rpc('evm_mine');
      await until(async () => (await store.find(ids[1]!))?.status === 'SENT');
      await chain.rpc('evm_mine');
      expect((await settle(ids)).map((row) => row?.status)).toEqual(['FINAL', 'FINAL']);
    } finally {
      await chain.rpc('evm_setAutomine', [true]);
    }
  });

  it('keeps an act that the node cannot estimate for a while, and lets others pass meanwhile', async () => {
    await startWorker({ resendMs: 20 });
    const [held = '', free = ''] = named('held', 2);
    const isHeld = (data: string): boolean => data.startsWith(makeHash(held));
    sent.refuse = isHeld;
    const [heldId = '', freeId = ''] = await enqueue(makeAct(held), makeAct(free));
    await until(() => sent.refused > 8);
    expect(await settle([freeId])).toMatchObject([{ status: 'FINAL', signed: { nonce: 0 } }]);
    expect(await store.find(heldId)).toMatchObject({ status: 'QUEUED', failure: null });
    sent.refuse = () => false;
    expect(await settle([heldId])).toMatchObject([{ status: 'FINAL', signed: { nonce: 1 } }]);
  });

  it('does not judge an act while one that it may build on waits for the node', async () => {
    await startWorker({ resendMs: 20 });
    const [first = '', second = ''] = named('built', 2);
    sent.refuse = (data) => data.startsWith(makeHash(first));
    const ids = await enqueue(makeAct(first), makeAct(second, first));
    await until(() => sent.refused > 8);
    expect(await store.find(ids[1]!)).toMatchObject({ status: 'QUEUED' });
    sent.refuse = () => false;
    expect((await settle(ids)).map((row) => row?.status)).toEqual(['FINAL', 'FINAL']);
  });

  it('gives up a call that no node will estimate, without holding back the next', async () => {
    await startWorker({ resendMs: 20, giveUpAfterMs: 200 });
    const [name = ''] = named('next', 1);
    const rows = await settle(await enqueue({ target: LOOPER, data: '0x', digest: null }, makeAct(name)));
    expect(rows[0]).toMatchObject({ status: 'FAILED', signed: null });
    expect(['NODE_REFUSED', 'GAS_TOO_HIGH', 'REVERTED']).toContain(rows[0]?.failure);
    expect(rows[1]).toMatchObject({ status: 'FINAL', signed: { nonce: 0 } });
  });

  it('fails a row whose nonce another transaction took, and never signs it again', async () => {
    const [name = '', later = ''] = named('taken', 2);
    sent.lose = () => true;
    await startWorker();
    const ids = await enqueue(makeAct(name));
    await until(async () => (await store.find(ids[0]!))?.status === 'SENT');
    const before = await store.find(ids[0]!);
    await chain.takeNonce(wallet, 0);
    const [failed] = await settle(ids);
    expect(failed).toMatchObject({ status: 'FAILED', failure: 'NONCE_TAKEN', signed: before!.signed });
    sent.lose = () => false;
    const [row] = await settle(await enqueue(makeAct(later)));
    expect(row).toMatchObject({ status: 'FINAL', signed: { nonce: 1 } });
    expect(sent.byNonce.has(0)).toBe(false);
  });

  it('sends the same bytes again when the node lost them, or never had them', async () => {
    await startWorker({ resendMs: 100 });
    const names = named('lost', 3);
    let lost = 0;
    sent.lose = () => (lost += 1) <= 3;
    const rows = await settle(await enqueue(...names.map((name) => makeAct(name))));
    expect(rows.map((row) => row?.status)).toEqual(['FINAL', 'FINAL', 'FINAL']);
    expect(sent.rewritten).toEqual([]);
  });

  it('brings back by itself what a chain lost that went back', async () => {
    await startWorker();
    const [kept = '', ...lost] = named('rewound', 6);
    await settle(await enqueue(makeAct(kept)));
    const snapshot = await chain.rpc('evm_snapshot');
    const ids = await enqueue(...lost.map((name) => makeAct(name)));
    await settle(ids);
    await chain.rpc('evm_revert', [snapshot]);
    expect(await countOf()).toBe(1);
    await until(async () => (await countOf()) === 6);
    const rows = await settle(ids);
    expect(rows.map((row) => row?.status)).toEqual(lost.map(() => 'FINAL'));
    expect(sent.rewritten).toEqual([]);
  });

  it('looks up again where a rewind was reported', async () => {
    const worker = await startWorker();
    const names = named('moved', 3);
    const snapshot = await chain.rpc('evm_snapshot');
    const ids = await enqueue(...names.map((name) => makeAct(name)));
    const before = await settle(ids);
    await worker.stop();
    await chain.rpc('evm_revert', [snapshot]);
    await chain.rpc('anvil_mine', ['0x5']);
    for (const row of before) await chain.rpc('eth_sendRawTransaction', [row!.signed!.raw]);
    await startWorker().then((again) => again.recheckFrom(0));
    await until(async () => (await store.find(ids[2]!))?.mined?.blockHash !== before[2]?.mined?.blockHash);
    for (const row of await settle(ids)) {
      const receipt = (await chain.rpc('eth_getTransactionReceipt', [row?.signed?.transactionHash])) as {
        blockHash: string;
      };
      expect(row).toMatchObject({ status: 'FINAL', mined: { blockHash: receipt.blockHash } });
    }
  });

  it('fills a nonce that nobody has, so that what follows can be mined', async () => {
    const snapshot = await chain.rpc('evm_snapshot');
    await chain.takeNonce(wallet, 0);
    await startWorker();
    const [name = ''] = named('after hole', 1);
    const [row] = await settle(await enqueue(makeAct(name)));
    expect(row?.signed?.nonce).toBe(1);
    await chain.rpc('evm_revert', [snapshot]);
    await until(async () => (await countOf()) === 2);
    expect(await settle([row!.id])).toMatchObject([{ status: 'FINAL', signed: { nonce: 1 } }]);
    expect(sent.rewritten).toEqual([]);
  });

  it('signs nothing while the ledger state is not proved current', async () => {
    let isCurrent = false;
    await startWorker({ isCurrent: () => isCurrent });
    const ids = await enqueue(makeAct(named('stale', 1)[0]!));
    await sleep(200);
    expect(await store.find(ids[0]!)).toMatchObject({ status: 'QUEUED' });
    expect(workers[0]?.depth).toBe(1);
    isCurrent = true;
    expect(await settle(ids)).toMatchObject([{ status: 'FINAL' }]);
  });

  it('waits for blocks on top where a block is not final at once', async () => {
    await startWorker({ confirmations: 2 });
    const ids = await enqueue(makeAct(named('confirmed', 1)[0]!));
    await until(async () => (await store.find(ids[0]!))?.status === 'MINED');
    await chain.rpc('evm_mine');
    await sleep(200);
    expect(await store.find(ids[0]!)).toMatchObject({ status: 'MINED' });
    await chain.rpc('evm_mine');
    expect(await settle(ids)).toMatchObject([{ status: 'FINAL' }]);
  });

  it('carries on where it was when the chain was killed and came back without its tail', async () => {
    const [kept = '', ...lost] = named('killed', 12);
    await startWorker();
    const early = await enqueue(makeAct(kept));
    await settle(early);
    const saved = await chain.save();
    const ids = await enqueue(...lost.map((name) => makeAct(name)));
    const before = await settle(ids);
    expect(before.map((row) => row?.status)).toEqual(lost.map(() => 'FINAL'));
    await chain.kill();
    const late = await enqueue(makeAct(`${kept}:late`));
    await chain.boot(saved);
    expect(await settle(late)).toMatchObject([{ status: 'FINAL', signed: { nonce: 12 } }]);
    const after = await settle([...early, ...ids]);
    expect(after.map((row) => row?.status)).toEqual(after.map(() => 'FINAL'));
    expect(after.slice(1).map((row) => row?.signed)).toEqual(before.map((row) => row?.signed));
    const ours = new Set([kept, ...lost, `${kept}:late`].map((name) => makeHash(name)));
    expect((await chain.taken()).filter((id) => ours.has(id as never))).toEqual([...ours]);
    expect(sent.rewritten).toEqual([]);
  });

  it('carries what another key signed and left behind', async () => {
    sent.lose = () => true;
    const worker = await startWorker();
    const names = named('old key', 2);
    const ids = await enqueue(...names.map((name) => makeAct(name)));
    await until(async () => (await store.find(ids[1]!))?.status === 'SENT');
    await worker.stop();
    const before = await Promise.all(ids.map((id) => store.find(id)));
    wallet = new Wallet(Wallet.createRandom().privateKey);
    sent.lose = () => false;
    await startWorker({ adoptAfterMs: 300 });
    const after = await settle(ids);
    expect(after).toMatchObject(before.map((row) => ({ status: 'FINAL', signed: row!.signed })));
    const [own] = await settle(await enqueue(makeAct(named('new key', 1)[0]!)));
    expect(own).toMatchObject({ status: 'FINAL', signed: { nonce: 0, sender: wallet.address.toLowerCase() } });
  });

  it('shares its table with other gateways, each with its own key', async () => {
    await startWorker();
    wallet = new Wallet(Wallet.createRandom().privateKey);
    await startWorker();
    const names = named('shared', 60);
    const rows = await settle(await enqueue(...names.map((name) => makeAct(name))));
    expect(rows.map((row) => row?.status)).toEqual(names.map(() => 'FINAL'));
    const ours = new Set(names.map((name) => makeHash(name)));
    expect((await chain.taken()).filter((id) => ours.has(id as never))).toHaveLength(names.length);
  });
});
