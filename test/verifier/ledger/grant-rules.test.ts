import { beforeEach, describe, expect, it } from 'vitest';

import type { GrantStatus } from '../../../verifier/ledger/world.ts';
import { ZERO } from '../../../verifier/ledger/world.ts';
import { daysBehind, hash, type Members, NOON, type PaperLedger, reason, WHO } from './paper-ledger.ts';
import {
  agree,
  ask,
  CONDITIONS,
  END,
  GRANT,
  grantedLedger,
  publishedLedger,
  REQUEST,
  RESOURCE,
  step,
} from './share-fixture.ts';

const DAY = 86_400;
const MISUSE = { reasonCode: reason('MISUSE') };
const SECURITY = { reasonCode: reason('SECURITY') };
const NEW_GRANT = hash(0x51);
const digits = (text: string): string => `0x${Buffer.from(text, 'latin1').toString('hex').padEnd(24, '0')}`;

let ledger: PaperLedger;

beforeEach(() => {
  ledger = grantedLedger();
});

const grant = (id = GRANT) => ledger.world.grants.get(id)!;
const live = () => ledger.world.resources.get(RESOURCE)!.live;
const setStatus = (status: GrantStatus): void => {
  grant().status.set(ledger.block, status);
};

describe('agree', () => {
  beforeEach(() => {
    ledger = publishedLedger();
    ask(ledger, { fields: 0b111, regionPrefix: digits('44') });
  });
  const within = { regionPrefix: digits('44') };

  it.each<[string, Members]>([
    ['a part of the fields', {}],
    ['all that was asked for', { fields: 0b111 }],
    ['a part of the region', { regionPrefix: digits('4403') }],
    ['a shorter time', { notBefore: NOON + 1, notAfter: NOON + 2 }],
    ['the conditions', { conditionsHash: CONDITIONS }],
    ['one day for the disposal', { disposalDays: 1 }],
    ['a year for the disposal', { disposalDays: 366 }],
  ])('grants %s', (_, changes) => {
    expect(agree(ledger, { ...within, ...changes })).toBeNull();
    expect(grant()).toMatchObject({
      requestId: REQUEST,
      requester: WHO.requester,
      provider: WHO.provider,
      resourceId: RESOURCE,
      resourceVersion: 1,
      notBefore: BigInt(changes['notBefore'] ?? NOON),
      notAfter: BigInt(changes['notAfter'] ?? END),
      disposalDays: changes['disposalDays'] ?? 30,
      suspension: null,
    });
    expect([grant().status.at(9), grant().status.at(10)]).toEqual([undefined, 'issued']);
    expect(ledger.world.requests.get(REQUEST)?.status).toBe('agreed');
    expect(ledger.world.resources.get(RESOURCE)).toMatchObject({ live: 1, latestEnd: grant().notAfter });
    expect(agree(ledger, { ...within, ...changes })).toBe('STATUS');
  });

  it.each<[string, Members, Members, string]>([
    ['what nobody asked for', { requestId: hash(1) }, {}, 'UNKNOWN'],
    ['by somebody else', { provider: WHO.other }, {}, 'ENTITLED'],
    ['no fields', { fields: 0 }, {}, 'FIELDS'],
    ['a field that was not asked for', { fields: 0b1000 }, {}, 'FIELDS'],
    ['an earlier beginning', { notBefore: NOON - 1 }, {}, 'WINDOW'],
    ['a later end', { notAfter: END + 1 }, {}, 'WINDOW'],
    ['an empty window', { notBefore: END }, {}, 'WINDOW'],
    ['no document', { documentHash: ZERO }, {}, 'DOCUMENT'],
    ['a larger region', { regionPrefix: digits('4') }, {}, 'REGION'],
    ['another region', { regionPrefix: digits('45') }, {}, 'REGION'],
    ['a region in letters', { regionPrefix: digits('44a') }, {}, 'REGION'],
    ['conditions of its own', { conditionsHash: hash(1) }, {}, 'CONDITIONS'],
    ['no day for the disposal', { disposalDays: 0 }, {}, 'DAYS'],
    ['more than a year for it', { disposalDays: 367 }, {}, 'DAYS'],
    ['another deadline', {}, { dueAt: daysBehind(NOON, 19) }, 'DUE'],
  ])('refuses %s', (_, changes, args, rule) => {
    expect(agree(ledger, { ...within, ...changes }, args)).toBe(rule);
    expect(ledger.world.grants.size).toBe(0);
    expect(live()).toBe(0);
  });

  it('refuses a requester that is suspended, and a resource that is frozen', () => {
    ledger.world.departments.get(WHO.requester)!.status.set(10, 2);
    expect(agree(ledger, within)).toBe('ACTIVE');
    ledger.world.departments.get(WHO.requester)!.status.set(10, 1);
    ledger.enter('ResourceFrozen', { department: WHO.authority, subject: RESOURCE });
    expect(agree(ledger, within)).toBe('STATUS');
  });

  it('makes no grant twice', () => {
    expect(agree(ledger, within)).toBeNull();
    expect(ask(ledger, { regionPrefix: digits('44') }, { requestId: hash(0x41) })).toBeNull();
    expect(agree(ledger, { ...within, requestId: hash(0x41) })).toBe('KNOWN');
    expect(live()).toBe(1);
  });
});

