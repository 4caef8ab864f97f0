import type { Act } from '../../../ledger/acts/act-definitions.ts';
import { REQUEST_KINDS } from '../../../ledger/acts/chain-enums.ts';
import { deriveResourceId, parseResourceId } from '../../../ledger/ids.ts';
import * as factory from '../../support/act-factory.ts';
import { type Actor, actor } from '../../support/actors.ts';
import { CITY, type ForgedHistory, grantIdOf, PROVIDER, PROVINCE, REGULATOR } from '../projection.factory.ts';
import { REQUESTER, requestIdOf, RESOURCE_ID, ROOT } from '../projection.factory.ts';
import { after, type Step, type Table } from './transition.ts';

const DENIED = {
  documentHash: factory.someHash(0xd2),
  shareClass: 3,
  conditionsHash: factory.NO_HASH,
  denyBasisHash: factory.someHash(2),
  denyInstrument: 1,
};

const agree =
  (
    changes: Partial<Act<'agree'>> = {},
    contents: Parameters<ForgedHistory['agree']>[2] = {},
    provider = PROVIDER,
  ): Step =>
  (history) =>
    history.agree(1, changes, contents, provider);
const update =
  (changes: Partial<Act<'submitResource'>>): Step =>
  (history) =>
    history
      .submit({ version: 2, documentHash: DENIED.documentHash, ...changes })
      .publish({ documentHash: DENIED.documentHash });
const suspend =
  (department: Actor): Step =>
  (history) =>
    history.govern(department, 'suspended');
const terminate: Step = (history) => history.join('terminate', [PROVIDER, ROOT], grantIdOf(2));

export const AGREEMENTS: Table = {
  machine: 'ShareLedger: agreements',
  stateOf: (projection) => (projection.request(requestIdOf(1)) === null ? 'agreed' : 'open'),
  rows: [
    ['an agreement', 'agreed', agree()],
    ['an agreement after the answer was due', 'agreed', (history) => agree()(history.at(history.due(20)))],
    ['an agreement after a new version', 'agreed', after(update({}), agree())],
    ['an agreement to all that was asked for', 'agreed', agree({ fields: 0b111n, notAfter: factory.END })],
    ['an agreement to what was agreed to', 'REQUEST_NOT_OPEN', (history) => history.agree(2)],
    ['an agreement to what is unknown', 'REQUEST_NOT_OPEN', (history) => history.agree(9)],
    ['an agreement to what was refused', 'REQUEST_NOT_OPEN', after((history) => history.refuse(1), agree())],
    [
      'an agreement to what was withdrawn',
      'REQUEST_NOT_OPEN',
      after((history) => history.take('withdrawRequest', REQUESTER, requestIdOf(1)), agree()),
    ],
    [
      'an agreement to what waits for its supplement',
      'REQUEST_NOT_OPEN',
      after((history) => history.take('askSupplement', PROVIDER, requestIdOf(1)), agree()),
    ],
    ['another requester', 'NOT_THE_REQUEST', agree({}, { requester: REGULATOR.id })],
    ['another resource', 'NOT_THE_REQUEST', agree({}, { resourceId: parseResourceId(factory.someHash(1)) })],
    ['another version', 'NOT_THE_REQUEST', agree({}, { resourceVersion: 2 })],
    ['a grant that is known', 'GRANT_KNOWN', agree({}, { grantId: grantIdOf(2) })],
    ['an agreement by another', 'NOT_PROVIDER', agree({}, {}, REQUESTER)],
    ['an agreement while suspended', 'DEPARTMENT_NOT_ACTIVE', after(suspend(PROVIDER), agree())],
    ['an agreement with a suspended requester', 'DEPARTMENT_NOT_ACTIVE', after(suspend(REQUESTER), agree())],
    ['a field that was not asked for', 'FIELDS', agree({ fields: 0b1000n })],
    ['no field', 'FIELDS', agree({ fields: 0n })],
    ['a window that begins earlier', 'WINDOW', agree({ notBefore: factory.BEGIN - 1 })],
    ['a window that ends later', 'WINDOW', agree({ notAfter: factory.END + 1 })],
    ['a window that ended', 'WINDOW', (history) => agree({ notAfter: history.next })(history)],
    ['a window that ends next', 'agreed', (history) => agree({ notAfter: history.next + 1 })(history)],
    ['a region within all', 'agreed', agree({ regionPrefix: '9901' })],
    ['no conditions', 'agreed', agree({ conditionsHash: factory.NO_HASH })],
    ['conditions that were never announced', 'CONDITIONS', agree({ conditionsHash: factory.someHash(1) })],
    [
      'conditions of a later version',
      'CONDITIONS',
      after(update({ conditionsHash: factory.someHash(7) }), agree({ conditionsHash: factory.someHash(7) })),
    ],
    ['one day for the disposal', 'agreed', agree({ disposalDays: 1 })],
    ['a year for the disposal', 'agreed', agree({ disposalDays: 366 })],
    ['no day for the disposal', 'DISPOSAL_DAYS', agree({ disposalDays: 0 })],
    ['more than a year for the disposal', 'DISPOSAL_DAYS', agree({ disposalDays: 367 })],
    ['a resource that is denied by now', 'RESOURCE_DENIED', after(update(DENIED), agree())],
    [
      'a resource that is frozen by now',
      'RESOURCE_NOT_PUBLISHED',
      after((history) => history.take('freezeResource', ROOT, RESOURCE_ID), agree()),
    ],
    [
      'a resource that is retired by now',
      'RESOURCE_NOT_PUBLISHED',
      after(terminate, (history) => history.join('retireResource', [PROVIDER, ROOT], RESOURCE_ID), agree()),
    ],
    ['a document under no algorithm', 'DOCUMENT', agree({ hashAlgorithm: 0 })],
    ['a delivery due a day early', 'DUE', (history) => agree({}, { dueAt: history.due(19) })(history)],
    ['an agreement in time', 'agreed', (history) => agree({ expiresAt: history.next })(history)],
    ['an agreement too late', 'ACT_EXPIRED', (history) => agree({ expiresAt: history.next - 1 })(history)],
  ],
};

