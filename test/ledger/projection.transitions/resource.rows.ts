import { elementHash } from '../../../ledger/ids.ts';
import * as factory from '../../support/act-factory.ts';
import { DAY, grantIdOf, PROVIDER, REGULATOR, REQUESTER, RESOURCE_ID, ROOT } from '../projection.factory.ts';
import {
  designate,
  EXPIRED,
  extend,
  extendFully,
  NO_DOCUMENT,
  NO_REASON,
  OTHER,
  PROVINCIAL,
  publish,
  publishOther,
  register,
  retire,
  retired,
  SECOND,
  SECOND_DOCUMENT,
  SECURITY,
  STRANGER,
  submit,
  submitOther,
  suspend,
  take,
  terminate,
  toDue,
  UNKNOWN,
  update,
  V2,
} from './catalog-steps.ts';
import { after, type Table } from './transition.ts';

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
    ['an extension by the provider', 'OWN_CONSENT', after(update({}), extend(1, PROVIDER))],
    [
      'an extension from another level',
      'NOT_SAME_LEVEL',
      after(register(PROVINCIAL), update({}), extend(1, PROVINCIAL)),
    ],
    ['a second requirement', 'UPDATE_DUE', after(update({}), update({}))],
    ['a requirement after the update', 'update-due', after(update({}), submit(), publish(), update({}))],
    ['a requirement while an update waits for its review', 'UPDATE_IN_REVIEW', after(submit(), update({}))],
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
    ['its end by the provider', 'OWN_CONSENT', after(take('freezeResource'), take('unfreezeResource', PROVIDER))],
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
