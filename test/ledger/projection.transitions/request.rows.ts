import type { Act } from '../../../ledger/acts/act-definitions.ts';
import { REQUEST_KINDS, SHARE_CLASSES } from '../../../ledger/acts/chain-enums.ts';
import { reasonCodeToBytes32 } from '../../../ledger/documents/reason-code.ts';
import { deriveResourceId, parseGrantId, parseResourceId } from '../../../ledger/ids.ts';
import * as factory from '../../support/act-factory.ts';
import { type Actor, actor } from '../../support/actors.ts';
import { caseIdOf, CITY, DAY, type ForgedHistory, grantIdOf, PROVIDER, PROVINCE } from '../projection.factory.ts';
import { REGULATOR, REQUESTER, requestIdOf, RESOURCE_ID, ROOT } from '../projection.factory.ts';
import { after, type Step, type Table } from './transition.ts';

const [R1, R2] = [requestIdOf(1), requestIdOf(2)];
const STRANGER = actor('ZJ', { superior: CITY.id });
const SECOND = { ...actor('ZW', { superior: CITY.id }), kind: 'authority' } as const;
const PROVINCIAL = actor('PD', { superior: PROVINCE.id });
const UNKNOWN = parseResourceId(factory.someHash(1));
const EXPIRED = { expiresAt: factory.BEGIN };
const V2 = { documentHash: factory.someHash(0xd2) };
const DENIED = {
  ...V2,
  shareClass: 3,
  conditionsHash: factory.NO_HASH,
  denyBasisHash: factory.someHash(2),
  denyInstrument: 1,
};
const FREE = { ...V2, shareClass: SHARE_CLASSES.unconditional, conditionsHash: factory.NO_HASH };

const ask =
  (changes: Partial<Act<'submitRequest'>> = {}, requester: Actor = REQUESTER, dueAt?: number): Step =>
  (history) =>
    history.request(3, changes, requester, dueAt);
const publish =
  (changes: Partial<Act<'submitResource'>>): Step =>
  (history) =>
    history.submit({ version: 2, ...changes }).publish({ documentHash: V2.documentHash });
const take =
  (name: factory.SoleStepName, by: Actor, changes: Partial<factory.StepChanges> = {}, dueAt?: number, id = R1): Step =>
  (history) =>
    history.take(name, by, id, changes, dueAt);
const askMore = take('askSupplement', PROVIDER);
const supplement = take('supplement', REQUESTER);
const withdraw = take('withdrawRequest', REQUESTER);
const reopen = take('reopenRequest', REQUESTER);
const register =
  (department: Actor): Step =>
  (history) =>
    history.register(department);
const refuse =
  (changes: Partial<Act<'refuse'>> = {}, provider: Actor = PROVIDER): Step =>
  (history) =>
    history.refuse(1, changes, provider);
const suspend =
  (department: Actor): Step =>
  (history) =>
    history.govern(department, 'suspended');
const dueOf = (history: ForgedHistory) => history.projection.request(R1)?.dueAt ?? 0;
/** To `seconds` after the answer is due. */
const toDue =
  (seconds: number): Step =>
  (history) =>
    history.at(dueOf(history) + seconds);
const extend =
  (later: number, parties: readonly [Actor, Actor] = [PROVIDER, ROOT], said?: number): Step =>
  (history) =>
    history.join('extendAnswer', parties, R1, { dueAt: dueOf(history) + later }, said);
/** By all of the ten working days that an answer can be extended, and `more` seconds. */
const extendFully =
  (more = 0): Step =>
  (history) =>
    history.join('extendAnswer', [PROVIDER, ROOT], R1, {
      dueAt: Number(history.projection.request(R1)?.extendableTo) + more,
    });
/** A dispute over the refusal, up to what its coordinator says of it. */
const settle =
  (number: number, outcome = 'REOPEN'): Step =>
  (history) =>
    history
      .dispute(number, { kind: 'request', id: R1 })
      .take('applyForCoordination', REQUESTER, caseIdOf(number))
      .take('coordinate', ROOT, caseIdOf(number))
      .take('settleDispute', ROOT, caseIdOf(number), { reasonCode: reasonCodeToBytes32(outcome) });
