import { LAW_CLASSES, SHARE_CLASSES } from '../../../ledger/acts/chain-enums.ts';
import { reasonCodeToBytes32 } from '../../../ledger/documents/reason-code.ts';
import { deriveResourceId, elementHash, parseResourceId, resourceCodeHash } from '../../../ledger/ids.ts';
import * as factory from '../../support/act-factory.ts';
import { actor } from '../../support/actors.ts';
import { CITY, DAY, PROVIDER, PROVINCE, REGULATOR, REQUESTER, RESOURCE_ID, ROOT } from '../projection.factory.ts';
import { grantIdOf } from '../projection.factory.ts';
import { after, type Step, type Table } from './transition.ts';

const STRANGER = actor('ZJ', { superior: CITY.id });
/** An authority of another level, and a second one of the city. */
const PROVINCIAL = actor('PD', { superior: PROVINCE.id });
const SECOND = { ...actor('ZW', { superior: CITY.id }), kind: 'authority' } as const;
const UNKNOWN = parseResourceId(factory.someHash(1));
const OTHER_CODE = resourceCodeHash('301001/000002');
const OTHER = deriveResourceId(PROVIDER.id, '301001/000002');
const EXPIRED = { expiresAt: factory.BEGIN };
const NO_DOCUMENT = { documentHash: factory.NO_HASH };
const NO_REASON = { reasonCode: factory.NO_HASH };
const SECURITY = { reasonCode: reasonCodeToBytes32('SECURITY') };
const SECOND_DOCUMENT = { documentHash: factory.someHash(0xd2) };
const V2 = { version: 2, ...SECOND_DOCUMENT };
const DENIED = { shareClass: SHARE_CLASSES.denied, denyInstrument: 1, denyBasisHash: factory.someHash(2) };
const OPEN = { shareClass: SHARE_CLASSES.unconditional };

type Submission = NonNullable<Parameters<typeof factory.submission>[1]>;
const submit =
  (changes: Submission = V2, provider = PROVIDER, reviewDueAt?: number): Step =>
  (history) =>
    history.submit(changes, provider, reviewDueAt);
const publish =
  (
    changes: Parameters<typeof factory.publication>[2] = SECOND_DOCUMENT,
    authority = ROOT,
    resourceId = RESOURCE_ID,
  ): Step =>
  (history) =>
    history.publish(changes, authority, resourceId);
const publishOther = (changes: Submission = {}): Step =>
  after(
    submitOther(changes),
    publish({ documentHash: changes.documentHash ?? factory.submission(PROVIDER).documentHash }, ROOT, OTHER),
  );
const take =
  (name: factory.SoleStepName, by = ROOT, changes: Partial<factory.StepChanges> = {}, dueAt?: number): Step =>
  (history) =>
    history.take(name, by, RESOURCE_ID, changes, dueAt);
const suspend =
  (department = PROVIDER): Step =>
  (history) =>
    history.govern(department, 'suspended');
const register =
  (department: typeof SECOND | typeof PROVINCIAL): Step =>
  (history) =>
    history.register(department);
const designate =
  (changes: Parameters<typeof factory.designation>[2] = {}, authority = ROOT): Step =>
  (history) =>
    history.designate(changes, authority);
const retire =
  (by = PROVIDER, authority = ROOT, changes: Partial<factory.StepChanges> = {}): Step =>
  (history) =>
    history.join('retireResource', [by, authority], RESOURCE_ID, changes);
const terminate: Step = (history) => history.join('terminate', [PROVIDER, ROOT], grantIdOf(2));
const retired = after(terminate, retire());
const update = (changes: Partial<factory.StepChanges>, dueAt?: number) => take('requireUpdate', ROOT, changes, dueAt);
const extend =
  (later: number, by = ROOT, said?: number): Step =>
  (history) => {
    const dueAt = (history.projection.resource(RESOURCE_ID)?.updateDueAt ?? 0) + later;
    return history.take('extendUpdate', by, RESOURCE_ID, { dueAt }, said);
  };
/** Five working days after the update was due; what the last second of them is. */
const extendFully =
  (more = 0): Step =>
  (history) => {
    const dueAt = history.due(5, (history.projection.resource(RESOURCE_ID)?.updateDueAt ?? 0) - 1) + more;
    return history.take('extendUpdate', ROOT, RESOURCE_ID, { dueAt });
  };
/** To `seconds` after the update is due. */
const toDue =
  (seconds: number): Step =>
  (history) =>
    history.at((history.projection.resource(RESOURCE_ID)?.updateDueAt ?? 0) + seconds);

