import { fact } from '../narrator.ts';
import { readRows } from '../read-rows.ts';
import { share } from '../share.ts';
import { proofOf } from '../world.ts';
import { residentsFor } from './terms.ts';
import { expectThat, type Tale, tellStep } from './tale.ts';

/** (a) RS asks, GA agrees, delivers, RS acknowledges and reads. */
export const happyPath: Tale = {
  title: ['A share goes as the law wants it', '共享顺利办结'],
  tell: async (stage) => {
    const { world } = stage;
    const granted = await share(residentsFor(world.principal('RS'), world));
    tellStep(
      stage,
      'share',
      ['Requested, agreed, delivered, acknowledged', '申请、答复、提供、确认'],
      [
        fact('grantId', ['grant', '授权'], granted.grantId),
        ...(await proofOf(world, 'ShareLedger', granted.activated)),
      ],
    );
    const { rows, receiptId } = await readRows(granted, { limit: 1, caseNumber: 'BJ-2026-0001' });
    const [row = ''] = rows;
    expectThat(row.includes('*'), 'The row is not masked');
    tellStep(
      stage,
      'read',
      ['One masked row, with a receipt', '读取一条脱敏数据并留有回执'],
      [fact('row', ['row', '数据'], row), fact('receiptId', ['receipt', '回执'], receiptId)],
    );
  },
};
