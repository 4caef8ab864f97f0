import { beforeEach, describe, expect, it } from 'vitest';

import { NOBODY, ZERO } from '../../../verifier/ledger/world.ts';
import { daysBehind, hash, type Members, NOON, PaperLedger, reason, WHO } from './paper-ledger.ts';
import {
  agree,
  ask,
  CONDITIONS,
  END,
  GRANT,
  grantedLedger,
  publish,
  publishedLedger,
  REQUEST,
  RESOURCE,
  step,
} from './share-fixture.ts';

const DUE = daysBehind(NOON, 10);
const digits = (text: string): string => `0x${Buffer.from(text, 'latin1').toString('hex').padEnd(24, '0')}`;

let ledger: PaperLedger;

beforeEach(() => {
  ledger = publishedLedger();
});

function requestStep(
  name: Parameters<PaperLedger['enter']>[0],
  department: string,
  changes: Members = {},
  args: Members = {},
) {
  return ledger.enter(name, { department, subject: REQUEST, ...changes }, args);
}

const request = () => ledger.world.requests.get(REQUEST)!;

describe('submitRequest', () => {
  it.each<[string, Members]>([
    ['all fields', {}],
    ['one field', { fields: 0b10000 }],
    ['a region', { regionPrefix: digits('4403') }],
    ['a window that began before', { notBefore: 1 }],
    ['a window that ends in a second', { notAfter: NOON + 1 }],
    ['an authority', { requester: WHO.authority }],
  ])('takes %s', (_, changes) => {
    expect(ask(ledger, changes)).toBeNull();
    expect(request()).toMatchObject({
      kind: 1,
      requester: changes['requester'] ?? WHO.requester,
      resourceId: RESOURCE,
      resourceVersion: 1,
      fields: BigInt(changes['fields'] ?? 31),
      status: 'submitted',
      supplementAsked: false,
      dueAt: BigInt(DUE),
      extendableTo: BigInt(daysBehind(DUE - 1, 10)),
      reopenedBy: null,
    });
  });

  it.each<[string, Members, string]>([
    ['a regulator', { requester: WHO.regulator }, 'KIND'],
    ['the provider itself', { requester: WHO.provider }, 'ENTITLED'],
    ['a resource that is not there', { resourceId: hash(0x99) }, 'UNKNOWN'],
    ['the next version', { resourceVersion: 2 }, 'VERSION'],
    ['no version', { resourceVersion: 0 }, 'VERSION'],
    ['no kind', { kind: 0 }, 'KIND'],
    ['a sixth kind', { kind: 6 }, 'KIND'],
    ['a grant before a new request', { priorGrantId: GRANT }, 'PRIOR'],
    ['a renewal of nothing', { kind: 2 }, 'PRIOR'],
    ['an extension of a grant that is not there', { kind: 3, priorGrantId: GRANT }, 'PRIOR'],
    ['no fields', { fields: 0 }, 'FIELDS'],
    ['a sixth field', { fields: 0b100000 }, 'FIELDS'],
    ['all fields and a sixth one', { fields: 0b111111 }, 'FIELDS'],
    ['a region in letters', { regionPrefix: digits('44a') }, 'REGION'],
    ['a region with a gap', { regionPrefix: `0x340034${'00'.repeat(9)}` }, 'REGION'],
    ['a window that is empty', { notBefore: END }, 'WINDOW'],
    ['a window that has passed', { notBefore: 1, notAfter: NOON }, 'WINDOW'],
    ['no document', { documentHash: ZERO }, 'DOCUMENT'],
    ['a return of data to a department beside', { kind: 5 }, 'REFLOW'],
  ])('refuses %s', (_, changes, rule) => {
    expect(ask(ledger, changes)).toBe(rule);
    expect(ledger.world.requests.size).toBe(0);
  });

  it('has ten days for an answer, and one where there are no conditions', () => {
    expect(ask(ledger, {}, { dueAt: DUE - 1 })).toBe('DUE');
    ledger = publishedLedger({ shareClass: 1, conditionsHash: ZERO });
    expect(ask(ledger)).toBe('DUE');
    expect(ask(ledger, {}, { dueAt: daysBehind(NOON, 1) })).toBeNull();
  });

  it('is made once', () => {
    ask(ledger);
    expect(ask(ledger)).toBe('KNOWN');
  });

  it('is refused for what is denied, frozen, retired or not published', () => {
    const basis = { conditionsHash: ZERO, denyInstrument: 1, denyBasisHash: hash(0xb0) };
    expect(ask(publishedLedger({ shareClass: 3, ...basis }))).toBe('CLASS');
    ledger.enter('ResourceFrozen', { department: WHO.authority, subject: RESOURCE });
    expect(ask(ledger)).toBe('STATUS');
    const bare = new PaperLedger();
    const submission = { provider: WHO.provider, version: 1, shareClass: 1, lawClass: 1, level: 1, fieldCount: 1 };
    bare.enter('ResourceSubmitted', { ...submission, secrecyHash: hash(1) }, { resourceId: RESOURCE });
    expect(ask(bare)).toBe('STATUS');
  });

  it('goes on from a grant of its own to the same resource', () => {
    ledger = grantedLedger();
    const again = { requestId: hash(0x41) };
    for (const kind of [2, 3, 4]) {
      expect(ask(ledger, { kind, priorGrantId: GRANT }, { requestId: hash(0x41 + kind) })).toBeNull();
    }
    expect(ask(ledger, { kind: 2, priorGrantId: GRANT, requester: WHO.other }, again)).toBe('PRIOR');
    publish(ledger, hash(0x11));
    expect(ask(ledger, { kind: 2, priorGrantId: GRANT, resourceId: hash(0x11) }, again)).toBe('PRIOR');
    expect(ask(ledger, { kind: 5, priorGrantId: GRANT }, again)).toBe('PRIOR');
  });

  describe('for a return of data', () => {
    const back = (changes: Members = {}) =>
      ask(ledger, { kind: 5, requester: WHO.county, regionPrefix: digits('4403'), ...changes });

    it.each<[string, Members, string | null]>([
      ['of its own region', {}, null],
      ['of a part of it', { regionPrefix: digits('440305') }, null],
      ['of the whole province', { regionPrefix: digits('44') }, 'REFLOW'],
      ['of everything', { regionPrefix: digits('') }, 'REFLOW'],
      ['of another region', { regionPrefix: digits('4503') }, 'REFLOW'],
      [
        'by an authority of the province, of the province',
        { requester: WHO.provincial, regionPrefix: digits('44') },
        null,
      ],
      [
        'by an authority of the province, of another',
        { requester: WHO.provincial, regionPrefix: digits('45') },
        'REFLOW',
      ],
      ['by a department that no government is above', { requester: WHO.stateless }, 'REFLOW'],
      ['of a region in letters', { regionPrefix: digits('x') }, 'REGION'],
    ])('takes or refuses rows %s', (_, changes, rule) => {
      expect(back(changes)).toBe(rule);
    });

    it('is only from above', () => {
      const resourceId = hash(0x11);
      publish(ledger, resourceId, { provider: WHO.county, reviewer: WHO.provincial });
      const asked = { resourceId, regionPrefix: digits('440300') };
      expect(back({ ...asked, requester: WHO.requester })).toBe('REFLOW');
      expect(back({ ...asked, requester: WHO.secondCounty, regionPrefix: digits('4503') })).toBe('REFLOW');
      const alone = hash(0x12);
      publish(ledger, alone, { provider: WHO.stateless, reviewer: WHO.statelessAuthority });
      expect(back({ resourceId: alone })).toBe('REFLOW');
    });
  });
});

