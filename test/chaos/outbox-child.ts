import { appendFileSync } from 'node:fs';
import { join } from 'node:path';

import { NodeClient } from '../../gateway/chain/node-client.ts';
import { OutboxWorker } from '../../gateway/chain/outbox-worker.ts';
import { createRelayer } from '../../gateway/chain/relayer.ts';
import type { Rpc } from '../../gateway/chain/rpc.ts';
import { openDatabase } from '../../gateway/stores/database.ts';
import { OutboxStore } from '../../gateway/stores/outbox-store.ts';
import { makeAct } from '../gateway/chain/outbox-chain.ts';
import { CrashPoints } from './crash-point.ts';

/** Queues some acts and carries all that is there, until it is killed. Run by outbox.test.ts. */
const [folder = '', url = '', key = '', ...names] = process.argv.slice(2);
const SETTLE_MS = 60_000;

const points = new CrashPoints();

/** Every change of a row is two crash points: before it, and when it is durable and nobody knows. */
class CrashingStore extends OutboxStore {
  override change(...args: Parameters<OutboxStore['change']>): ReturnType<OutboxStore['change']> {
    return points.around(() => super.change(...args));
  }

  override enqueue(...args: Parameters<OutboxStore['enqueue']>): ReturnType<OutboxStore['enqueue']> {
    return points.around(() => super.enqueue(...args));
  }
}

const node = new NodeClient({ url, timeoutMs: 5_000 });
const crashingRpc: Rpc = {
  async request(method, params) {
    if (method !== 'eth_sendRawTransaction') return await node.request(method, params);
    appendFileSync(join(folder, 'sent'), `${String(params[0])}\n`);
    return await points.around(() => node.request(method, params));
  },
};

const db = await openDatabase(join(folder, 'store.sqlite'));
const store = new CrashingStore(db, { maxDepth: 10_000 });
const relayer = createRelayer(key, 20_990);
const worker = new OutboxWorker({ store, rpc: crashingRpc, relayer, onProblem: () => undefined, pollMs: 10 });
node.onHead(() => worker.wake());
node.onConnect(() => worker.wake());
await worker.start();
const ids: string[] = [];
for (const name of names) {
  const { row } = await store.enqueue(makeAct(name), null, Date.now());
  appendFileSync(join(folder, 'acknowledged'), `${name}\n`);
  ids.push(row.id);
  worker.wake();
}
const waiting = await store.select((rows) => rows.where('status', 'in', ['QUEUED', 'SIGNED', 'SENT', 'MINED']));
for (const id of [...ids, ...waiting.map((row) => row.id)]) {
  const row = await worker.settled(id, SETTLE_MS);
  if (row?.status !== 'FINAL') throw new TypeError(`An act is ${String(row?.status)} ${String(row?.failure)}`);
}
await worker.stop();
node.close();
await db.destroy();
