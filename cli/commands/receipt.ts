import type { Command } from 'commander';

import { receiptHash } from '../../ledger/receipts/receipt.ts';
import { receiptIdArgument } from '../arguments.ts';
import { findReceipt } from '../fetch-rows.ts';
import { showList, withPage } from '../list-pages.ts';
import type { Listing, Page } from '../list-pages.ts';
import { openSession } from '../session.ts';

const RECEIPTS: Listing = {
  path: '/v1/receipts',
  member: 'receipts',
  columns: ['receiptId', 'decision', 'outcome', 'rows', 'bytes', 'caller', 'openedAt'],
};

export function addReceiptCommands(program: Command): void {
  const receipt = program.command('receipt').description('receipts of answers and refusals / 回执');

  withPage(receipt.command('list'))
    .description('receipts of reads by this department and under grants that it gave')
    .action(async (page: Page, command: Command) => await showList(openSession(command), RECEIPTS, page));

  receipt
    .command('show')
    .argument('<receipt-id>', 'as fetch printed it', receiptIdArgument)
    .description('one receipt, with its leaf hash and, for its two sides, the salt of its contentHash')
    .action(async (id: string, _options: unknown, command: Command) => {
      const { client, output } = openSession(command);
      const { receipt, contentSalt } = await findReceipt(client, id);
      output.show({ ...receipt, leafHash: receiptHash(receipt), contentSalt });
    });
}
