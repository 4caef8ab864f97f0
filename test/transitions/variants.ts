import { ZeroHash } from 'ethers';

import { type Act, type ActName, ACTS, hashOf, type Machine, reason } from './acts.ts';
import type { DepartmentName } from './departments.ts';
import { CODE, CONDITIONS, type Things, WINDOW } from './ways.ts';
import { grantIn, requestIn, resourceIn, type World } from './world.ts';

type Variants = Readonly<Record<string, Partial<Act>>>;

/** Acts of other machines whose rules look at the state of this one. */
const ALSO: Readonly<Record<Machine, readonly ActName[]>> = {
  resource: ['submitRequest', 'fileCorrection', 'openDispute'],
  request: ['openDispute', 'retireResource', 'submitResource'],
  grant: ['openDispute', 'retireResource', 'submitRequest', 'agree'],
  correction: ['openDispute'],
  dispute: ['reopenRequest', 'refuse'],
};

/** The acts that are tried in every state of a machine. */
export function actsOf(machine: Machine): ActName[] {
  const own = (Object.keys(ACTS) as ActName[]).filter((name) => ACTS[name].machine === machine);
  return [...own, ...ALSO[machine]];
}

/** Who may take an act in some state; the content of an act is varied for them. */
const NATURAL: Partial<Readonly<Record<ActName, readonly DepartmentName[]>>> = {
  requireUpdate: ['provider', 'authorityA'],
  freezeResource: ['provider', 'authorityA'],
  suspend: ['provider', 'authorityA', 'authorityB', 'regulator'],
  followUpSuspension: ['provider', 'authorityB', 'regulator'],
  resume: ['provider', 'requester', 'authorityA'],
  forfeit: ['authorityA', 'authorityB'],
  openDispute: ['requester', 'provider', 'neighbour'],
  applyForCoordination: ['requester', 'provider'],
  coordinate: ['provinceAuthority', 'authorityA'],
  settleDispute: ['provinceAuthority', 'authorityA'],
  escalateDispute: ['requester', 'provider'],
  decideDispute: ['province', 'cityA'],
  executeDispute: ['requester', 'provider'],
};
const BY_AUTHORITY: readonly ActName[] = [
  'publishResource',
  'returnResource',
  'extendUpdate',
  'unfreezeResource',
  'designateSource',
];
const BY_REQUESTER: readonly ActName[] = [
  'submitRequest',
  'supplement',
  'withdrawRequest',
  'reopenRequest',
  'acknowledge',
  'release',
  'certifyDisposal',
  'fileCorrection',
  'closeCorrection',
];

export function naturalActorsOf(name: ActName): readonly DepartmentName[] {
  if (BY_AUTHORITY.includes(name)) return ['authorityA', 'provinceAuthority'];
  if (BY_REQUESTER.includes(name)) return ['requester', 'neighbour'];
  return NATURAL[name] ?? ['provider', 'provinceProvider'];
}

/** The act as it should be, under `plain`, and what may be different about its content. */
export function variantsOf(name: ActName, world: World, things: Things): Variants {
  const make = MAKERS[name];
  return make === undefined ? { plain: { subject: subjectOf(name, things) } } : make(world, things);
}

function subjectOf(name: ActName, things: Things): string {
  switch (ACTS[name].machine) {
    case 'resource':
      return things.resource;
    case 'request':
      return things.request;
    case 'grant':
      return things.grant;
    case 'correction':
    case 'dispute':
      return things.case;
  }
}

/** Each change by itself, on top of what is plain. */
function changes(plain: Partial<Act>, others: Variants): Variants {
  const entries = Object.entries(others).map(([label, change]) => [label, { ...plain, ...change }] as const);
  return { plain, ...Object.fromEntries(entries) };
}

function eachOf(label: string, authorities: readonly DepartmentName[]): Variants {
  return Object.fromEntries(authorities.map((authority) => [`${label} ${authority}`, { authority }]));
}

const AUTHORITIES = eachOf('authority', [
  'secondAuthorityA',
  'suspendedAuthorityA',
  'authorityB',
  'provinceAuthority',
  'strayAuthority',
  'provider',
  'cityA',
  'unknown',
]);

