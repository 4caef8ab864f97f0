import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { decide, type DecisionState, type ReadRequest } from '../../ledger/decide.ts';
import type { DenyCode } from '../../ledger/deny-codes.ts';
import { GRANT_STATUSES } from '../../ledger/grant-table.ts';
import { parseGrantId } from '../../ledger/ids.ts';
import {
  aGrant,
  anAuthorization,
  anEntry,
  anEntryWith,
  aRead,
  aState,
  BEGIN,
  END,
  GRANT_ID,
  NOW,
  PROVIDER,
  REQUESTER,
  STRANGER,
} from './decide.factory.ts';

type Condition = (state: DecisionState, read: ReadRequest, now: number) => boolean;

/** What must hold for a permit, written from domain.md 6.3 and not from the code, in the order in which it is told. */
const CONDITIONS: readonly (readonly [DenyCode, Condition])[] = [
  ['STALE_CHAIN', (state) => state.current],
  ['AUDIT_BACKLOG', (state) => !state.auditBacklog],
  ['NO_GRANT', ({ grant }, read) => grant !== null && grant.grantId === read.grantId],
  ['NO_GRANT', ({ grant }, read) => grant?.requester === read.caller],
  ['NOT_ACTIVE', ({ grant }) => grant?.status === 'active'],
  ['NOT_ACTIVE', ({ grant }, _read, now) => now >= (grant?.notBefore ?? Infinity)],
  ['EXPIRED', ({ grant }, _read, now) => now <= (grant?.notAfter ?? -Infinity)],
  ['NOT_ACTIVE', ({ requester }) => requester?.status === 'active'],
  ['NOT_ACTIVE', ({ provider }) => provider?.status === 'active'],
  ['RESOURCE_WITHDRAWN', ({ resource }) => resource?.published === true],
  ['RESOURCE_WITHDRAWN', ({ resource }) => ['unconditional', 'conditional'].includes(resource?.latestClass ?? '')],
  ['RESOURCE_WITHDRAWN', ({ resource }) => resource?.restraint !== 'frozen' && resource?.restraint !== 'retired'],
  ['NO_GRANT', ({ authorization, grant }) => authorization?.assignee === grant?.requester],
  ['NO_GRANT', ({ authorization, grant }) => authorization?.resource.id === grant?.resourceId],
  ['NO_GRANT', ({ entry, grant }) => entry?.version === grant?.resourceVersion],
  ['NO_GRANT', ({ entry, authorization }) => entry?.provider.uscc === authorization?.assigner],
  [
    'SYSTEM_MISMATCH',
    ({ authorization }, { system }) =>
      authorization?.systems.length === 0 || authorization?.systems.some((name) => name === system) === true,
  ],
  ['PURPOSE_MISMATCH', ({ authorization }, { purpose }) => authorization?.purposes.some((p) => p === purpose) === true],
  [
    'CASE_MISSING',
    ({ authorization }, read) => authorization?.caseIdRequired === false || /\S/.test(read.caseNumber ?? ''),
  ],
  ['FIELD_NOT_GRANTED', (state, { fields }) => fields.every((key) => isGranted(state, key))],
  ['FIELD_NOT_GRANTED', (state, read) => askedFields(state, read).some((key) => exposure(state, read, key) !== 'none')],
  ['FIELD_NOT_GRANTED', (state, read) => [...read.equals.keys()].every((key) => exposure(state, read, key) !== 'none')],
  [
    'FIELD_NOT_GRANTED',
    (state, read) =>
      [null, state.authorization?.rowFilter?.regionPrefix].includes(read.region) ||
      exposure(state, read, 'region_code') === 'plain',
  ],
  [
    'CASE_MISSING',
    (state, read) =>
      /\S/.test(read.caseNumber ?? '') ||
      [...read.equals.keys()].every((key) => exposure(state, read, key) === 'plain'),
  ],
  ['ROW_OUT_OF_SCOPE', (_state, { limit }) => limit === null || (Number.isInteger(limit) && limit >= 1)],
  ['ROW_OUT_OF_SCOPE', (_state, { region }) => region === null || /^[0-9]{1,12}$/.test(region)],
  ['ROW_OUT_OF_SCOPE', (state, { region }) => region === null || region.startsWith(prefixOf(state))],
  [
    'ROW_OUT_OF_SCOPE',
    (state, read) =>
      (read.equals.get('region_code') ?? read.region ?? prefixOf(state)).startsWith(read.region ?? prefixOf(state)),
  ],
  ['QUOTA_RATE', ({ usage, authorization }) => usage.second < (authorization?.quota.perSecond ?? 0)],
  ['QUOTA_DAY', ({ usage, authorization }) => usage.day < (authorization?.quota.perDay ?? 0)],
  ['QUOTA_DAY', ({ usage, authorization }) => usage.bytesToday < (authorization?.quota.maxBytesPerDay ?? 0)],
  ['QUOTA_TOTAL', ({ usage, authorization }) => usage.total < (authorization?.quota.total ?? 0)],
];

