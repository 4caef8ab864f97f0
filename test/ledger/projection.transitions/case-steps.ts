import type { Act } from '../../../ledger/acts/act-definitions.ts';
import { parseResourceId } from '../../../ledger/ids.ts';
import * as factory from '../../support/act-factory.ts';
import { type Actor, actor } from '../../support/actors.ts';
import { caseIdOf, CITY, PROVIDER, PROVINCE, REQUESTER } from '../projection.factory.ts';
import { after, type Step, type Table } from './transition.ts';

export const STRANGER = actor('ZJ', { superior: CITY.id });
export const SECOND = { ...actor('ZW', { superior: CITY.id }), kind: 'authority' } as const;
export const PROVINCIAL = actor('PD', { superior: PROVINCE.id });
export const UPPER = actor('SR', { superior: PROVINCE.id });
/** Beneath no government: two departments and an authority. */
export const [ALONE, LONELY] = [actor('HG'), actor('FY')];
export const ALONE_AUTHORITY = { ...actor('CL'), kind: 'authority' } as const;
export const UNKNOWN = parseResourceId(factory.someHash(1));
export const EXPIRED = { expiresAt: factory.BEGIN };
export const NO_REASON = { reasonCode: factory.NO_HASH };
export const NO_DOCUMENT = { documentHash: factory.NO_HASH };
export const file =
  (changes: Partial<Act<'fileCorrection'>> = {}, requester: Actor = REQUESTER, dueAt?: number): Step =>
  (history) =>
    history.file(1, changes, requester, dueAt);
export const take =
  (name: factory.SoleStepName, by: Actor, changes: Partial<factory.StepChanges> = {}, dueAt?: number): Step =>
  (history) =>
    history.take(name, by, caseIdOf(1), changes, dueAt);
export const verify = take('verifyCorrection', PROVIDER);
export const correct = take('correct', PROVIDER);
export const uphold = take('uphold', PROVIDER);
export const feedBack = take('feedBackCorrection', PROVIDER);
export const close = take('closeCorrection', REQUESTER);
export const answered = after(file(), verify, correct, feedBack);
export const suspend =
  (department: Actor): Step =>
  (history) =>
    history.govern(department, 'suspended');
export const register =
  (...departments: readonly Actor[]): Step =>
  (history) =>
    departments.reduce((all, department) => all.register(department), history);
export const stateOf: Table['stateOf'] = (projection) => projection.case(caseIdOf(1))?.status ?? 'none';