function submitOther(changes: Submission): Step {
  return submit({ codeHash: OTHER_CODE, ...changes });
}

export const VERSIONS: Table = {
  machine: 'ResourceCatalog: versions',
  stateOf: (projection) => projection.resourceVersion(RESOURCE_ID, 2)?.status ?? 'none',
  rows: [
    ['a second version', 'submitted', submit()],
    ['its announcement', 'published', after(submit(), publish())],
    ['its return', 'returned', after(submit(), take('returnResource'))],
    [
      'its correction',
      'submitted',
      after(submit(), take('returnResource'), submit({ version: 2, documentHash: factory.someHash(3) })),
    ],
    [
      'its announcement by another authority',
      'published',
      after(register(SECOND), submit(), publish(SECOND_DOCUMENT, SECOND)),
    ],
    ['the same again after its return', 'UNCHANGED', after(submit(), take('returnResource'), submit())],
    ['the same again before its review', 'VERSION_SUBMITTED', after(submit(), submit())],
    ['the first version again', 'UNEXPECTED_VERSION', submit({ version: 1, ...SECOND_DOCUMENT })],
    ['a version too far', 'UNEXPECTED_VERSION', submit({ version: 3, ...SECOND_DOCUMENT })],
    ['a version of a retired resource', 'RESOURCE_RETIRED', after(retired, submit())],
    ['a version while frozen', 'submitted', after(take('freezeResource'), submit())],
    ['a version by a regulator', 'DEPARTMENT_KIND', submit({}, REGULATOR)],
    ['a version by nobody known', 'DEPARTMENT_NOT_ACTIVE', submit({}, STRANGER)],
    ['a version while suspended', 'DEPARTMENT_NOT_ACTIVE', after(suspend(), submit())],
    ['a version in time', 'submitted', (history) => history.submit({ ...V2, expiresAt: history.next })],
    ['a version too late', 'ACT_EXPIRED', (history) => history.submit({ ...V2, expiresAt: history.next - 1 })],
    ['a review that is due too early', 'DUE', (history) => history.submit(V2, PROVIDER, history.due(2) - 1)],
    ['a review that is due too late', 'DUE', (history) => history.submit(V2, PROVIDER, history.due(2) + 1)],
    [
      'a review of a first version that is due',
      'DUE',
      (history) => submit({ codeHash: OTHER_CODE }, PROVIDER, history.due(2))(history),
    ],
    ['a class without conditions that has some', 'CONDITIONS_DO_NOT_FIT_CLASS', submit({ ...V2, ...OPEN })],
    [
      'a class with conditions that has none',
      'CONDITIONS_DO_NOT_FIT_CLASS',
      submit({ ...V2, conditionsHash: factory.NO_HASH }),
    ],
    ['an unconditional version', 'submitted', submit({ ...V2, ...OPEN, conditionsHash: factory.NO_HASH })],
    ['a denied version', 'submitted', submit({ ...V2, ...DENIED, conditionsHash: factory.NO_HASH })],
    ['a denial with conditions', 'CONDITIONS_DO_NOT_FIT_CLASS', submit({ ...V2, ...DENIED })],
    [
      'a denial without basis',
      'DENY_BASIS_DOES_NOT_FIT_CLASS',
      submit({ ...V2, ...DENIED, conditionsHash: factory.NO_HASH, denyBasisHash: factory.NO_HASH }),
    ],
    [
      'a denial without instrument',
      'DENY_BASIS_DOES_NOT_FIT_CLASS',
      submit({ ...V2, ...DENIED, conditionsHash: factory.NO_HASH, denyInstrument: 0 }),
    ],
    ['a basis without denial', 'DENY_BASIS_DOES_NOT_FIT_CLASS', submit({ ...V2, denyBasisHash: factory.someHash(1) })],
    ['an instrument without denial', 'DENY_BASIS_DOES_NOT_FIT_CLASS', submit({ ...V2, denyInstrument: 1 })],
    ['core data', 'CORE_DATA', submit({ ...V2, lawClass: LAW_CLASSES.core })],
    ['important data', 'submitted', submit({ ...V2, lawClass: LAW_CLASSES.important })],
    ['no level', 'ENTRY_OUT_OF_BOUNDS', submit({ ...V2, level: 0 })],
    ['no field', 'ENTRY_OUT_OF_BOUNDS', submit({ ...V2, fieldCount: 0 })],
    ['the most fields', 'submitted', submit({ ...V2, fieldCount: 256 })],
    ['a field too many', 'ENTRY_OUT_OF_BOUNDS', submit({ ...V2, fieldCount: 257 })],
    ['no assessment of secrecy', 'ASSESSMENT_MISSING', submit({ ...V2, secrecyHash: factory.NO_HASH })],
    ['no assessment of personal information', 'submitted', submit({ ...V2, piaHash: factory.NO_HASH })],
    ['no document', 'DOCUMENT', submit({ ...V2, ...NO_DOCUMENT })],
    ['a document under another algorithm', 'DOCUMENT', submit({ ...V2, hashAlgorithm: 3 })],
    ['an announcement of nothing', 'NOT_SUBMITTED', publish()],
    ['a second announcement', 'NOT_SUBMITTED', after(submit(), publish(), publish())],
    ['an announcement of what was returned', 'NOT_SUBMITTED', after(submit(), take('returnResource'), publish())],
    ['an announcement of what is unknown', 'RESOURCE_UNKNOWN', publish({}, ROOT, UNKNOWN)],
    [
      'an announcement of another document',
      'DOCUMENT_MISMATCH',
      after(submit(), publish({ documentHash: factory.someHash(1) })),
    ],
    ['an announcement by a department', 'DEPARTMENT_KIND', after(submit(), publish(SECOND_DOCUMENT, PROVIDER))],
    [
      'an announcement from another level',
      'NOT_SAME_LEVEL',
      after(register(PROVINCIAL), submit(), publish(SECOND_DOCUMENT, PROVINCIAL)),
    ],
    ['an announcement while suspended', 'DEPARTMENT_NOT_ACTIVE', after(submit(), suspend(ROOT), publish())],
    ['an announcement after the retirement', 'RESOURCE_RETIRED', after(submit(), retired, publish())],
    [
      'an announcement without a reason',
      'REASON_MISSING',
      after(submit(), publish({ ...SECOND_DOCUMENT, ...NO_REASON })),
    ],
    ['an announcement too late', 'ACT_EXPIRED', after(submit(), publish({ ...SECOND_DOCUMENT, ...EXPIRED }))],
    ['an announcement with a deadline', 'DUE_MISPLACED', after(submit(), publish({ ...SECOND_DOCUMENT, dueAt: 1 }))],
    [
      'a return from another level',
      'NOT_SAME_LEVEL',
      after(register(PROVINCIAL), submit(), take('returnResource', PROVINCIAL)),
    ],
    ['a return without a document', 'DOCUMENT', after(submit(), take('returnResource', ROOT, NO_DOCUMENT))],
    ['a return that starts a clock', 'DUE', after(submit(), take('returnResource', ROOT, {}, 1))],
  ],
};

