import { deriveResourceId } from '../../../ledger/ids.ts';
import * as factory from '../../support/act-factory.ts';
import type { Actor } from '../../support/actors.ts';
import { CITY, type ForgedHistory, PROVIDER, PROVINCE, REGULATOR, REQUESTER, ROOT } from '../projection.factory.ts';
import {
  ALONE,
  ALONE_AUTHORITY,
  LONELY,
  PROVINCIAL,
  register,
  SECOND,
  stateOf,
  suspend,
  take,
  UPPER,
  verify,
} from './case-steps.ts';
import { after, type Step, type Table } from './transition.ts';

/** A dispute over the share class of the city's resource, or of another one. */
const open =
  (by: Actor = REQUESTER, against: Actor = PROVIDER): Step =>
  (history) =>
    history.dispute(1, { kind: 'resource', id: deriveResourceId(against.id, factory.RESOURCE_CODE) }, { by, against });

const apply = (by: Actor = REQUESTER) => take('applyForCoordination', by);

const coordinate = (by: Actor = ROOT) => take('coordinate', by);

const settle = (by: Actor = ROOT) => take('settleDispute', by);

const escalate = (by: Actor = REQUESTER) => take('escalateDispute', by);

const decide = (by: Actor = CITY) => take('decideDispute', by);

const execute = (by: Actor = PROVIDER) => take('executeDispute', by);

const coordinated = after(open(), apply(), coordinate());

const publishOf =
  (provider: Actor, authority: Actor): Step =>
  (history: ForgedHistory) =>
    history.submit({}, provider).publish({}, authority, deriveResourceId(provider.id, factory.RESOURCE_CODE));

/** The city against the province. */
const upward = after(register(PROVINCIAL, UPPER), publishOf(UPPER, PROVINCIAL), open(REQUESTER, UPPER), apply());

/** Two that have no government, and one that has one against one that has none. */
const withoutGovernment = after(register(ALONE_AUTHORITY, ALONE, LONELY), publishOf(ALONE, ALONE_AUTHORITY));

const lonely = after(withoutGovernment, open(LONELY, ALONE), apply(LONELY));

const mixed = after(withoutGovernment, open(REQUESTER, ALONE), apply());

/** An authority for its own sake. */
const own = after(register(SECOND), open(ROOT), apply(ROOT));

