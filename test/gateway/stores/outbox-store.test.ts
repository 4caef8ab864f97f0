import { expect, it } from 'vitest';

import type { OutboxCall } from '../../../gateway/stores/outbox-row.ts';
import { OutboxStore } from '../../../gateway/stores/outbox-store.ts';
import type { OutboxStatus } from '../../../gateway/stores/schema.ts';
import { makeHash, PROVIDER, REQUESTER } from './store-factory.ts';
import { describeStores } from './store-fixture.ts';

const SENDER = `0x${'aa'.repeat(20)}`;

const makeCall = (name: string): OutboxCall => ({
  target: `0x${'01'.repeat(20)}`,
  data: '0x0102',
  digest: makeHash(name),
});
const makeClaim = (key: string, body = 'body') => ({ caller: REQUESTER, key, bodyHash: makeHash(body) });

describeStores('OutboxStore', (store) => {
  const open = (maxDepth = 100): OutboxStore => new OutboxStore(store.db, { maxDepth });

  async function signed(outbox: OutboxStore, name: string, nonce: number, status: OutboxStatus) {
    const { row } = await outbox.enqueue(makeCall(name), null, 1);
    const transaction = { sender: SENDER, nonce, raw: `0x${name}`, transactionHash: makeHash(`tx ${name}`) };
    const mined =
      status === 'MINED' || status === 'FINAL' ? { blockNumber: 10 + nonce, blockHash: makeHash('block') } : {};
    return await outbox.change(row, { status, ...transaction, ...mined });
  }

  it('gives the same row for the same key and body', async () => {
    const outbox = open();
    const first = await outbox.enqueue(makeCall('a'), makeClaim('k'), 5);
    const again = await outbox.enqueue(makeCall('a'), makeClaim('k'), 9);
    expect(first).toMatchObject({ created: true, row: { status: 'QUEUED', queuedAtMs: 5, signed: null, mined: null } });
    expect(again).toEqual({ created: false, row: first.row });
    expect(await outbox.find(first.row.id)).toEqual(first.row);
  });

  it('refuses a key that comes with another body, and keeps the keys of callers apart', async () => {
    const outbox = open();
    await outbox.enqueue(makeCall('a'), makeClaim('k', 'one'), 1);
    await expect(outbox.enqueue(makeCall('b'), makeClaim('k', 'two'), 1)).rejects.toMatchObject({
      code: 'IDEMPOTENCY_MISMATCH',
    });
    expect(await outbox.findByDigest(makeHash('b'))).toBeNull();
    const other = { ...makeClaim('k', 'two'), caller: PROVIDER };
    expect((await outbox.enqueue(makeCall('b'), other, 1)).created).toBe(true);
  });

  it('queues an act once while it has not failed, whoever brings it', async () => {
    const outbox = open();
    const { row } = await outbox.enqueue(makeCall('a'), makeClaim('k1'), 1);
    expect(await outbox.enqueue(makeCall('a'), makeClaim('k2'), 1)).toEqual({ created: false, row });
    await outbox.change(row, { status: 'FAILED', failure: 'REVERTED' });
    const later = await outbox.enqueue(makeCall('a'), makeClaim('k3'), 1);
    expect(later.created).toBe(true);
    expect((await outbox.enqueue(makeCall('a'), makeClaim('k2'), 1)).row.id).toBe(later.row.id);
    expect((await outbox.findByDigest(makeHash('a')))?.id).toBe(later.row.id);
  });

  it.each(['NODE_REFUSED', 'NONCE_TAKEN'] as const)('takes a key again whose act failed as %s', async (failure) => {
    const outbox = open();
    const { row } = await outbox.enqueue(makeCall('a'), makeClaim('k'), 1);
    await outbox.change(row, { status: 'FAILED', failure });
    const again = await outbox.enqueue(makeCall('a'), makeClaim('k'), 2);
    expect(again).toMatchObject({ created: true, row: { status: 'QUEUED', queuedAtMs: 2 } });
    expect(await outbox.enqueue(makeCall('a'), makeClaim('k'), 3)).toEqual({ created: false, row: again.row });
    await expect(outbox.enqueue(makeCall('b'), makeClaim('k', 'other'), 3)).rejects.toMatchObject({
      code: 'IDEMPOTENCY_MISMATCH',
    });
  });

  it('keeps the answer to a key whose act the chain has refused in a block', async () => {
    const outbox = open();
    const { row } = await outbox.enqueue(makeCall('a'), makeClaim('k'), 1);
    const mined = { blockNumber: 4, blockHash: makeHash('block') };
    const failed = await outbox.change(row, { status: 'FAILED', failure: 'REVERTED', ...mined });
    expect(await outbox.enqueue(makeCall('a'), makeClaim('k'), 2)).toEqual({ created: false, row: failed });
  });

  it('answers a crowd with one row for one key, and never passes its bound', async () => {
    const outbox = open(20);
    const same = Array.from({ length: 20 }, () => outbox.enqueue(makeCall('same'), makeClaim('k'), 1));
    expect(new Set((await Promise.all(same)).map(({ row }) => row.id)).size).toBe(1);
    const others = Array.from({ length: 40 }, (_, index) => outbox.enqueue(makeCall(String(index)), null, 1));
    const settled = await Promise.allSettled(others);
    expect(settled.filter(({ status }) => status === 'fulfilled')).toHaveLength(19);
    const refused = settled.filter((result) => result.status === 'rejected');
    expect(refused).toMatchObject(refused.map(() => ({ reason: { code: 'OUTBOX_FULL' } })));
    expect(await outbox.depth()).toEqual({ depth: 20, oldestQueuedAtMs: 1 });
  });

  it('changes a row only as it was read', async () => {
    const outbox = open();
    const { row } = await outbox.enqueue(makeCall('a'), null, 1);
    const changed = await outbox.change(row, { status: 'FAILED', failure: 'GAS_TOO_HIGH' });
    expect(changed).toMatchObject({ status: 'FAILED', failure: 'GAS_TOO_HIGH' });
    expect(await outbox.change(row, { status: 'SIGNED' })).toBeNull();
  });

  it('never gives a nonce to two rows', async () => {
    const outbox = open();
    await signed(outbox, 'a', 3, 'SENT');
    await expect(signed(outbox, 'b', 3, 'SIGNED')).rejects.toMatchObject({ code: 'STORE_FAILED' });
    expect(await outbox.findByDigest(makeHash('b'))).toMatchObject({ status: 'QUEUED', signed: null });
  });

  it('returns to their way the rows whose nonce the chain has not used', async () => {
    const outbox = open();
    await signed(outbox, 'kept', 0, 'FINAL');
    const lost = await signed(outbox, 'lost', 1, 'FINAL');
    await signed(outbox, 'taken', 2, 'FAILED');
    await signed(outbox, 'sent', 3, 'SENT');
    expect(await outbox.returnLost(SENDER, 1)).toBe(2);
    expect(await outbox.findByDigest(makeHash('kept'))).toMatchObject({ status: 'FINAL' });
    expect(await outbox.findByDigest(makeHash('lost'))).toMatchObject({
      status: 'SENT',
      mined: null,
      signed: lost?.signed,
    });
    expect(await outbox.findByDigest(makeHash('taken'))).toMatchObject({ status: 'SENT', failure: null });
    expect(await outbox.returnLost(`0x${'bb'.repeat(20)}`, 0)).toBe(0);
  });

  it('says that the store failed when it did', async () => {
    const outbox = new OutboxStore(await store.open(), { maxDepth: 1 });
    await store.db.schema.dropTable('outbox').execute();
    await expect(outbox.enqueue(makeCall('a'), null, 1)).rejects.toMatchObject({ code: 'STORE_FAILED' });
    await expect(outbox.depth()).rejects.toMatchObject({ code: 'STORE_FAILED' });
  });
});