describe('askSupplement and supplement', () => {
  it('is asked once, by the provider, before the answer is due, and starts the clock again', () => {
    expect(requestStep('SupplementAsked', WHO.provider)).toBe('UNKNOWN');
    ask(ledger);
    expect(requestStep('SupplementAsked', WHO.other)).toBe('ENTITLED');
    expect(requestStep('SupplementAsked', WHO.provider, {}, { dueAt: DUE })).toBe('DUE');
    expect(requestStep('RequestResubmitted', WHO.requester, {}, { dueAt: DUE })).toBe('STATUS');
    expect(requestStep('SupplementAsked', WHO.provider)).toBeNull();
    expect(request()).toMatchObject({ status: 'supplementing', supplementAsked: true });
    expect(requestStep('SupplementAsked', WHO.provider)).toBe('STATUS');
    ledger.now += 200_000;
    const due = daysBehind(ledger.now, 10);
    expect(requestStep('RequestResubmitted', WHO.other, {}, { dueAt: due })).toBe('ENTITLED');
    expect(requestStep('RequestResubmitted', WHO.requester, {}, { dueAt: DUE })).toBe('DUE');
    expect(requestStep('RequestResubmitted', WHO.requester, {}, { dueAt: due })).toBeNull();
    expect(request()).toMatchObject({ status: 'submitted', dueAt: BigInt(due) });
    expect(requestStep('SupplementAsked', WHO.provider)).toBe('CLOCK');
  });

  it('is not asked when the answer is due', () => {
    ask(ledger);
    ledger.now = DUE;
    expect(requestStep('SupplementAsked', WHO.provider)).toBe('CLOCK');
    ledger.now = DUE - 1;
    expect(requestStep('SupplementAsked', WHO.provider)).toBeNull();
  });
});

