import { appendFileSync } from 'node:fs';
import { join } from 'node:path';

import { leavesFrom } from '../../gateway/log/open-log.ts';
import { readHead, ReceiptLog } from '../../gateway/log/receipt-log.ts';
import { realDisk, type JournalDisk } from '../../gateway/receipts/journal-files.ts';
import { ReceiptBook } from '../../gateway/receipts/receipt-book.ts';
import { openDatabase } from '../../gateway/stores/database.ts';
import { DELIVERED, makeFacts, REFUSED } from '../gateway/receipts/receipt-fixture.ts';
import { CrashPoints } from './crash-point.ts';
import { readKeys } from './log-keys.ts';

/**
 * Writes receipts and publishes their tree until it is killed; what was answered is noted in `acknowledged`, each head
 * that was signed in `heads`. Run by receipts.test.ts.
 * @param killAfterMs 0: killed at a step of the journal only; else after this time, wherever it is
 */
const [folder = '', killAfterMs = '0'] = process.argv.slice(2);
const ROUNDS = 4;
/** More than a child has time for. */
const MANY_ROUNDS = 100_000;
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

const keys = readKeys(folder);
const db = await openDatabase(join(folder, 'store.sqlite'));
const book = await ReceiptBook.open({
  folder: join(folder, 'receipts'),
  db,
  gateway: 'chaos',
  published: (await readHead({ folder: join(folder, 'log'), keys })).size,
  maxSegmentBytes: 6_000,
  disk: crashingDisk,
});

const log = await ReceiptLog.open({
  folder: join(folder, 'log'),
  keys,
  leavesFrom: (number) => leavesFrom(book, number),
  journalLeaves: book.leaves,
  checkpointMs: 1,
  maySign: () => true,
  onProblem: (error) => {
    throw error;
  },
});
log.onPublished(({ size, root }) => {
  appendFileSync(join(folder, 'heads'), `${String(size)} ${Buffer.from(root).toString('hex')}\n`);
});
book.onComplete((leaf) => {
  log.add(leaf);
});

async function answer(): Promise<void> {
  const opened = await book.open(makeFacts());
  acknowledge('open', opened.receiptId);
  await book.close(opened, DELIVERED);
  acknowledge('close', opened.receiptId);
}

if (killAfterMs !== '0') setTimeout(() => process.kill(process.pid, 'SIGKILL'), Number(killAfterMs));
const rounds = killAfterMs === '0' ? ROUNDS : MANY_ROUNDS;
for (let round = 0; round < rounds; round += 1) {
  const answers = Array.from({ length: WIDTH }, answer);
  acknowledge('refuse', await book.refuse(makeFacts(), REFUSED));
  await Promise.all(answers);
}
await book.stop();
await log.stop();
await db.destroy();