export const SOURCES: Table = {
  machine: 'ResourceCatalog: sources',
  stateOf: () => 'taken',
  rows: [
    ['a resource derived from a source', 'taken', publishOther({ derivedFrom: RESOURCE_ID })],
    ['a resource derived from what is unknown', 'SOURCE', submitOther({ derivedFrom: UNKNOWN })],
    ['a resource derived from itself', 'SOURCE', submit({ ...V2, derivedFrom: RESOURCE_ID })],
    [
      'a resource derived from what is not announced',
      'SOURCE',
      after(submitOther({}), submit({ ...V2, derivedFrom: OTHER })),
    ],
    [
      'a resource derived from what is derived',
      'SOURCE',
      after(publishOther({ derivedFrom: RESOURCE_ID }), submit({ ...V2, derivedFrom: OTHER })),
    ],
    [
      'two that become the source of each other',
      'SOURCE',
      after(
        publishOther(),
        submit({ ...V2, derivedFrom: OTHER }),
        submitOther({ ...V2, derivedFrom: RESOURCE_ID }),
        publish(),
        publish(SECOND_DOCUMENT, ROOT, OTHER),
      ),
    ],
    ['a designation', 'taken', designate()],
    ['one for another element', 'taken', after(designate(), designate({ element: elementHash('XM') }))],
    [
      'one that replaces the last',
      'taken',
      after(publishOther(), designate(), designate({ resourceId: OTHER, replaces: RESOURCE_ID })),
    ],
    [
      'one that replaces nothing while there is one',
      'SOURCE_TAKEN',
      after(publishOther(), designate(), designate({ resourceId: OTHER })),
    ],
    ['one that replaces what is none', 'SOURCE_TAKEN', designate({ replaces: UNKNOWN })],
    ['one that replaces itself', 'SOURCE_TAKEN', after(designate(), designate({ replaces: RESOURCE_ID }))],
    [
      'one of a derived resource',
      'SOURCE',
      after(publishOther({ derivedFrom: RESOURCE_ID }), designate({ resourceId: OTHER })),
    ],
    ['one of what is unknown', 'RESOURCE_UNKNOWN', designate({ resourceId: UNKNOWN })],
    ['one of what is not announced', 'NOT_PUBLISHED', after(submitOther({}), designate({ resourceId: OTHER }))],
    ['one of what is retired', 'RESOURCE_RETIRED', after(retired, designate())],
    ['one by a department', 'DEPARTMENT_KIND', designate({}, PROVIDER)],
    ['one from another level', 'NOT_SAME_LEVEL', after(register(PROVINCIAL), designate({}, PROVINCIAL))],
    ['one while suspended', 'DEPARTMENT_NOT_ACTIVE', after(suspend(ROOT), designate())],
    ['one without a document', 'DOCUMENT', designate(NO_DOCUMENT)],
    ['one too late', 'ACT_EXPIRED', designate(EXPIRED)],
  ],
};

