import { describe, expect, it } from 'vitest';

import { decide, type DecisionState, type QuotaUsage, type ReadRequest, type Terms } from '../../ledger/decide.ts';
import { DENY_CODES, type DenyCode } from '../../ledger/deny-codes.ts';
import type { CatalogEntry, Mask } from '../../ledger/documents/catalog-entry.ts';
import { GRANT_STATUSES } from '../../ledger/grant-table.ts';
import { parseGrantId, parseResourceId } from '../../ledger/ids.ts';
import {
  aGrant,
  anAuthorization,
  anEntry,
  anEntryWith,
  aRead,
  aState,
  BEGIN,
  END,
  NOW,
  PROVIDER,
  STRANGER,
} from './decide.factory.ts';

type Changes<Of> = Partial<{ [Key in keyof Of]: unknown }>;

function outcome(state: Changes<DecisionState> = {}, read: Changes<ReadRequest> = {}, now = NOW): DenyCode | 'permit' {
  const decision = decide(aState(state as Partial<DecisionState>), aRead(read as Partial<ReadRequest>), now);
  return decision.outcome === 'permit' ? 'permit' : decision.code;
}

function termsOf(state: Partial<DecisionState> = {}, read: Partial<ReadRequest> = {}): Terms {
  const decision = decide(aState(state), aRead(read), NOW);
  if (decision.outcome === 'deny') throw new TypeError(`denied: ${decision.code}`);
  return decision.terms;
}

const OTHER_ID = `0x${'99'.repeat(32)}`;
const usage = (changes: Partial<QuotaUsage>): QuotaUsage => ({
  second: 0,
  day: 0,
  total: 0,
  bytesToday: 0,
  ...changes,
});
const resource = (changes: Changes<NonNullable<DecisionState['resource']>>): Changes<DecisionState> => ({
  resource: { ...aState().resource, ...changes },
});
const authorized = (changes: Parameters<typeof anAuthorization>[0]): Changes<DecisionState> => ({
  authorization: anAuthorization(changes),
});