/** Each step by who may take it, and every status in which that is so. */
const ALL: readonly GrantStatus[] = [
  'issued',
  'delivered',
  'active',
  'suspended',
  'terminated',
  'changed',
  'released',
  'certified',
  'closed',
];
const DISPOSAL = { dueAt: NOON + 30 * DAY };
const STEPS = [
  ['GrantDelivered', WHO.provider, {}, {}, ['issued'], 'delivered'],
  ['GrantActivated', WHO.requester, {}, {}, ['delivered'], 'active'],
  ['GrantSuspended', WHO.provider, SECURITY, { dueAt: NOON + 10 * DAY }, ['active'], 'suspended'],
  ['SuspensionFollowedUp', WHO.provider, {}, {}, ['suspended'], 'suspended'],
  ['GrantResumed', WHO.provider, {}, {}, ['suspended'], 'active'],
  [
    'GrantTerminated',
    WHO.provider,
    { authority: WHO.authority },
    DISPOSAL,
    ['issued', 'delivered', 'active', 'suspended'],
    'terminated',
  ],
  ['GrantForfeited', WHO.authority, {}, DISPOSAL, ['suspended'], 'terminated'],
  ['GrantReleased', WHO.requester, {}, DISPOSAL, ['issued', 'delivered', 'active'], 'released'],
  ['DisposalCertified', WHO.requester, {}, {}, ['terminated', 'released'], 'certified'],
  ['GrantClosed', WHO.provider, {}, {}, ['certified'], 'closed'],
] as const;

describe('steps', () => {
  it.each(STEPS)('%s is taken from its statuses only', (name, department, act, args, from, to) => {
    for (const status of ALL) {
      ledger = grantedLedger();
      setStatus(status);
      const misuse = name === 'GrantForfeited';
      grant().suspension = { by: WHO.provider, misuse, followedUp: false, dueAt: BigInt(misuse ? NOON : NOON + 1) };
      const isFrom = (from as readonly GrantStatus[]).includes(status);
      expect([status, step(ledger, name, department, act, args)]).toEqual([status, isFrom ? null : 'STATUS']);
      expect(grant().status.now).toBe(isFrom ? to : status);
    }
  });

  it.each(STEPS)(
    '%s is not taken by others, with another deadline, or on nothing',
    (name, department, act, args, [first]) => {
      setStatus(first);
      grant().suspension = {
        by: WHO.provider,
        misuse: name === 'GrantForfeited',
        followedUp: false,
        dueAt: BigInt(NOON),
      };
      const due = 'dueAt' in args ? args.dueAt + 1 : 1;
      expect(step(ledger, name, WHO.other, act, args)).toBe('ENTITLED');
      expect(step(ledger, name, WHO.provincial, act, args)).toBe('ENTITLED');
      if (name !== 'SuspensionFollowedUp') expect(step(ledger, name, department, act, { dueAt: due })).toBe('DUE');
      expect(step(ledger, name, department, { ...act, subject: hash(1) }, args)).toBe('UNKNOWN');
      expect(grant().status.now).toBe(first);
    },
  );
});