/** Of the province: an authority and a department with a resource. */
const PROVINCIAL = actor('PD', { superior: PROVINCE.id });
const UPPER = actor('SR', { superior: PROVINCE.id });
const UPPER_RESOURCE = deriveResourceId(UPPER.id, factory.RESOURCE_CODE);
/** A county of the city, and its department. */
const COUNTY = { ...actor('FG', { superior: CITY.id }), kind: 'government', region: '990103' } as const;
const COUNTY_DEPARTMENT = { ...actor('TY', { superior: COUNTY.id }), region: '990103' };
/** Another city, and its department. */
const OTHER_CITY = { ...actor('JT', { superior: PROVINCE.id }), kind: 'government', region: '990200' } as const;
const ELSEWHERE = { ...actor('ST', { superior: OTHER_CITY.id }), region: '990200' };
/** Beneath no government. */
const ALONE = actor('HG');
const ALONE_AUTHORITY = { ...actor('FY'), kind: 'authority' } as const;

function withTree(history: ForgedHistory): ForgedHistory {
  return [PROVINCIAL, UPPER, COUNTY, COUNTY_DEPARTMENT, OTHER_CITY, ELSEWHERE, ALONE_AUTHORITY, ALONE]
    .reduce((all, department) => all.register(department), history)
    .submit({}, UPPER)
    .publish({}, PROVINCIAL, UPPER_RESOURCE);
}

const reflow =
  (resourceId: typeof RESOURCE_ID, regionPrefix: string | null, requester: Actor = REQUESTER): Step =>
  (history) =>
    withTree(history).request(3, { kind: REQUEST_KINDS.reflow, resourceId, regionPrefix }, requester);
const ofUpper = { resourceId: UPPER_RESOURCE };
const agreeUpper =
  (changes: Partial<Act<'agree'>>): Step =>
  (history) =>
    history.agree(3, { conditionsHash: factory.NO_HASH, regionPrefix: '9901', ...changes }, ofUpper, UPPER);
const returned = reflow(UPPER_RESOURCE, '9901');

export const RETURNS: Table = {
  machine: 'ShareLedger: the return of data',
  stateOf: (projection) => projection.request(requestIdOf(3))?.status ?? 'none',
  rows: [
    ['down the tree, the own region', 'submitted', reflow(UPPER_RESOURCE, '9901')],
    ['down the tree, a part of the own region', 'submitted', reflow(UPPER_RESOURCE, '990102')],
    ['down the tree, all regions', 'REFLOW', reflow(UPPER_RESOURCE, null)],
    ['down the tree, the region above', 'REFLOW', reflow(UPPER_RESOURCE, '99')],
    ['down the tree, the region beside', 'REFLOW', reflow(UPPER_RESOURCE, '9902')],
    ['down the tree by two levels', 'submitted', reflow(UPPER_RESOURCE, '990103', COUNTY_DEPARTMENT)],
    ['down the tree by one level of two', 'submitted', reflow(RESOURCE_ID, '990103', COUNTY_DEPARTMENT)],
    ['down the tree, the city for a county', 'REFLOW', reflow(RESOURCE_ID, '9901', COUNTY_DEPARTMENT)],
    ['to the authority beneath', 'submitted', reflow(UPPER_RESOURCE, '9901', ROOT)],
    ['on one level', 'REFLOW', reflow(RESOURCE_ID, '9901')],
    ['up the tree', 'REFLOW', reflow(RESOURCE_ID, '99', UPPER)],
    ['from city to city', 'REFLOW', reflow(RESOURCE_ID, '9902', ELSEWHERE)],
    ['to the other city from the province', 'submitted', reflow(UPPER_RESOURCE, '9902', ELSEWHERE)],
    ['to a department beneath no government', 'REFLOW', reflow(UPPER_RESOURCE, '9901', ALONE)],
    [
      'from a department beneath no government',
      'REFLOW',
      (history) => {
        const resourceId = deriveResourceId(ALONE.id, factory.RESOURCE_CODE);
        const open = withTree(history).submit({}, ALONE).publish({}, ALONE_AUTHORITY, resourceId);
        return open.request(3, { kind: REQUEST_KINDS.reflow, resourceId, regionPrefix: '9901' });
      },
    ],
    [
      'with a grant before',
      'PRIOR_GRANT',
      (history) =>
        withTree(history).request(3, {
          kind: REQUEST_KINDS.reflow,
          ...ofUpper,
          regionPrefix: '9901',
          priorGrantId: grantIdOf(2),
        }),
    ],
    ['agreed to without conditions', 'none', after(returned, agreeUpper({}))],
    [
      'agreed to with the announced conditions',
      'CONDITIONS',
      after(returned, agreeUpper({ conditionsHash: factory.CONDITIONS_HASH })),
    ],
    ['agreed to for a part of the region', 'none', after(returned, agreeUpper({ regionPrefix: '990102' }))],
    ['agreed to for the region above', 'REGION', after(returned, agreeUpper({ regionPrefix: '99' }))],
    ['agreed to for all regions', 'REGION', after(returned, agreeUpper({ regionPrefix: null }))],
    ['refused for a condition', 'GROUNDS', after(returned, (history) => history.refuse(3, {}, UPPER))],
  ],
};
