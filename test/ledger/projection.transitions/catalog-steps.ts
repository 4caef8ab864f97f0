import { SHARE_CLASSES } from '../../../ledger/acts/chain-enums.ts';
import { reasonCodeToBytes32 } from '../../../ledger/documents/reason-code.ts';
import { deriveResourceId, parseResourceId, resourceCodeHash } from '../../../ledger/ids.ts';
import * as factory from '../../support/act-factory.ts';
import { actor } from '../../support/actors.ts';
import { CITY, grantIdOf, PROVIDER, PROVINCE, RESOURCE_ID, ROOT } from '../projection.factory.ts';
import { after, type Step } from './transition.ts';

export const STRANGER = actor('ZJ', { superior: CITY.id });
/** An authority of another level, and a second one of the city. */
export const PROVINCIAL = actor('PD', { superior: PROVINCE.id });
export const SECOND = { ...actor('ZW', { superior: CITY.id }), kind: 'authority' } as const;
export const UNKNOWN = parseResourceId(factory.someHash(1));
export const OTHER_CODE = resourceCodeHash('301001/000002');
export const OTHER = deriveResourceId(PROVIDER.id, '301001/000002');
export const EXPIRED = { expiresAt: factory.BEGIN };
export const NO_DOCUMENT = { documentHash: factory.NO_HASH };
export const NO_REASON = { reasonCode: factory.NO_HASH };
export const SECURITY = { reasonCode: reasonCodeToBytes32('SECURITY') };
export const SECOND_DOCUMENT = { documentHash: factory.someHash(0xd2) };
export const V2 = { version: 2, ...SECOND_DOCUMENT };
export const DENIED = { shareClass: SHARE_CLASSES.denied, denyInstrument: 1, denyBasisHash: factory.someHash(2) };
export const OPEN = { shareClass: SHARE_CLASSES.unconditional };
type Submission = NonNullable<Parameters<typeof factory.submission>[1]>;
export const submit =
  (changes: Submission = V2, provider = PROVIDER, reviewDueAt?: number): Step =>
  (history) =>
    history.submit(changes, provider, reviewDueAt);
export const publish =
  (
    changes: Parameters<typeof factory.publication>[2] = SECOND_DOCUMENT,
    authority = ROOT,
    resourceId = RESOURCE_ID,
  ): Step =>
  (history) =>
    history.publish(changes, authority, resourceId);
export const publishOther = (changes: Submission = {}): Step =>
  after(
    submitOther(changes),
    publish({ documentHash: changes.documentHash ?? factory.submission(PROVIDER).documentHash }, ROOT, OTHER),
  );
export const take =
  (name: factory.SoleStepName, by = ROOT, changes: Partial<factory.StepChanges> = {}, dueAt?: number): Step =>
  (history) =>
    history.take(name, by, RESOURCE_ID, changes, dueAt);
export const suspend =
  (department = PROVIDER): Step =>
  (history) =>
    history.govern(department, 'suspended');
export const register =
  (department: typeof SECOND | typeof PROVINCIAL): Step =>
  (history) =>
    history.register(department);
export const designate =
  (changes: Parameters<typeof factory.designation>[2] = {}, authority = ROOT): Step =>
  (history) =>
    history.designate(changes, authority);
export const retire =
  (by = PROVIDER, authority = ROOT, changes: Partial<factory.StepChanges> = {}): Step =>
  (history) =>
    history.join('retireResource', [by, authority], RESOURCE_ID, changes);
export const terminate: Step = (history) => history.join('terminate', [PROVIDER, ROOT], grantIdOf(2));
export const retired = after(terminate, retire());
export const update = (changes: Partial<factory.StepChanges>, dueAt?: number) =>
  take('requireUpdate', ROOT, changes, dueAt);
export const extend =
  (later: number, by = ROOT, said?: number): Step =>
  (history) => {
    const dueAt = (history.projection.resource(RESOURCE_ID)?.updateDueAt ?? 0) + later;
    return history.take('extendUpdate', by, RESOURCE_ID, { dueAt }, said);
  };
/** Five working days after the update was due; what the last second of them is. */
export const extendFully =
  (more = 0): Step =>
  (history) => {
    const dueAt = history.due(5, (history.projection.resource(RESOURCE_ID)?.updateDueAt ?? 0) - 1) + more;
    return history.take('extendUpdate', ROOT, RESOURCE_ID, { dueAt });
  };
/** To `seconds` after the update is due. */
export const toDue =
  (seconds: number): Step =>
  (history) =>
    history.at((history.projection.resource(RESOURCE_ID)?.updateDueAt ?? 0) + seconds);
export function submitOther(changes: Submission): Step {
  return submit({ codeHash: OTHER_CODE, ...changes });
}