describe('suspend', () => {
  it.each<[string, string, Members, Members, string | null]>([
    ['by the provider for security', WHO.provider, SECURITY, { dueAt: NOON + 10 * DAY }, null],
    ['by a regulator for security', WHO.regulator, SECURITY, { dueAt: NOON + 10 * DAY }, null],
    ['by an authority for security', WHO.authority, SECURITY, { dueAt: NOON + 10 * DAY }, null],
    ['by the requester', WHO.requester, SECURITY, { dueAt: NOON + 10 * DAY }, 'ENTITLED'],
    [
      'for security with a deadline of its own',
      WHO.provider,
      { ...SECURITY, dueAt: NOON + 5 },
      { dueAt: NOON + 5 },
      'DUE',
    ],
    ['for security by eleven days', WHO.provider, SECURITY, { dueAt: NOON + 11 * DAY }, 'DUE'],
    ['for misuse', WHO.provider, { ...MISUSE, dueAt: NOON + 1 }, { dueAt: NOON + 1 }, null],
    ['for misuse by a year', WHO.authority, { ...MISUSE, dueAt: NOON + 366 * DAY }, { dueAt: NOON + 366 * DAY }, null],
    [
      'for misuse by more',
      WHO.authority,
      { ...MISUSE, dueAt: NOON + 366 * DAY + 1 },
      { dueAt: NOON + 366 * DAY + 1 },
      'DUE',
    ],
    ['for misuse until now', WHO.provider, { ...MISUSE, dueAt: NOON }, { dueAt: NOON }, 'DUE'],
    ['for misuse without a deadline', WHO.provider, MISUSE, { dueAt: NOON + 10 * DAY }, 'DUE'],
    ['for misuse until another time', WHO.provider, { ...MISUSE, dueAt: NOON + 2 }, { dueAt: NOON + 1 }, 'DUE'],
    ['by a regulator for misuse', WHO.regulator, { ...MISUSE, dueAt: NOON + 1 }, { dueAt: NOON + 1 }, 'ENTITLED'],
    ['for another reason', WHO.provider, { reasonCode: reason('OTHER') }, { dueAt: NOON + 10 * DAY }, 'SUSPENSION'],
  ])('%s', (_, department, act, args, rule) => {
    expect(step(ledger, 'GrantSuspended', department, act, args)).toBe(rule);
    if (rule !== null) return;
    const misuse = act['reasonCode'] === MISUSE.reasonCode;
    expect(grant().suspension).toEqual({ by: department, misuse, followedUp: false, dueAt: BigInt(args['dueAt']!) });
  });

  it('is not by an authority that is a side itself', () => {
    const other = publishedLedger();
    ask(other, { requester: WHO.authority });
    agree(other, {}, { requester: WHO.authority });
    step(other, 'GrantDelivered', WHO.provider);
    step(other, 'GrantActivated', WHO.authority);
    const args = { dueAt: NOON + 10 * DAY };
    expect(step(other, 'GrantSuspended', WHO.authority, SECURITY, args)).toBe('ENTITLED');
    expect(step(other, 'GrantSuspended', WHO.secondAuthority, SECURITY, args)).toBeNull();
  });

  it('is by an authority on the level of the requester too', () => {
    const other = publishedLedger();
    ask(other, { requester: WHO.county });
    agree(other, {}, { requester: WHO.county });
    step(other, 'GrantDelivered', WHO.provider);
    step(other, 'GrantActivated', WHO.county);
    const args = { dueAt: NOON + 10 * DAY };
    expect(step(other, 'GrantSuspended', WHO.secondProvincial, SECURITY, args)).toBe('ENTITLED');
    expect(step(other, 'GrantSuspended', WHO.provincial, SECURITY, args)).toBeNull();
  });
});

