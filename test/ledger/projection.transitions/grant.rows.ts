import type { Act } from '../../../ledger/acts/act-definitions.ts';
import { reasonCodeToBytes32 } from '../../../ledger/documents/reason-code.ts';
import * as factory from '../../support/act-factory.ts';
import { type Actor, actor } from '../../support/actors.ts';
import { CITY, DAY, FOLLOW_UP, type ForgedHistory, grantIdOf, PROVIDER, PROVINCE } from '../projection.factory.ts';
import { changedGrantId, REGULATOR, REQUESTER, RESOURCE_ID, ROOT } from '../projection.factory.ts';
import { after, type Step, type Table } from './transition.ts';

const G = grantIdOf(2);
const STRANGER = actor('ZJ', { superior: CITY.id });
const SECOND = { ...actor('ZW', { superior: CITY.id }), kind: 'authority' } as const;
const PROVINCIAL = actor('PD', { superior: PROVINCE.id });
const NO_REASON = { reasonCode: factory.NO_HASH };
const NO_DOCUMENT = { documentHash: factory.NO_HASH };
const EXPIRED = { expiresAt: factory.BEGIN };
const MISUSE = reasonCodeToBytes32('MISUSE');
const INSUFFICIENT = { reasonCode: reasonCodeToBytes32('RECTIFICATION_INSUFFICIENT') };

const take =
  (name: factory.SoleStepName, by: Actor, changes: Partial<factory.StepChanges> = {}, dueAt?: number): Step =>
  (history) =>
    history.take(name, by, G, changes, dueAt);
const deliver = take('deliver', PROVIDER);
const activate = after(deliver, take('acknowledge', REQUESTER));
const release = take('release', REQUESTER);
const certify = take('certifyDisposal', REQUESTER);
const accept = take('acceptDisposal', PROVIDER);
const terminate =
  (
    parties: readonly [Actor, Actor] = [PROVIDER, ROOT],
    changes: Partial<factory.StepChanges> = {},
    dueAt?: number,
  ): Step =>
  (history) =>
    history.join('terminate', parties, G, changes, dueAt);
const suspend =
  (department: Actor): Step =>
  (history) =>
    history.govern(department, 'suspended');
const register =
  (department: Actor): Step =>
  (history) =>
    history.register(department);
const at =
  (seconds: number): Step =>
  (history) =>
    history.at(seconds);
const later =
  (seconds: number): Step =>
  (history) =>
    history.later(seconds);
/** Rectification in a day. */
const blame =
  (by: Actor = PROVIDER, later = DAY, dueAt?: number): Step =>
  (history) =>
    history.take('suspend', by, G, { reasonCode: MISUSE, dueAt: history.next + later }, dueAt);
const secure = (by: Actor = PROVIDER, changes: Partial<factory.StepChanges> = {}, dueAt?: number): Step =>
  take('suspend', by, changes, dueAt);
const followUp = take('followUpSuspension', PROVIDER);
const resume = (by: Actor = PROVIDER): Step => take('resume', by);
const forfeit = (by: Actor = ROOT, changes: Partial<factory.StepChanges> = {}, dueAt?: number): Step =>
  take('forfeit', by, changes, dueAt);
const change =
  (changes: Partial<Act<'changeGrant'>> = {}, provider: Actor = PROVIDER, authority: Actor = ROOT): Step =>
  (history) =>
    history.change(G, changes, provider, authority);
const retire: Step = (history) => history.join('retireResource', [PROVIDER, ROOT], RESOURCE_ID);
const freeze: Step = (history) => history.take('freezeResource', ROOT, RESOURCE_ID);
const OTHER_TERMS = { fields: 0b010n };
const stateOf: Table['stateOf'] = (projection) => projection.grant(G)?.status ?? 'none';