function isGranted({ authorization, entry }: DecisionState, key: string): boolean {
  return authorization?.fields.includes(key) === true && entry?.fields.find((field) => field.key === key) !== undefined;
}

function askedFields({ authorization }: DecisionState, { fields }: ReadRequest): readonly string[] {
  return fields.length === 0 ? (authorization?.fields ?? []) : fields;
}

/** What a read may learn of a field (domain.md 6.1): nothing, what its mask leaves, or the value itself. */
function exposure(state: DecisionState, read: ReadRequest, key: string): 'none' | 'masked' | 'plain' {
  const field = state.entry?.fields.find((candidate) => candidate.key === key);
  if (field === undefined || !isGranted(state, key) || field.mask === 'DROP') return 'none';
  const isListed = state.authorization?.plainFields.includes(key) === true;
  if (field.level <= 2) return isListed || field.mask === 'NONE' ? 'plain' : 'masked';
  if (isListed && /\S/.test(read.caseNumber ?? '')) return 'plain';
  return field.mask === 'NONE' ? 'none' : 'masked';
}

function prefixOf({ authorization }: DecisionState): string {
  return authorization?.rowFilter?.regionPrefix ?? '';
}

/** Mostly the first value, so that about a third of all cases is permitted and most others fail in one or two ways. */
function mostly<T>(usual: T, ...others: T[]): fc.Arbitrary<T> {
  return fc.oneof({ weight: 24, arbitrary: fc.constant(usual) }, { weight: 1, arbitrary: fc.constantFrom(...others) });
}

const USUAL_RESOURCE = { published: true, latestClass: 'conditional', restraint: 'none' } as const;
const OTHER_GRANT = parseGrantId(`0x${'99'.repeat(32)}`);
const status = mostly<{ status: 'active' | 'suspended' } | null>({ status: 'active' }, { status: 'suspended' }, null);

const stateArbitrary: fc.Arbitrary<DecisionState> = fc.record({
  current: mostly(true, false),
  auditBacklog: mostly(false, true),
  grant: mostly(
    aGrant(),
    null,
    ...GRANT_STATUSES.map((status) => aGrant({ status })),
    aGrant({ requester: STRANGER }),
    aGrant({ grantId: OTHER_GRANT }),
    aGrant({ resourceVersion: 4 }),
    aGrant({ notAfter: NOW - 1 }),
    aGrant({ notBefore: NOW + 1 }),
  ),
  requester: status,
  provider: status,
  resource: mostly<DecisionState['resource']>(
    USUAL_RESOURCE,
    { ...USUAL_RESOURCE, published: false },
    { ...USUAL_RESOURCE, latestClass: 'unconditional' },
    { ...USUAL_RESOURCE, latestClass: 'denied' },
    { ...USUAL_RESOURCE, latestClass: null },
    { ...USUAL_RESOURCE, restraint: 'frozen' },
    { ...USUAL_RESOURCE, restraint: 'retired' },
    null,
  ),
  authorization: mostly(
    anAuthorization(),
    null,
    anAuthorization({ assignee: STRANGER }),
    anAuthorization({ systems: [] }),
    anAuthorization({ caseIdRequired: false }),
    anAuthorization({ caseIdRequired: false, plainFields: ['id_no', 'name', 'region_code'] }),
    anAuthorization({ fields: ['name'], plainFields: [] }),
    anAuthorization({ rowFilter: null }),
    anAuthorization({ fields: ['name', 'region_code'], plainFields: [] }),
    anAuthorization({ purposes: ['VERIFY'] }),
  ),
  entry: mostly(
    anEntry(),
    null,
    anEntry({ version: 2 }),
    anEntry({ provider: { name: '某局', uscc: STRANGER }, sourceDept: STRANGER }),
    anEntryWith('name', { mask: 'DROP' }),
    anEntryWith('name', { mask: 'NONE', level: 3 }),
    anEntryWith('id_no', { mask: 'NONE' }),
    anEntryWith('region_code', { mask: 'ADDR_DISTRICT' }),
    anEntryWith('region_code', { mask: 'NONE', level: 4 }),
  ),
  usage: fc.record({
    second: mostly(0, 4, 5, 6),
    day: mostly(0, 99, 100),
    total: mostly(0, 999, 1000),
    bytesToday: mostly(0, 4095, 4096, 9999),
  }),
});