const decide: Step = (history) =>
  history
    .dispute(1, { kind: 'request', id: R1 })
    .take('applyForCoordination', REQUESTER, caseIdOf(1))
    .take('coordinate', ROOT, caseIdOf(1))
    .take('escalateDispute', REQUESTER, caseIdOf(1))
    .take('decideDispute', CITY, caseIdOf(1), { reasonCode: reasonCodeToBytes32('REOPEN') });

export const REQUESTS: Table = {
  machine: 'ShareLedger: requests',
  stateOf: (projection) => projection.request(requestIdOf(3))?.status ?? 'none',
  rows: [
    ['a request', 'submitted', ask()],
    ['a request by an authority', 'submitted', ask({}, ROOT)],
    ['a request for every field', 'submitted', ask({ fields: 0b11111n })],
    ['a request that is known', 'REQUEST_KNOWN', after(ask(), ask())],
    ['a request for what is unknown', 'RESOURCE_UNKNOWN', ask({ resourceId: UNKNOWN })],
    [
      'a request for a version that is not announced',
      'RESOURCE_NOT_PUBLISHED',
      after((history) => history.submit({ version: 2, ...V2 }), ask({ resourceVersion: 2 })),
    ],
    ['a request for a version that is not the last', 'RESOURCE_NOT_PUBLISHED', after(publish(V2), ask())],
    ['a request for the last of two versions', 'submitted', after(publish(V2), ask({ resourceVersion: 2 }))],
    [
      'a request for what is frozen',
      'RESOURCE_NOT_PUBLISHED',
      after((history) => history.take('freezeResource', ROOT, RESOURCE_ID), ask()),
    ],
    ['a request for what is retired', 'RESOURCE_NOT_PUBLISHED', after(retired, ask())],
    ['a request for what is denied', 'RESOURCE_DENIED', after(publish(DENIED), ask({ resourceVersion: 2 }))],
    ['a request for the own resource', 'OWN_RESOURCE', ask({}, PROVIDER)],
    ['a request by a regulator', 'DEPARTMENT_KIND', ask({}, REGULATOR)],
    ['a request by a government', 'DEPARTMENT_KIND', ask({}, CITY)],
    ['a request while suspended', 'DEPARTMENT_NOT_ACTIVE', after(suspend(REQUESTER), ask())],
    ['a request for no field', 'FIELDS', ask({ fields: 0n })],
    ['a request for a field too many', 'FIELDS', ask({ fields: 0b100000n })],
    ['a window that ended', 'WINDOW', (history) => ask({ notAfter: history.next })(history)],
    ['a window that ends next', 'submitted', (history) => ask({ notAfter: history.next + 1 })(history)],
    ['a window whose end comes first', 'WINDOW', ask({ notBefore: factory.END, notAfter: factory.END - 1 })],
    ['no document', 'DOCUMENT', ask({ documentHash: factory.NO_HASH })],
    ['a request in time', 'submitted', (history) => ask({ expiresAt: history.next })(history)],
    ['a request too late', 'ACT_EXPIRED', (history) => ask({ expiresAt: history.next - 1 })(history)],
    ['an answer due after ten working days', 'submitted', (history) => ask({}, REQUESTER, history.due(10))(history)],
    ['an answer due a second earlier', 'DUE', (history) => ask({}, REQUESTER, history.due(10) - 1)(history)],
    [
      'an answer due after one working day, without conditions',
      'submitted',
      after(publish(FREE), (history) => ask({ resourceVersion: 2 }, REQUESTER, history.due(1))(history)),
    ],
    [
      'an answer due after ten working days, without conditions',
      'DUE',
      after(publish(FREE), ask({ resourceVersion: 2 })),
    ],
    ['no kind', 'EVENT_MALFORMED', ask({ kind: 0 })],
    ['a new request that names a grant', 'PRIOR_GRANT', ask({ priorGrantId: grantIdOf(2) })],
    ['a renewal', 'submitted', ask({ kind: REQUEST_KINDS.renew, priorGrantId: grantIdOf(2) })],
    ['a wider scope', 'submitted', ask({ kind: REQUEST_KINDS.scopeExtension, priorGrantId: grantIdOf(2) })],
    ['a passing on', 'submitted', ask({ kind: REQUEST_KINDS.onward, priorGrantId: grantIdOf(2) })],
    ['a renewal of nothing', 'PRIOR_GRANT', ask({ kind: REQUEST_KINDS.renew })],
    [
      'a renewal of what is unknown',
      'PRIOR_GRANT',
      ask({ kind: REQUEST_KINDS.renew, priorGrantId: parseGrantId(factory.someHash(1)) }),
    ],
    [
      'a renewal of what another one has',
      'PRIOR_GRANT',
      after(register(STRANGER), ask({ kind: REQUEST_KINDS.renew, priorGrantId: grantIdOf(2) }, STRANGER)),
    ],
    [
      'a renewal for another resource',
      'PRIOR_GRANT',
      (history) => {
        const other = deriveResourceId(ROOT.id, factory.RESOURCE_CODE);
        const both = history.register(SECOND).submit({}, ROOT).publish({}, SECOND, other);
        return both.request(3, { kind: REQUEST_KINDS.renew, priorGrantId: grantIdOf(2), resourceId: other });
      },
    ],
  ],
};

