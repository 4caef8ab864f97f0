import { describe, expect, it } from 'vitest';

import { ACTS } from '../../ledger/acts/act-definitions.ts';
import { columnTypeOf } from '../../ledger/acts/columns.ts';
import { someHash } from '../support/act-factory.ts';
import { committedTo, differenceOf, factsOf, MATCHED, type MatchedName, salted } from './act-document.factory.ts';
import { ACT_NAMES } from './acts/example-acts.ts';
import { STRANGER } from './decide.factory.ts';
import type { JsonObject } from '../../ledger/json/strict-json.ts';

/** Under what name each member of an act is refused when it differs; null for what no document says. */
const NAMES: Readonly<Record<MatchedName, Readonly<Record<string, string | null>>>> = {
  submitResource: {
    provider: 'provider',
    codeHash: 'resourceCode',
    version: 'version',
    shareClass: 'shareClass',
    lawClass: 'lawClass',
    level: 'level',
    fieldCount: 'fields',
    derivedFrom: 'derivedFrom',
    conditionsHash: 'conditions',
    denyInstrument: 'denyBasis.instrumentKind',
    denyBasisHash: 'denyBasis',
    secrecyHash: 'assessments.secrecy',
    piaHash: 'assessments.pia',
  },
  submitRequest: {
    requester: 'requester',
    kind: 'kind',
    resourceId: 'resource.id',
    resourceVersion: 'resource.version',
    priorGrantId: 'priorGrantId',
    fields: 'scope.fields',
    regionPrefix: 'scope.rowFilter',
    notBefore: 'window.notBefore',
    notAfter: 'window.notAfter',
  },
  agree: {
    provider: 'assigner',
    requestId: 'requestId',
    fields: 'fields',
    regionPrefix: 'rowFilter',
    notBefore: 'window.notBefore',
    notAfter: 'window.notAfter',
    conditionsHash: 'conditions',
    disposalDays: 'disposal.days',
  },
  changeGrant: {
    provider: 'assigner',
    authority: null,
    grantId: null,
    fields: 'fields',
    notBefore: 'window.notBefore',
    notAfter: 'window.notAfter',
    negotiationHash: null,
  },
  refuse: { provider: 'provider', requestId: 'requestId', reasonCode: 'reasonCode', groundsHash: 'legalBasis' },
  designateSource: { authority: 'department', element: 'element', resourceId: 'resourceId', replaces: 'replaces' },
  fileCorrection: {
    requester: 'department',
    resourceId: 'resourceId',
    resourceVersion: 'version',
    reasonCode: 'errorKind',
  },
  openDispute: {
    claimant: 'department',
    respondent: 'respondent',
    subjectKind: 'subject.kind',
    subject: 'subject.id',
    reasonCode: 'reasonCode',
  },
};
const ALWAYS = { documentHash: 'documentHash', hashAlgorithm: 'hashAlgorithm', nonce: null, expiresAt: null };
const MATCHED_NAMES = ACT_NAMES.filter((name): name is MatchedName => name in MATCHED);

/** Any other value of the same type. */
function otherThan(name: MatchedName, member: string, value: unknown): unknown {
  const column = (ACTS[name].schema.shape as Record<string, Parameters<typeof columnTypeOf>[0]>)[member];
  if (column === undefined) throw new TypeError(member);
  switch (columnTypeOf(column)) {
    case 'bytes18':
      return STRANGER;
    case 'bytes32':
      return someHash(0x99);
    case 'bytes12':
      return '44';
    case 'uint256':
      return BigInt(String(value)) ^ 1n;
    default:
      return Number(value) + 1;
  }
}

describe.each(MATCHED_NAMES)('%s', (name) => {
  const [documentOf, build] = MATCHED[name];
  const document = salted(documentOf());
  const act = build(document);

  it('matches the document that it was built of', () => {
    expect(differenceOf(name, act, document)).toBeNull();
  });

  it.each(Object.entries({ ...NAMES[name], ...ALWAYS }))('with another %s differs in %s', (member, expected) => {
    const value: unknown = (act as unknown as Record<string, unknown>)[member];
    const changed = { ...act, [member]: otherThan(name, member, value) };
    expect(differenceOf(name, changed, document)).toBe(expected);
  });

  it('has no member that is not looked at here', () => {
    expect(Object.keys({ ...NAMES[name], ...ALWAYS }).toSorted()).toEqual(Object.keys(act).toSorted());
  });

  it('does not match the same document under another salt', () => {
    expect(differenceOf(name, act, salted(document.document))).toBe('documentHash');
  });
});

