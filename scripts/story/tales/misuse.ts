import type { GrantSuspension } from '../../../ledger/documents/grant-suspension.ts';
import { fact } from '../narrator.ts';
import { expectDenial, readRows } from '../read-rows.ts';
import { type ActiveShare, share } from '../share.ts';
import { state, takeStep } from '../take-step.ts';
import { proofOf } from '../world.ts';
import { residentsFor } from './terms.ts';
import {
  DAY_SECONDS,
  expectThat,
  inShanghai,
  scorecardOf,
  type Tale,
  tellStep,
  waitingFor,
  type Stage,
} from './tale.ts';

const USE = { limit: 1, caseNumber: 'BJ-2026-0004' };

/** (d) A field outside the grant: refused, suspended with a date of rectification, rectified, resumed. */
export const misuse: Tale = {
  title: ['Misuse: refused, suspended, rectified, resumed', '超范围使用:拒绝、暂停、整改、恢复'],
  tell: async (stage) => {
    const { world } = stage;
    const granted = await share(residentsFor(world.principal('RS'), world));
    const denial = await expectDenial(granted, { ...USE, fields: ['nation'] }, 'FIELD_NOT_GRANTED');
    tellStep(
      stage,
      'deny',
      ['A field outside the grant is refused', '授权外信息项:拒绝'],
      [
        fact('denial', ['refused', '拒绝'], `${String(denial.status)} ${denial.code}`),
        fact('receiptId', ['receipt', '回执'], denial.receiptId),
      ],
    );
    await tellSuspension(stage, granted, denial.receiptId);
    await tellResumption(stage, granted);
  },
};

async function tellSuspension(stage: Stage, granted: ActiveShare, receiptId: string): Promise<void> {
  const { grantId, terms } = granted;
  const rectifyBy = (await stage.clock.now()) + 5 * DAY_SECONDS;
  const suspension: GrantSuspension = {
    type: 'GrantSuspension',
    schema: 'dxl/grant-suspension/1',
    department: terms.provider.department.id,
    grantId,
    reasonCode: 'MISUSE',
    findings: `多次请求授权外信息项,见回执 ${receiptId}`,
    demands: ['停止请求授权外信息项', '提交整改报告'],
    rectifyBy,
  };
  const suspended = await takeStep('suspend', terms.provider, suspension);
  const [waiting] = await waitingFor(terms.requester, grantId);
  expectThat(waiting?.task === 'RECTIFY', 'The inbox does not ask for rectification');
  const closed = await expectDenial(granted, USE, 'NOT_ACTIVE');
  tellStep(
    stage,
    'suspend',
    ['Suspended, with a date of rectification', '暂停共享并限期整改'],
    [
      fact('rectifyBy', ['rectify by', '整改期限'], inShanghai(rectifyBy)),
      fact('denial', ['the next read', '下一次读取'], `${String(closed.status)} ${closed.code}`),
      ...(await proofOf(stage.world, 'ShareLedger', suspended)),
    ],
  );
}

async function tellResumption(stage: Stage, granted: ActiveShare): Promise<void> {
  const { grantId, terms } = granted;
  const resumed = await state('resume', terms.provider, grantId, ['RECTIFIED', '整改到位,恢复共享']);
  const { receiptId } = await readRows(granted, USE);
  const { misuse: count } = await scorecardOf(stage.world.principal('SH'), terms.requester);
  tellStep(
    stage,
    'resume',
    ['Rectified and resumed; the record keeps it', '整改后恢复,履责记录留痕'],
    [
      fact('receiptId', ['receipt of the read', '读取回执'], receiptId),
      fact('misuse', ['suspensions for misuse', '因超范围使用被暂停次数'], count),
      ...(await proofOf(stage.world, 'ShareLedger', resumed)),
    ],
  );
}