describe('extendAnswer', () => {
  const latest = daysBehind(DUE - 1, 10);
  const extend = (dueAt: number, changes: Members = {}, args: Members = {}) =>
    requestStep('AnswerExtended', WHO.provider, { authority: WHO.authority, dueAt, ...changes }, { dueAt, ...args });

  it.each<[string, number, Members, Members, string | null]>([
    ['by a second', DUE + 1, {}, {}, null],
    ['by ten days', latest, {}, {}, null],
    ['by more', latest + 1, {}, {}, 'DUE'],
    ['by nothing', DUE, {}, {}, 'DUE'],
    ['to another time than the event says', DUE + 1, {}, { dueAt: DUE + 2 }, 'DUE'],
    ['by somebody else', DUE + 1, { department: WHO.other }, {}, 'ENTITLED'],
    ['without an authority', DUE + 1, { authority: WHO.other }, {}, 'LEVEL'],
    ['with an authority of a province', DUE + 1, { authority: WHO.provincial }, {}, 'LEVEL'],
  ])('%s', (_, dueAt, changes, args, rule) => {
    ask(ledger);
    expect(extend(dueAt, changes, args)).toBe(rule);
    expect(request().dueAt).toBe(BigInt(rule === null ? dueAt : DUE));
  });

  it('is not possible when the answer is due', () => {
    ask(ledger);
    ledger.now = DUE;
    expect(extend(DUE + 1)).toBe('DUE');
    ledger.now -= 1;
    expect(extend(DUE + 1)).toBeNull();
    expect(extend(latest)).toBeNull();
    expect(extend(latest + 1)).toBe('DUE');
  });
});

describe('withdrawRequest', () => {
  it('is by the requester, until there is an answer', () => {
    ask(ledger);
    expect(requestStep('RequestWithdrawn', WHO.provider)).toBe('ENTITLED');
    expect(requestStep('RequestWithdrawn', WHO.requester, {}, { dueAt: 1 })).toBe('DUE');
    expect(requestStep('RequestWithdrawn', WHO.requester)).toBeNull();
    expect(request().status).toBe('withdrawn');
    expect(requestStep('RequestWithdrawn', WHO.requester)).toBe('STATUS');
    expect(agree(ledger)).toBe('STATUS');
  });

  it('is possible while a supplement is asked for', () => {
    ask(ledger);
    requestStep('SupplementAsked', WHO.provider);
    expect(requestStep('RequestWithdrawn', WHO.requester)).toBeNull();
  });
});

