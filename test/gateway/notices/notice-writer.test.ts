import { expect, it } from 'vitest';

import { NoticeStore } from '../../../gateway/notices/notice-store.ts';
import { NoticeWriter } from '../../../gateway/notices/notice-writer.ts';
import { LedgerIndex } from '../../../gateway/stores/ledger-index.ts';
import { canonicalBytes } from '../../../ledger/canonical-json.ts';
import type { LedgerEvent } from '../../../ledger/events/ledger-event.ts';
import type { DepartmentId } from '../../../ledger/ids.ts';
import { makeHash, PROVIDER, REQUESTER } from '../stores/store-factory.ts';
import { describeStores } from '../stores/store-fixture.ts';
import * as the from './entry-factory.ts';

const EVERYBODY = [REQUESTER, PROVIDER, the.AUTHORITY, the.OTHER, the.EXPIRED];
const SHARE = [the.submitted, the.published, the.requested, the.issued];
const correction = [
  the.filed(20),
  the.makeStep('CorrectionVerifying', 21, { department: PROVIDER, subject: the.caseId }),
  the.makeStep('CorrectionMade', 22, { department: PROVIDER, subject: the.caseId }),
];

interface Told {
  readonly id: string;
  readonly recipient: string;
  readonly body: Readonly<Record<string, unknown>>;
}

