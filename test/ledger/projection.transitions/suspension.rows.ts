import { reasonCodeToBytes32 } from '../../../ledger/documents/reason-code.ts';
import * as factory from '../../support/act-factory.ts';
import type { Actor } from '../../support/actors.ts';
import {
  DAY,
  FOLLOW_UP,
  type ForgedHistory,
  grantIdOf,
  PROVIDER,
  REGULATOR,
  REQUESTER,
  ROOT,
} from '../projection.factory.ts';
import {
  activate,
  at,
  blame,
  deliver,
  followUp,
  forfeit,
  INSUFFICIENT,
  later,
  MISUSE,
  PROVINCIAL,
  register,
  resume,
  SECOND,
  secure,
  stateOf,
  STRANGER,
  suspend,
  take,
} from './grant-steps.ts';
import { after, type Step, type Table } from './transition.ts';

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