export const ANSWERS: Table = {
  machine: 'ShareLedger: clocks and answers',
  stateOf: (projection) => projection.request(R1)?.status ?? 'gone',
  rows: [
    ['a demand of what is missing', 'supplementing', askMore],
    ['a demand in the last second', 'supplementing', after(toDue(-1), askMore)],
    ['a demand when the answer is due', 'SUPPLEMENT_NOT_OPEN', after(toDue(0), askMore)],
    ['the supplement', 'submitted', after(askMore, supplement)],
    ['the supplement after the answer was due', 'submitted', after(askMore, toDue(DAY), supplement)],
    ['a second demand', 'SUPPLEMENT_NOT_OPEN', after(askMore, supplement, askMore)],
    ['a demand while one is open', 'REQUEST_NOT_OPEN', after(askMore, askMore)],
    ['a demand by another', 'NOT_PROVIDER', take('askSupplement', REQUESTER)],
    ['a demand of what was agreed to', 'REQUEST_NOT_OPEN', take('askSupplement', PROVIDER, {}, 0, R2)],
    ['a demand while suspended', 'DEPARTMENT_NOT_ACTIVE', after(suspend(PROVIDER), askMore)],
    ['a demand that starts a clock', 'DUE', take('askSupplement', PROVIDER, {}, 1)],
    ['a supplement that nobody asked for', 'REQUEST_STATUS', supplement],
    ['a supplement by another', 'NOT_OWN_REQUEST', after(askMore, take('supplement', PROVIDER))],
    ['a supplement of what is unknown', 'REQUEST_UNKNOWN', take('supplement', REQUESTER, {}, 0, requestIdOf(9))],
    ['a supplement that starts no clock', 'DUE', after(askMore, take('supplement', REQUESTER, {}, 0))],
    [
      'a supplement that names a deadline',
      'DUE_MISPLACED',
      after(askMore, take('supplement', REQUESTER, { dueAt: 1 })),
    ],
    ['an extension', 'submitted', extend(1)],
    ['an extension in the last second', 'submitted', after(toDue(-1), extend(1))],
    ['an extension when the answer is due', 'DUE', after(toDue(0), extend(1))],
    ['an extension by ten working days', 'submitted', extendFully()],
    ['an extension by a second more', 'DUE', extendFully(1)],
    ['two extensions within ten working days', 'submitted', after(extend(1), extendFully())],
    ['two extensions beyond ten working days', 'DUE', after(extendFully(), extend(1))],
    ['an extension by nothing', 'DUE', extend(0)],
    ['an extension of which the event says another date', 'DUE', extend(1, [PROVIDER, ROOT], 1)],
    ['an extension without the authority', 'OWN_CONSENT', extend(1, [PROVIDER, PROVIDER])],
    ['an extension with a department', 'DEPARTMENT_KIND', extend(1, [PROVIDER, REQUESTER])],
    [
      'an extension with another level',
      'NOT_SAME_LEVEL',
      after(register(PROVINCIAL), extend(1, [PROVIDER, PROVINCIAL])),
    ],
    ['an extension with a suspended authority', 'DEPARTMENT_NOT_ACTIVE', after(suspend(ROOT), extend(1))],
    ['an extension by another', 'NOT_PROVIDER', extend(1, [REQUESTER, ROOT])],
    ['an extension of what waits for its supplement', 'REQUEST_NOT_OPEN', after(askMore, extend(1))],
    ['the clock of a supplement, extended anew', 'submitted', after(extendFully(), askMore, supplement, extendFully())],
    ['a withdrawal', 'gone', withdraw],
    ['a withdrawal of what waits for its supplement', 'gone', after(askMore, withdraw)],
    ['a withdrawal after the answer was due', 'gone', after(toDue(DAY), withdraw)],
    ['a withdrawal of a refusal', 'REQUEST_STATUS', after(refuse(), withdraw)],
    ['a second withdrawal', 'REQUEST_UNKNOWN', after(withdraw, withdraw)],
    ['a withdrawal by another', 'NOT_OWN_REQUEST', take('withdrawRequest', PROVIDER)],
    [
      'a withdrawal without a reason',
      'REASON_MISSING',
      take('withdrawRequest', REQUESTER, { reasonCode: factory.NO_HASH }),
    ],
    ['a refusal for a condition', 'refused', refuse()],
    ['a refusal after the answer was due', 'refused', after(toDue(DAY), refuse())],
    [
      'a refusal by law',
      'refused',
      refuse({ reasonCode: reasonCodeToBytes32('FORBIDDEN_BY_LAW'), groundsHash: factory.someHash(1) }),
    ],
    [
      'a refusal by no law',
      'GROUNDS',
      refuse({ reasonCode: reasonCodeToBytes32('FORBIDDEN_BY_LAW'), groundsHash: factory.NO_HASH }),
    ],
    ['a refusal for what was never announced', 'GROUNDS', refuse({ groundsHash: factory.someHash(1) })],
    ['a refusal for nothing', 'GROUNDS', refuse({ reasonCode: factory.NO_HASH })],
    ['a refusal for any other reason', 'GROUNDS', refuse({ reasonCode: reasonCodeToBytes32('NOT_NOW') })],
    ['a refusal of a suspended requester', 'refused', after(suspend(REQUESTER), refuse())],
    ['a refusal of what waits for its supplement', 'REQUEST_NOT_OPEN', after(askMore, refuse())],
    ['a second refusal', 'REQUEST_NOT_OPEN', after(refuse(), refuse())],
    ['a refusal by another', 'NOT_PROVIDER', refuse({}, REQUESTER)],
    ['a refusal while suspended', 'DEPARTMENT_NOT_ACTIVE', after(suspend(PROVIDER), refuse())],
    ['a refusal without a document', 'DOCUMENT', refuse({ documentHash: factory.NO_HASH })],
    ['a refusal too late', 'ACT_EXPIRED', refuse(EXPIRED)],
    ['a reopening after a settlement', 'submitted', after(refuse(), settle(1), reopen)],
    ['a reopening after a decision', 'submitted', after(refuse(), decide, reopen)],
    ['a reopening after no dispute', 'NOT_REOPENED', after(refuse(), reopen)],
    ['a reopening after another settlement', 'NOT_REOPENED', after(refuse(), settle(1, 'UPHELD'), reopen)],
    ['a reopening before the refusal was settled', 'REQUEST_STATUS', reopen],
    [
      'a reopening after a settlement that came before the refusal',
      'NOT_REOPENED',
      after(toDue(0), settle(1), refuse(), reopen),
    ],
    ['a second reopening by one dispute', 'NOT_REOPENED', after(refuse(), settle(1), reopen, refuse(), reopen)],
    [
      'a second reopening by a second dispute',
      'submitted',
      after(refuse(), settle(1), reopen, refuse(), settle(2), reopen),
    ],
    ['a reopening by another', 'NOT_OWN_REQUEST', after(refuse(), settle(1), take('reopenRequest', PROVIDER))],
    ['a reopening that starts no clock', 'DUE', after(refuse(), settle(1), take('reopenRequest', REQUESTER, {}, 0))],
    [
      'a demand after the reopening, if there was one before',
      'SUPPLEMENT_NOT_OPEN',
      after(askMore, supplement, refuse(), settle(1), reopen, askMore),
    ],
    ['a demand after the reopening, if there was none', 'supplementing', after(refuse(), settle(1), reopen, askMore)],
  ],
};

function retired(history: ForgedHistory): ForgedHistory {
  const ended = history.join('terminate', [PROVIDER, ROOT], grantIdOf(2));
  return ended.join('retireResource', [PROVIDER, ROOT], RESOURCE_ID);
}