describeStores('NoticeWriter', (store) => {
  const queued: number[] = [];

  /** A gateway that starts at this time (see timeOf), and its index. */
  async function startAt(number: number, departments: readonly DepartmentId[] = EVERYBODY): Promise<LedgerIndex> {
    const recipients = await new NoticeStore(store.db).remember(departments, the.timeOf(number));
    const writer = new NoticeWriter({ recipients, nowMs: () => 1, onQueued: (count) => queued.push(count) });
    return new LedgerIndex(store.db, (...entry) => writer.note(...entry));
  }

  async function apply(index: LedgerIndex, events: readonly LedgerEvent[]): Promise<void> {
    for (const event of events) {
      const { blockNumber } = event;
      await index.apply({ blockNumber, blockHash: makeHash(String(blockNumber)) }, [event]);
    }
  }

  async function told(): Promise<readonly Told[]> {
    const rows = await store.db.selectFrom('notices').select(['id', 'recipient', 'body']).orderBy('id').execute();
    return rows.map(({ id, recipient, body }) => ({ id, recipient, body: JSON.parse(body) as Told['body'] }));
  }

  async function recipientsOf(event: string): Promise<readonly string[]> {
    return (await told()).filter(({ body }) => body['event'] === event).map(({ recipient }) => recipient);
  }

  it('tells the sides of the thing, and not the one that acted', async () => {
    await apply(await startAt(0), SHARE);
    expect(await recipientsOf('ResourceSubmitted')).toEqual([]);
    expect(await recipientsOf('ResourcePublished')).toEqual([PROVIDER]);
    expect(await recipientsOf('ShareRequested')).toEqual([PROVIDER]);
    // The request that is answered, and the grant that is the answer.
    expect(await recipientsOf('GrantIssued')).toEqual([REQUESTER, REQUESTER]);
    expect(queued.reduce((sum, count) => sum + count, 0)).toBe(4);
  });

  it('says what was recorded, in canonical form, and nothing of a document', async () => {
    await apply(await startAt(0), SHARE);
    const rows = await store.db.selectFrom('notices').selectAll().execute();
    const row = rows.find(({ body }) => body.includes('"ShareRequested"'));
    const body = JSON.parse(row!.body) as Record<string, never>;
    expect(body).toEqual({
      ...{ type: 'dxl/notice/1', id: row!.id, event: 'ShareRequested', kind: 'request', subject: the.requestId },
      ...{ department: REQUESTER, recipient: PROVIDER, reasonCode: null, status: 'submitted' },
      ...{ dueAt: the.timeOf(100), block: { number: 3 }, seq: 3, contract: 'ShareLedger' },
      ...{ recordedAt: the.timeOf(3), resourceId: the.resourceId, resourceVersion: 1 },
    });
    expect(row!.body).toBe(Buffer.from(canonicalBytes(body)).toString());
    expect(row).toMatchObject({ attempts: 0, nextAttemptAtMs: 1, deliveredAtMs: null, failedAtMs: null });
  });

  it('tells only those who are configured', async () => {
    await apply(await startAt(0, [REQUESTER]), SHARE);
    expect(new Set((await told()).map(({ recipient }) => recipient))).toEqual(new Set([REQUESTER]));
  });

  it('tells nothing that was recorded before a department was configured, also later', async () => {
    await apply(await startAt(4, [PROVIDER]), SHARE);
    expect(await told()).toEqual([]);
    const next = await startAt(5, [PROVIDER, REQUESTER]);
    await next.clear();
    const later = the.makeStep('GrantActivated', 6, { department: REQUESTER, subject: the.grantId });
    await apply(next, [
      ...SHARE,
      the.makeStep('GrantDelivered', 5, { department: PROVIDER, subject: the.grantId }),
      later,
    ]);
    expect(await recipientsOf('GrantIssued')).toEqual([]);
    expect(await recipientsOf('GrantDelivered')).toEqual([REQUESTER]);
    expect(await recipientsOf('GrantActivated')).toEqual([PROVIDER]);
  });

  it('queues nothing again when the index is filled again, and what was missed', async () => {
    await apply(await startAt(0), SHARE.slice(0, 3));
    const before = await told();
    const next = await startAt(50);
    await next.clear();
    await apply(next, SHARE);
    await next.clear();
    await apply(next, SHARE);
    const after = await told();
    expect(before).toHaveLength(2);
    expect(after).toHaveLength(4);
    expect(after).toEqual(expect.arrayContaining([...before]));
  });

  it('leaves no notice of an entry that was not written', async () => {
    const index = await startAt(0);
    await apply(index, SHARE.slice(0, 2));
    const broken = the.makeEntry('GrantIssued', 4, { act: {} });
    await expect(index.apply({ blockNumber: 4, blockHash: 'x' }, [the.requested, broken])).rejects.toThrow();
    expect(await recipientsOf('ShareRequested')).toEqual([]);
  });

  it('tells a correction to every active grantee and to nobody else', async () => {
    const grants = [
      ...[the.issue(5, the.OTHER, 'other'), ...the.deliver(6, the.OTHER, 'other')],
      // Two active grants are one notice; one of them that is over is none.
      ...[the.issue(8, the.OTHER, 'second'), ...the.deliver(9, the.OTHER, 'second')],
      ...[the.issue(11, the.EXPIRED, 'over', the.timeOf(15)), ...the.deliver(12, the.EXPIRED, 'over')],
      the.issue(14, the.AUTHORITY, 'only issued'),
    ];
    const index = await startAt(0);
    await apply(index, [...SHARE, ...grants, ...correction]);
    expect((await recipientsOf('CorrectionMade')).toSorted()).toEqual([the.OTHER, REQUESTER].toSorted());
    const notice = (await told()).find(({ recipient, body }) => recipient === the.OTHER && body['kind'] === 'case');
    expect(notice?.body).toMatchObject({ subject: the.caseId, resourceId: the.resourceId, resourceVersion: 1 });
    expect(JSON.stringify(notice?.body)).not.toContain(REQUESTER);
    expect(await recipientsOf('CorrectionVerifying')).toEqual([REQUESTER]);
  });

  it('judges by the grants of then: one that begins later is not told when the index is filled again', async () => {
    const later = [the.issue(30, the.OTHER, 'later'), ...the.deliver(31, the.OTHER, 'later')];
    const story = [...SHARE, ...correction, ...later];
    await apply(await startAt(0), story);
    const next = await startAt(40);
    await next.clear();
    await next.apply({ blockNumber: 32, blockHash: makeHash('32') }, story);
    await next.apply({ blockNumber: 32, blockHash: makeHash('32') }, correction);
    expect(await recipientsOf('CorrectionMade')).toEqual([REQUESTER]);
  });

  it('tells what a chain without its tail records in the same place', async () => {
    await apply(await startAt(0), SHARE);
    const next = await startAt(0);
    await next.clear();
    const refused = the.makeEntry('ShareRefused', 4, {
      act: { requestId: the.requestId, provider: PROVIDER, documentHash: makeHash('no') },
    });
    await apply(next, [...SHARE.slice(0, 3), refused]);
    expect(await recipientsOf('GrantIssued')).toEqual([REQUESTER, REQUESTER]);
    expect(await recipientsOf('ShareRefused')).toEqual([REQUESTER]);
  });
});