describe('refuse', () => {
  const refuse = (changes: Members = {}) =>
    ledger.enter('ShareRefused', {
      provider: WHO.provider,
      requestId: REQUEST,
      reasonCode: reason('FORBIDDEN_BY_LAW'),
      groundsHash: hash(0x99),
      ...changes,
    });

  it.each<[string, Members, string | null]>([
    ['by law', {}, null],
    ['by its condition', { reasonCode: reason('CONDITION_NOT_MET'), groundsHash: CONDITIONS }, null],
    ['by another condition', { reasonCode: reason('CONDITION_NOT_MET') }, 'GROUNDS'],
    ['by law without grounds', { groundsHash: ZERO }, 'GROUNDS'],
    ['for another reason', { reasonCode: reason('OTHER'), groundsHash: CONDITIONS }, 'GROUNDS'],
    ['by somebody else', { provider: WHO.other }, 'ENTITLED'],
    ['without a document', { documentHash: ZERO }, 'DOCUMENT'],
    ['what nobody asked for', { requestId: hash(1) }, 'UNKNOWN'],
  ])('%s', (_, changes, rule) => {
    ask(ledger);
    expect(refuse(changes)).toBe(rule);
    expect(request().status).toBe(rule === null ? 'refused' : 'submitted');
  });

  it('is final but for a dispute that was concluded with a reopening', () => {
    ask(ledger);
    refuse();
    expect(refuse()).toBe('STATUS');
    const reopen = (department: string = WHO.requester, dueAt = DUE) =>
      requestStep('RequestReopened', department, {}, { dueAt });
    expect(reopen()).toBe('REOPENED');
    ledger.world.reopenings.set(REQUEST, hash(0x70));
    expect(reopen(WHO.provider)).toBe('ENTITLED');
    expect(reopen(WHO.requester, DUE + 1)).toBe('DUE');
    expect(reopen()).toBeNull();
    expect(request()).toMatchObject({ status: 'submitted', reopenedBy: hash(0x70) });
    expect(reopen()).toBe('STATUS');
    refuse();
    expect(reopen()).toBe('REOPENED');
    ledger.world.reopenings.set(REQUEST, hash(0x71));
    expect(reopen()).toBeNull();
    refuse();
    ledger.world.hasLaterVersions = true;
    expect(reopen()).toBeNull();
  });

  it('has no condition to name where data returns', () => {
    const regionPrefix = digits('4403');
    expect(ask(ledger, { kind: 5, requester: WHO.county, regionPrefix })).toBeNull();
    const own = { reasonCode: reason('CONDITION_NOT_MET'), groundsHash: CONDITIONS };
    expect(refuse(own)).toBe('GROUNDS');
    const args = { requester: WHO.county };
    expect(agree(ledger, { regionPrefix, conditionsHash: CONDITIONS }, args)).toBe('CONDITIONS');
    expect(agree(ledger, { regionPrefix }, args)).toBeNull();
  });
});

describe('what all steps have in common', () => {
  it('is a reason, a document and no deadline of their own', () => {
    ask(ledger);
    expect(requestStep('RequestWithdrawn', WHO.requester, { reasonCode: ZERO })).toBe('REASON');
    expect(requestStep('RequestWithdrawn', WHO.requester, { documentHash: ZERO })).toBe('DOCUMENT');
    expect(requestStep('RequestWithdrawn', WHO.requester, { hashAlgorithm: 0 })).toBe('DOCUMENT');
    expect(requestStep('RequestWithdrawn', WHO.requester, { dueAt: 1 })).toBe('DUE');
    expect(step(ledger, 'GrantTerminated', WHO.provider, { authority: WHO.authority, reasonCode: ZERO })).toBe(
      'REASON',
    );
    expect(NOBODY).toHaveLength(38);
  });

  it('is a calendar that reaches far enough', () => {
    ledger.world.years.delete(2026);
    expect(ask(ledger)).toBe('CALENDAR');
  });
});
