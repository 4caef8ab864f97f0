import { buildCorrectionFiling } from '../../../ledger/acts/build-acts.ts';
import type { CorrectionFiling } from '../../../ledger/documents/correction-filing.ts';
import { actDeadline, carryAct, type Recorded } from '../carry-act.ts';
import { fact } from '../narrator.ts';
import { type ActiveShare, share } from '../share.ts';
import { salt, state } from '../take-step.ts';
import { proofOf } from '../world.ts';
import { enterprisesFor } from './terms.ts';
import { expectThat, inShanghai, readThing, type Tale, tellStep, waitingFor } from './tale.ts';

/** (f) A doubt about the enterprises: verified, corrected, fed back, and every grantee is told. */
export const correction: Tale = {
  title: ['A correction, and a notice to every grantee', '数据校核与通知'],
  tell: async (stage) => {
    const { world } = stage;
    const [filer, other] = [world.principal('RS'), world.principal('SW')];
    const own = await share(enterprisesFor(filer, world));
    const theirs = await share(enterprisesFor(other, world));
    const { provider } = own.terms;
    const filed = await fileDoubt(own);
    const { dueAt } = await readThing(provider, 'cases', filed.digest);
    tellStep(
      stage,
      'file',
      ['A doubt is filed: ten working days to feed back', '提出校核:十个工作日内反馈'],
      [
        fact('caseId', ['case', '校核单'], filed.digest),
        fact('dueAt', ['late from', '逾期时刻'], inShanghai(dueAt)),
        ...(await proofOf(world, 'CaseBook', filed)),
      ],
    );

    await state('verifyCorrection', provider, filed.digest, ['VERIFYING', '正在核实']);
    await state('correct', provider, filed.digest, ['CORRECTED', '已更正登记状态']);
    const fedBack = await state('feedBackCorrection', provider, filed.digest, ['FED_BACK', '已更正并反馈']);
    const [notice] = await waitingFor(other, theirs.grantId);
    expectThat(notice?.task === 'NOTE_CORRECTION', 'The other grantee is not told');
    await state('closeCorrection', filer, filed.digest, ['CONTENT', '无异议']);
    tellStep(
      stage,
      'notice',
      ['Corrected, fed back; who uses the data too is told', '更正并反馈,同时通知其他使用部门'],
      [
        fact('notice', [`inbox of ${other.department.nameEn}`, `${other.department.name}待办`], notice.task),
        fact('status', ['case', '校核单状态'], (await readThing(filer, 'cases', filed.digest)).status),
        ...(await proofOf(world, 'CaseBook', fedBack)),
      ],
    );
  },
};

async function fileDoubt({ resourceId, terms }: ActiveShare): Promise<Recorded> {
  const { requester, entry } = terms;
  const filing: CorrectionFiling = {
    type: 'CorrectionFiling',
    schema: 'dxl/correction-filing/1',
    department: requester.department.id,
    resourceId,
    version: entry.version,
    fields: ['status'],
    errorKind: 'OUTDATED',
    text: '部分企业登记状态未更新',
    evidence: [],
  };
  const salted = salt(filing);
  const act = buildCorrectionFiling(salted, actDeadline());
  return await carryAct({ name: 'fileCorrection', act, salted, principal: requester });
}
