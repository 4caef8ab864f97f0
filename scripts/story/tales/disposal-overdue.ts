import type { DisposalCertificate } from '../../../ledger/documents/disposal-certificate.ts';
import type { DepartmentId, GrantId } from '../../../ledger/ids.ts';
import { fact } from '../narrator.ts';
import { expectDenial } from '../read-rows.ts';
import { type ActiveShare, share } from '../share.ts';
import { state, takeStep } from '../take-step.ts';
import { proofOf } from '../world.ts';
import { residentsFor } from './terms.ts';
import {
  DAY_SECONDS,
  expectThat,
  inShanghai,
  readThing,
  scorecardOf,
  type Tale,
  tellStep,
  waitingFor,
  type Stage,
} from './tale.ts';

/** (j) The purpose is achieved and the data stays: disposal is overdue, certified late, accepted. */
export const disposalOverdue: Tale = {
  title: ['Disposal is overdue', '用后处置逾期'],
  tell: async (stage) => {
    const { world } = stage;
    const granted = await share(residentsFor(world.principal('RS'), world));
    const { grantId, terms } = granted;
    const { requester } = terms;
    const released = await state('release', requester, grantId, ['PURPOSE_ACHIEVED', '使用目的已实现']);
    const { dueAt } = await readThing(requester, 'grants', grantId);
    const denial = await expectDenial(granted, { limit: 1, caseNumber: 'BJ-2026-0010' }, 'NOT_ACTIVE');
    tellStep(
      stage,
      'release',
      ['Released: nothing is read any more, disposal is due', '释放授权:停止读取,限期处置'],
      [
        fact('denial', ['the next read', '下一次读取'], `${String(denial.status)} ${denial.code}`),
        fact('dueAt', ['late from', '逾期时刻'], inShanghai(dueAt)),
        ...(await proofOf(world, 'ShareLedger', released)),
      ],
    );
    await tellLateness(stage, granted, dueAt);
    await tellCertificate(stage, granted);
  },
};

async function tellLateness(stage: Stage, { grantId, terms }: ActiveShare, dueAt: number): Promise<void> {
  await stage.clock.moveTo(dueAt + 2 * DAY_SECONDS);
  const [waiting] = await waitingFor(terms.requester, grantId);
  expectThat(waiting?.liability === 'ART40_LATE_DISPOSAL', 'The inbox does not say that disposal is late');
  tellStep(
    stage,
    'overdue',
    ['Two days too late', '逾期两日'],
    [
      fact('task', ['inbox', '待办'], `${waiting.task} overdue`),
      fact('liability', ['points at', '对应条款'], waiting.liability),
    ],
  );
}

async function tellCertificate(stage: Stage, { grantId, terms }: ActiveShare): Promise<void> {
  const { requester, provider } = terms;
  await takeStep('certifyDisposal', requester, certificateOf(requester.department.id, grantId));
  const closed = await state('acceptDisposal', provider, grantId, ['ACCEPTED', '处置符合要求']);
  const { disposals } = await scorecardOf(stage.world.principal('SH'), requester);
  expectThat(disposals.late > 0, 'The scorecard does not count the late disposal');
  tellStep(
    stage,
    'close',
    ['Certified late, accepted, closed; the record keeps it', '逾期出具证明,验收后办结,记录在案'],
    [
      fact('disposals', ['late disposals', '逾期处置次数'], disposals.late),
      fact('status', ['grant', '授权状态'], (await readThing(provider, 'grants', grantId)).status),
      ...(await proofOf(stage.world, 'ShareLedger', closed)),
    ],
  );
}

function certificateOf(department: DepartmentId, grantId: GrantId): DisposalCertificate {
  return {
    type: 'DisposalCertificate',
    schema: 'dxl/disposal-certificate/1',
    department,
    grantId,
    method: 'ERASE',
    scope: '全部副本与缓存',
    witness: '共享工作机构',
    completedOn: '2026-10-08',
    records: {
      scenario: '养老待遇资格认证',
      process: '逐笔查询,附办件编号',
      effect: '完成认证',
      storage: '不落库',
      destruction: '已删除缓存',
    },
  };
}