export const UPDATES: Table = {
  machine: 'ResourceCatalog: updates',
  stateOf: (projection) => {
    const { updateDueAt = 0, updateExtended = false } = projection.resource(RESOURCE_ID) ?? {};
    if (updateDueAt === 0) return 'current';
    return updateExtended ? 'extended' : 'update-due';
  },
  rows: [
    ['a requirement by the authority', 'update-due', update({})],
    ['a requirement by the provider', 'update-due', take('requireUpdate', PROVIDER)],
    ['its update', 'current', after(update({}), submit())],
    ['its update after it was due', 'current', after(update({}), toDue(DAY), submit())],
    ['an extension', 'extended', after(update({}), extend(1))],
    ['the update after an extension', 'current', after(update({}), extend(1), submit())],
    ['an extension by five working days', 'extended', after(update({}), extendFully())],
    ['an extension by a second more', 'DUE', after(update({}), extendFully(1))],
    ['an extension by nothing', 'DUE', after(update({}), extend(0))],
    ['an extension of which the event says another date', 'DUE', after(update({}), extend(1, ROOT, 1))],
    ['an extension in the last second', 'extended', after(update({}), toDue(-1), extend(1))],
    ['an extension when it is due', 'UPDATE_NOT_OPEN', after(update({}), toDue(0), extend(1))],
    ['a second extension', 'UPDATE_NOT_OPEN', after(update({}), extend(1), extend(1))],
    ['an extension of nothing', 'UPDATE_NOT_OPEN', extend(1)],
    ['an extension by the provider', 'DEPARTMENT_KIND', after(update({}), extend(1, PROVIDER))],
    [
      'an extension from another level',
      'NOT_SAME_LEVEL',
      after(register(PROVINCIAL), update({}), extend(1, PROVINCIAL)),
    ],
    ['a second requirement', 'UPDATE_DUE', after(update({}), update({}))],
    ['a requirement after the update', 'update-due', after(update({}), submit(), publish(), update({}))],
    ['a requirement while frozen', 'update-due', after(take('freezeResource'), update({}))],
    ['a requirement by another department', 'NOT_ENTITLED', take('requireUpdate', REQUESTER)],
    [
      'a requirement from another level',
      'NOT_ENTITLED',
      after(register(PROVINCIAL), take('requireUpdate', PROVINCIAL)),
    ],
    ['a requirement while suspended', 'DEPARTMENT_NOT_ACTIVE', after(suspend(), take('requireUpdate', PROVIDER))],
    ['a requirement of another deadline', 'DUE', (history) => update({}, history.due(10) + DAY)(history)],
    ['a requirement that names a deadline', 'DUE_MISPLACED', update({ dueAt: 1 })],
    ['a requirement after the retirement', 'RESOURCE_RETIRED', after(retired, update({}))],
    ['an extension after the retirement', 'RESOURCE_RETIRED', after(update({}), retired, extend(1))],
  ],
};

