import { beforeEach, describe, expect, it } from 'vitest';

import { ZERO } from '../../../verifier/ledger/world.ts';
import { daysBehind, hash, type Members, NOON, PaperLedger, reason, WHO } from './paper-ledger.ts';

const RESOURCE = hash(0x10);
const SECOND = hash(0x20);
const SUBMISSION: Members = {
  provider: WHO.provider,
  codeHash: hash(0x0c),
  version: 1,
  shareClass: 2,
  lawClass: 1,
  level: 2,
  fieldCount: 5,
  derivedFrom: ZERO,
  conditionsHash: hash(0xc0),
  secrecyHash: hash(0x5e),
  documentHash: hash(0xd1),
};
const DENIED: Members = {
  ...SUBMISSION,
  shareClass: 3,
  conditionsHash: ZERO,
  denyInstrument: 1,
  denyBasisHash: hash(0xb0),
};

let ledger: PaperLedger;

beforeEach(() => {
  ledger = new PaperLedger();
});

function submit(changes: Members = {}, args: Members = {}): string | null {
  return ledger.enter('ResourceSubmitted', { ...SUBMISSION, ...changes }, { resourceId: RESOURCE, ...args });
}

function publish(changes: Members = {}, args: Members = {}): string | null {
  const act = { department: WHO.authority, subject: RESOURCE, documentHash: hash(0xd1), ...changes };
  return ledger.enter('ResourcePublished', act, args);
}

function published(changes: Members = {}, id = RESOURCE): void {
  expect(submit(changes, { resourceId: id })).toBeNull();
  expect(publish({ subject: id, documentHash: changes['documentHash'] ?? hash(0xd1) })).toBeNull();
}

const step = (
  name: Parameters<PaperLedger['enter']>[0],
  department: string,
  changes: Members = {},
  args: Members = {},
) => ledger.enter(name, { department, subject: RESOURCE, ...changes }, args);

describe('submitResource', () => {
  it.each<[string, Members]>([
    ['a conditional entry', {}],
    ['by an authority', { provider: WHO.authority }],
    ['an unconditional entry', { shareClass: 1, conditionsHash: ZERO }],
    ['a denied entry by law', DENIED],
    ['a denied entry by a decision', { ...DENIED, denyInstrument: 3 }],
    ['important data', { lawClass: 2 }],
    ['the lowest level and one field', { level: 1, fieldCount: 1 }],
    ['the highest level and most fields', { level: 4, fieldCount: 256 }],
  ])('takes %s', (_, changes) => {
    expect(submit(changes)).toBeNull();
    expect(ledger.world.resources.get(RESOURCE)?.versions.get(1)).toMatchObject({
      status: 'submitted',
      shareClass: changes['shareClass'] ?? 2,
      fieldCount: changes['fieldCount'] ?? 5,
    });
  });

  it.each<[string, Members, string]>([
    ['a regulator', { provider: WHO.regulator }, 'KIND'],
    ['nobody', { provider: hash(0x99).slice(0, 38) }, 'KIND'],
    ['no class', { shareClass: 0, conditionsHash: ZERO }, 'CLASS'],
    ['a fourth class', { shareClass: 4, conditionsHash: ZERO }, 'CLASS'],
    ['conditions that are missing', { conditionsHash: ZERO }, 'CLASS'],
    ['conditions of an unconditional entry', { shareClass: 1 }, 'CLASS'],
    ['a basis of an entry that is not denied', { denyBasisHash: hash(1) }, 'CLASS'],
    ['an instrument of an entry that is not denied', { denyInstrument: 1 }, 'CLASS'],
    ['a denied entry without basis', { ...DENIED, denyBasisHash: ZERO }, 'CLASS'],
    ['a denied entry without instrument', { ...DENIED, denyInstrument: 0 }, 'CLASS'],
    ['an instrument that is none', { ...DENIED, denyInstrument: 4 }, 'CLASS'],
    ['no class of the law', { lawClass: 0 }, 'ENTRY'],
    ['core data', { lawClass: 3 }, 'ENTRY'],
    ['level 0', { level: 0 }, 'ENTRY'],
    ['level 5', { level: 5 }, 'ENTRY'],
    ['no fields', { fieldCount: 0 }, 'ENTRY'],
    ['257 fields', { fieldCount: 257 }, 'ENTRY'],
    ['no secrecy assessment', { secrecyHash: ZERO }, 'ENTRY'],
    ['no document', { documentHash: ZERO }, 'DOCUMENT'],
    ['another hash algorithm', { hashAlgorithm: 2 }, 'DOCUMENT'],
    ['a version too many', { version: 2 }, 'VERSION'],
    ['a source that is not there', { derivedFrom: SECOND }, 'SOURCE'],
    ['itself as its source', { derivedFrom: RESOURCE }, 'SOURCE'],
  ])('refuses %s', (_, changes, rule) => {
    expect(submit(changes)).toBe(rule);
    expect(ledger.world.resources.size).toBe(0);
  });

  it('has no review clock for the first version, and two days for the next', () => {
    expect(submit({}, { reviewDueAt: 1 })).toBe('DUE');
    published();
    const next = { version: 2, documentHash: hash(0xd2) };
    expect(submit(next)).toBe('DUE');
    expect(submit(next, { reviewDueAt: daysBehind(NOON, 2) })).toBeNull();
  });

  it('is refused while a version waits, and in the same words after a return', () => {
    expect(submit()).toBeNull();
    expect(submit({ documentHash: hash(0xd2) })).toBe('STATUS');
    expect(step('ResourceReturned', WHO.authority)).toBeNull();
    expect(submit()).toBe('UNCHANGED');
    expect(submit({ documentHash: hash(0xd2) })).toBeNull();
  });

  it('is refused behind the retirement', () => {
    published();
    expect(retire()).toBeNull();
    const next = { version: 2, documentHash: hash(0xd2) };
    expect(submit(next, { reviewDueAt: daysBehind(NOON, 2) })).toBe('STATUS');
  });

  it('ends the update that was required', () => {
    published();
    expect(step('UpdateRequired', WHO.provider, {}, { dueAt: daysBehind(NOON, 10) })).toBeNull();
    const next = { version: 2, documentHash: hash(0xd2) };
    expect(submit(next, { reviewDueAt: daysBehind(NOON, 2) })).toBeNull();
    expect(ledger.world.resources.get(RESOURCE)).toMatchObject({ updateDueAt: 0n, updateExtended: false });
  });

  it('takes a source that is no derived entry itself', () => {
    published({ documentHash: hash(0xd5) }, SECOND);
    published({ derivedFrom: SECOND });
    const third = hash(0x30);
    expect(submit({ derivedFrom: RESOURCE, documentHash: hash(0xd6) }, { resourceId: third })).toBe('SOURCE');
  });
});

