import type { Command } from 'commander';

import { receiptHash } from '../../ledger/receipts/receipt.ts';
import { findReceipt } from '../fetch-rows.ts';
import { openSession, readList } from '../session.ts';

export function addReceiptCommands(program: Command): void {
  const receipt = program.command('receipt').description('receipts of answers and refusals / 凭证');

  receipt
    .command('list')
    .description('receipts of reads by this department and under grants that it gave')
    .action(async (_options: unknown, command: Command) => {
      const { client, output } = openSession(command);
      const rows = await readList(client, '/v1/receipts', 'receipts');
      output.list(rows, ['receiptId', 'decision', 'outcome', 'rows', 'bytes', 'caller', 'openedAt']);
    });

  receipt
    .command('show')
    .argument('<receipt-id>')
    .description('one receipt, with its leaf hash and, for its two sides, the salt of its contentHash')
    .action(async (id: string, _options: unknown, command: Command) => {
      const { client, output } = openSession(command);
      const { receipt, contentSalt } = await findReceipt(client, id);
      output.show({ ...receipt, leafHash: receiptHash(receipt), contentSalt });
    });
}