const MAKERS: Partial<Readonly<Record<ActName, (world: World, things: Things) => Variants>>> = {
  submitResource: (world, { resource }) => {
    const version = resourceIn(world, resource).publishedVersion + 1;
    const documentHash = hashOf('entry, once more');
    const free = { shareClass: 'Unconditional', conditionsHash: ZeroHash } as const;
    const denied = { ...free, shareClass: 'Denied', denyInstrument: 1, denyBasisHash: hashOf('basis') } as const;
    return changes(
      { codeHash: CODE, version, conditionsHash: CONDITIONS, documentHash },
      {
        'the same entry': { documentHash: hashOf(`entry ${String(version)}`) },
        'the version before': { version: version - 1 },
        'a later version': { version: version + 1 },
        unconditional: free,
        'unconditional with conditions': { ...free, conditionsHash: CONDITIONS },
        'conditional without conditions': { conditionsHash: ZeroHash },
        denied,
        'denied without an instrument': { ...denied, denyInstrument: 0 },
        'denied without a basis': { ...denied, denyBasisHash: ZeroHash },
        'no class': { shareClass: 'None', conditionsHash: ZeroHash },
        'no law class': { lawClass: 0 },
        'core data': { lawClass: 3 },
        'level 0': { level: 0 },
        'level 4': { level: 4 },
        'level 5': { level: 5 },
        'no field': { fieldCount: 0 },
        '256 fields': { fieldCount: 256 },
        '257 fields': { fieldCount: 257 },
        'no assessment': { secrecyHash: ZeroHash },
        'derived from itself': { derivedFrom: resource },
        'derived from nothing': { derivedFrom: hashOf('nothing') },
        'another code': { codeHash: hashOf('another code'), version: 1 },
        'another code, derived from this': { codeHash: hashOf('another code'), version: 1, derivedFrom: resource },
      },
    );
  },
  publishResource: (world, { resource }) => {
    const version = resourceIn(world, resource).publishedVersion + 1;
    const pending = world.versions.get(`${resource} ${String(version)}`);
    const documentHash = pending?.documentHash ?? hashOf('document');
    return changes({ subject: resource, documentHash }, { 'another entry': { documentHash: hashOf('another') } });
  },
  extendUpdate: (world, { resource }) => {
    const { updateDueAt } = resourceIn(world, resource);
    const day = 86_400;
    return changes(
      { subject: resource, dueAt: updateDueAt + day },
      {
        'not later': { dueAt: updateDueAt },
        // The update is due after 16 October 2025, so five working days more end with 23 October.
        'the latest': { dueAt: updateDueAt + 7 * day },
        'a second too late': { dueAt: updateDueAt + 7 * day + 1 },
        'no date': { dueAt: 0 },
      },
    );
  },
  freezeResource: (_, { resource }) =>
    changes({ subject: resource }, { emergency: { reasonCode: reason('SECURITY') } }),
  retireResource: (_, { resource }) => changes({ subject: resource, authority: 'authorityA' }, AUTHORITIES),
  designateSource: (world, { resource }) => {
    const replaces = world.sources.get(`cityA ${hashOf('element')}`) ?? ZeroHash;
    return changes(
      { subject: resource, element: hashOf('element'), replaces },
      {
        'replaces another one': { replaces: hashOf('another') },
        'replaces nothing': { replaces: ZeroHash },
        'another element': { element: hashOf('another element'), replaces: ZeroHash },
      },
    );
  },
  submitRequest: (world, { resource, grant }) => {
    const resourceVersion = resourceIn(world, resource).publishedVersion;
    return changes(
      { subject: resource, resourceVersion, ...WINDOW },
      {
        'version before': { resourceVersion: Math.max(0, resourceVersion - 1) },
        'later version': { resourceVersion: resourceVersion + 1 },
        'no kind': { kind: 'None' },
        renewal: { kind: 'Renew', priorGrantId: grant },
        extension: { kind: 'ScopeExtension', priorGrantId: grant },
        'passing on': { kind: 'Onward', priorGrantId: grant },
        'renewal of nothing': { kind: 'Renew' },
        'new, with a prior grant': { priorGrantId: grant },
        'a return': { kind: 'Reflow', regionPrefix: '9902' },
        'no field': { fields: 0n },
        'all fields': { fields: 15n },
        'a field too many': { fields: 16n },
        'a region': { regionPrefix: '990201' },
        'no region': { regionPrefix: '99x' },
        'empty window': { notBefore: WINDOW.notAfter },
        'window that is over': { notAfter: world.now },
        'a second left': { notAfter: world.now + 1, notBefore: world.now },
      },
    );
  },
  agree: (world, { request }) => agreements(world, request),
  refuse: (_, { request }) =>
    changes(
      { subject: request, reasonCode: reason('CONDITION_NOT_MET'), groundsHash: CONDITIONS },
      {
        'no grounds': { groundsHash: ZeroHash },
        'other grounds': { groundsHash: hashOf('new conditions') },
        law: { reasonCode: reason('FORBIDDEN_BY_LAW'), groundsHash: hashOf('article') },
        'law, not cited': { reasonCode: reason('FORBIDDEN_BY_LAW'), groundsHash: ZeroHash },
        'any reason': { reasonCode: reason('INCOMPLETE') },
        'no reason': { reasonCode: ZeroHash },
      },
    ),
  extendAnswer: (world, { request }) => {
    const { dueAt, extendableTo } = requestIn(world, request);
    return changes(
      { subject: request, authority: 'authorityA', dueAt: dueAt + 86_400 },
      {
        'not later': { dueAt },
        'a second later': { dueAt: dueAt + 1 },
        'to the end': { dueAt: extendableTo },
        'a second too far': { dueAt: extendableTo + 1 },
        ...AUTHORITIES,
      },
    );
  },
  suspend: (world, { grant }) =>
    changes(
      { subject: grant, reasonCode: reason('MISUSE'), dueAt: world.now + 7 * 86_400 },
      {
        'misuse, next second': { dueAt: world.now + 1 },
        'misuse, now': { dueAt: world.now },
        'misuse, no date': { dueAt: 0 },
        'misuse, 366 days': { dueAt: world.now + 366 * 86_400 },
        'misuse, a second more': { dueAt: world.now + 366 * 86_400 + 1 },
        emergency: { reasonCode: reason('SECURITY'), dueAt: 0 },
        'emergency with a date': { reasonCode: reason('SECURITY') },
        'another reason': { reasonCode: reason('OTHER') },
        'another reason, no date': { reasonCode: reason('OTHER'), dueAt: 0 },
      },
    ),
  terminate: (_, { grant }) => changes({ subject: grant, authority: 'authorityA' }, AUTHORITIES),
  forfeit: (_, { grant }) =>
    changes({ subject: grant }, { insufficient: { reasonCode: reason('RECTIFICATION_INSUFFICIENT') } }),
  changeGrant: (world, { grant }) => {
    const request = requestIn(world, grantIn(world, grant).requestId);
    const plain = { fields: 1n, notBefore: request.notBefore, notAfter: request.notAfter };
    const subject = { subject: grant, authority: 'authorityA', documentHash: hashOf('new authorization') } as const;
    return changes(
      { ...subject, ...plain },
      {
        ...windows(request.notBefore, request.notAfter, world.now),
        'all that was asked for': { fields: request.fields },
        'more fields': { fields: request.fields | 8n },
        'no field': { fields: 0n },
        'no negotiation': { negotiationHash: ZeroHash },
        'the terms in force': {
          ...{ fields: 3n, notBefore: WINDOW.notBefore, notAfter: grantIn(world, grant).notAfter },
          documentHash: hashOf('authorization'),
        },
        ...AUTHORITIES,
      },
    );
  },
  fileCorrection: (world, { resource }) => {
    const latest = resourceIn(world, resource).publishedVersion;
    return changes(
      { subject: resource, resourceVersion: latest },
      {
        'first version': { resourceVersion: 1 },
        'later version': { resourceVersion: latest + 1 },
        none: { resourceVersion: 0 },
      },
    );
  },
  openDispute: (_, things) => {
    const subjects = [
      ['Request', things.request],
      ['Grant', things.grant],
      ['Correction', things.case],
      ['Resource', things.resource],
      ['None', things.request],
    ] as const;
    const variants = subjects.flatMap(([subjectKind, subject]) =>
      (['provider', 'requester', 'neighbour'] as const).map(
        (side) => [`${subjectKind} with ${side}`, { subjectKind, subject, respondent: side }] as const,
      ),
    );
    const plain = { subjectKind: 'Request', subject: things.request, respondent: 'provider' } as const;
    return { plain, ...Object.fromEntries(variants) };
  },
  settleDispute: (_, things) => changes({ subject: things.case }, { REOPEN: { reasonCode: reason('REOPEN') } }),
  decideDispute: (_, things) => changes({ subject: things.case }, { REOPEN: { reasonCode: reason('REOPEN') } }),
};