describe('publishResource and returnResource', () => {
  it.each(['ResourcePublished', 'ResourceReturned'] as const)('%s: by the authority, once', (name) => {
    submit();
    const act = { documentHash: hash(0xd1) };
    expect(step(name, WHO.provincial, act)).toBe('LEVEL');
    expect(step(name, WHO.other, act)).toBe('LEVEL');
    expect(step(name, WHO.authority, act, { dueAt: 1 })).toBe('DUE');
    expect(step(name, WHO.authority, { ...act, dueAt: 1 })).toBe('DUE');
    expect(step(name, WHO.authority, { ...act, reasonCode: ZERO })).toBe('REASON');
    expect(step(name, WHO.authority, { ...act, documentHash: ZERO })).toBe('DOCUMENT');
    expect(step(name, WHO.authority, { ...act, subject: SECOND })).toBe('UNKNOWN');
    expect(step(name, WHO.authority, act)).toBeNull();
    expect(step(name, WHO.authority, act)).toBe('STATUS');
    const status = name === 'ResourcePublished' ? 'published' : 'returned';
    expect(ledger.world.resources.get(RESOURCE)?.versions.get(1)?.status).toBe(status);
    expect(ledger.world.resources.get(RESOURCE)?.published.now).toBe(name === 'ResourcePublished' ? 1 : 0);
  });

  it('publishes the document that was submitted', () => {
    submit();
    expect(publish({ documentHash: hash(0xd2) })).toBe('DOCUMENT');
  });

  it('publishes nothing whose source has become a derived entry, and nothing that is retired', () => {
    published({ documentHash: hash(0xd5) }, SECOND);
    const third = hash(0x30);
    published({ documentHash: hash(0xd6) }, third);
    expect(submit({ derivedFrom: SECOND })).toBeNull();
    const derived = { version: 2, derivedFrom: third, documentHash: hash(0xd7) };
    expect(submit(derived, { resourceId: SECOND, reviewDueAt: daysBehind(NOON, 2) })).toBeNull();
    expect(publish({ subject: SECOND, documentHash: hash(0xd7) })).toBeNull();
    expect(publish()).toBe('SOURCE');
    expect(
      submit({ version: 2, documentHash: hash(0xd8) }, { resourceId: third, reviewDueAt: daysBehind(NOON, 2) }),
    ).toBeNull();
    expect(retire({ subject: third })).toBeNull();
    expect(publish({ subject: third, documentHash: hash(0xd8) })).toBe('STATUS');
  });
});

