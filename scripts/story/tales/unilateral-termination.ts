import { buildStep } from '../../../ledger/acts/build-acts.ts';
import type { GrantTermination } from '../../../ledger/documents/grant-termination.ts';
import { refusalOfLedger } from '../ask-ledger.ts';
import { actDeadline } from '../carry-act.ts';
import { fact } from '../narrator.ts';
import { readRows } from '../read-rows.ts';
import { share } from '../share.ts';
import { salt, takeStep } from '../take-step.ts';
import { proofOf } from '../world.ts';
import { residentsFor } from './terms.ts';
import { expectThat, type Tale, tellStep } from './tale.ts';

/** (h) A provider alone ends nothing; with negotiation and filing it may. */
export const unilateralTermination: Tale = {
  title: ['A provider alone cannot terminate', '提供部门不得单方终止'],
  tell: async (stage) => {
    const { world } = stage;
    const authority = world.principal('SH');
    const granted = await share(residentsFor(world.principal('RS'), world));
    const { grantId, terms } = granted;
    const { requester, provider } = terms;
    const termination: GrantTermination = {
      type: 'GrantTermination',
      schema: 'dxl/grant-termination/1',
      department: provider.department.id,
      authority: authority.department.id,
      grantId,
      reasonCode: 'SYSTEM_REPLACED',
      negotiation: {
        heldOn: '2026-09-24',
        parties: [provider.department.id, requester.department.id],
        outcome: '旧接口停用,改用新接口',
      },
      filing: '已备案',
    };
    const salted = salt(termination);
    const act = buildStep('terminate', salted, actDeadline());
    // The provider signs for the authority as well.
    const revert = await refusalOfLedger(stage.chainUrl, { name: 'terminate', act, salted, principal: provider });
    expectThat(revert === 'SignedActsInvalidSignature', `The ledger says ${revert}`);
    const { receiptId } = await readRows(granted, { limit: 1, caseNumber: 'BJ-2026-0008' });
    tellStep(
      stage,
      'alone',
      ['Alone: the ledger refuses, and reads go on', '单方终止:账本不予记录,共享照常'],
      [fact('revert', ['ledger', '账本'], revert), fact('receiptId', ['a read after it', '其后读取'], receiptId)],
    );

    const ended = await takeStep('terminate', provider, termination, authority);
    tellStep(
      stage,
      'filed',
      ['After negotiation and filing it ends', '协商并备案后终止'],
      [fact('grantId', ['grant', '授权'], grantId), ...(await proofOf(world, 'ShareLedger', ended))],
    );
  },
};
