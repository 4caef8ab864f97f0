import type { Act } from '../../../ledger/acts/act-definitions.ts';
import type { DisputeSubject } from '../../../ledger/acts/chain-enums.ts';
import { deriveResourceId, parseResourceId, resourceCodeHash } from '../../../ledger/ids.ts';
import * as factory from '../../support/act-factory.ts';
import { type Actor, actor } from '../../support/actors.ts';
import { caseIdOf, CITY, DAY, type ForgedHistory, grantIdOf, PROVIDER, PROVINCE } from '../projection.factory.ts';
import { REGULATOR, REQUESTER, requestIdOf, RESOURCE_ID, ROOT } from '../projection.factory.ts';
import { after, type Step, type Table } from './transition.ts';

const STRANGER = actor('ZJ', { superior: CITY.id });
const SECOND = { ...actor('ZW', { superior: CITY.id }), kind: 'authority' } as const;
const PROVINCIAL = actor('PD', { superior: PROVINCE.id });
const UPPER = actor('SR', { superior: PROVINCE.id });
/** Beneath no government: two departments and an authority. */
const [ALONE, LONELY] = [actor('HG'), actor('FY')];
const ALONE_AUTHORITY = { ...actor('CL'), kind: 'authority' } as const;
const UNKNOWN = parseResourceId(factory.someHash(1));
const EXPIRED = { expiresAt: factory.BEGIN };
const NO_REASON = { reasonCode: factory.NO_HASH };
const NO_DOCUMENT = { documentHash: factory.NO_HASH };

const file =
  (changes: Partial<Act<'fileCorrection'>> = {}, requester: Actor = REQUESTER, dueAt?: number): Step =>
  (history) =>
    history.file(1, changes, requester, dueAt);
const take =
  (name: factory.SoleStepName, by: Actor, changes: Partial<factory.StepChanges> = {}, dueAt?: number): Step =>
  (history) =>
    history.take(name, by, caseIdOf(1), changes, dueAt);
const verify = take('verifyCorrection', PROVIDER);
const correct = take('correct', PROVIDER);
const uphold = take('uphold', PROVIDER);
const feedBack = take('feedBackCorrection', PROVIDER);
const close = take('closeCorrection', REQUESTER);
const answered = after(file(), verify, correct, feedBack);
const suspend =
  (department: Actor): Step =>
  (history) =>
    history.govern(department, 'suspended');
const register =
  (...departments: readonly Actor[]): Step =>
  (history) =>
    departments.reduce((all, department) => all.register(department), history);
const stateOf: Table['stateOf'] = (projection) => projection.case(caseIdOf(1))?.status ?? 'none';

