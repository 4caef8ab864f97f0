import { buildDisputeOpening, buildShareRefusal } from '../../../ledger/acts/build-acts.ts';
import type { DisputeOpening } from '../../../ledger/documents/dispute-opening.ts';
import type { ShareRefusal } from '../../../ledger/documents/share-refusal.ts';
import { parseBytes32 } from '../../../ledger/ids.ts';
import { refusalOfLedger } from '../ask-ledger.ts';
import { actDeadline, carryAct } from '../carry-act.ts';
import { fact } from '../narrator.ts';
import { agreeToShare, type AskedShare, askForShare } from '../share.ts';
import { salt, state } from '../take-step.ts';
import { proofOf } from '../world.ts';
import { residentsFor } from './terms.ts';
import { expectThat, readThing, type Stage, type Tale, tellStep } from './tale.ts';

/** (b) A refusal for a condition of one's own is void; one for a published condition can be disputed. */
export const ungroundedRefusal: Tale = {
  title: ['A refusal without a listed condition is void', '自设条件的拒绝无效'],
  tell: async (stage) => {
    const asked = await askForShare(residentsFor(stage.world.principal('RS'), stage.world));
    await tellVoid(stage, asked);
    await tellRefusal(stage, asked);
    await tellDispute(stage, asked);
    const granted = await agreeToShare(asked);
    tellStep(
      stage,
      'agree',
      ['The request is open again, and agreed to', '申请重新受理并予以共享'],
      [
        fact('grantId', ['grant', '授权'], granted.grantId),
        ...(await proofOf(stage.world, 'ShareLedger', granted.agreed)),
      ],
    );
  },
};

function refusalBecause({ terms, requestId }: AskedShare, conditions: readonly string[], text: string): ShareRefusal {
  return {
    type: 'ShareRefusal',
    schema: 'dxl/share-refusal/1',
    requestId,
    provider: terms.provider.department.id,
    reasonCode: 'CONDITION_NOT_MET',
    conditions,
    legalBasis: [],
    text,
  };
}

/** Grounds that are no published condition: the hash of something else. */
async function tellVoid({ chainUrl, ...stage }: Stage, asked: AskedShare): Promise<void> {
  const salted = salt(refusalBecause(asked, ['OUR_OWN'], '需经本局会议研究'));
  const conditionsHash = parseBytes32(`0x${'0a'.repeat(32)}`);
  const act = buildShareRefusal(salted, { conditionsHash }, actDeadline());
  const offer = { name: 'refuse', act, salted, principal: asked.terms.provider } as const;
  const revert = await refusalOfLedger(chainUrl, offer);
  expectThat(revert === 'ShareLedgerInvalidGrounds', `The ledger says ${revert}`);
  const { status } = await readThing(asked.terms.requester, 'requests', asked.requestId);
  tellStep(
    { chainUrl, ...stage },
    'void',
    ['A condition of its own: the ledger refuses the refusal', '自设条件:账本不接受该拒绝'],
    [fact('revert', ['ledger', '账本'], revert), fact('status', ['request', '申请状态'], status)],
  );
}

async function tellRefusal(stage: Stage, asked: AskedShare): Promise<void> {
  const { terms, conditionsHash } = asked;
  const salted = salt(refusalBecause(asked, ['DUTY'], '未见法定职责依据'));
  const act = buildShareRefusal(salted, { conditionsHash }, actDeadline());
  const recorded = await carryAct({ name: 'refuse', act, salted, principal: terms.provider });
  tellStep(
    stage,
    'refuse',
    ['For a published condition it may refuse', '以公布的条件可不予共享'],
    [
      fact('reason', ['reason', '理由'], 'CONDITION_NOT_MET DUTY'),
      ...(await proofOf(stage.world, 'ShareLedger', recorded)),
    ],
  );
}

/** Negotiation, coordination by the authority of the level, settlement: the refusal does not stand. */
async function tellDispute(stage: Stage, { terms, requestId }: AskedShare): Promise<void> {
  const { requester, provider } = terms;
  const authority = stage.world.principal('SH');
  const opening: DisputeOpening = {
    type: 'DisputeOpening',
    schema: 'dxl/dispute-opening/1',
    department: requester.department.id,
    respondent: provider.department.id,
    subject: { kind: 'REQUEST', id: parseBytes32(requestId) },
    claim: '社会保险法已规定资格认证职责,条件已满足',
    negotiation: '双方协商未达成一致',
    attachments: [],
  };
  const salted = salt(opening);
  const act = buildDisputeOpening(salted, actDeadline());
  const { digest: caseId } = await carryAct({ name: 'openDispute', act, salted, principal: requester });
  await state('applyForCoordination', requester, caseId, ['NO_AGREEMENT', '申请协调']);
  await state('coordinate', authority, caseId, ['TAKEN_UP', '受理协调']);
  const settled = await state('settleDispute', authority, caseId, ['REOPEN', '法定职责依据充分,重新受理']);
  await state('reopenRequest', requester, requestId, ['SETTLED', '依协调结果重新受理']);
  tellStep(
    stage,
    'dispute',
    ['The authority of the level settles: the request opens again', '同级主管部门协调:重新受理'],
    [fact('caseId', ['case', '争议'], caseId), ...(await proofOf(stage.world, 'CaseBook', settled))],
  );
}
