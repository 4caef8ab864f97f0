import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

import { afterEach, beforeEach, expect, it } from 'vitest';

import { makeNotice } from '../../../gateway/notices/notice.ts';
import { NoticeSender } from '../../../gateway/notices/notice-sender.ts';
import { NoticeStore, queueNotices, type NoticeRow } from '../../../gateway/notices/notice-store.ts';
import { NoticeWorker, type NoticeWorkerOptions, type Sender } from '../../../gateway/notices/notice-worker.ts';
import type { DepartmentId } from '../../../ledger/ids.ts';
import { PROVIDER, REQUESTER } from '../stores/store-factory.ts';
import { describeStores } from '../stores/store-fixture.ts';
import { answerWith, isSigned, Receiver, until } from './receiver.ts';
import { recipientAt } from './recipient.ts';

const DAY_MS = 86_400_000;
const QUICK = { pollMs: 20, firstBackoffMs: 20, longestBackoffMs: 100 };

describeStores('NoticeWorker', (store) => {
  let receiver: Receiver;
  let stops: (() => Promise<void>)[];
  let settled: (readonly [result: string, id: string, problem: string | null])[];
  let problems: unknown[];

  beforeEach(async () => {
    receiver = await Receiver.start();
    [stops, settled, problems] = [[() => receiver.stop()], [], []];
  });
  afterEach(async () => {
    for (const stop of stops.reverse()) await stop();
    expect(problems).toEqual([]);
  });

  async function queue(count: number, recipient: DepartmentId = PROVIDER, name = 'notice'): Promise<readonly string[]> {
    const facts = {
      event: 'ShareRequested',
      kind: 'request',
      subject: 'x',
      department: null,
      reasonCode: null,
    } as const;
    const place = { status: '', dueAt: 0, block: { number: 1 }, seq: 1, contract: 'ShareLedger', recordedAt: 1 };
    const notices = Array.from({ length: count }, (_, number) => {
      return makeNotice({ ...facts, ...place, recipient }, [name, number]);
    });
    await queueNotices(store.db, notices, Date.now());
    return notices.map(({ id }) => id).sort();
  }

  function senderTo(port: number, department: DepartmentId = PROVIDER): NoticeSender {
    const sender = new NoticeSender(recipientAt(port, department), 2);
    stops.push(() => sender.close());
    return sender;
  }

  function start(
    senders: ReadonlyMap<DepartmentId, Sender> = new Map([[PROVIDER, senderTo(receiver.port)]]),
    options: Partial<NoticeWorkerOptions> = {},
  ): NoticeWorker {
    const worker = new NoticeWorker({
      ...{ store: new NoticeStore(store.db), senders, ...QUICK },
      onProblem: (problem) => problems.push(problem),
      onSettled: (result, { id }, problem) => settled.push([result, id, problem]),
      ...options,
    });
    worker.start();
    stops.push(() => worker.stop());
    return worker;
  }

  async function rowOf(id: string): Promise<NoticeRow> {
    return await store.db.selectFrom('notices').selectAll().where('id', '=', id).executeTakeFirstOrThrow();
  }

  it('posts the text as it was queued, signed, once', async () => {
    const [id = ''] = await queue(1);
    start();
    await until(() => settled.length === 1);
    const { body } = await rowOf(id);
    expect(receiver.received).toMatchObject([{ id, path: '/dxl/notices', text: body }]);
    expect(receiver.received[0]!.headers['content-type']).toBe('application/json');
    expect(isSigned(receiver.received[0]!)).toBe(true);
    expect(isSigned(receiver.received[0]!, Buffer.alloc(32, 8))).toBe(false);
    expect(await rowOf(id)).toMatchObject({ attempts: 1, nextAttemptAtMs: null, failedAtMs: null });
    expect((await rowOf(id)).deliveredAtMs).toBeGreaterThan(0);
  });

  it('tries again, under the same id, until the receiver takes it', async () => {
    receiver.reply = (response, received) => answerWith(receiver.received.length < 4 ? 500 : 200)(response, received);
    const [id = ''] = await queue(1);
    start();
    await until(() => settled.length === 1);
    expect(settled).toEqual([['delivered', id, null]]);
    expect(receiver.ids).toEqual([id, id, id, id]);
    expect((await rowOf(id)).attempts).toBe(4);
  });

  it('tries again when nobody listens', async () => {
    const { port } = receiver;
    await receiver.stop();
    const [id = ''] = await queue(1);
    start(new Map([[PROVIDER, senderTo(port)]]));
    await until(async () => (await rowOf(id)).attempts >= 2);
    expect(settled).toEqual([]);
    receiver = await Receiver.start(port);
    await until(() => settled.length === 1);
    expect(receiver.ids).toEqual([id]);
  });

  it('follows no redirect', async () => {
    const elsewhere = await Receiver.start();
    stops.push(() => elsewhere.stop());
    const location = `http://127.0.0.1:${String(elsewhere.port)}/`;
    receiver.reply = answerWith(307, { location });
    const [id = ''] = await queue(1);
    start();
    await until(async () => (await rowOf(id)).attempts >= 2);
    expect(elsewhere.received).toEqual([]);
    expect(settled).toEqual([]);
  });

  it('does not go to an address that is not listed', async () => {
    const allowedCidrs = ['10.0.0.0/8'];
    const sender = new NoticeSender({ ...recipientAt(receiver.port, PROVIDER), allowedCidrs }, 2);
    stops.push(() => sender.close());
    const { signal } = new AbortController();
    expect(await sender.send('ntc_1', '{}', 1, signal)).toBe('SOURCE_FORBIDDEN');
    expect(receiver.received).toEqual([]);
  });

  it('takes an endless answer for its status and hangs on no silence', async () => {
    receiver.reply = (response) => {
      response.writeHead(200);
      const more = setInterval(() => response.write('x'.repeat(16_384)), 1);
      response.once('close', () => clearInterval(more));
    };
    const [id = ''] = await queue(1);
    start();
    await until(() => settled.length === 1);
    expect(settled).toEqual([['delivered', id, null]]);
  });

  it('waits longer after each attempt, up to a bound', async () => {
    const waits: number[] = [];
    let nowMs = 1_000_000;
    const [id = ''] = await queue(1);
    await store.db.updateTable('notices').set({ createdAtMs: nowMs, nextAttemptAtMs: nowMs }).execute();
    const sender = { send: () => Promise.resolve('HTTP_500') };
    const times = { nowMs: () => nowMs, random: () => 1, firstBackoffMs: 1_000, longestBackoffMs: 3_600_000 };
    start(new Map([[PROVIDER, sender]]), times);
    for (let attempts = 1; attempts <= 14; attempts += 1) {
      // Until then the row is kept away from others for the length of an attempt.
      const row = await until(async () => {
        const now = await rowOf(id);
        return now.attempts === attempts && now.nextAttemptAtMs !== nowMs + 30_000 ? now : null;
      });
      waits.push((row.nextAttemptAtMs! - nowMs) / 1_000);
      nowMs = row.nextAttemptAtMs!;
    }
    expect(waits).toEqual([2, 4, 8, 16, 32, 64, 128, 256, 512, 1_024, 2_048, 3_600, 3_600, 3_600]);
  });

  it('gives up after three days and says so', async () => {
    receiver.reply = answerWith(500);
    const [old = '', young = ''] = await queue(2);
    const days = async (id: string, count: number): Promise<void> => {
      const createdAtMs = Date.now() - count * DAY_MS;
      await store.db.updateTable('notices').set({ createdAtMs }).where('id', '=', id).execute();
    };
    await days(old, 3);
    await days(young, 2.9);
    start();
    await until(async () => settled.length > 0 && (await rowOf(young)).attempts >= 2);
    expect(settled).toEqual([['failed', old, 'HTTP_500']]);
    expect(await rowOf(old)).toMatchObject({ attempts: 1, nextAttemptAtMs: null, deliveredAtMs: null });
    expect((await rowOf(old)).failedAtMs).toBeGreaterThan(0);
    expect((await rowOf(young)).failedAtMs).toBeNull();
  });

  it('goes on after a restart with exactly what remains', async () => {
    const ids = await queue(20);
    receiver.reply = (response, received) => answerWith(receiver.received.length <= 8 ? 200 : 503)(response, received);
    const first = start();
    await until(() => receiver.received.length >= 12);
    await first.stop();
    const delivered = settled.map(([, id]) => id).sort();
    expect(delivered).toHaveLength(8);
    receiver.received.length = 0;
    receiver.reply = answerWith(200);
    start();
    await until(() => settled.length === 20);
    expect(receiver.ids).toEqual(ids.filter((id) => !delivered.includes(id)));
  });

  it('goes on after a process died in the middle of an attempt, when its claim is over', async () => {
    const notices = new NoticeStore(store.db);
    const [id = ''] = await queue(1);
    const [row] = await notices.due(PROVIDER, Date.now(), 1);
    expect(await notices.claim(row!, Date.now() + 300)).toBe(true);
    expect(await notices.claim(row!, Date.now() + 300)).toBe(false);
    start();
    await until(() => settled.length === 1);
    expect(receiver.ids).toEqual([id]);
  });

  it('loses nothing when it is killed again and again, and repeats only what was under way', async () => {
    const ids = await queue(40);
    let killed = 0;
    while (new Set(receiver.ids).size < ids.length) {
      const before = receiver.received.length;
      const args = [join(import.meta.dirname, 'notices-child.ts'), store.url, String(receiver.port)];
      const child = spawn(process.execPath, args, { stdio: ['ignore', 'ignore', 'inherit'] });
      const ended = once(child, 'exit');
      await until(() => receiver.received.length >= before + 12 || new Set(receiver.ids).size === ids.length);
      child.kill('SIGKILL');
      await ended;
      killed += 1;
    }
    expect(killed).toBeGreaterThan(1);
    expect([...new Set(receiver.ids)]).toEqual(ids);
    // At most two were under way at each kill.
    expect(receiver.received.length).toBeLessThanOrEqual(ids.length + 2 * killed);
  });

  it('sends each once when two gateways share the store', async () => {
    const ids = await queue(30);
    const senders = () => new Map([[PROVIDER, senderTo(receiver.port)]]);
    start(senders());
    start(senders());
    await until(() => settled.length === 30);
    expect(receiver.ids).toEqual(ids);
  });

  it('does not let a receiver that hangs hold up the others, and stops all the same', async () => {
    const hanging = await Receiver.start();
    hanging.reply = () => undefined;
    stops.push(() => hanging.stop());
    await queue(10, REQUESTER, 'hanging');
    const ids = await queue(10);
    const senders = new Map([
      [REQUESTER, senderTo(hanging.port, REQUESTER)],
      [PROVIDER, senderTo(receiver.port)],
    ]);
    const worker = start(senders, { maxInFlight: 3, stopMs: 50 });
    await until(() => settled.length === 10);
    expect(receiver.ids).toEqual(ids);
    expect(hanging.received).toHaveLength(2);
    await worker.stop();
    const notices = new NoticeStore(store.db);
    expect(await notices.waiting([PROVIDER])).toBe(0);
    expect(await notices.waiting([PROVIDER, REQUESTER])).toBe(10);
  });
});