describe('requireUpdate and extendUpdate', () => {
  const due = daysBehind(NOON, 10);

  it('is by the provider or an authority, once, and with the deadline of ten days', () => {
    expect(step('UpdateRequired', WHO.provider, {}, { dueAt: due })).toBe('UNKNOWN');
    submit();
    expect(step('UpdateRequired', WHO.provider, {}, { dueAt: due })).toBe('UNKNOWN');
    publish();
    expect(step('UpdateRequired', WHO.other, {}, { dueAt: due })).toBe('ENTITLED');
    expect(step('UpdateRequired', WHO.authority, {}, { dueAt: due - 1 })).toBe('DUE');
    expect(step('UpdateRequired', WHO.authority, { dueAt: due }, { dueAt: due })).toBe('DUE');
    expect(step('UpdateRequired', WHO.authority, {}, { dueAt: due })).toBeNull();
    expect(step('UpdateRequired', WHO.provider, {}, { dueAt: due })).toBe('STATUS');
  });

  it('is refused while the next version waits, and behind the retirement', () => {
    published();
    submit({ version: 2, documentHash: hash(0xd2) }, { reviewDueAt: daysBehind(NOON, 2) });
    expect(step('UpdateRequired', WHO.provider, {}, { dueAt: due })).toBe('STATUS');
    expect(step('ResourceReturned', WHO.authority)).toBeNull();
    expect(step('UpdateRequired', WHO.provider, {}, { dueAt: due })).toBeNull();
    expect(retire()).toBeNull();
    expect(step('UpdateRequired', WHO.provider, {}, { dueAt: due })).toBe('STATUS');
  });

  it('is extended once, by an authority, before its end and by five days at most', () => {
    published();
    const until = daysBehind(due - 1, 5);
    const extend = (department: string, dueAt: number, args: Members = { dueAt }) =>
      step('UpdateExtended', department, { dueAt }, args);
    expect(extend(WHO.authority, until)).toBe('CLOCK');
    step('UpdateRequired', WHO.provider, {}, { dueAt: due });
    expect(extend(WHO.provider, until)).toBe('LEVEL');
    expect(extend(WHO.provincial, until)).toBe('LEVEL');
    expect(extend(WHO.authority, until + 1)).toBe('DUE');
    expect(extend(WHO.authority, due)).toBe('DUE');
    expect(extend(WHO.authority, until, { dueAt: until - 1 })).toBe('DUE');
    ledger.now = due;
    expect(extend(WHO.authority, until)).toBe('CLOCK');
    ledger.now = due - 1;
    expect(extend(WHO.authority, until)).toBeNull();
    expect(extend(WHO.authority, until + 1)).toBe('CLOCK');
    expect(ledger.world.resources.get(RESOURCE)).toMatchObject({ updateDueAt: BigInt(until), updateExtended: true });
  });

  it('may be extended by a second, and not with the consent of the provider itself', () => {
    published();
    step('UpdateRequired', WHO.provider, {}, { dueAt: due });
    expect(step('UpdateExtended', WHO.authority, { dueAt: due + 1 }, { dueAt: due + 1 })).toBeNull();
    published({ provider: WHO.authority, documentHash: hash(0xd9) }, SECOND);
    ledger.enter('UpdateRequired', { department: WHO.authority, subject: SECOND }, { dueAt: due });
    const own = { department: WHO.authority, subject: SECOND, dueAt: due + 1 };
    expect(ledger.enter('UpdateExtended', own, { dueAt: due + 1 })).toBe('LEVEL');
  });
});

