import { setTimeout as sleep } from 'node:timers/promises';

import { CliError } from '../../cli/cli-error.ts';
import { type AccessReceipt, parseReceipt, receiptHash } from '../../ledger/receipts/receipt.ts';
import { parseStrictJson } from '../../ledger/json/strict-json.ts';
import { fact, type Narrator } from './narrator.ts';
import type { World } from './world.ts';

/** An aborted answer is receipted just after its connection was cut. */
const TRIES = 50;
const PAUSE_MS = 100;

/** One line for each read of the story, permitted or not, as the audit office sees them. */
export async function tellReceipts(world: World, narrator: Narrator, receiptIds: readonly string[]): Promise<void> {
  const receipts = await Promise.all(receiptIds.map(async (id) => await readReceipt(world, id)));
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

async function readReceipt(world: World, receiptId: string): Promise<AccessReceipt> {
  const { client } = world.principal('AU');
  for (let tries = 1; ; tries += 1) {
    try {
      const { body } = await client.get(`/v1/receipts/${receiptId}`);
      return parseReceipt(parseStrictJson(Buffer.from(JSON.stringify(body))));
    } catch (error) {
      if (!(error instanceof CliError) || error.facts['status'] !== 404 || tries === TRIES) throw error;
      await sleep(PAUSE_MS);
    }
  }
}
