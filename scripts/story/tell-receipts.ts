import { readReceipt } from '../../cli/fetch-rows.ts';
import { receiptHash } from '../../ledger/receipts/receipt.ts';
import { fact, type Narrator } from './narrator.ts';
import type { World } from './world.ts';

/** One line for each read of the story, permitted or not, as the audit office sees them. */
export async function tellReceipts(world: World, narrator: Narrator, receiptIds: readonly string[]): Promise<void> {
  const { client } = world.principal('AU');
  const receipts = await Promise.all(receiptIds.map(async (id) => await readReceipt(client, id)));
  narrator.step({
    name: 'receipts',
    title: [
      'Every answer and every refusal left a receipt: hashes, no data',
      '每次应答与拒绝均留有回执:只含哈希,不含数据',
    ],
    facts: receipts.map((receipt) =>
      fact(
        receipt.receiptId,
        ['receipt', '回执'],
        `${receipt.decision} ${receipt.outcome} ${String(receipt.rows)} rows ${String(receipt.bytes)} bytes ` +
          receiptHash(receipt),
      ),
    ),
  });
}
