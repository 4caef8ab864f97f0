import { findReceipt } from '../../../cli/fetch-rows.ts';
import { receiptHash } from '../../../ledger/receipts/receipt.ts';
import { fact } from '../narrator.ts';
import { readRows } from '../read-rows.ts';
import { share } from '../share.ts';
import { residentsFor } from './terms.ts';
import { expectThat, type Tale, tellStep } from './tale.ts';

/** (g) Whoever alters a leaf of the receipt log is found by whoever holds what was said at the time. */
export const tamperedLeaf: Tale = {
  title: ['A tampered leaf is found by the auditor', '审计发现被篡改的回执'],
  tell: async (stage) => {
    const { world } = stage;
    const auditor = world.principal('AU');
    const granted = await share(residentsFor(world.principal('RS'), world));
    const { receiptId, rows } = await readRows(granted, { limit: 2, caseNumber: 'BJ-2026-0007' });
    const { receipt: own } = await findReceipt(granted.terms.requester.client, receiptId);
    const kept = receiptHash(own);
    tellStep(
      stage,
      'keep',
      ['The requester keeps the hash of the leaf', '需求部门留存回执哈希'],
      [
        fact('receiptId', ['receipt', '回执'], receiptId),
        fact('leafHash', ['leaf', '叶哈希'], kept),
        fact('rows', ['rows', '条数'], own.rows),
      ],
    );

    const { receipt: shown } = await findReceipt(auditor.client, receiptId);
    expectThat(receiptHash(shown) === kept, 'The auditor is shown another leaf');
    const altered = { ...shown, rows: rows.length + 100 };
    const found = receiptHash(altered);
    expectThat(found !== kept, 'An altered leaf has the same hash');
    tellStep(
      stage,
      'find',
      ['The auditor compares: the true leaf fits, an altered one does not', '审计比对:真实回执一致,篡改者不符'],
      [
        fact('true', ['as shown to the auditor', '审计所见'], receiptHash(shown)),
        fact('altered', ['with 100 rows more', '多报 100 条'], found),
        fact('finding', ['finding', '结论'], 'LEAF_HASH_MISMATCH'),
      ],
    );
  },
};
