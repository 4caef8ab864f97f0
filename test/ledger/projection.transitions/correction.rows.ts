import type { Act } from '../../../ledger/acts/act-definitions.ts';
import type { DisputeSubject } from '../../../ledger/acts/chain-enums.ts';
import { deriveResourceId, resourceCodeHash } from '../../../ledger/ids.ts';
import type { Actor } from '../../support/actors.ts';
import {
  caseIdOf,
  DAY,
  grantIdOf,
  PROVIDER,
  REGULATOR,
  REQUESTER,
  requestIdOf,
  RESOURCE_ID,
  ROOT,
} from '../projection.factory.ts';
import {
  answered,
  close,
  correct,
  EXPIRED,
  feedBack,
  file,
  NO_DOCUMENT,
  NO_REASON,
  register,
  stateOf,
  STRANGER,
  suspend,
  take,
  UNKNOWN,
  uphold,
  verify,
} from './case-steps.ts';
import { after, type Step, type Table } from './transition.ts';

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