describe('decide', () => {
  describe('by the state of the ledger', () => {
    it.each([
      ['permit', {}],
      ['STALE_CHAIN', { current: false }],
      ['AUDIT_BACKLOG', { auditBacklog: true }],
      ['NO_GRANT', { grant: null }],
      ['NO_GRANT', { grant: aGrant({ grantId: parseGrantId(OTHER_ID) }) }],
      ['NO_GRANT', { grant: aGrant({ requester: STRANGER }) }],
      ['NOT_ACTIVE', { requester: null }],
      ['NOT_ACTIVE', { requester: { status: 'suspended' } }],
      ['NOT_ACTIVE', { provider: null }],
      ['NOT_ACTIVE', { provider: { status: 'suspended' } }],
      ['RESOURCE_WITHDRAWN', { resource: null }],
      ['RESOURCE_WITHDRAWN', resource({ published: false })],
      ['RESOURCE_WITHDRAWN', resource({ latestClass: 'denied' })],
      ['RESOURCE_WITHDRAWN', resource({ latestClass: null })],
      ['RESOURCE_WITHDRAWN', resource({ restraint: 'frozen' })],
      ['RESOURCE_WITHDRAWN', resource({ restraint: 'retired' })],
      ['RESOURCE_WITHDRAWN', resource({ restraint: undefined })],
      ['permit', resource({ latestClass: 'unconditional' })],
    ] as const)('says %s for %o', (code, state) => {
      expect(outcome(state)).toBe(code);
    });

    it.each(GRANT_STATUSES)('permits a read under a grant that is %s only if that is active', (status) => {
      expect(outcome({ grant: aGrant({ status }) })).toBe(status === 'active' ? 'permit' : 'NOT_ACTIVE');
    });

    it.each([
      ['authorization', null],
      ['entry', null],
      ['authorization', anAuthorization({ assignee: STRANGER })],
      ['authorization', anAuthorization({ assigner: STRANGER })],
      ['authorization', anAuthorization({ resource: { id: parseResourceId(OTHER_ID), version: 3 } })],
      ['authorization', anAuthorization({ resource: { id: aGrant().resourceId, version: 2 } })],
      ['authorization', anAuthorization({ window: { notBefore: BEGIN + 1, notAfter: END } })],
      ['authorization', anAuthorization({ window: { notBefore: BEGIN, notAfter: END - 1 } })],
      ['entry', anEntry({ version: 2 })],
      ['entry', anEntry({ provider: { name: '某局', uscc: STRANGER }, sourceDept: STRANGER })],
      ['entry', { ...anEntry(), shareClass: 'DENIED' }],
    ])('says NO_GRANT when the %s is not that of the grant', (what, document) => {
      expect(outcome({ [what]: document })).toBe('NO_GRANT');
    });

    it('does not tell a stranger that the grant exists', () => {
      for (const status of GRANT_STATUSES) {
        expect(outcome({ grant: aGrant({ status }) }, { caller: STRANGER })).toBe('NO_GRANT');
      }
      expect(outcome({}, { caller: PROVIDER })).toBe('NO_GRANT');
    });
  });

  describe('by the time', () => {
    it.each([
      [BEGIN - 1, 'NOT_ACTIVE'],
      [BEGIN, 'permit'],
      [END, 'permit'],
      [END + 1, 'EXPIRED'],
      [Number.NaN, 'NOT_ACTIVE'],
      [Number.POSITIVE_INFINITY, 'EXPIRED'],
      [Number.NEGATIVE_INFINITY, 'NOT_ACTIVE'],
    ] as const)('at %d: %s', (now, code) => {
      expect(outcome({}, {}, now)).toBe(code);
    });

    it('never begins a grant whose beginning was saturated', () => {
      const grant = aGrant({ notBefore: 0xffffffff, notAfter: 0xfffffffe });
      const authorization = anAuthorization({ window: { notBefore: 5_000_000_000, notAfter: 6_000_000_000 } });
      for (const now of [0xfffffffd, 0xfffffffe, 0xffffffff, 5_500_000_000]) {
        expect(outcome({ grant, authorization }, {}, now)).not.toBe('permit');
      }
    });
  });

  describe('by the use', () => {
    it.each([
      ['SYSTEM_MISMATCH', {}, { system: null }],
      ['SYSTEM_MISMATCH', {}, { system: 'SI-PENSION-0' }],
      ['SYSTEM_MISMATCH', {}, { system: '' }],
      ['permit', authorized({ systems: [] }), { system: null }],
      ['PURPOSE_MISMATCH', {}, { purpose: 'BUSINESS' }],
      ['PURPOSE_MISMATCH', {}, { purpose: '' }],
      ['permit', {}, { purpose: 'VERIFY' }],
      ['CASE_MISSING', {}, { caseNumber: null }],
      ['CASE_MISSING', {}, { caseNumber: '  ' }],
      ['permit', authorized({ caseIdRequired: false }), { caseNumber: null }],
    ] as const)('says %s', (code, state, read) => {
      expect(outcome(state, read)).toBe(code);
    });
  });

  describe('by the fields', () => {
    it.each([
      ['permit', {}, { fields: [] }],
      ['FIELD_NOT_GRANTED', {}, { fields: ['addr'] }],
      ['FIELD_NOT_GRANTED', {}, { fields: ['name', 'unheard_of'] }],
      ['FIELD_NOT_GRANTED', {}, { fields: ['Name'] }],
      ['FIELD_NOT_GRANTED', {}, { fields: ['__proto__'] }],
      ['FIELD_NOT_GRANTED', {}, { equals: new Map([['addr', '某路']]) }],
      ['permit', {}, { equals: new Map([['id_no', '990100199001010012']]) }],
      // Granted once, but the entry has no such field: the documents do not fit, so nothing is permitted.
      ['FIELD_NOT_GRANTED', authorized({ fields: ['ghost'], plainFields: [] }), { fields: [] }],
    ] as const)('says %s', (code, state, read) => {
      expect(outcome(state, read)).toBe(code);
    });

    it.each([
      ['permit', { entry: anEntryWith('phone', { mask: 'DROP' }) }, { fields: ['name', 'phone'] }],
      ['FIELD_NOT_GRANTED', { entry: anEntryWith('phone', { mask: 'DROP' }) }, { fields: ['phone'] }],
      ['FIELD_NOT_GRANTED', { entry: anEntryWith('name', { level: 3, mask: 'NONE' }) }, { fields: ['name'] }],
    ] as const)('says %s, since an answer without any field would still count rows', (code, state, read) => {
      expect(outcome(state, read)).toBe(code);
    });
  });

  describe('by the filters', () => {
    const free = authorized({ caseIdRequired: false });
    const withEntry = (entry: CatalogEntry): Changes<DecisionState> => ({ ...free, entry });
    const where = (key: string, caseNumber: string | null): Changes<ReadRequest> => ({
      fields: ['region_code'],
      equals: new Map([[key, '1']]),
      caseNumber,
    });

    it.each([
      ['CASE_MISSING', free, where('name', null)],
      ['CASE_MISSING', free, where('name', ' ')],
      ['permit', free, where('name', 'CASE-1')],
      ['CASE_MISSING', free, where('id_no', null)],
      ['permit', free, where('id_no', 'CASE-1')],
      // In plain below level 3, which needs no case number: the answer shows as much as the filter tells.
      ['permit', free, where('phone', null)],
      ['FIELD_NOT_GRANTED', withEntry(anEntryWith('phone', { mask: 'DROP' })), where('phone', 'CASE-1')],
      ['FIELD_NOT_GRANTED', withEntry(anEntryWith('name', { level: 4, mask: 'NONE' })), where('name', 'CASE-1')],
      ['FIELD_NOT_GRANTED', withEntry(anEntryWith('id_no', { mask: 'NONE' })), where('id_no', null)],
      ['permit', withEntry(anEntryWith('id_no', { mask: 'NONE' })), where('id_no', 'CASE-1')],
    ] as const)('says %s', (code, state, read) => {
      expect(outcome(state, read)).toBe(code);
    });
  });

  describe('by the region', () => {
    const nameOnly = authorized({ fields: ['name'], plainFields: [] });
    const anyRegion = authorized({ fields: ['name'], plainFields: [], rowFilter: null });
    const all = { fields: [] };
    const shownAs = (mask: Mask, level: number): Changes<DecisionState> => ({
      entry: anEntryWith('region_code', { mask, level }),
    });

    it.each([
      ['permit', nameOnly, { ...all, region: null }],
      ['permit', nameOnly, { ...all, region: '9901' }],
      ['FIELD_NOT_GRANTED', nameOnly, { ...all, region: '99010' }],
      ['FIELD_NOT_GRANTED', nameOnly, { ...all, region: '990102' }],
      ['FIELD_NOT_GRANTED', anyRegion, { ...all, region: '9901' }],
      ['FIELD_NOT_GRANTED', shownAs('ADDR_DISTRICT', 1), { region: '990102' }],
      ['FIELD_NOT_GRANTED', shownAs('DROP', 1), { region: '990102' }],
      ['FIELD_NOT_GRANTED', shownAs('NONE', 3), { region: '990102' }],
      ['permit', shownAs('DROP', 1), { region: '9901' }],
      ['permit', shownAs('NONE', 2), { region: '990102' }],
    ] as const)('says %s to %o, %o: a longer prefix reads the field out', (code, state, read) => {
      expect(outcome(state, read)).toBe(code);
    });

    it('counts a field that is shown in plain for a case', () => {
      const plain = { plainFields: ['region_code'], caseIdRequired: false };
      const state = { ...shownAs('ADDR_DISTRICT', 3), ...authorized(plain) };
      expect(outcome(state, { region: '990102', caseNumber: 'CASE-1' })).toBe('permit');
      expect(outcome(state, { region: '990102', caseNumber: null })).toBe('FIELD_NOT_GRANTED');
    });
  });

  describe('by the rows', () => {
    const anyRow = authorized({ rowFilter: null });
    const noRegion = { entry: anEntry({ regionField: null }) };

    it.each([
      ['permit', {}, { region: '9901' }],
      ['permit', {}, { region: '990102' }],
      ['ROW_OUT_OF_SCOPE', {}, { region: '99' }],
      ['ROW_OUT_OF_SCOPE', {}, { region: '9902' }],
      ['ROW_OUT_OF_SCOPE', {}, { region: '' }],
      ['ROW_OUT_OF_SCOPE', {}, { region: '9901%' }],
      ['ROW_OUT_OF_SCOPE', {}, { region: '9901012345678' }],
      ['ROW_OUT_OF_SCOPE', {}, { region: '９９０１' }],
      ['permit', {}, { equals: new Map([['region_code', '990102']]) }],
      ['ROW_OUT_OF_SCOPE', {}, { equals: new Map([['region_code', '990202']]) }],
      ['ROW_OUT_OF_SCOPE', {}, { equals: new Map([['region_code', '99']]) }],
      ['ROW_OUT_OF_SCOPE', {}, { region: '990102', equals: new Map([['region_code', '990103']]) }],
      ['permit', anyRow, { equals: new Map([['region_code', '440300']]) }],
      ['permit', anyRow, { region: '44' }],
      ['ROW_OUT_OF_SCOPE', anyRow, { region: 'x' }],
      ['ROW_OUT_OF_SCOPE', noRegion, {}],
      ['ROW_OUT_OF_SCOPE', { ...noRegion, ...anyRow }, { region: '9901' }],
      ['permit', { ...noRegion, ...anyRow }, {}],
      ['permit', {}, { limit: null }],
      ['permit', {}, { limit: 1 }],
      ['ROW_OUT_OF_SCOPE', {}, { limit: 0 }],
      ['ROW_OUT_OF_SCOPE', {}, { limit: -1 }],
      ['ROW_OUT_OF_SCOPE', {}, { limit: 1.5 }],
      ['ROW_OUT_OF_SCOPE', {}, { limit: Number.NaN }],
    ] as const)('says %s', (code, state, read) => {
      expect(outcome(state, read)).toBe(code);
    });
  });

  describe('by the quota', () => {
    it.each([
      ['permit', usage({ second: 4, day: 99, total: 999, bytesToday: 4095 })],
      ['QUOTA_RATE', usage({ second: 5 })],
      ['QUOTA_DAY', usage({ day: 100 })],
      ['QUOTA_DAY', usage({ bytesToday: 4096 })],
      ['QUOTA_TOTAL', usage({ total: 1000 })],
      ['QUOTA_RATE', usage({ second: Number.NaN })],
      ['QUOTA_RATE', usage({ second: -1 })],
      ['QUOTA_DAY', usage({ bytesToday: Number.NaN })],
      ['QUOTA_TOTAL', usage({ total: 2 ** 60 })],
    ] as const)('says %s for %o', (code, used) => {
      expect(outcome({ usage: used })).toBe(code);
    });
  });

  describe('terms', () => {
    it('gives the fields in the order of the request, each once', () => {
      const { fields } = termsOf({}, { fields: ['phone', 'name', 'phone'] });
      expect(fields.map(({ key }) => key)).toEqual(['phone', 'name']);
    });

    it('gives all granted fields, and no others, when none is named', () => {
      const { fields } = termsOf({}, { fields: [] });
      expect(fields.map(({ key }) => key)).toEqual(['id_no', 'name', 'phone', 'region_code']);
    });

    it('leaves a sensitive field masked without a case number, though it is granted in plain', () => {
      const authorization = anAuthorization({ caseIdRequired: false });
      const plain = (caseNumber: string | null) =>
        termsOf({ authorization }, { fields: [], caseNumber }).fields.filter((field) => field.plain);
      expect(plain('CASE-1').map(({ key }) => key)).toEqual(['id_no', 'phone']);
      expect(plain(null).map(({ key }) => key)).toEqual(['phone']);
    });

    it('drops a sensitive field without mask, unless it is granted in plain and the read has a case number', () => {
      const authorization = anAuthorization({ caseIdRequired: false });
      const entry = anEntry({ fields: anEntry().fields.map((field) => ({ ...field, level: 3, mask: 'NONE' })) });
      const shown = (caseNumber: string | null) =>
        termsOf({ authorization, entry }, { fields: ['name', 'id_no'], caseNumber }).fields;
      expect(shown('CASE-1')).toEqual([
        { key: 'name', mask: 'DROP', plain: false },
        { key: 'id_no', mask: 'NONE', plain: true },
      ]);
    });

    it.each([1, 2])('shows a field without mask as it is at level %i', (level) => {
      const entry = anEntryWith('name', { level, mask: 'NONE' });
      expect(termsOf({ entry }, { fields: ['name'] }).fields).toEqual([{ key: 'name', mask: 'NONE', plain: false }]);
    });

    it('caps rows and bytes by what the grant has left', () => {
      const limits = (limit: number | null) => termsOf({}, { limit }).maxRows;
      expect([limits(null), limits(7), limits(51)]).toEqual([50, 7, 50]);
      expect(termsOf().maxBytes).toBe(4000);
    });

    it('always carries the granted region', () => {
      expect(termsOf({}, { region: null }).region).toEqual({ field: 'region_code', prefix: '9901' });
      expect(termsOf({}, { region: '990102' }).region).toEqual({ field: 'region_code', prefix: '990102' });
      expect(termsOf({ authorization: anAuthorization({ rowFilter: null }) }).region).toBeNull();
    });

    it('is cut off from the request it was made of', () => {
      const equals = new Map([['name', '张三']]);
      const terms = termsOf({}, { equals });
      equals.set('addr', 'x');
      expect([...terms.equals.keys()]).toEqual(['name']);
    });
  });

  it('has a title in both languages for every code', () => {
    for (const { title, titleZh } of Object.values(DENY_CODES)) {
      expect(title).toMatch(/^[A-Z]/);
      expect(titleZh).toMatch(/\p{Script=Han}/u);
    }
    expect(Object.keys(DENY_CODES)).toHaveLength(14);
  });
});
