import { tryEvidence } from './evidence.ts';
import { fact, type Narrator } from './narrator.ts';
import { StoryError } from './story-error.ts';
import type { World } from './world.ts';

/** The audit office takes everything about one grant into a file, and checks it without the gateway and the chain. */
export async function tellEvidence(
  world: World,
  narrator: Narrator,
  grantId: string,
  receiptId: string,
): Promise<void> {
  const { bytes, report, altered } = await tryEvidence(world.principal('AU'), grantId, receiptId);
  if (report.verdict !== 'sound') {
    throw new StoryError('UNEXPECTED_ANSWER', `Evidence: ${JSON.stringify(report.findings)}`);
  }
  if (altered.verdict !== 'findings') throw new StoryError('UNEXPECTED_ANSWER', 'An altered receipt was not found');
  const { entries, signatures, receipts, judged } = report.checked;
  narrator.step({
    name: 'evidence',
    title: [
      'The audit office exports evidence and verifies it offline; a copy with one receipt altered is found out',
      '审计部门导出证据并离线核验;篡改一份回执即被发现',
    ],
    facts: [
      fact('bytes', ['bundle, bytes', '证据包字节数'], bytes),
      fact('history', ['ledger entries, signatures', '账本条目、签名'], `${String(entries)}, ${String(signatures)}`),
      fact(
        'receipts',
        ['receipts, decisions judged again', '回执、复核决定'],
        `${String(receipts)}, ${String(judged)}`,
      ),
      fact('verdict', ['verdict', '结论'], report.verdict),
      fact('notProved', ['not proved on this network', '本网络未证明'], report.notProved.join(', ')),
      fact('altered', ['with one receipt altered', '篡改后'], altered.findings.map(({ code }) => code).join(', ')),
    ],
  });
}