export const RESTRAINTS: Table = {
  machine: 'ResourceCatalog: restraints',
  stateOf: (projection) => projection.resource(RESOURCE_ID)?.restraint ?? 'unknown',
  rows: [
    ['a freeze by the authority', 'frozen', take('freezeResource')],
    ['a freeze by the provider after an incident', 'frozen', take('freezeResource', PROVIDER, SECURITY)],
    ['a freeze by the provider for anything else', 'NOT_ENTITLED', take('freezeResource', PROVIDER)],
    ['a freeze by a suspended provider', 'frozen', after(suspend(), take('freezeResource', PROVIDER, SECURITY))],
    ['a freeze by a suspended authority', 'frozen', after(suspend(ROOT), take('freezeResource'))],
    ['a freeze by nobody known', 'DEPARTMENT_NOT_ACTIVE', take('freezeResource', STRANGER)],
    ['a freeze by a regulator', 'NOT_ENTITLED', take('freezeResource', REGULATOR, SECURITY)],
    ['a freeze from another level', 'NOT_ENTITLED', after(register(PROVINCIAL), take('freezeResource', PROVINCIAL))],
    ['a second freeze', 'RESTRAINED', after(take('freezeResource'), take('freezeResource'))],
    ['a freeze after the retirement', 'RESOURCE_RETIRED', after(retired, take('freezeResource'))],
    [
      'a freeze of what is not announced',
      'NOT_PUBLISHED',
      after(submitOther({}), (history) => history.take('freezeResource', ROOT, OTHER)),
    ],
    ['a freeze without a reason', 'REASON_MISSING', take('freezeResource', ROOT, NO_REASON)],
    ['a freeze with a deadline', 'DUE_MISPLACED', take('freezeResource', ROOT, { dueAt: 1 })],
    ['a freeze that starts a clock', 'DUE', take('freezeResource', ROOT, {}, 1)],
    ['its end', 'none', after(take('freezeResource'), take('unfreezeResource'))],
    [
      'its end by another authority of the level',
      'none',
      after(register(SECOND), take('freezeResource'), take('unfreezeResource', SECOND)),
    ],
    ['its end by the provider', 'DEPARTMENT_KIND', after(take('freezeResource'), take('unfreezeResource', PROVIDER))],
    [
      'its end while suspended',
      'DEPARTMENT_NOT_ACTIVE',
      after(take('freezeResource'), suspend(ROOT), take('unfreezeResource')),
    ],
    [
      'its end from another level',
      'NOT_SAME_LEVEL',
      after(register(PROVINCIAL), take('freezeResource'), take('unfreezeResource', PROVINCIAL)),
    ],
    ['an end of nothing', 'NOT_FROZEN', take('unfreezeResource')],
    ['an end after the retirement', 'RESOURCE_RETIRED', after(retired, take('unfreezeResource'))],
    ['a retirement', 'retired', retired],
    ['a retirement while frozen', 'retired', after(terminate, take('freezeResource'), retire())],
    ['a second retirement', 'RESOURCE_RETIRED', after(retired, retire())],
    ['a retirement while a grant is open', 'GRANTS_OPEN', retire()],
    [
      'a retirement in the last second of the last grant',
      'GRANTS_OPEN',
      (history) => retire()(history.at(factory.END - 1)),
    ],
    ['a retirement after the last grant', 'retired', (history) => retire()(history.at(factory.END))],
    ['a retirement after one grant of two', 'GRANTS_OPEN', after((history) => history.agree(1), terminate, retire())],
    [
      'a retirement after a release',
      'retired',
      after((history) => history.take('release', REQUESTER, grantIdOf(2)), retire()),
    ],
    [
      'a retirement after the disposal of an expired grant, while another is open',
      'GRANTS_OPEN',
      (history) => {
        const notAfter = history.next + DAY;
        const both = history.agree(1, { notAfter }).later(2 * DAY);
        return retire()(both.take('certifyDisposal', REQUESTER, grantIdOf(1, { notAfter })));
      },
    ],
    ['a retirement by another department', 'NOT_ENTITLED', after(terminate, retire(REQUESTER))],
    ['a retirement by the provider alone', 'OWN_CONSENT', after(terminate, retire(PROVIDER, PROVIDER))],
    ['a retirement with a department', 'DEPARTMENT_KIND', after(terminate, retire(PROVIDER, REQUESTER))],
    [
      'a retirement with another level',
      'NOT_SAME_LEVEL',
      after(register(PROVINCIAL), terminate, retire(PROVIDER, PROVINCIAL)),
    ],
    ['a retirement with a suspended authority', 'DEPARTMENT_NOT_ACTIVE', after(terminate, suspend(ROOT), retire())],
    ['a retirement while suspended', 'DEPARTMENT_NOT_ACTIVE', after(terminate, suspend(), retire())],
    ['a retirement with a deadline', 'DUE_MISPLACED', after(terminate, retire(PROVIDER, ROOT, { dueAt: 1 }))],
  ],
};
