import { appendFileSync } from 'node:fs';
import { join } from 'node:path';

import { realDisk, type JournalDisk } from '../../gateway/receipts/journal-files.ts';
import { ReceiptBook } from '../../gateway/receipts/receipt-book.ts';
import { openDatabase } from '../../gateway/stores/database.ts';
import { DELIVERED, makeFacts, REFUSED } from '../gateway/receipts/receipt-fixture.ts';
import { CrashPoints } from './crash-point.ts';

/** Writes receipts until it is killed; what was answered is noted in `acknowledged`. Run by receipts.test.ts. */
const [folder = ''] = process.argv.slice(2);
const ROUNDS = 4;
const WIDTH = 3;

const points = new CrashPoints();

const crashingDisk: JournalDisk = {
  async write(file, bytes, position) {
    points.pass();
    // A process that is killed while writing leaves the first part.
    await file.write(bytes, 0, bytes.length >> 1, position);
    points.pass();
    await points.around(() => realDisk.write(file, bytes, position));
  },
  truncate: (file, length) => points.around(() => realDisk.truncate(file, length)),
  syncFolder: (path) => points.around(() => realDisk.syncFolder(path)),
};

function acknowledge(what: 'open' | 'close' | 'refuse', receiptId: string): void {
  appendFileSync(join(folder, 'acknowledged'), `${what} ${receiptId}\n`);
}

const db = await openDatabase(join(folder, 'store.sqlite'));
const book = await ReceiptBook.open({
  folder: join(folder, 'receipts'),
  db,
  gateway: 'chaos',
  maxSegmentBytes: 6_000,
  disk: crashingDisk,
});

async function answer(): Promise<void> {
  const opened = await book.open(makeFacts());
  acknowledge('open', opened.receiptId);
  await book.close(opened, DELIVERED);
  acknowledge('close', opened.receiptId);
}

for (let round = 0; round < ROUNDS; round += 1) {
  const answers = Array.from({ length: WIDTH }, answer);
  acknowledge('refuse', await book.refuse(makeFacts(), REFUSED));
  await Promise.all(answers);
}
await book.stop();
await db.destroy();
