import { expect, it } from 'vitest';

import { MOST_PENDING, readPending } from '../../../gateway/stores/pending-rows.ts';
import type { Supervised } from '../../../gateway/stores/pending-rows.ts';
import { parseDepartmentId, type DepartmentId } from '../../../ledger/ids.ts';
import { makeGrantId, makeHash, PROVIDER, REQUESTER } from './store-factory.ts';
import { describeStores } from './store-fixture.ts';

const AUTHORITY = parseDepartmentId('11990100MB00000L2J');
const NOBODY: Supervised = { reviewed: [], governed: [] };
const NOW = 5_000;

describeStores('readPending', (store) => {
  const about = { blockNumber: 1, documentHash: makeHash('document'), recordedAt: 1 };

  async function addGrants(count: number, status: 'delivered' | 'active' | 'issued', dueAt: number, notAfter: number) {
    const sides = { requester: REQUESTER, provider: PROVIDER, suspender: null, statusReason: null };
    const what = { resourceId: makeHash('resource'), resourceVersion: 1, notBefore: 1, disposalDays: 1 };
    const rows = Array.from({ length: count }, (_, index) => ({
      ...{ ...about, ...sides, ...what, status, dueAt, notAfter },
      grantId: makeGrantId(`${status} ${String(index)}`),
      requestId: makeHash('request'),
    }));
    for (let at = 0; at < rows.length; at += 500) {
      await store.db
        .insertInto('ledgerGrants')
        .values(rows.slice(at, at + 500))
        .execute();
    }
  }

  async function addCase(status: 'negotiating' | 'applied', claimant: DepartmentId): Promise<void> {
    const sides = { claimant, respondent: PROVIDER, coordinator: null, subject: makeHash('subject') };
    const row = { ...about, ...sides, caseId: makeHash(`${status} ${claimant}`), kind: 'dispute', status } as const;
    await store.db
      .insertInto('ledgerCases')
      .values({ ...row, dueAt: 0 })
      .execute();
  }

  async function read(me: DepartmentId, supervised = NOBODY) {
    return await readPending(store.db, { me, supervised, now: NOW, chainTime: NOW });
  }

  it('leaves out what has no deadline first when there is too much', async () => {
    await addGrants(MOST_PENDING + 1, 'delivered', 0, 9_999);
    await addGrants(1, 'issued', 8_000, 9_999);
    await addGrants(1, 'active', 0, NOW - 1);
    const { grants, truncated } = await read(PROVIDER);
    expect(truncated).toBe(true);
    expect(grants).toHaveLength(MOST_PENDING);
    expect(grants.slice(0, 3).map(({ status }) => status)).toEqual(['issued', 'active', 'delivered']);
  });

  it('has the cases of a side, and those that a supervisor may take up', async () => {
    await addCase('negotiating', REQUESTER);
    await addCase('applied', REQUESTER);
    const statuses = async (me: DepartmentId, supervised = NOBODY) =>
      (await read(me, supervised)).cases.map(({ status }) => status).sort();
    expect(await statuses(REQUESTER)).toEqual(['applied', 'negotiating']);
    expect(await statuses(PROVIDER)).toEqual(['applied', 'negotiating']);
    expect(await statuses(AUTHORITY, { reviewed: [], governed: [REQUESTER] })).toEqual(['applied']);
    expect(await statuses(AUTHORITY)).toEqual([]);
  });

  it('has the versions that a department amends or reviews', async () => {
    const version = { ...about, provider: PROVIDER, dueAt: 0 };
    await store.db
      .insertInto('ledgerResources')
      .values([
        { ...version, resourceId: makeHash('one'), version: 1, status: 'submitted' },
        { ...version, resourceId: makeHash('other'), version: 1, status: 'returned' },
      ])
      .execute();
    const statuses = async (me: DepartmentId, supervised = NOBODY) =>
      (await read(me, supervised)).versions.map(({ status }) => status);
    expect(await statuses(PROVIDER)).toEqual(['returned']);
    expect(await statuses(AUTHORITY, { reviewed: [PROVIDER], governed: [] })).toEqual(['submitted']);
    expect(await statuses(AUTHORITY)).toEqual([]);
  });
});