export const CORRECTIONS: Table = {
  machine: 'CaseBook: corrections',
  stateOf,
  rows: [
    ['filed', 'filed', file()],
    ['filed by an authority', 'filed', file({}, ROOT)],
    ['filed by a regulator', 'DEPARTMENT_KIND', file({}, REGULATOR)],
    ['filed while suspended', 'DEPARTMENT_NOT_ACTIVE', after(suspend(REQUESTER), file())],
    ['filed against what is unknown', 'RESOURCE_UNKNOWN', file({ resourceId: UNKNOWN })],
    ['filed against a version that is not announced', 'RESOURCE_NOT_PUBLISHED', file({ resourceVersion: 2 })],
    [
      'filed against what is retired',
      'filed',
      after(
        (history) => history.join('terminate', [PROVIDER, ROOT], grantIdOf(2)),
        (history) => history.join('retireResource', [PROVIDER, ROOT], RESOURCE_ID),
        file(),
      ),
    ],
    ['filed against the own resource', 'OWN_RESOURCE', file({}, PROVIDER)],
    ['filed twice', 'CASE_KNOWN', after(file(), file())],
    ['filed without a reason', 'REASON_MISSING', file(NO_REASON)],
    ['filed without a document', 'DOCUMENT', file(NO_DOCUMENT)],
    ['filed too late', 'ACT_EXPIRED', file(EXPIRED)],
    ['due a second late', 'DUE', (history) => file({}, REQUESTER, history.due(10) + 1)(history)],
    ['verified', 'verifying', after(file(), verify)],
    ['verified by the claimant', 'NOT_ENTITLED', after(file(), take('verifyCorrection', REQUESTER))],
    ['verified twice', 'CASE_STATUS', after(file(), verify, verify)],
    ['verified while suspended', 'DEPARTMENT_NOT_ACTIVE', after(file(), suspend(PROVIDER), verify)],
    ['verified when nothing was filed', 'CASE_UNKNOWN', verify],
    ['verified with a deadline', 'DUE_MISPLACED', after(file(), take('verifyCorrection', PROVIDER, { dueAt: 1 }))],
    ['verified as a clock starts', 'DUE', after(file(), take('verifyCorrection', PROVIDER, {}, 1))],
    ['corrected', 'corrected', after(file(), verify, correct)],
    ['corrected before the verification', 'CASE_STATUS', after(file(), correct)],
    ['corrected by the claimant', 'NOT_ENTITLED', after(file(), verify, take('correct', REQUESTER))],
    ['upheld', 'upheld', after(file(), verify, uphold)],
    ['upheld after it was corrected', 'CASE_STATUS', after(file(), verify, correct, uphold)],
    ['fed back as corrected', 'fed-back', answered],
    ['fed back as upheld', 'fed-back', after(file(), verify, uphold, feedBack)],
    ['fed back before an answer', 'CASE_STATUS', after(file(), verify, feedBack)],
    ['closed', 'closed', after(answered, close)],
    ['closed by the provider', 'NOT_ENTITLED', after(answered, take('closeCorrection', PROVIDER))],
    ['closed before the feedback', 'CASE_STATUS', after(file(), verify, correct, close)],
    ['closed twice', 'CASE_STATUS', after(answered, close, close)],
    ['taken for a dispute', 'CASE_STATUS', after(file(), take('applyForCoordination', REQUESTER))],
  ],
};

interface Parts {
  readonly by?: Actor;
  readonly against?: Actor;
  readonly changes?: Partial<Act<'openDispute'>>;
}
const over =
  (kind: DisputeSubject, id: string, parts: Parts = {}): Step =>
  (history) =>
    history.dispute(2, { kind, id }, parts);
const refuse: Step = (history) => history.refuse(1);
const overRequest = (parts: Parts = {}) => over('request', requestIdOf(1), parts);
const overGrant = (parts: Parts = {}) => over('grant', grantIdOf(2), parts);
const overCorrection = (parts: Parts = {}) => over('correction', caseIdOf(1), parts);
const overResource = (parts: Parts = {}) => over('resource', RESOURCE_ID, parts);
const toAnswerDue =
  (seconds: number): Step =>
  (history) =>
    history.at((history.projection.request(requestIdOf(1))?.dueAt ?? 0) + seconds);
const toCorrectionDue =
  (seconds: number): Step =>
  (history) =>
    history.at((history.projection.case(caseIdOf(1))?.dueAt ?? 0) + seconds);
const UNPUBLISHED = deriveResourceId(PROVIDER.id, '301001/000002');