export const GRANTS: Table = {
  machine: 'ShareLedger: grants',
  stateOf,
  rows: [
    ['a delivery', 'delivered', deliver],
    ['a delivery after it was due', 'delivered', (history) => deliver(history.at(history.due(30)))],
    ['a delivery while frozen', 'delivered', after(freeze, deliver)],
    ['a delivery by the requester', 'NOT_ENTITLED', take('deliver', REQUESTER)],
    ['a delivery while suspended', 'DEPARTMENT_NOT_ACTIVE', after(suspend(PROVIDER), deliver)],
    ['a delivery of what is unknown', 'GRANT_UNKNOWN', (history) => history.take('deliver', PROVIDER, grantIdOf(1))],
    ['a second delivery', 'GRANT_STATUS', after(deliver, deliver)],
    ['a delivery without a reason', 'REASON_MISSING', take('deliver', PROVIDER, NO_REASON)],
    ['a delivery without a document', 'DOCUMENT', take('deliver', PROVIDER, NO_DOCUMENT)],
    ['a delivery too late', 'ACT_EXPIRED', take('deliver', PROVIDER, EXPIRED)],
    ['a delivery with a deadline', 'DUE_MISPLACED', take('deliver', PROVIDER, { dueAt: 1 })],
    ['a delivery that starts a clock', 'DUE', take('deliver', PROVIDER, {}, 1)],
    ['an acknowledgement', 'active', activate],
    ['an acknowledgement of nothing', 'GRANT_STATUS', take('acknowledge', REQUESTER)],
    ['an acknowledgement by the provider', 'NOT_ENTITLED', after(deliver, take('acknowledge', PROVIDER))],
    [
      'an acknowledgement while suspended',
      'DEPARTMENT_NOT_ACTIVE',
      after(deliver, suspend(REQUESTER), take('acknowledge', REQUESTER)),
    ],
    ['a release before the delivery', 'released', release],
    ['a release before the acknowledgement', 'released', after(deliver, release)],
    ['a release', 'released', after(activate, release)],
    ['a release by a suspended requester', 'released', after(activate, suspend(REQUESTER), release)],
    ['a release while the grant is suspended', 'GRANT_STATUS', after(activate, blame(), release)],
    ['a release by the provider', 'NOT_ENTITLED', after(activate, take('release', PROVIDER))],
    ['a second release', 'GRANT_STATUS', after(release, release)],
    [
      'a release with a day for the disposal',
      'released',
      (history) => take('release', REQUESTER, {}, history.next + DAY)(history),
    ],
    [
      'a release with a year for the disposal',
      'released',
      (history) => take('release', REQUESTER, {}, history.next + 366 * DAY)(history),
    ],
    [
      'a release with no day for the disposal',
      'DUE',
      (history) => take('release', REQUESTER, {}, history.next)(history),
    ],
    [
      'a release with more than a year for it',
      'DUE',
      (history) => take('release', REQUESTER, {}, history.next + 367 * DAY)(history),
    ],
    [
      'a release with half a day for it',
      'DUE',
      (history) => take('release', REQUESTER, {}, history.next + DAY / 2)(history),
    ],
    ['a release that names a deadline', 'DUE_MISPLACED', take('release', REQUESTER, { dueAt: 1 })],
    ['a termination before the delivery', 'terminated', terminate()],
    ['a termination before the acknowledgement', 'terminated', after(deliver, terminate())],
    ['a termination', 'terminated', after(activate, terminate())],
    ['a termination while the grant is suspended', 'terminated', after(activate, blame(), terminate())],
    ['a termination by the provider alone', 'OWN_CONSENT', terminate([PROVIDER, PROVIDER])],
    ['a termination with a department', 'DEPARTMENT_KIND', terminate([PROVIDER, REQUESTER])],
    [
      'a termination with another level',
      'NOT_SAME_LEVEL',
      after(register(PROVINCIAL), terminate([PROVIDER, PROVINCIAL])),
    ],
    ['a termination by the requester', 'NOT_ENTITLED', terminate([REQUESTER, ROOT])],
    ['a termination by a suspended provider', 'DEPARTMENT_NOT_ACTIVE', after(suspend(PROVIDER), terminate())],
    ['a termination with a suspended authority', 'DEPARTMENT_NOT_ACTIVE', after(suspend(ROOT), terminate())],
    ['a termination after a release', 'GRANT_STATUS', after(release, terminate())],
    ['a termination that names a deadline', 'DUE_MISPLACED', terminate([PROVIDER, ROOT], { dueAt: 1 })],
    ['a termination without time for the disposal', 'DUE', terminate([PROVIDER, ROOT], {}, 0)],
    ['a certificate after a release', 'disposal-certified', after(release, certify)],
    ['a certificate after a termination', 'disposal-certified', after(terminate(), certify)],
    ['a certificate of an active grant', 'GRANT_NOT_ENDED', after(activate, certify)],
    ['a certificate in the last second of a grant', 'GRANT_NOT_ENDED', after(activate, at(factory.END - 1), certify)],
    ['a certificate after the last second of an issued grant', 'disposal-certified', after(at(factory.END), certify)],
    [
      'a certificate after the last second of a delivered grant',
      'disposal-certified',
      after(deliver, at(factory.END), certify),
    ],
    [
      'a certificate after the last second of an active grant',
      'disposal-certified',
      after(activate, at(factory.END), certify),
    ],
    [
      'a certificate after the last second of a suspended grant',
      'disposal-certified',
      after(activate, blame(), at(factory.END), certify),
    ],
    ['a certificate by the provider', 'NOT_ENTITLED', after(release, take('certifyDisposal', PROVIDER))],
    ['a certificate while suspended', 'DEPARTMENT_NOT_ACTIVE', after(release, suspend(REQUESTER), certify)],
    ['a second certificate', 'GRANT_STATUS', after(release, certify, certify)],
    [
      'a resumption after the certificate',
      'GRANT_STATUS',
      after(activate, blame(), at(factory.END), certify, take('resume', PROVIDER, { expiresAt: factory.END + 9 })),
    ],
    ['an acceptance', 'closed', after(release, certify, accept)],
    ['an acceptance by the requester', 'NOT_ENTITLED', after(release, certify, take('acceptDisposal', REQUESTER))],
    ['an acceptance before the certificate', 'GRANT_STATUS', after(release, accept)],
    ['a second acceptance', 'GRANT_STATUS', after(release, certify, accept, accept)],
  ],
};