describe('a suspension for security', () => {
  beforeEach(() => {
    step(ledger, 'GrantSuspended', WHO.regulator, SECURITY, { dueAt: NOON + 10 * DAY });
  });

  it('is followed up once, by who suspended, in time', () => {
    expect(step(ledger, 'SuspensionFollowedUp', WHO.provider)).toBe('ENTITLED');
    expect(step(ledger, 'SuspensionFollowedUp', WHO.regulator, {}, { dueAt: 1 })).toBe('DUE');
    ledger.now = NOON + 10 * DAY;
    expect(step(ledger, 'SuspensionFollowedUp', WHO.regulator)).toBe('CLOCK');
    ledger.now -= 1;
    expect(step(ledger, 'SuspensionFollowedUp', WHO.regulator)).toBeNull();
    expect(grant().suspension?.followedUp).toBe(true);
    expect(step(ledger, 'SuspensionFollowedUp', WHO.regulator)).toBe('CLOCK');
  });

  it('lapses for the requester when nobody followed it up', () => {
    expect(step(ledger, 'GrantResumed', WHO.provider)).toBe('ENTITLED');
    ledger.now = NOON + 10 * DAY - 1;
    expect(step(ledger, 'GrantResumed', WHO.requester)).toBe('ENTITLED');
    ledger.now += 1;
    expect(step(ledger, 'GrantResumed', WHO.provider)).toBe('ENTITLED');
    expect(step(ledger, 'GrantResumed', WHO.requester)).toBeNull();
  });

  it('does not lapse when it was followed up', () => {
    step(ledger, 'SuspensionFollowedUp', WHO.regulator);
    ledger.now = NOON + 11 * DAY;
    expect(step(ledger, 'GrantResumed', WHO.requester)).toBe('ENTITLED');
    expect(step(ledger, 'GrantResumed', WHO.authority)).toBeNull();
  });

  it('is ended by who suspended', () => {
    expect(step(ledger, 'GrantResumed', WHO.regulator)).toBeNull();
    expect(grant().status.now).toBe('active');
  });

  it('is no ground for a forfeiture', () => {
    ledger.now = NOON + 20 * DAY;
    expect(step(ledger, 'GrantForfeited', WHO.authority, {}, { dueAt: ledger.now + 30 * DAY })).toBe('CLOCK');
  });
});

describe('a suspension for misuse', () => {
  beforeEach(() => {
    step(ledger, 'GrantSuspended', WHO.provider, { ...MISUSE, dueAt: NOON + 5 }, { dueAt: NOON + 5 });
  });
  const forfeit = (changes: Members = {}, department: string = WHO.authority) =>
    step(ledger, 'GrantForfeited', department, changes, { dueAt: ledger.now + 30 * DAY });

  it('is not followed up, and does not lapse', () => {
    expect(step(ledger, 'SuspensionFollowedUp', WHO.provider)).toBe('CLOCK');
    ledger.now += 100;
    expect(step(ledger, 'GrantResumed', WHO.requester)).toBe('ENTITLED');
  });

  it('leads to a forfeiture when its time is over, or sooner where too little was done', () => {
    expect(forfeit({}, WHO.provider)).toBe('ENTITLED');
    ledger.now = NOON + 4;
    expect(forfeit()).toBe('CLOCK');
    ledger.now = NOON + 5;
    expect(forfeit()).toBeNull();
    expect([grant().status.now, live()]).toEqual(['terminated', 0]);
  });

  it('leads to one sooner where too little was done', () => {
    expect(forfeit({ reasonCode: reason('RECTIFICATION_INSUFFICIENT') })).toBeNull();
  });
});

