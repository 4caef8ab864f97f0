import { buildShareRefusal, buildStep } from '../../../ledger/acts/build-acts.ts';
import type { RequestSupplement } from '../../../ledger/documents/request-supplement.ts';
import { reasonCodeToBytes32 } from '../../../ledger/documents/reason-code.ts';
import type { ShareRefusal } from '../../../ledger/documents/share-refusal.ts';
import type { SupplementNotice } from '../../../ledger/documents/supplement-notice.ts';
import { refusalOfLedger } from '../ask-ledger.ts';
import { actDeadline } from '../carry-act.ts';
import { fact } from '../narrator.ts';
import { agreeToShare, type AskedShare, askForShare } from '../share.ts';
import { salt, takeStep } from '../take-step.ts';
import { proofOf } from '../world.ts';
import { residentsFor } from './terms.ts';
import { expectThat, inShanghai, readThing, type Stage, type Tale, tellStep } from './tale.ts';

/** (i) What is incomplete is supplemented, once; it is not refused. */
export const incompleteRequest: Tale = {
  title: ['An incomplete request cannot be refused outright', '材料不全不得直接拒绝'],
  tell: async (stage) => {
    const asked = await askForShare(residentsFor(stage.world.principal('RS'), stage.world));
    await tellOutright(stage, asked);
    await tellSupplement(stage, asked);
    const granted = await agreeToShare(asked);
    tellStep(
      stage,
      'agree',
      ['Complete, and agreed to', '补正后予以共享'],
      [
        fact('grantId', ['grant', '授权'], granted.grantId),
        ...(await proofOf(stage.world, 'ShareLedger', granted.agreed)),
      ],
    );
  },
};

async function tellOutright(stage: Stage, { terms, requestId, conditionsHash }: AskedShare): Promise<void> {
  const refusal: ShareRefusal = {
    type: 'ShareRefusal',
    schema: 'dxl/share-refusal/1',
    requestId,
    provider: terms.provider.department.id,
    reasonCode: 'CONDITION_NOT_MET',
    conditions: ['DUTY'],
    legalBasis: [],
    text: '材料不全',
  };
  const salted = salt(refusal);
  const grounded = buildShareRefusal(salted, { conditionsHash }, actDeadline());
  // No document of ours can say it, so the act alone does.
  const act = { ...grounded, reasonCode: reasonCodeToBytes32('INCOMPLETE') };
  const revert = await refusalOfLedger(stage.chainUrl, { name: 'refuse', act, salted, principal: terms.provider });
  expectThat(revert === 'ShareLedgerInvalidGrounds', `The ledger says ${revert}`);
  tellStep(
    stage,
    'outright',
    ['Refused outright as INCOMPLETE: the ledger does not take it', '以材料不全直接拒绝:账本不予记录'],
    [fact('revert', ['ledger', '账本'], revert)],
  );
}

async function tellSupplement(stage: Stage, { terms, requestId }: AskedShare): Promise<void> {
  const { requester, provider } = terms;
  const before = await readThing(provider, 'requests', requestId);
  const notice: SupplementNotice = {
    type: 'SupplementNotice',
    schema: 'dxl/supplement-notice/1',
    department: provider.department.id,
    requestId,
    missing: [{ item: 'security', text: '请补充等级保护备案证明' }],
  };
  await takeStep('askSupplement', provider, notice);
  await stage.clock.moveTo((await stage.clock.now()) + 86_400);
  const supplement: RequestSupplement = {
    type: 'RequestSupplement',
    schema: 'dxl/request-supplement/1',
    department: requester.department.id,
    requestId,
    supplied: [{ item: 'security', text: '等级保护三级备案证明已附' }],
    attachments: [],
  };
  const supplied = await takeStep('supplement', requester, supplement);
  const after = await readThing(provider, 'requests', requestId);
  expectThat(after.dueAt >= before.dueAt && after.status === 'submitted', 'The clock did not start anew');
  const again = salt(notice);
  const act = buildStep('askSupplement', again, actDeadline());
  const offer = { name: 'askSupplement', act, salted: again, principal: provider } as const;
  const revert = await refusalOfLedger(stage.chainUrl, offer);
  expectThat(revert === 'ShareLedgerSupplementNotOpen', `The ledger says ${revert}`);
  tellStep(
    stage,
    'supplement',
    ['All that is missing is asked for once; then the clock starts anew', '一次性告知补正,补正后重新计时'],
    [
      fact('before', ['late from, before', '原逾期时刻'], inShanghai(before.dueAt)),
      fact('after', ['late from, now', '现逾期时刻'], inShanghai(after.dueAt)),
      fact('second', ['a second notice', '再次要求补正'], revert),
      ...(await proofOf(stage.world, 'ShareLedger', supplied)),
    ],
  );
}
