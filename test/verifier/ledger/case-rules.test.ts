import { beforeEach, describe, expect, it } from 'vitest';

import type { CaseStatus } from '../../../verifier/ledger/world.ts';
import { ZERO } from '../../../verifier/ledger/world.ts';
import { daysBehind, hash, type Members, NOON, PaperLedger, reason, WHO } from './paper-ledger.ts';
import { ask, GRANT, grantedLedger, publishedLedger, REQUEST, RESOURCE } from './share-fixture.ts';

const CASE = hash(0x60);
const DISPUTE = hash(0x61);
const DUE = daysBehind(NOON, 10);

let ledger: PaperLedger;

beforeEach(() => {
  ledger = publishedLedger();
});

function file(changes: Members = {}, args: Members = {}): string | null {
  const act = { requester: WHO.requester, resourceId: RESOURCE, resourceVersion: 1, ...changes };
  return ledger.enter('CorrectionFiled', act, { caseId: CASE, dueAt: DUE, ...args });
}

function dispute(subjectKind: number, subject: string, changes: Members = {}, caseId = DISPUTE): string | null {
  const act = { claimant: WHO.requester, respondent: WHO.provider, subjectKind, subject, ...changes };
  return ledger.enter('DisputeOpened', act, { caseId });
}

function step(
  name: Parameters<PaperLedger['enter']>[0],
  department: string,
  subject: string,
  changes: Members = {},
  args = {},
) {
  return ledger.enter(name, { department, subject, ...changes }, args);
}

const item = (id: string) => ledger.world.cases.get(id)!;

describe('fileCorrection', () => {
  it.each<[string, Members, Members, string | null]>([
    ['by a department', {}, {}, null],
    ['by an authority', { requester: WHO.authority }, {}, null],
    ['by a regulator', { requester: WHO.regulator }, {}, 'ENTITLED'],
    ['by the provider', { requester: WHO.provider }, {}, 'ENTITLED'],
    ['of a resource that is not there', { resourceId: hash(1) }, {}, 'UNKNOWN'],
    ['of no version', { resourceVersion: 0 }, {}, 'VERSION'],
    ['of a version that is not published', { resourceVersion: 2 }, {}, 'VERSION'],
    ['without a reason', { reasonCode: ZERO }, {}, 'REASON'],
    ['without a document', { documentHash: ZERO }, {}, 'DOCUMENT'],
    ['with another deadline', {}, { dueAt: DUE + 1 }, 'DUE'],
  ])('%s', (_, changes, args, rule) => {
    expect(file(changes, args)).toBe(rule);
    if (rule !== null) return;
    expect(item(CASE)).toEqual({
      subjectKind: 0,
      subject: RESOURCE,
      claimant: changes['requester'] ?? WHO.requester,
      respondent: WHO.provider,
      dueAt: BigInt(DUE),
      status: 'filed',
      coordinator: null,
    });
    expect(file(changes)).toBe('KNOWN');
  });
});

const ALL: readonly CaseStatus[] = [
  'filed',
  'verifying',
  'corrected',
  'upheld',
  'fed back',
  'closed',
  'negotiating',
  'applied',
  'coordinating',
  'settled',
  'escalated',
  'decided',
  'executed',
];
/** Who may take a step: both sides, one of them, or somebody above. */
const SIDES = [WHO.requester, WHO.provider];
const STEPS = [
  ['CorrectionVerifying', ['filed'], [WHO.provider], 'verifying'],
  ['CorrectionMade', ['verifying'], [WHO.provider], 'corrected'],
  ['CorrectionUpheld', ['verifying'], [WHO.provider], 'upheld'],
  ['CorrectionFedBack', ['corrected', 'upheld'], [WHO.provider], 'fed back'],
  ['CorrectionClosed', ['fed back'], [WHO.requester], 'closed'],
  ['CoordinationApplied', ['negotiating'], SIDES, 'applied'],
  ['DisputeCoordinated', ['applied'], [WHO.authority, WHO.secondAuthority], 'coordinating'],
  ['DisputeSettled', ['coordinating'], [WHO.authority], 'settled'],
  ['DisputeEscalated', ['coordinating'], SIDES, 'escalated'],
  ['DisputeDecided', ['escalated'], [WHO.country], 'decided'],
  ['DisputeExecuted', ['settled', 'decided'], SIDES, 'executed'],
] as const;