function windows(notBefore: number, notAfter: number, now: number): Variants {
  return {
    'from earlier on': { notBefore: Math.max(0, notBefore - 1) },
    'for longer': { notAfter: notAfter + 1 },
    'empty window': { notBefore: notAfter },
    'window that is over': { notAfter: now },
    'a second left': { notBefore: now, notAfter: now + 1 },
  };
}

function agreements(world: World, request: string): Variants {
  const { fields, notBefore, notAfter, regionPrefix } = requestIn(world, request);
  return changes(
    { subject: request, fields: 1n, notBefore, notAfter, regionPrefix, documentHash: hashOf('authorization') },
    {
      ...windows(notBefore, notAfter, world.now),
      'all that was asked for': { fields },
      'more fields': { fields: fields | 8n },
      'no field': { fields: 0n },
      'fewer rows': { regionPrefix: `${regionPrefix}01` },
      'all rows': { regionPrefix: '' },
      'other rows': { regionPrefix: '9903' },
      'no region': { regionPrefix: '99x' },
      conditions: { conditionsHash: CONDITIONS },
      'new conditions': { conditionsHash: hashOf('new conditions') },
      'no disposal days': { disposalDays: 0 },
      '366 disposal days': { disposalDays: 366 },
      '367 disposal days': { disposalDays: 367 },
    },
  );
}