describe('freezeResource and unfreezeResource', () => {
  it('is by an authority for any reason, and by the provider for security', () => {
    submit();
    expect(step('ResourceFrozen', WHO.authority)).toBe('UNKNOWN');
    publish();
    expect(step('ResourceFrozen', WHO.other)).toBe('ENTITLED');
    expect(step('ResourceFrozen', WHO.other, { reasonCode: reason('SECURITY') })).toBe('ENTITLED');
    expect(step('ResourceFrozen', WHO.provider)).toBe('ENTITLED');
    expect(step('ResourceFrozen', WHO.authority, {}, { dueAt: 1 })).toBe('DUE');
    expect(step('ResourceFrozen', WHO.provider, { reasonCode: reason('SECURITY') })).toBeNull();
    expect(step('ResourceFrozen', WHO.authority)).toBe('STATUS');
    expect(ledger.world.resources.get(RESOURCE)?.restraint.now).toBe('frozen');
  });

  it('ends by an authority that is not the provider', () => {
    expect(step('ResourceUnfrozen', WHO.authority)).toBe('UNKNOWN');
    published();
    expect(step('ResourceUnfrozen', WHO.authority)).toBe('STATUS');
    step('ResourceFrozen', WHO.authority);
    expect(step('ResourceUnfrozen', WHO.provider)).toBe('LEVEL');
    expect(step('ResourceUnfrozen', WHO.authority, {}, { dueAt: 1 })).toBe('DUE');
    ledger.block += 1;
    expect(step('ResourceUnfrozen', WHO.authority)).toBeNull();
    const { restraint } = ledger.world.resources.get(RESOURCE)!;
    expect([restraint.at(9), restraint.at(10), restraint.at(11)]).toEqual([undefined, 'frozen', 'none']);
  });
});

describe('retireResource', () => {
  it('is by the provider with the consent of an authority', () => {
    expect(retire()).toBe('UNKNOWN');
    published();
    expect(retire({ department: WHO.other })).toBe('ENTITLED');
    expect(retire({ authority: WHO.provincial })).toBe('LEVEL');
    expect(retire({ authority: WHO.provider })).toBe('LEVEL');
    expect(retire({}, { dueAt: 1 })).toBe('DUE');
    expect(retire()).toBeNull();
    expect(retire()).toBe('STATUS');
    expect(ledger.world.resources.get(RESOURCE)?.restraint.now).toBe('retired');
  });

  it('waits for the end of the grants that are in force', () => {
    published();
    Object.assign(ledger.world.resources.get(RESOURCE)!, { live: 1, latestEnd: BigInt(NOON) });
    expect(retire()).toBe('GRANTS_OPEN');
    ledger.now += 1;
    expect(retire()).toBeNull();
  });

  it('waits for nothing where later versions of contracts may have ended grants', () => {
    published();
    Object.assign(ledger.world.resources.get(RESOURCE)!, { live: 1, latestEnd: BigInt(NOON) });
    ledger.world.hasLaterVersions = true;
    expect(retire()).toBeNull();
  });
});

describe('designateSource', () => {
  const designate = (changes: Members = {}) =>
    ledger.enter('SourceDesignated', {
      authority: WHO.authority,
      element: hash(0xe1),
      resourceId: RESOURCE,
      replaces: ZERO,
      ...changes,
    });

  it('names one source of an element on each level, in place of the one before', () => {
    expect(designate()).toBe('UNKNOWN');
    published();
    published({ documentHash: hash(0xd5) }, SECOND);
    expect(designate({ documentHash: ZERO })).toBe('DOCUMENT');
    expect(designate({ authority: WHO.provincial })).toBe('LEVEL');
    expect(designate({ replaces: SECOND })).toBe('SOURCE');
    expect(designate()).toBeNull();
    expect(designate({ replaces: RESOURCE })).toBe('SOURCE');
    expect(designate({ resourceId: SECOND })).toBe('SOURCE');
    expect(designate({ resourceId: SECOND, replaces: RESOURCE })).toBeNull();
    expect(designate({ element: hash(0xe2), resourceId: SECOND })).toBeNull();
  });

  it('counts each level for itself', () => {
    published();
    expect(submit({ provider: WHO.stateless, documentHash: hash(0xd5) }, { resourceId: SECOND })).toBeNull();
    expect(publish({ department: WHO.statelessAuthority, subject: SECOND, documentHash: hash(0xd5) })).toBeNull();
    expect(designate()).toBeNull();
    expect(designate({ authority: WHO.statelessAuthority, resourceId: SECOND })).toBeNull();
  });

  it('names no derived entry', () => {
    published({ documentHash: hash(0xd5) }, SECOND);
    published({ derivedFrom: SECOND });
    expect(designate()).toBe('SOURCE');
  });
});

function retire(changes: Members = {}, args: Members = {}): string | null {
  const act = { department: WHO.provider, authority: WHO.authority, subject: RESOURCE, ...changes };
  return ledger.enter('ResourceRetired', act, args);
}