export const CHANGES: Table = {
  machine: 'ShareLedger: changes of grants',
  stateOf,
  rows: [
    ['a change', 'changed', after(activate, change())],
    ['a change of a grant that is not acknowledged', 'GRANT_STATUS', after(deliver, change())],
    ['a change of a suspended grant', 'GRANT_STATUS', after(activate, blame(), change())],
    ['a second change of the same', 'GRANT_STATUS', after(activate, change(), change(OTHER_TERMS))],
    [
      'a change of what took its place',
      'changed',
      after(activate, change(), (history) => history.change(changedGrantId(), OTHER_TERMS)),
    ],
    [
      'a change back to terms that were',
      'GRANT_KNOWN',
      after(activate, change(), (history) => history.change(changedGrantId())),
    ],
    ['a change before the last second', 'changed', after(activate, at(factory.END - 2), change())],
    ['a change in the last second', 'changed', after(activate, at(factory.END - 1), change({ notAfter: factory.END }))],
    [
      'a change after the last second',
      'GRANT_EXPIRED',
      after(activate, at(factory.END), change({ notAfter: factory.END + 1 })),
    ],
    [
      'a change to a window that ended',
      'WINDOW',
      after(activate, (history) => change({ notAfter: history.next })(history)),
    ],
    ['a change to no field', 'FIELDS', after(activate, change({ fields: 0n }))],
    ['a change without negotiation', 'NEGOTIATION', after(activate, change({ negotiationHash: factory.NO_HASH }))],
    ['a change without a document', 'DOCUMENT', after(activate, change(NO_DOCUMENT))],
    ['a change by the requester', 'NOT_ENTITLED', after(activate, change({}, REQUESTER))],
    ['a change by the provider alone', 'OWN_CONSENT', after(activate, change({}, PROVIDER, PROVIDER))],
    ['a change with a department', 'DEPARTMENT_KIND', after(activate, change({}, PROVIDER, REQUESTER))],
    [
      'a change with another level',
      'NOT_SAME_LEVEL',
      after(register(PROVINCIAL), activate, change({}, PROVIDER, PROVINCIAL)),
    ],
    ['a change while suspended', 'DEPARTMENT_NOT_ACTIVE', after(activate, suspend(PROVIDER), change())],
    ['a change with a suspended requester', 'DEPARTMENT_NOT_ACTIVE', after(activate, suspend(REQUESTER), change())],
    ['a change while frozen', 'RESOURCE_NOT_PUBLISHED', after(activate, freeze, change())],
    ['a change too late', 'ACT_EXPIRED', after(activate, change(EXPIRED))],
    ['a retirement after a change', 'GRANTS_OPEN', after(activate, change(), retire)],
    [
      'a retirement after the end of what took its place',
      'changed',
      after(activate, change(), (history) => history.join('terminate', [PROVIDER, ROOT], changedGrantId()), retire),
    ],
    [
      'a retirement after the end of a longer grant',
      'GRANTS_OPEN',
      after(activate, change({ notAfter: factory.END }), at(factory.END), retire),
    ],
  ],
};

