import { describe, expect, it } from 'vitest';

import { inboxOf } from '../../../gateway/inbox/inbox.ts';
import type { CaseRow, GrantRow, ResourceRow } from '../../../gateway/stores/ledger-index.ts';
import type { PendingRows } from '../../../gateway/stores/pending-rows.ts';
import { parseDepartmentId, parseResourceId, type DepartmentId } from '../../../ledger/ids.ts';
import type { ResourceState } from '../../../ledger/projection/catalog-state.ts';
import type { DepartmentState } from '../../../ledger/projection/registry-state.ts';
import { makeGrantId, makeHash, PROVIDER, REQUESTER } from '../stores/store-factory.ts';

const AUTHORITY = parseDepartmentId('11990100MB00000L2J');
const GOVERNMENT = parseDepartmentId('11990100MB0000027F');
const resourceId = parseResourceId(makeHash('resource'));
const NOTHING: PendingRows = { requests: [], grants: [], cases: [], versions: [], corrections: [], truncated: false };
const DUE = 1_000;

type Ledger = Parameters<typeof inboxOf>[2];
type Governments = Readonly<Partial<Record<DepartmentId, DepartmentId>>>;

/** A ledger of one resource and one authority, in which each department has at most one government above it. */
function makeLedger(changes: Partial<ResourceState> = {}, governments: Governments = {}): Ledger {
  const resource = { id: resourceId, provider: PROVIDER, restraint: 'none', updateDueAt: DUE, ...changes };
  const governmentOf = (id: DepartmentId) => governments[id] ?? null;
  return {
    department: (id) => ({ id, kind: id === AUTHORITY ? 'authority' : 'department' }) as DepartmentState,
    resource: () => resource as ResourceState,
    resources: () => [resource as ResourceState],
    isSameLevel: (authority, other) => authority === AUTHORITY && governmentOf(authority) === governmentOf(other),
    governmentOf,
    commonGovernmentOf: (one, other) => (governmentOf(one) === governmentOf(other) ? governmentOf(one) : null),
  };
}

function tasksOf(me: DepartmentId, rows: Partial<PendingRows>, ledger: Ledger, now = DUE): readonly string[] {
  return inboxOf(me, { ...NOTHING, ...rows }, ledger, now).map(({ task }) => task);
}

describe('a resource', () => {
  const version = (status: string) => ({ resourceId, provider: PROVIDER, status, dueAt: DUE }) as ResourceRow;

  it.each<[string, DepartmentId, Partial<PendingRows>]>([
    ['UPDATE_ENTRY', PROVIDER, {}],
    ['REVIEW_ENTRY', AUTHORITY, { versions: [version('submitted')] }],
    ['AMEND_ENTRY', PROVIDER, { versions: [version('returned')] }],
  ])('waits for %s until it is retired', (task, me, rows) => {
    expect(tasksOf(me, rows, makeLedger())).toContain(task);
    expect(tasksOf(me, rows, makeLedger({ restraint: 'retired' }))).toEqual([]);
  });
});

describe('a dispute', () => {
  const applied = { claimant: REQUESTER, respondent: PROVIDER, status: 'applied', dueAt: 0 } as CaseRow;

  it.each<[string, Governments, readonly string[]]>([
    ['of one government goes to its authority', sharedBy(AUTHORITY, REQUESTER, PROVIDER), ['TAKE_UP_DISPUTE']],
    ['without any government goes to an authority without one', {}, ['TAKE_UP_DISPUTE']],
    ['of one government goes to no authority outside it', sharedBy(REQUESTER, PROVIDER), []],
    ['of which one side alone has a government goes to nobody', sharedBy(REQUESTER), []],
    ['of two governments goes to nobody', { [REQUESTER]: GOVERNMENT, [PROVIDER]: REQUESTER }, []],
  ])('%s', (_what, governments, tasks) => {
    expect(tasksOf(AUTHORITY, { cases: [applied] }, makeLedger({}, governments))).toEqual(tasks);
  });

  function sharedBy(...departments: readonly DepartmentId[]): Governments {
    return Object.fromEntries(departments.map((id) => [id, GOVERNMENT]));
  }
});

describe('a suspension in an emergency', () => {
  const parties = { grantId: makeGrantId(), requester: REQUESTER, provider: PROVIDER, suspender: AUTHORITY };
  const suspended = { ...parties, status: 'suspended', statusReason: 'SECURITY', notAfter: 9_999, dueAt: DUE };
  const turnAt = (now: number, changes: Partial<GrantRow> = {}) =>
    [AUTHORITY, REQUESTER].map((me) =>
      tasksOf(me, { grants: [{ ...suspended, ...changes } as GrantRow] }, makeLedger(), now),
    );

  it('waits for its follow-up, and once that is too late for the requester to resume', () => {
    expect(turnAt(DUE - 1)).toEqual([['FOLLOW_UP_SUSPENSION'], []]);
    expect(turnAt(DUE)).toEqual([[], ['RESUME_LAPSED']]);
  });

  it('waits for nobody once it was followed up', () => {
    expect(turnAt(DUE, { dueAt: 0 })).toEqual([[], []]);
  });
});
