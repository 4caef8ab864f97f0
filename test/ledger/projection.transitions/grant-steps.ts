import type { Act } from '../../../ledger/acts/act-definitions.ts';
import { reasonCodeToBytes32 } from '../../../ledger/documents/reason-code.ts';
import * as factory from '../../support/act-factory.ts';
import { type Actor, actor } from '../../support/actors.ts';
import { CITY, DAY, grantIdOf, PROVIDER, PROVINCE, REQUESTER, RESOURCE_ID, ROOT } from '../projection.factory.ts';
import { after, type Step, type Table } from './transition.ts';

const G = grantIdOf(2);
export const STRANGER = actor('ZJ', { superior: CITY.id });
export const SECOND = { ...actor('ZW', { superior: CITY.id }), kind: 'authority' } as const;
export const PROVINCIAL = actor('PD', { superior: PROVINCE.id });
export const NO_REASON = { reasonCode: factory.NO_HASH };
export const NO_DOCUMENT = { documentHash: factory.NO_HASH };
export const EXPIRED = { expiresAt: factory.BEGIN };
export const MISUSE = reasonCodeToBytes32('MISUSE');
export const INSUFFICIENT = { reasonCode: reasonCodeToBytes32('RECTIFICATION_INSUFFICIENT') };
export const take =
  (name: factory.SoleStepName, by: Actor, changes: Partial<factory.StepChanges> = {}, dueAt?: number): Step =>
  (history) =>
    history.take(name, by, G, changes, dueAt);
export const deliver = take('deliver', PROVIDER);
export const activate = after(deliver, take('acknowledge', REQUESTER));
export const release = take('release', REQUESTER);
export const certify = take('certifyDisposal', REQUESTER);
export const accept = take('acceptDisposal', PROVIDER);
export const terminate =
  (
    parties: readonly [Actor, Actor] = [PROVIDER, ROOT],
    changes: Partial<factory.StepChanges> = {},
    dueAt?: number,
  ): Step =>
  (history) =>
    history.join('terminate', parties, G, changes, dueAt);
export const suspend =
  (department: Actor): Step =>
  (history) =>
    history.govern(department, 'suspended');
export const register =
  (department: Actor): Step =>
  (history) =>
    history.register(department);
export const at =
  (seconds: number): Step =>
  (history) =>
    history.at(seconds);
export const later =
  (seconds: number): Step =>
  (history) =>
    history.later(seconds);
/** Rectification in a day. */
export const blame =
  (by: Actor = PROVIDER, later = DAY, dueAt?: number): Step =>
  (history) =>
    history.take('suspend', by, G, { reasonCode: MISUSE, dueAt: history.next + later }, dueAt);
export const secure = (by: Actor = PROVIDER, changes: Partial<factory.StepChanges> = {}, dueAt?: number): Step =>
  take('suspend', by, changes, dueAt);
export const followUp = take('followUpSuspension', PROVIDER);
export const resume = (by: Actor = PROVIDER): Step => take('resume', by);
export const forfeit = (by: Actor = ROOT, changes: Partial<factory.StepChanges> = {}, dueAt?: number): Step =>
  take('forfeit', by, changes, dueAt);
export const change =
  (changes: Partial<Act<'changeGrant'>> = {}, provider: Actor = PROVIDER, authority: Actor = ROOT): Step =>
  (history) =>
    history.change(G, changes, provider, authority);
export const retire: Step = (history) => history.join('retireResource', [PROVIDER, ROOT], RESOURCE_ID);
export const freeze: Step = (history) => history.take('freezeResource', ROOT, RESOURCE_ID);
export const OTHER_TERMS = { fields: 0b010n };
export const stateOf: Table['stateOf'] = (projection) => projection.grant(G)?.status ?? 'none';