const LAW = { instrument: '中华人民共和国统计法', article: '第二十八条' };
const OTHER_ID = someHash(0x99);

describe('a document that was changed after the act was built', () => {
  it.each<readonly [MatchedName, string, JsonObject]>([
    ['refuse', 'provider', { provider: STRANGER }],
    ['refuse', 'requestId', { requestId: OTHER_ID }],
    ['refuse', 'reasonCode', { reasonCode: 'FORBIDDEN_BY_LAW', conditions: [], legalBasis: [LAW] }],
    ['refuse', 'conditions', { conditions: ['NEVER_ANNOUNCED'] }],
    ['agree', 'requestId', { requestId: OTHER_ID }],
    ['agree', 'conditions', { conditions: [] }],
    ['agree', 'conditions', { conditions: ['NEVER_ANNOUNCED'] }],
    ['agree', 'rowFilter', { rowFilter: null }],
    ['agree', 'rowFilter', { rowFilter: { regionPrefix: '990102' } }],
    ['agree', 'disposal.days', { disposal: { days: 11, method: 'ERASE' } }],
    ['agree', 'assignee', { assignee: STRANGER }],
    ['agree', 'resource.id', { resource: { id: OTHER_ID, version: 3 } }],
    ['agree', 'resource.version', { resource: { id: factsOf().request?.resourceId ?? '', version: 2 } }],
    ['changeGrant', 'assigner', { assigner: STRANGER }],
    ['changeGrant', 'assignee', { assignee: STRANGER }],
    ['changeGrant', 'fields', { fields: ['name'], plainFields: [] }],
    ['changeGrant', 'conditions', { conditions: ['NEVER_ANNOUNCED'] }],
    ['changeGrant', 'window.notAfter', { window: { notBefore: 1_760_889_600, notAfter: 1_760_889_700 } }],
    ['changeGrant', 'rowFilter', { rowFilter: null }],
    ['changeGrant', 'purposes', { purposes: ['RESEARCH'] }],
    ['changeGrant', 'mode', { mode: 'BATCH' }],
    ['designateSource', 'department', { department: STRANGER }],
    ['designateSource', 'element', { element: 'XM' }],
    ['designateSource', 'resourceId', { resourceId: OTHER_ID }],
    ['designateSource', 'replaces', { replaces: null }],
    ['fileCorrection', 'department', { department: STRANGER }],
    ['fileCorrection', 'resourceId', { resourceId: OTHER_ID }],
    ['fileCorrection', 'version', { version: 2 }],
    ['fileCorrection', 'errorKind', { errorKind: 'MISSING' }],
    ['openDispute', 'department', { department: STRANGER }],
    ['openDispute', 'respondent', { respondent: STRANGER }],
    ['openDispute', 'subject.kind', { subject: { kind: 'GRANT', id: `0x${'b2'.repeat(32)}` } }],
    ['openDispute', 'subject.id', { subject: { kind: 'REQUEST', id: OTHER_ID } }],
  ])('makes %s differ in %s: %j', (name, member, changes) => {
    const [documentOf, build] = MATCHED[name];
    const act = build(salted(documentOf()));
    const changed = salted({ ...(documentOf() as JsonObject), ...changes });
    expect(differenceOf(name, act as never, changed)).toBe('documentHash');
    expect(differenceOf(name, committedTo(act, changed) as never, changed)).toBe(member);
  });

  // Data that returns is bound by no condition (domain rule R27), and the ledger does not see those of a change.
  it.each(['agree', 'changeGrant'] as const)('makes %s of a return differ when it names conditions', (name) => {
    const [documentOf, build] = MATCHED[name];
    const document = salted(documentOf());
    const asked = { ...factsOf().asked!, kind: 'REFLOW' as const };
    expect(differenceOf(name, build(document) as never, document, factsOf({ asked }))).toBe('conditions');
  });

  it('is told by the grounds of a refusal by law, article by article', () => {
    const [documentOf, build] = MATCHED.refuse;
    const byLaw = {
      ...(documentOf() as JsonObject),
      reasonCode: 'FORBIDDEN_BY_LAW',
      conditions: [],
      legalBasis: [LAW],
    };
    const own = salted(byLaw);
    expect(differenceOf('refuse', build(own), own)).toBeNull();
    const other = { salt: own.salt, document: { ...byLaw, legalBasis: [{ ...LAW, article: '第一条' }] } };
    expect(differenceOf('refuse', committedTo(build(own), other), other)).toBe('legalBasis');
  });
});