describe('stepCase', () => {
  it.each(STEPS)('%s is taken from its statuses only, and by whom it belongs to', (name, from, parties, to) => {
    for (const status of ALL) {
      for (const department of Object.values(WHO)) {
        ledger = publishedLedger();
        file();
        Object.assign(item(CASE), { status, coordinator: WHO.authority });
        const isFrom = (from as readonly CaseStatus[]).includes(status);
        const isParty = (parties as readonly string[]).includes(department);
        const rule = isFrom ? (isParty ? null : 'ENTITLED') : 'STATUS';
        expect([status, department, step(name, department, CASE)]).toEqual([status, department, rule]);
        expect(item(CASE).status).toBe(rule === null ? to : status);
      }
    }
  });

  it('has no deadline, and is about a case', () => {
    file();
    expect(step('CorrectionVerifying', WHO.provider, CASE, {}, { dueAt: 1 })).toBe('DUE');
    expect(step('CorrectionVerifying', WHO.provider, CASE, { dueAt: 1 })).toBe('DUE');
    expect(step('CorrectionVerifying', WHO.provider, hash(1))).toBe('UNKNOWN');
    expect(step('CorrectionVerifying', WHO.provider, CASE, { reasonCode: ZERO })).toBe('REASON');
  });

  it('leaves the settlement to the authority that coordinates', () => {
    file();
    item(CASE).status = 'applied';
    expect(step('DisputeCoordinated', WHO.secondAuthority, CASE)).toBeNull();
    expect(item(CASE).coordinator).toBe(WHO.secondAuthority);
    expect(step('DisputeSettled', WHO.authority, CASE)).toBe('ENTITLED');
    expect(step('DisputeSettled', WHO.secondAuthority, CASE)).toBeNull();
    expect(item(CASE).coordinator).toBe(WHO.secondAuthority);
  });
});

describe('coordination', () => {
  function between(claimant: string, respondent: string, status: CaseStatus): void {
    const sides = { claimant, respondent, coordinator: null };
    ledger.world.cases.set(CASE, { subjectKind: 4, subject: RESOURCE, ...sides, dueAt: 0n, status });
  }

  it.each([
    ['two departments of one province', WHO.county, WHO.provincial, [], WHO.province],
    ['a province and the country', WHO.county, WHO.provider, [WHO.authority, WHO.secondAuthority], WHO.country],
    ['two provinces', WHO.county, WHO.secondCounty, [WHO.authority, WHO.secondAuthority], WHO.country],
    ['an authority and a department', WHO.authority, WHO.provider, [WHO.secondAuthority], WHO.country],
  ])(
    'between %s is by an authority of the lowest government above both',
    (_, claimant, respondent, authorities, government) => {
      for (const department of Object.values(WHO)) {
        between(claimant, respondent, 'applied');
        const isAuthority = (authorities as readonly string[]).includes(department);
        expect([department, step('DisputeCoordinated', department, CASE)]).toEqual([
          department,
          isAuthority ? null : 'ENTITLED',
        ]);
        between(claimant, respondent, 'escalated');
        const decides = department === government;
        expect([department, step('DisputeDecided', department, CASE)]).toEqual([
          department,
          decides ? null : 'ENTITLED',
        ]);
      }
    },
  );

  it('is by an authority without a government where neither side has one', () => {
    const second = `0x${'23'.repeat(18)}`;
    ledger.world.departments.set(second, { ...ledger.world.departments.get(WHO.stateless)! });
    between(WHO.stateless, second, 'applied');
    expect(step('DisputeCoordinated', WHO.authority, CASE)).toBe('ENTITLED');
    expect(step('DisputeCoordinated', WHO.statelessAuthority, CASE)).toBeNull();
    between(WHO.stateless, second, 'coordinating');
    expect(step('DisputeEscalated', WHO.stateless, CASE)).toBe('GOVERNMENT');
  });

  it('is by nobody where one side alone has a government', () => {
    for (const department of Object.values(WHO)) {
      between(WHO.stateless, WHO.provider, 'applied');
      expect([department, step('DisputeCoordinated', department, CASE)]).toEqual([department, 'ENTITLED']);
    }
    between(WHO.provider, WHO.stateless, 'coordinating');
    expect(step('DisputeEscalated', WHO.provider, CASE)).toBe('GOVERNMENT');
  });

  it('is left out where a side is the authority that would coordinate', () => {
    between(WHO.authority, WHO.provider, 'applied');
    expect(step('DisputeEscalated', WHO.other, CASE)).toBe('ENTITLED');
    expect(step('DisputeEscalated', WHO.provider, CASE)).toBeNull();
    between(WHO.provider, WHO.authority, 'applied');
    expect(step('DisputeEscalated', WHO.provider, CASE)).toBeNull();
    between(WHO.provider, WHO.requester, 'applied');
    expect(step('DisputeEscalated', WHO.provider, CASE)).toBe('STATUS');
    between(WHO.authority, WHO.provider, 'negotiating');
    expect(step('DisputeEscalated', WHO.provider, CASE)).toBe('STATUS');
    between(WHO.authority, WHO.provider, 'escalated');
    expect(step('DisputeExecuted', WHO.provider, CASE)).toBe('STATUS');
    between(WHO.authority, WHO.provider, 'applied');
    expect(step('DisputeSettled', WHO.authority, CASE)).toBe('STATUS');
  });
});