/** The requester is an authority itself: it judges no case of its own. */
function grantToRoot(history: ForgedHistory): ForgedHistory {
  const contents = { requester: ROOT.id };
  return history
    .register(SECOND)
    .request(3, {}, ROOT)
    .agree(3, {}, contents)
    .take('deliver', PROVIDER, G3)
    .take('acknowledge', ROOT, G3);
}
const G3 = grantIdOf(3);
const onG3 =
  (name: factory.SoleStepName, by: Actor, changes: Partial<factory.StepChanges> = {}): Step =>
  (history) =>
    history.take(name, by, G3, changes);
const suspended = (by: Actor): Step => after(activate, blame(by));

export const SUSPENSIONS: Table = {
  machine: 'ShareLedger: suspensions',
  stateOf,
  rows: [
    ['for a misuse, by the provider', 'suspended', suspended(PROVIDER)],
    ['for a misuse, by the authority', 'suspended', suspended(ROOT)],
    ['for a misuse, by a regulator', 'NOT_ENTITLED', suspended(REGULATOR)],
    ['for a misuse, by the requester', 'NOT_ENTITLED', suspended(REQUESTER)],
    ['for a misuse, from another level', 'NOT_ENTITLED', after(register(PROVINCIAL), suspended(PROVINCIAL))],
    ['for a misuse, by a suspended provider', 'suspended', after(activate, suspend(PROVIDER), blame())],
    ['for a misuse, by a suspended authority', 'suspended', after(activate, suspend(ROOT), blame(ROOT))],
    ['for a misuse, by nobody known', 'DEPARTMENT_NOT_ACTIVE', suspended(STRANGER)],
    ['for a misuse, to be mended next', 'suspended', after(activate, blame(PROVIDER, 1))],
    ['for a misuse, to be mended by now', 'DUE', after(activate, blame(PROVIDER, 0))],
    ['for a misuse, of which the event says another date', 'DUE', after(activate, blame(PROVIDER, DAY, 1))],
    ['after an incident, by the provider', 'suspended', after(activate, secure())],
    ['after an incident, by the authority', 'suspended', after(activate, secure(ROOT))],
    ['after an incident, by a regulator', 'suspended', after(activate, secure(REGULATOR))],
    [
      'after an incident, by a suspended regulator',
      'suspended',
      after(activate, suspend(REGULATOR), secure(REGULATOR)),
    ],
    ['after an incident, by the requester', 'NOT_ENTITLED', after(activate, secure(REQUESTER))],
    [
      'after an incident, with another follow-up',
      'DUE',
      after(activate, (history) => secure(PROVIDER, {}, history.next + FOLLOW_UP + 1)(history)),
    ],
    [
      'after an incident, with a date',
      'SUSPENSION',
      after(activate, (history) => secure(PROVIDER, { dueAt: history.next + FOLLOW_UP })(history)),
    ],
    [
      'for any other reason',
      'SUSPENSION',
      after(activate, secure(PROVIDER, { reasonCode: reasonCodeToBytes32('LATE') })),
    ],
    ['before the acknowledgement', 'GRANT_STATUS', after(deliver, secure())],
    ['twice', 'GRANT_STATUS', after(activate, secure(), secure(ROOT))],
    ['after the window', 'suspended', after(activate, at(factory.END), secure())],
    ['of an authority, by itself', 'NOT_ENTITLED', after(grantToRoot, onG3('suspend', ROOT))],
    ['of an authority, by another one of the level', 'issued', after(grantToRoot, onG3('suspend', SECOND))],
    ['followed up', 'suspended', after(activate, secure(), followUp)],
    ['followed up by a suspended provider', 'suspended', after(activate, secure(), suspend(PROVIDER), followUp)],
    ['followed up in the last second', 'suspended', after(activate, secure(), later(FOLLOW_UP - 2), followUp)],
    ['followed up when it is due', 'FOLLOW_UP_NOT_OPEN', after(activate, secure(), later(FOLLOW_UP - 1), followUp)],
    ['followed up twice', 'FOLLOW_UP_NOT_OPEN', after(activate, secure(), followUp, followUp)],
    ['followed up after a misuse', 'FOLLOW_UP_NOT_OPEN', after(suspended(PROVIDER), followUp)],
    ['followed up by another', 'NOT_ENTITLED', after(activate, secure(), take('followUpSuspension', ROOT))],
    ['followed up when nothing is suspended', 'GRANT_STATUS', after(activate, followUp)],
    [
      'followed up with a deadline',
      'DUE_MISPLACED',
      after(activate, secure(), take('followUpSuspension', PROVIDER, { dueAt: 1 })),
    ],
    ['resumed by who suspended', 'active', after(suspended(PROVIDER), resume())],
    ['resumed by the authority', 'active', after(suspended(PROVIDER), resume(ROOT))],
    ['resumed by a regulator that suspended', 'active', after(activate, secure(REGULATOR), resume(REGULATOR))],
    ['resumed by the provider after another one suspended', 'NOT_ENTITLED', after(suspended(ROOT), resume())],
    [
      'resumed by the requester after a misuse',
      'NOT_ENTITLED',
      after(suspended(PROVIDER), later(20 * DAY), resume(REQUESTER)),
    ],
    [
      'resumed by the requester before the follow-up was due',
      'NOT_ENTITLED',
      after(activate, secure(), later(FOLLOW_UP - 2), resume(REQUESTER)),
    ],
    [
      'resumed by the requester when the follow-up is due',
      'active',
      after(activate, secure(), later(FOLLOW_UP - 1), resume(REQUESTER)),
    ],
    [
      'resumed by the requester after the follow-up',
      'NOT_ENTITLED',
      after(activate, secure(), followUp, later(FOLLOW_UP), resume(REQUESTER)),
    ],
    [
      'resumed by who suspended, while suspended itself',
      'DEPARTMENT_NOT_ACTIVE',
      after(suspended(PROVIDER), suspend(PROVIDER), resume()),
    ],
    ['resumed when nothing is suspended', 'GRANT_STATUS', after(activate, resume())],
    ['resumed twice', 'GRANT_STATUS', after(suspended(PROVIDER), resume(), resume())],
    [
      'resumed by an authority that is a side',
      'NOT_ENTITLED',
      after(grantToRoot, onG3('suspend', PROVIDER), onG3('resume', ROOT)),
    ],
    ['resumed by another authority', 'issued', after(grantToRoot, onG3('suspend', PROVIDER), onG3('resume', SECOND))],
    ['resumed and suspended again', 'suspended', after(suspended(PROVIDER), resume(), blame())],
    ['forfeited as mended too little', 'terminated', after(suspended(PROVIDER), forfeit(ROOT, INSUFFICIENT))],
    ['forfeited in the last second', 'NOT_FORFEITED', after(suspended(PROVIDER), later(DAY - 2), forfeit())],
    ['forfeited when it is due', 'terminated', after(suspended(PROVIDER), later(DAY - 1), forfeit())],
    [
      'forfeited by a suspended authority',
      'terminated',
      after(suspended(PROVIDER), suspend(ROOT), forfeit(ROOT, INSUFFICIENT)),
    ],
    [
      'forfeited after an incident',
      'NOT_FORFEITED',
      after(activate, secure(), later(20 * DAY), forfeit(ROOT, INSUFFICIENT)),
    ],
    ['forfeited by the provider alone', 'NOT_ENTITLED', after(suspended(PROVIDER), forfeit(PROVIDER, INSUFFICIENT))],
    ['forfeited by a regulator', 'NOT_ENTITLED', after(suspended(PROVIDER), forfeit(REGULATOR, INSUFFICIENT))],
    [
      'forfeited from another level',
      'NOT_ENTITLED',
      after(register(PROVINCIAL), suspended(PROVIDER), forfeit(PROVINCIAL, INSUFFICIENT)),
    ],
    ['forfeited when nothing is suspended', 'GRANT_STATUS', after(activate, forfeit(ROOT, INSUFFICIENT))],
    ['forfeited without time for the disposal', 'DUE', after(suspended(PROVIDER), forfeit(ROOT, INSUFFICIENT, 0))],
    [
      'forfeited by an authority that is a side',
      'NOT_ENTITLED',
      after(
        grantToRoot,
        (history) => history.take('suspend', PROVIDER, G3, { reasonCode: MISUSE, dueAt: history.next + DAY }),
        onG3('forfeit', ROOT, INSUFFICIENT),
      ),
    ],
  ],
};