export const DISPUTES: Table = {
  machine: 'CaseBook: disputes',
  stateOf,
  rows: [
    ['applied for by the claimant', 'applied', after(open(), apply())],
    ['applied for by the respondent', 'applied', after(open(), apply(PROVIDER))],
    ['applied for by another', 'NOT_ENTITLED', after(open(), apply(ROOT))],
    ['applied for twice', 'CASE_STATUS', after(open(), apply(), apply())],
    ['applied for while suspended', 'DEPARTMENT_NOT_ACTIVE', after(open(), suspend(REQUESTER), apply())],
    ['coordinated by the authority of the level', 'coordinating', coordinated],
    [
      'coordinated by another one of the level',
      'coordinating',
      after(register(SECOND), open(), apply(), coordinate(SECOND)),
    ],
    ['coordinated by a department', 'NOT_ENTITLED', after(open(), apply(), coordinate(REQUESTER))],
    ['coordinated by a regulator', 'NOT_ENTITLED', after(open(), apply(), coordinate(REGULATOR))],
    [
      'coordinated from the level above',
      'NOT_ENTITLED',
      after(register(PROVINCIAL), open(), apply(), coordinate(PROVINCIAL)),
    ],
    ['coordinated before anybody applied', 'CASE_STATUS', after(open(), coordinate())],
    [
      'coordinated by a suspended authority',
      'DEPARTMENT_NOT_ACTIVE',
      after(open(), apply(), suspend(ROOT), coordinate()),
    ],
    ['settled', 'settled', after(coordinated, settle())],
    ['settled by another authority', 'NOT_ENTITLED', after(register(SECOND), coordinated, settle(SECOND))],
    ['settled by a side', 'NOT_ENTITLED', after(coordinated, settle(REQUESTER))],
    ['settled before it was coordinated', 'CASE_STATUS', after(open(), apply(), settle())],
    ['executed after the settlement', 'executed', after(coordinated, settle(), execute())],
    ['executed by the claimant', 'executed', after(coordinated, settle(), execute(REQUESTER))],
    ['executed by the coordinator', 'NOT_ENTITLED', after(coordinated, settle(), execute(ROOT))],
    ['executed before it was settled', 'CASE_STATUS', after(coordinated, execute())],
    ['executed twice', 'CASE_STATUS', after(coordinated, settle(), execute(), execute())],
    ['escalated by the claimant', 'escalated', after(coordinated, escalate())],
    ['escalated by the respondent', 'escalated', after(coordinated, escalate(PROVIDER))],
    ['escalated by the coordinator', 'NOT_ENTITLED', after(coordinated, escalate(ROOT))],
    ['escalated before it was coordinated', 'CASE_STATUS', after(open(), apply(), escalate())],
    ['escalated after the settlement', 'CASE_STATUS', after(coordinated, settle(), escalate())],
    ['decided by the government', 'decided', after(coordinated, escalate(), decide())],
    ['decided by the government above', 'NOT_ENTITLED', after(coordinated, escalate(), decide(PROVINCE))],
    ['decided by the authority', 'NOT_ENTITLED', after(coordinated, escalate(), decide(ROOT))],
    ['decided before it was escalated', 'CASE_STATUS', after(coordinated, decide())],
    [
      'decided by a suspended government',
      'DEPARTMENT_NOT_ACTIVE',
      after(coordinated, escalate(), suspend(CITY), decide()),
    ],
    ['executed after the decision', 'executed', after(coordinated, escalate(), decide(), execute())],
    ['across levels, coordinated by the authority above both', 'coordinating', after(upward, coordinate(PROVINCIAL))],
    ['across levels, coordinated by the authority of one', 'NOT_ENTITLED', after(upward, coordinate())],
    [
      'across levels, decided by the government above both',
      'decided',
      after(upward, coordinate(PROVINCIAL), escalate(), decide(PROVINCE)),
    ],
    [
      'across levels, decided by the government of one',
      'NOT_ENTITLED',
      after(upward, coordinate(PROVINCIAL), escalate(), decide()),
    ],
    ['of an authority, coordinated by itself', 'NOT_ENTITLED', after(own, coordinate())],
    ['of an authority, coordinated by another one', 'coordinating', after(own, coordinate(SECOND))],
    ['of an authority, escalated at once', 'escalated', after(own, escalate(ROOT))],
    ['of an authority, escalated at once by the other side', 'escalated', after(own, escalate(PROVIDER))],
    ['of an authority, escalated by another', 'NOT_ENTITLED', after(own, escalate(REQUESTER))],
    ['of an authority, escalated before anybody applied', 'CASE_STATUS', after(open(ROOT), escalate(ROOT))],
    ['of an authority, decided', 'decided', after(own, escalate(ROOT), decide())],
    [
      'beneath no government, coordinated by an authority beneath none',
      'coordinating',
      after(lonely, coordinate(ALONE_AUTHORITY)),
    ],
    ['beneath no government, coordinated by an authority beneath one', 'NOT_ENTITLED', after(lonely, coordinate())],
    [
      'beneath no government, escalated to nobody',
      'NO_GOVERNMENT',
      after(lonely, coordinate(ALONE_AUTHORITY), escalate(LONELY)),
    ],
    ['beneath no government, settled', 'settled', after(lonely, coordinate(ALONE_AUTHORITY), settle(ALONE_AUTHORITY))],
    [
      'between one with a government and one without, coordinated by nobody',
      'NOT_ENTITLED',
      after(mixed, coordinate(ALONE_AUTHORITY)),
    ],
    ['between one with a government and one without, not escalated either', 'CASE_STATUS', after(mixed, escalate())],
    ['with a deadline', 'DUE_MISPLACED', after(open(), take('applyForCoordination', REQUESTER, { dueAt: 1 }))],
    ['taken for a correction', 'CASE_STATUS', after(open(), verify)],
  ],
};