const readArbitrary: fc.Arbitrary<ReadRequest> = fc.record({
  caller: mostly(REQUESTER, PROVIDER, STRANGER),
  grantId: mostly(GRANT_ID, OTHER_GRANT),
  fields: mostly<string[]>(['name'], [], ['name', 'id_no'], ['addr'], ['name', 'nothing'], ['constructor']),
  equals: mostly(
    new Map<string, string>(),
    new Map([['name', '张三']]),
    new Map([['addr', 'x']]),
    new Map([['id_no', '990100199001010012']]),
    new Map([['phone', '13800138000']]),
    new Map([['region_code', '990102']]),
    new Map([['region_code', '4403']]),
  ),
  region: mostly<string | null>(null, '9901', '990102', '99', '44', '', '9901*'),
  limit: mostly<number | null>(10, null, 1, 1_000_000, 0, -5, 0.5),
  purpose: mostly('BUSINESS_COLLAB', 'VERIFY', 'RESEARCH', ''),
  caseNumber: mostly<string | null>('CASE-1', null, '', ' '),
  system: mostly<string | null>('SI-PENSION-01', null, 'SI-OTHER'),
});

const nowArbitrary = mostly(NOW, BEGIN, END, BEGIN - 1, END + 1, 0);

describe('decide', () => {
  it('permits exactly when every single condition holds, and otherwise names the first that does not', () => {
    let permits = 0;
    fc.assert(
      fc.property(stateArbitrary, readArbitrary, nowArbitrary, (state, read, now) => {
        const decision = decide(state, read, now);
        const failed = CONDITIONS.find(([, holds]) => !holds(state, read, now));
        expect(decision.outcome === 'permit' ? 'permit' : decision.code).toBe(failed?.[0] ?? 'permit');
        permits += decision.outcome === 'permit' ? 1 : 0;
      }),
      { numRuns: 20_000 },
    );
    // Both sides must have been seen often, or the property says little.
    expect(permits).toBeGreaterThan(1_000);
    expect(permits).toBeLessThan(19_000);
  });

  it('never gives more than the authorization', () => {
    fc.assert(
      fc.property(stateArbitrary, readArbitrary, nowArbitrary, (state, read, now) => {
        const decision = decide(state, read, now);
        if (decision.outcome === 'deny') return;
        const { terms } = decision;
        const { fields, plainFields, quota, window } = state.authorization ?? anAuthorization({ fields: ['name'] });
        expect(terms.fields.length).toBeGreaterThan(0);
        expect(
          terms.fields.every(({ key, plain }) => fields.includes(key) && (!plain || plainFields.includes(key))),
        ).toBe(true);
        for (const { key, mask, plain } of terms.fields) {
          const shown = mask === 'DROP' ? 'none' : plain || mask === 'NONE' ? 'plain' : 'masked';
          expect(shown).toBe(exposure(state, read, key));
        }
        expect(terms.maxRows).toBeGreaterThan(0);
        expect(terms.maxRows).toBeLessThanOrEqual(quota.maxRowsPerCall);
        expect(terms.maxBytes).toBeGreaterThan(0);
        expect(terms.maxBytes + state.usage.bytesToday).toBe(quota.maxBytesPerDay);
        expect(terms.notAfter).toBeLessThanOrEqual(window.notAfter);
        expect((terms.region?.prefix ?? '').startsWith(prefixOf(state))).toBe(true);
      }),
      { numRuns: 5_000 },
    );
  });

  it('permits under one status of a grant and one restraint of a resource, whatever else is so', () => {
    const restraints = ['none', 'frozen', 'retired'] as const;
    const grant = fc.constantFrom(...GRANT_STATUSES).map((status) => aGrant({ status }));
    const resource = fc.constantFrom(...restraints).map((restraint) => ({ ...USUAL_RESOURCE, restraint }));
    const permitted = new Set<string>();
    fc.assert(
      fc.property(stateArbitrary, grant, resource, readArbitrary, nowArbitrary, (usual, held, shared, read, now) => {
        const { outcome } = decide({ ...usual, grant: held, resource: shared }, read, now);
        if (outcome === 'permit') permitted.add(`${held.status} ${shared.restraint}`);
      }),
      { numRuns: 5_000 },
    );
    expect([...permitted]).toEqual(['active none']);
  });

  it('has no memory', () => {
    const [state, read] = [aState(), aRead()];
    expect(decide(state, read, NOW)).toEqual(decide(state, read, NOW));
  });
});
