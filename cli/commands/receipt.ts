import type { Command } from 'commander';

import { receiptHash } from '../../ledger/receipts/receipt.ts';
import { receiptIdArgument } from '../arguments.ts';
import { findReceipt } from '../fetch-rows.ts';
import type { GatewayClient } from '../gateway-client.ts';
import { type CheckedProof, fetchProof } from '../receipt-proof.ts';
import { showList, withPage } from '../list-pages.ts';
import type { Listing, Page } from '../list-pages.ts';
import { writeNewFile } from '../new-file.ts';
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
      const { receipt, contentSalt, isConfirmed } = await findReceipt(client, id);
      output.show({ ...receipt, leafHash: receiptHash(receipt), contentSalt, confirmed: isConfirmed });
    });

  receipt
    .command('proof')
    .argument('<receipt-id>', 'as fetch printed it', receiptIdArgument)
    .option('--out <file>', 'write the proof here (a .tlog-proof file of C2SP)')
    .description('prove that a receipt is in the log of the gateway; checked here before it is shown / 回执存证证明')
    .action(async (id: string, { out }: { out?: string }, command: Command) => {
      const { client, output } = openSession(command);
      const proof = await (out === undefined ? fetchProof(client, id) : writeProof(client, id, out));
      const { size, index, root, leafHash } = proof;
      output.show({ receiptId: id, index, size, root, leafHash, ...(out === undefined ? {} : { file: out }) });
    });
}

async function writeProof(client: GatewayClient, id: string, path: string): Promise<CheckedProof> {
  return await writeNewFile(path, async (append) => {
    const proof = await fetchProof(client, id);
    await append(proof.bytes);
    return proof;
  });
}