export const DISPUTABLE: Table = {
  machine: 'CaseBook: what may be disputed',
  stateOf: (projection) => projection.case(caseIdOf(2))?.status ?? 'none',
  rows: [
    ['a refusal', 'negotiating', after(refuse, overRequest())],
    ['a refusal, by the provider', 'DISPUTE', after(refuse, overRequest({ by: PROVIDER, against: REQUESTER }))],
    ['a refusal, against another', 'DISPUTE', after(refuse, overRequest({ against: ROOT }))],
    ['a refusal, by another', 'DISPUTE', after(refuse, overRequest({ by: ROOT }))],
    ['a request in the last second for its answer', 'DISPUTE', after(toAnswerDue(-1), overRequest())],
    ['a request when its answer is due', 'negotiating', after(toAnswerDue(0), overRequest())],
    [
      'a request that waits for its supplement',
      'DISPUTE',
      after((history) => history.take('askSupplement', PROVIDER, requestIdOf(1)), toAnswerDue(DAY), overRequest()),
    ],
    ['a request that was agreed to', 'DISPUTE', after(toAnswerDue(DAY), over('request', requestIdOf(2)))],
    ['a grant, by the requester', 'negotiating', overGrant()],
    ['a grant, by the provider', 'negotiating', overGrant({ by: PROVIDER, against: REQUESTER })],
    [
      'a grant that ended',
      'negotiating',
      after((history) => history.join('terminate', [PROVIDER, ROOT], grantIdOf(2)), overGrant()),
    ],
    ['a grant, by another', 'DISPUTE', overGrant({ by: ROOT })],
    ['a grant, against another', 'DISPUTE', overGrant({ against: ROOT })],
    ['a grant, against oneself', 'DISPUTE', overGrant({ against: REQUESTER })],
    ['a grant that is unknown', 'DISPUTE', over('grant', grantIdOf(1))],
    ['a correction that was fed back', 'negotiating', after(answered, overCorrection())],
    ['a correction in the last second for its answer', 'DISPUTE', after(file(), toCorrectionDue(-1), overCorrection())],
    ['a correction when its answer is due', 'negotiating', after(file(), toCorrectionDue(0), overCorrection())],
    [
      'a correction under way when its answer is due',
      'negotiating',
      after(file(), verify, toCorrectionDue(0), overCorrection()),
    ],
    [
      'a correction that is not fed back when it is due',
      'negotiating',
      after(file(), verify, uphold, toCorrectionDue(0), overCorrection()),
    ],
    ['a correction that was closed', 'DISPUTE', after(answered, close, toCorrectionDue(0), overCorrection())],
    ['a correction, by the provider', 'DISPUTE', after(answered, overCorrection({ by: PROVIDER, against: REQUESTER }))],
    ['a correction, against another', 'DISPUTE', after(answered, overCorrection({ against: ROOT }))],
    [
      'a dispute as a correction',
      'DISPUTE',
      after(refuse, (history) => history.dispute(1, { kind: 'request', id: requestIdOf(1) }), overCorrection()),
    ],
    ['a share class', 'negotiating', overResource()],
    [
      'a share class, by one that asked for nothing',
      'negotiating',
      after(register(STRANGER), overResource({ by: STRANGER })),
    ],
    ['a share class, by an authority', 'negotiating', overResource({ by: ROOT })],
    ['a share class, by a regulator', 'DISPUTE', overResource({ by: REGULATOR })],
    ['a share class, by its provider', 'DISPUTE', overResource({ by: PROVIDER })],
    ['a share class, against another', 'DISPUTE', overResource({ against: ROOT })],
    [
      'a share class that is not announced',
      'DISPUTE',
      after(
        (history) => history.submit({ codeHash: resourceCodeHash('301001/000002') }),
        over('resource', UNPUBLISHED),
      ),
    ],
    ['a share class of what is unknown', 'DISPUTE', over('resource', UNKNOWN)],
    ['nothing', 'EVENT_MALFORMED', overResource({ changes: { subjectKind: 0 } })],
    ['while suspended', 'DEPARTMENT_NOT_ACTIVE', after(suspend(REQUESTER), overResource())],
    ['by nobody known', 'DEPARTMENT_NOT_ACTIVE', overResource({ by: STRANGER })],
    ['twice', 'CASE_KNOWN', after(overResource(), overResource())],
    ['without a reason', 'REASON_MISSING', overResource({ changes: NO_REASON })],
    ['without a document', 'DOCUMENT', overResource({ changes: NO_DOCUMENT })],
    ['too late', 'ACT_EXPIRED', overResource({ changes: EXPIRED })],
  ],
};

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
const withoutGovernment = after(register(ALONE, LONELY, ALONE_AUTHORITY), publishOf(ALONE, ALONE_AUTHORITY));
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
      'beneath no government, decided by nobody',
      'NOT_ENTITLED',
      after(lonely, coordinate(ALONE_AUTHORITY), escalate(LONELY), decide()),
    ],
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
