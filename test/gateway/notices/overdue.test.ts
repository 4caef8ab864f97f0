import { expect, it } from 'vitest';

import { NoticeStore } from '../../../gateway/notices/notice-store.ts';
import { OverdueSweeper } from '../../../gateway/notices/overdue.ts';
import { LedgerIndex } from '../../../gateway/stores/ledger-index.ts';
import type { LedgerEvent } from '../../../ledger/events/ledger-event.ts';
import { parseBytes32, type DepartmentId } from '../../../ledger/ids.ts';
import { makeHash, PROVIDER, REQUESTER } from '../stores/store-factory.ts';
import { describeStores } from '../stores/store-fixture.ts';
import * as the from './entry-factory.ts';

const SIDES = [REQUESTER, PROVIDER];
const step = (name: LedgerEvent['name'], number: number, department: DepartmentId, facts: object = {}): LedgerEvent =>
  the.makeStep(name, number, { department, subject: the.grantId, ...facts });

describeStores('OverdueSweeper', (store) => {
  async function tell(...events: readonly LedgerEvent[]): Promise<LedgerIndex> {
    const index = new LedgerIndex(store.db);
    const last = events.at(-1)?.blockNumber ?? 0;
    await index.apply({ blockNumber: last, blockHash: makeHash(String(last)) }, events);
    return index;
  }

  async function sweeperFrom(number = 0, departments: readonly DepartmentId[] = SIDES): Promise<OverdueSweeper> {
    const recipients = await new NoticeStore(store.db).remember(departments, the.timeOf(number));
    return new OverdueSweeper({ db: store.db, recipients, nowMs: () => 1, onQueued: () => undefined });
  }

  async function bodies(): Promise<readonly Record<string, unknown>[]> {
    const rows = await store.db.selectFrom('notices').select('body').orderBy('recipient').execute();
    return rows.map(({ body }) => JSON.parse(body) as Record<string, unknown>);
  }

  it('tells both sides once that a request was not answered', async () => {
    await tell(the.submitted, the.published, the.requested);
    const sweeper = await sweeperFrom();
    await sweeper.sweep(the.timeOf(99));
    expect(await bodies()).toEqual([]);
    await sweeper.sweep(the.timeOf(100));
    await sweeper.sweep(the.timeOf(101));
    await (await sweeperFrom()).sweep(the.timeOf(90_000));
    expect((await bodies()).map(({ recipient }) => recipient)).toEqual([...SIDES].sort());
    const [first] = await bodies();
    expect(first).toMatchObject({
      ...{ type: 'dxl/notice/1', event: 'Overdue', kind: 'request', subject: the.requestId, status: 'submitted' },
      ...{ department: PROVIDER, liability: 'ART39_4_LATE_ANSWER', dueAt: the.timeOf(100), reasonCode: null },
      ...{ seq: 3, contract: 'ShareLedger', block: { number: 3 }, resourceId: the.resourceId },
    });
  });

  it('changes nothing but the queue', async () => {
    const index = await tell(the.submitted, the.published, the.requested);
    const before = await index.request(the.requestId);
    await (await sweeperFrom()).sweep(the.timeOf(100));
    expect(await index.request(the.requestId)).toEqual(before);
    expect(await index.steps(parseBytes32(the.requestId))).toHaveLength(1);
  });

  it('says nothing of what was done in time', async () => {
    await tell(the.submitted, the.published, the.requested, the.issued, ...the.deliver(5, REQUESTER));
    await (await sweeperFrom()).sweep(the.timeOf(90_000));
    expect(await bodies()).toEqual([]);
  });

  it('says nothing of what ran out before a department was configured', async () => {
    await tell(the.submitted, the.published, the.requested);
    await (await sweeperFrom(101)).sweep(the.timeOf(90_000));
    expect(await bodies()).toEqual([]);
  });

  it('tells a department that was configured in time, and not one that came later', async () => {
    await tell(the.submitted, the.published, the.requested);
    await sweeperFrom(0, [PROVIDER]);
    await (await sweeperFrom(101)).sweep(the.timeOf(90_000));
    expect(await bodies()).toMatchObject([{ recipient: PROVIDER }]);
  });

  it('follows a clock that was extended: each end is told once', async () => {
    await tell(the.submitted, the.published, the.requested);
    const sweeper = await sweeperFrom();
    const extension = { department: PROVIDER, subject: the.requestId, dueAt: the.timeOf(150) };
    await tell(the.makeStep('AnswerExtended', 50, extension));
    await sweeper.sweep(the.timeOf(149));
    expect(await bodies()).toEqual([]);
    await sweeper.sweep(the.timeOf(150));
    expect(await bodies()).toMatchObject([{ dueAt: the.timeOf(150), seq: 50 }, { dueAt: the.timeOf(150) }]);
  });

  it.each<[string, DepartmentId | null, string | null, readonly LedgerEvent[]]>([
    ['a delivery', PROVIDER, 'ART39_4_LATE_DELIVERY', []],
    [
      'a disposal',
      REQUESTER,
      'ART40_LATE_DISPOSAL',
      [...the.deliver(5, REQUESTER), step('GrantReleased', 7, REQUESTER, { dueAt: the.timeOf(400) })],
    ],
    [
      'a rectification',
      REQUESTER,
      'ART40_LATE_RECTIFICATION',
      [...the.deliver(5, REQUESTER), step('GrantSuspended', 7, PROVIDER, { reason: 'MISUSE', dueAt: the.timeOf(400) })],
    ],
    [
      'a follow-up, behind which no liability stands',
      the.AUTHORITY,
      null,
      [
        ...the.deliver(5, REQUESTER),
        step('GrantSuspended', 7, the.AUTHORITY, { reason: 'SECURITY', dueAt: the.timeOf(400) }),
      ],
    ],
    [
      'a correction, through the steps that keep its clock',
      PROVIDER,
      'ART39_6_LATE_CORRECTION',
      [
        ...the.deliver(5, REQUESTER),
        the.filed(20),
        the.makeStep('CorrectionVerifying', 21, { department: PROVIDER, subject: the.caseId }),
      ],
    ],
  ])('names whose step is awaited and what stands behind it: %s', async (_what, department, liability, events) => {
    await tell(the.submitted, the.published, the.requested, the.issued, ...events);
    await (await sweeperFrom()).sweep(the.timeOf(90_000));
    expect(await bodies()).toMatchObject(SIDES.map(() => ({ event: 'Overdue', department, liability })));
  });

  it('tells of a disposal that is late behind a grant that ended by time', async () => {
    const brief = the.issue(4, REQUESTER, 'grant', the.timeOf(1_000));
    await tell(the.submitted, the.published, the.requested, brief, ...the.deliver(5, REQUESTER));
    const dueAt = the.timeOf(1_000) + 30 * 86_400;
    const sweeper = await sweeperFrom();
    await sweeper.sweep(dueAt - 1);
    expect(await bodies()).toEqual([]);
    await sweeper.sweep(dueAt);
    await sweeper.sweep(dueAt + 90);
    const facts = {
      event: 'Overdue',
      status: 'active',
      department: REQUESTER,
      liability: 'ART40_LATE_DISPOSAL',
      dueAt,
    };
    expect(await bodies()).toMatchObject([facts, facts]);
  });

  it('says nothing of a disposal that was certified in time', async () => {
    const brief = the.issue(4, REQUESTER, 'grant', the.timeOf(1_000));
    const certified = step('DisposalCertified', 1_100, REQUESTER);
    await tell(the.submitted, the.published, the.requested, brief, ...the.deliver(5, REQUESTER), certified);
    await (await sweeperFrom()).sweep(the.timeOf(90_000_000));
    expect(await bodies()).toEqual([]);
  });

  it('tells of an update that is late, and of its review', async () => {
    const facts = { department: the.AUTHORITY, subject: the.resourceId };
    await tell(the.submitted, the.published, the.makeStep('UpdateRequired', 3, { ...facts, dueAt: the.timeOf(60) }));
    const sweeper = await sweeperFrom();
    await sweeper.sweep(the.timeOf(60));
    expect(await bodies()).toMatchObject([{ liability: 'ART39_1_LATE_UPDATE', department: PROVIDER, seq: 3 }]);
    const second = { version: 2, provider: PROVIDER, documentHash: makeHash('second') };
    await tell(
      the.makeEntry('ResourceSubmitted', 70, { resourceId: the.resourceId, reviewDueAt: the.timeOf(80), act: second }),
    );
    await sweeper.sweep(the.timeOf(90_000));
    const liabilities = (await bodies()).map(({ liability }) => liability);
    expect(liabilities.sort()).toEqual(['ART39_1_LATE_UPDATE', 'ART41_LATE_REVIEW']);
  });

  it.each([
    the.makeStep('UpdateRequired', 3, { department: the.AUTHORITY, subject: the.resourceId, dueAt: the.timeOf(60) }),
    the.makeEntry('ResourceSubmitted', 3, {
      ...{ resourceId: the.resourceId, reviewDueAt: the.timeOf(60) },
      act: { version: 2, provider: PROVIDER, documentHash: makeHash('second') },
    }),
  ])('says nothing of the clock of $name once the resource is retired', async (started) => {
    const retired = the.makeStep('ResourceRetired', 50, { department: PROVIDER, subject: the.resourceId });
    await tell(the.submitted, the.published, started, retired);
    await (await sweeperFrom()).sweep(the.timeOf(90_000));
    expect(await bodies()).toEqual([]);
  });
});
