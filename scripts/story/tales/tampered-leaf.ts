import { findReceipt } from '../../../cli/fetch-rows.ts';
import { receiptHash } from '../../../ledger/receipts/receipt.ts';
import { fetchProof } from '../../../cli/receipt-proof.ts';
import { tryEvidence } from '../evidence.ts';
import { fact } from '../narrator.ts';
import { readRows } from '../read-rows.ts';
import { share } from '../share.ts';
import { residentsFor } from './terms.ts';
import type { Principal } from '../principal.ts';
import { expectThat, type Stage, type Tale, tellStep } from './tale.ts';

/** (g) Whoever alters a leaf of the receipt log is found by whoever holds what was said at the time. */
export const tamperedLeaf: Tale = {
  title: ['A tampered leaf is found by the auditor', '审计发现被篡改的回执'],
  tell: async (stage) => {
    const { world } = stage;
    const auditor = world.principal('AU');
    const granted = await share(residentsFor(world.principal('RS'), world));
    const { receiptId } = await readRows(granted, { limit: 2, caseNumber: 'BJ-2026-0007' });
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

    await proveAndAlter(stage, auditor, { grantId: granted.grantId, receiptId, kept });
  },
};

/** What the auditor can show without anybody's help, and what an altered copy is worth. */
async function proveAndAlter(
  stage: Stage,
  auditor: Principal,
  { grantId, receiptId, kept }: { readonly grantId: string; readonly receiptId: string; readonly kept: string },
): Promise<void> {
  const proof = await fetchProof(auditor.client, receiptId);
  expectThat(proof.leafHash === kept, 'The auditor is shown another leaf');
  tellStep(
    stage,
    'prove',
    ['The auditor gets a proof that this leaf is in the signed log', '审计取得该叶在已签名日志中的证明'],
    [
      fact('leafHash', ['leaf', '叶哈希'], proof.leafHash),
      fact('place', ['number, log size', '序号、日志长度'], `${String(proof.index)}, ${String(proof.size)}`),
      fact('root', ['root of the log', '日志根'], proof.root),
    ],
  );

  const { report, altered } = await tryEvidence(auditor, grantId, receiptId);
  expectThat(report.verdict === 'sound', 'The true evidence is not found sound');
  const codes = altered.findings.map(({ code }) => code);
  expectThat(codes.includes('RECEIPT_NOT_INCLUDED'), 'An altered leaf is not found out');
  tellStep(
    stage,
    'find',
    ['The evidence is sound; with 100 rows more in that leaf it is found out', '证据核验通过;该叶多报 100 条即被发现'],
    [
      fact('true', ['as exported', '导出原件'], report.verdict),
      fact('altered', ['with 100 rows more', '多报 100 条'], altered.verdict),
      fact('finding', ['findings', '结论'], codes.join(', ')),
    ],
  );
}