describe('openDispute', () => {
  it('needs a reason and a document', () => {
    expect(dispute(4, RESOURCE, { reasonCode: ZERO })).toBe('REASON');
    expect(dispute(4, RESOURCE, { documentHash: ZERO })).toBe('DOCUMENT');
    expect(dispute(4, RESOURCE)).toBeNull();
    expect(item(DISPUTE)).toEqual({
      subjectKind: 4,
      subject: RESOURCE,
      claimant: WHO.requester,
      respondent: WHO.provider,
      dueAt: 0n,
      status: 'negotiating',
      coordinator: null,
    });
    expect(dispute(4, RESOURCE)).toBe('KNOWN');
  });

  it.each([0, 5])('is about nothing else (%i)', (kind) => {
    expect(dispute(kind, RESOURCE)).toBe('DISPUTE');
  });

  it('over a request: when it is refused, or was not answered in time', () => {
    expect(dispute(1, REQUEST)).toBe('DISPUTE');
    ask(ledger);
    ledger.now = DUE - 1;
    expect(dispute(1, REQUEST)).toBe('DISPUTE');
    ledger.now = DUE;
    expect(dispute(1, REQUEST, { claimant: WHO.other })).toBe('DISPUTE');
    expect(dispute(1, REQUEST, { respondent: WHO.other })).toBe('DISPUTE');
    expect(dispute(1, REQUEST, { claimant: WHO.provider, respondent: WHO.requester })).toBe('DISPUTE');
    expect(dispute(1, REQUEST)).toBeNull();
    ledger.now = NOON;
    ledger.world.requests.get(REQUEST)!.status = 'refused';
    expect(dispute(1, REQUEST, {}, hash(0x62))).toBeNull();
    ledger.now = DUE;
    for (const status of ['supplementing', 'agreed', 'withdrawn'] as const) {
      ledger.world.requests.get(REQUEST)!.status = status;
      expect(dispute(1, REQUEST, {}, hash(0x63))).toBe('DISPUTE');
    }
  });

  it('over a grant: by either side against the other', () => {
    expect(dispute(2, GRANT)).toBe('DISPUTE');
    ledger = grantedLedger();
    expect(dispute(2, GRANT, { claimant: WHO.other })).toBe('DISPUTE');
    expect(dispute(2, GRANT, { respondent: WHO.other })).toBe('DISPUTE');
    expect(dispute(2, GRANT, { claimant: WHO.provider })).toBe('DISPUTE');
    expect(dispute(2, GRANT)).toBeNull();
    expect(dispute(2, GRANT, { claimant: WHO.provider, respondent: WHO.requester }, hash(0x62))).toBeNull();
  });

  it('over a correction: when it was fed back, or was not in time', () => {
    expect(dispute(3, CASE)).toBe('DISPUTE');
    file();
    const open = () => dispute(3, CASE, {}, hash(0x70 + ledger.world.cases.size));
    for (const status of ALL) {
      item(CASE).status = status;
      ledger.now = DUE - 1;
      expect([status, open()]).toEqual([status, status === 'fed back' ? null : 'DISPUTE']);
      ledger.now = DUE;
      const isOpen = ['filed', 'verifying', 'corrected', 'upheld', 'fed back'].includes(status);
      expect([status, open()]).toEqual([status, isOpen ? null : 'DISPUTE']);
    }
    item(CASE).status = 'fed back';
    expect(dispute(3, CASE, { claimant: WHO.provider, respondent: WHO.requester })).toBe('DISPUTE');
    expect(dispute(3, CASE, { claimant: WHO.other })).toBe('DISPUTE');
    Object.assign(item(CASE), { subjectKind: 4 });
    expect(dispute(3, CASE)).toBe('DISPUTE');
  });

  it('over a resource: against its provider, by those who may share', () => {
    expect(dispute(4, hash(1))).toBe('DISPUTE');
    expect(dispute(4, RESOURCE, { claimant: WHO.regulator })).toBe('DISPUTE');
    expect(dispute(4, RESOURCE, { claimant: WHO.provider })).toBe('DISPUTE');
    expect(dispute(4, RESOURCE, { respondent: WHO.other })).toBe('DISPUTE');
    const bare = new PaperLedger();
    const submission = { provider: WHO.provider, version: 1, shareClass: 1, lawClass: 1, level: 1, fieldCount: 1 };
    bare.enter('ResourceSubmitted', { ...submission, secrecyHash: hash(1) }, { resourceId: RESOURCE });
    ledger = bare;
    expect(dispute(4, RESOURCE)).toBe('DISPUTE');
  });

  it('over what a later version of a contract may have', () => {
    ledger.world.hasLaterVersions = true;
    expect(dispute(1, REQUEST)).toBeNull();
    expect(dispute(2, GRANT, {}, hash(0x62))).toBeNull();
    expect(dispute(3, CASE, {}, hash(0x63))).toBe('DISPUTE');
  });
});