describe('the end of a grant', () => {
  it('by termination needs an authority', () => {
    const terminate = (authority: string) => step(ledger, 'GrantTerminated', WHO.provider, { authority }, DISPOSAL);
    expect(terminate(WHO.other)).toBe('LEVEL');
    expect(terminate(WHO.provincial)).toBe('LEVEL');
    expect(live()).toBe(1);
    expect(terminate(WHO.authority)).toBeNull();
    expect(live()).toBe(0);
  });

  it('by release needs nobody', () => {
    expect(step(ledger, 'GrantReleased', WHO.requester, {}, DISPOSAL)).toBeNull();
    expect(live()).toBe(0);
    expect(step(ledger, 'DisposalCertified', WHO.requester)).toBeNull();
    expect(live()).toBe(0);
  });

  it.each(['issued', 'delivered', 'active', 'suspended'] as const)(
    'by its window is certified when it is %s',
    (status) => {
      setStatus(status);
      ledger.now = END;
      expect(step(ledger, 'DisposalCertified', WHO.requester)).toBe('STATUS');
      ledger.now = END + 1;
      expect(step(ledger, 'DisposalCertified', WHO.provider)).toBe('ENTITLED');
      expect(step(ledger, 'DisposalCertified', WHO.requester)).toBeNull();
      expect([grant().status.now, live()]).toEqual(['certified', 0]);
    },
  );

  it.each(['changed', 'certified', 'closed'] as const)('by its window is not certified when it is %s', (status) => {
    setStatus(status);
    ledger.now = END + 1;
    expect(step(ledger, 'DisposalCertified', WHO.requester)).toBe('STATUS');
  });
});

describe('changeGrant', () => {
  const change = (changes: Members = {}, args: Members = {}) =>
    ledger.enter(
      'GrantChanged',
      {
        provider: WHO.provider,
        authority: WHO.authority,
        grantId: GRANT,
        fields: 0b1,
        notBefore: NOON,
        notAfter: END - 5,
        negotiationHash: hash(0x0e),
        ...changes,
      },
      { requestId: REQUEST, newGrantId: NEW_GRANT, ...args },
    );

  it('puts a new grant in the place of the old one', () => {
    expect(change()).toBeNull();
    expect(grant().status.now).toBe('changed');
    expect(grant(NEW_GRANT)).toMatchObject({
      requestId: REQUEST,
      requester: WHO.requester,
      disposalDays: 30,
      notBefore: BigInt(NOON),
      notAfter: BigInt(END - 5),
      suspension: null,
    });
    expect(grant(NEW_GRANT).status.now).toBe('active');
    expect(grant(NEW_GRANT).status.at(9)).toBeUndefined();
    expect(live()).toBe(1);
    expect(change({}, { newGrantId: hash(0x52) })).toBe('STATUS');
  });

  it.each<[string, Members, Members, string]>([
    ['of nothing', { grantId: hash(1) }, {}, 'UNKNOWN'],
    ['by somebody else', { provider: WHO.other }, {}, 'ENTITLED'],
    ['without an authority', { authority: WHO.other }, {}, 'LEVEL'],
    ['beyond what was asked for', { fields: 0b100000 }, {}, 'FIELDS'],
    ['beyond the time that was asked for', { notAfter: END + 1 }, {}, 'WINDOW'],
    ['without a negotiation', { negotiationHash: ZERO }, {}, 'NEGOTIATION'],
    ['to itself', {}, { newGrantId: GRANT }, 'KNOWN'],
  ])('is refused %s', (_, changes, args, rule) => {
    expect(change(changes, args)).toBe(rule);
    expect(grant().status.now).toBe('active');
  });

  it('is possible to the last second of a grant that is active', () => {
    grant().status.set(10, 'suspended');
    expect(change()).toBe('STATUS');
    grant().status.set(10, 'active');
    ledger.now = END + 1;
    expect(change()).toBe('STATUS');
    ledger.now = END;
    expect(change({ notAfter: END })).toBe('WINDOW');
    ledger = grantedLedger();
    ask(ledger, { notAfter: END + 9 }, { requestId: hash(0x41) });
    agree(ledger, { requestId: hash(0x41) }, { grantId: hash(0x52) });
    step(ledger, 'GrantDelivered', WHO.provider, { subject: hash(0x52) });
    step(ledger, 'GrantActivated', WHO.requester, { subject: hash(0x52) });
    ledger.now = END;
    const late = { grantId: hash(0x52), notAfter: END + 9 };
    expect(change(late, { requestId: hash(0x41) })).toBeNull();
    expect(ledger.world.resources.get(RESOURCE)).toMatchObject({ live: 2, latestEnd: BigInt(END + 9) });
  });
});
