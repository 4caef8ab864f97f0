import type { IndexedReceipt, ReceiptIndex } from '../stores/receipt-index.ts';
import { JournalError } from './journal-error.ts';
import type { JournalPlace } from './journal-error.ts';
import type { Journal } from './journal.ts';
import { readReceiptBody } from './receipt-facts.ts';

const BATCH = 500;

/**
 * Adds to the index what the journal holds after the index's cursor; all of it for an empty index.
 *
 * @param acceptLoss an operator put back an older journal: what the index knows beyond its end stays in the index
 * @throws JournalError JOURNAL_CORRUPT when the journal ends before the cursor: receipts that were durable are gone
 */
export async function catchUp(journal: Journal, index: ReceiptIndex, acceptLoss: boolean): Promise<void> {
  const cursor = await index.cursor(journal.id);
  if (cursor !== null && isAfter(cursor, journal.end)) {
    if (acceptLoss) {
      await index.disown(journal.id, journal.leaves);
      await index.add(journal.id, [], journal.end);
      return;
    }
    throw new JournalError('JOURNAL_CORRUPT', 'The receipt journal ends before what was indexed', journal.end);
  }
  let batch: IndexedReceipt[] = [];
  let end: JournalPlace | null = null;
  for await (const entry of journal.entries(cursor)) {
    ({ end } = entry);
    const { line, place } = entry;
    if (line.kind === 'open') continue;
    const { receipt, contentSalt } = readReceiptBody(line.body);
    batch.push({ receipt, contentSalt, leaf: line.leaf, place });
    if (batch.length < BATCH) continue;
    await index.add(journal.id, batch, end);
    batch = [];
  }
  if (end !== null) await index.add(journal.id, batch, end);
}

function isAfter(left: JournalPlace, right: JournalPlace): boolean {
  return left.segment > right.segment || (left.segment === right.segment && left.offset > right.offset);
}
