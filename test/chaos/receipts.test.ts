import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { expect, it } from 'vitest';

import { Journal } from '../../gateway/receipts/journal.ts';
import { ReceiptBook } from '../../gateway/receipts/receipt-book.ts';
import { openDatabase } from '../../gateway/stores/database.ts';
import { runChild } from './run-child.ts';

const TRIALS = process.env['DXL_LONG'] === '1' ? 1_000 : 60;
/** Steps of one child: more would let it end by itself more often. */
const STEPS = 40;
const TIMEOUT_MS = process.env['DXL_LONG'] === '1' ? 3_600_000 : 280_000;

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

async function leavesOf(folder: string): Promise<readonly number[]> {
  const journal = await Journal.open({ folder: join(folder, 'receipts') });
  const leaves: number[] = [];
  for await (const { line } of journal.entries()) if (line.kind !== 'open') leaves.push(line.leaf);
  await journal.stop();
  return leaves;
}

it(
  `loses no receipt that was answered, killed at ${String(TRIALS)} points`,
  async () => {
    const folder = mkdtempSync(join(tmpdir(), 'dxl-chaos-receipts-'));
    let killed = 0;
    for (let trial = 0; trial < TRIALS; trial += 1) {
      // A step that is coprime to the number of points visits them all.
      const end = await runChild('./receipts-child.ts', [folder], 1 + ((trial * 17) % STEPS));
      if (end === 'killed') killed += 1;
    }
    const db = await openDatabase(join(folder, 'store.sqlite'));
    const book = await ReceiptBook.open({ folder: join(folder, 'receipts'), db, gateway: 'chaos' });
    const receipts = await book.list({ party: null, limit: 1_000_000 });
    await book.stop();
    await db.destroy();

    const outcomes = new Map(receipts.map(({ receiptId, outcome }) => [receiptId, outcome]));
    const acknowledged = readAcknowledged(folder);
    expect([...acknowledged.close].filter((id) => outcomes.get(id) !== 'DELIVERED')).toEqual([]);
    expect([...acknowledged.refuse].filter((id) => outcomes.get(id) !== 'REFUSED')).toEqual([]);
    const isComplete = (id: string): boolean => outcomes.get(id) === 'DELIVERED' || outcomes.get(id) === 'UNKNOWN';
    expect([...acknowledged.open].filter((id) => !isComplete(id))).toEqual([]);
    const leaves = await leavesOf(folder);
    expect(leaves).toEqual(leaves.map((_, index) => index));
    expect(leaves).toHaveLength(receipts.length);
    expect(killed).toBeGreaterThan(TRIALS * 0.9);
    expect(receipts.some(({ outcome }) => outcome === 'UNKNOWN')).toBe(true);
    rmSync(folder, { recursive: true });
  },
  TIMEOUT_MS,
);
