import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { expect, it } from 'vitest';

import { leavesFrom } from '../../gateway/log/open-log.ts';
import { type LogKeys, ReceiptLog } from '../../gateway/log/receipt-log.ts';
import { Journal } from '../../gateway/receipts/journal.ts';
import { ReceiptBook } from '../../gateway/receipts/receipt-book.ts';
import { readReceiptBody } from '../../gateway/receipts/receipt-facts.ts';
import { openDatabase } from '../../gateway/stores/database.ts';
import { Frontier } from '../../ledger/log/frontier.ts';
import { hashLeaf } from '../../ledger/log/merkle-tree.ts';
import { type AccessReceipt, receiptHash, receiptLeaf } from '../../ledger/receipts/receipt.ts';
import { writeKeys } from './log-keys.ts';
import { runChild } from './run-child.ts';

/** Kills of one folder: more would leave so much to catch up on that a child is killed before it signs a head. */
const TRIALS = 60;
const FOLDERS = process.env['DXL_LONG'] === '1' ? 17 : 1;
/** Of these every second one is killed by the clock, at any point of what it does. */
const LONGEST_MS = 250;
/** Steps of one child: more would let it end by itself more often. */
const STEPS = 40;
const TIMEOUT_MS = 280_000;

/** Receipt ids by what was answered about them before a kill. */
function readAcknowledged(folder: string): Record<'open' | 'close' | 'refuse', Set<string>> {
  const acknowledged = { open: new Set<string>(), close: new Set<string>(), refuse: new Set<string>() };
  const file = join(folder, 'acknowledged');
  const lines = existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n') : [];
  for (const line of lines) {
    const [what = '', id = ''] = line.split(' ');
    acknowledged[what as keyof typeof acknowledged].add(id);
  }
  return acknowledged;
}

interface Completed {
  readonly leaf: number;
  readonly receipt: AccessReceipt;
}

async function completedIn(folder: string): Promise<readonly Completed[]> {
  const journal = await Journal.open({ folder: join(folder, 'receipts') });
  const completed: Completed[] = [];
  for await (const { line } of journal.entries()) {
    if (line.kind !== 'open') completed.push({ leaf: line.leaf, receipt: readReceiptBody(line.body).receipt });
  }
  await journal.stop();
  return completed;
}

/** The roots of the tree over these receipts, by size. */
function rootsOf(completed: readonly Completed[]): ReadonlyMap<number, string> {
  const frontier = new Frontier();
  return new Map(
    completed.map(({ receipt }) => {
      frontier.append(hashLeaf(receiptLeaf(receipt)));
      return [frontier.size, Buffer.from(frontier.root()).toString('hex')];
    }),
  );
}

/** Every head that was signed, in the order of the processes. */
function headsIn(folder: string): readonly (readonly [size: number, root: string])[] {
  const lines = readFileSync(join(folder, 'heads'), 'utf8').trim().split('\n');
  return lines.map((line) => line.split(' ')).map(([size = '', root = '']) => [Number(size), root]);
}

/** Opens the log as the next start would, and tells its head. */
async function publishedHead(folder: string, keys: LogKeys): Promise<readonly [size: number, root: string]> {
  const db = await openDatabase(join(folder, 'store.sqlite'));
  const book = await ReceiptBook.open({ folder: join(folder, 'receipts'), db, gateway: 'chaos', published: 0 });
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
  await log.publish();
  const { size, root } = log.head;
  await log.stop();
  await book.stop();
  await db.destroy();
  return [size, Buffer.from(root).toString('hex')];
}

it.each(Array.from({ length: FOLDERS }, (_, index) => index * TRIALS))(
  `loses no receipt that was answered, killed at ${String(TRIALS)} points from %i on`,
  async (first) => {
    const folder = mkdtempSync(join(tmpdir(), 'dxl-chaos-receipts-'));
    const keys = writeKeys(folder);
    let killed = 0;
    for (let trial = first; trial < first + TRIALS; trial += 1) {
      // A step that is coprime to the number of points visits them all.
      const byClock = trial % 2 === 1;
      const killAfterMs = byClock ? 1 + ((trial * 37) % LONGEST_MS) : 0;
      const crashAt = byClock ? Number.MAX_SAFE_INTEGER : 1 + ((trial * 17) % STEPS);
      const end = await runChild('./receipts-child.ts', [folder, String(killAfterMs)], crashAt);
      if (end === 'killed') killed += 1;
    }
    const db = await openDatabase(join(folder, 'store.sqlite'));
    const book = await ReceiptBook.open({ folder: join(folder, 'receipts'), db, gateway: 'chaos', published: 0 });
    const receipts = await book.list({ party: null, limit: 1_000_000 });
    await book.stop();
    await db.destroy();

    const outcomes = new Map(receipts.map(({ receiptId, outcome }) => [receiptId, outcome]));
    const acknowledged = readAcknowledged(folder);
    expect([...acknowledged.close].filter((id) => outcomes.get(id) !== 'DELIVERED')).toEqual([]);
    expect([...acknowledged.refuse].filter((id) => outcomes.get(id) !== 'REFUSED')).toEqual([]);
    const isComplete = (id: string): boolean => outcomes.get(id) === 'DELIVERED' || outcomes.get(id) === 'UNKNOWN';
    expect([...acknowledged.open].filter((id) => !isComplete(id))).toEqual([]);
    const completed = await completedIn(folder);
    expect(completed.map(({ leaf }) => leaf)).toEqual(completed.map((_, index) => index));
    expect(completed).toHaveLength(receipts.length);
    // All receipts are of one grant: its chain has no gap and no fork.
    expect(completed.map(({ receipt }) => receipt.sequence)).toEqual(completed.map((_, index) => index + 1));
    const hashes = completed.map(({ receipt }) => receiptHash(receipt));
    expect(completed.map(({ receipt }) => receipt.previous)).toEqual([null, ...hashes.slice(0, -1)]);
    // Whatever was ever signed is a beginning of the tree that is made again from the leaves.
    const roots = rootsOf(completed);
    const heads = headsIn(folder);
    expect(heads.filter(([size, root]) => roots.get(size) !== root)).toEqual([]);
    expect(await publishedHead(folder, keys)).toEqual([completed.length, roots.get(completed.length)]);
    process.stdout.write(
      `killed ${String(killed)} of ${String(TRIALS)} times: ${String(completed.length)} receipts, ` +
        `${String(heads.length)} heads signed\n`,
    );
    expect(killed).toBeGreaterThan(TRIALS * 0.9);
    expect(receipts.some(({ outcome }) => outcome === 'UNKNOWN')).toBe(true);
    rmSync(folder, { recursive: true });
  },
  TIMEOUT_MS,
);