describe('a dispute over a refusal', () => {
  const REOPEN = { reasonCode: reason('REOPEN') };

  beforeEach(() => {
    ask(ledger);
    ledger.world.requests.get(REQUEST)!.status = 'refused';
    dispute(1, REQUEST);
    Object.assign(item(DISPUTE), { status: 'coordinating', coordinator: WHO.authority });
  });
  const reopenings = () => [...ledger.world.reopenings];

  it('opens the request again when it is settled so', () => {
    expect(step('DisputeSettled', WHO.authority, DISPUTE, REOPEN)).toBeNull();
    expect(reopenings()).toEqual([[REQUEST, DISPUTE]]);
  });

  it('opens it when it is decided so', () => {
    expect(step('DisputeEscalated', WHO.provider, DISPUTE, REOPEN)).toBeNull();
    expect(reopenings()).toEqual([]);
    expect(step('DisputeDecided', WHO.country, DISPUTE, REOPEN)).toBeNull();
    expect(reopenings()).toEqual([[REQUEST, DISPUTE]]);
  });

  it('opens it for no other reason', () => {
    expect(step('DisputeSettled', WHO.authority, DISPUTE)).toBeNull();
    expect(reopenings()).toEqual([]);
  });

  it('opens no request that is not refused', () => {
    ledger.world.requests.get(REQUEST)!.status = 'submitted';
    expect(step('DisputeSettled', WHO.authority, DISPUTE, REOPEN)).toBeNull();
    expect(reopenings()).toEqual([]);
  });

  it('opens nothing when it is about something else', () => {
    Object.assign(item(DISPUTE), { subjectKind: 2 });
    expect(step('DisputeSettled', WHO.authority, DISPUTE, REOPEN)).toBeNull();
    expect(reopenings()).toEqual([]);
  });
});
