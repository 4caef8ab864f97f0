import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import type { Leaf } from '../../../gateway/log/leaf-buffer.ts';
import { ReceiptLog, type ReceiptLogOptions } from '../../../gateway/log/receipt-log.ts';
import { Frontier } from '../../../ledger/log/frontier.ts';
import { verifyInclusion } from '../../../ledger/log/inclusion.ts';
import { hashLeaf, type TreeHash } from '../../../ledger/log/merkle-tree.ts';
import { TILE_WIDTH } from '../../../ledger/log/tiles.ts';
import { isMutationRun } from '../../support/property-runs.ts';
import { leaf, leaves, makeKeys } from './log-fixture.ts';

let folder: string;
let logs: ReceiptLog[];
let problems: unknown[];
const keys = makeKeys();

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'dxl-restore-'));
  logs = [];
  problems = [];
});
afterEach(async () => {
  await stopAll();
  rmSync(folder, { recursive: true });
});

async function stopAll(): Promise<void> {
  for (const log of logs.splice(0)) await log.stop();
}

async function* journalOf(count: number, from: number): AsyncGenerator<Leaf> {
  for (const each of leaves(from, count)) yield await Promise.resolve(each);
}

/** A journal in which one leaf is another than was published. */
async function* otherJournal(count: number, from: number, other: number): AsyncGenerator<Leaf> {
  for await (const each of journalOf(count, from)) {
    yield each.number === other ? { ...each, bytes: Buffer.from('another') } : each;
  }
}

/** A log whose journal has `count` leaves. */
async function openLog(count: number, leavesFrom?: ReceiptLogOptions['leavesFrom']): Promise<ReceiptLog> {
  const log = await ReceiptLog.open({
    folder,
    keys,
    leavesFrom: leavesFrom ?? ((from) => journalOf(count, from)),
    journalLeaves: count,
    checkpointMs: 60_000,
    maySign: () => true,
    onProblem: (error) => problems.push(error),
  });
  logs.push(log);
  return log;
}

/** Leaves a log behind that has published so many. */
async function publish(count: number): Promise<void> {
  const log = await openLog(0);
  for (const each of leaves(0, count)) log.add(each);
  await stopAll();
  expect(log.head.size).toBe(count);
}

async function grow(log: ReceiptLog, from: number, to: number): Promise<void> {
  for (const each of leaves(from, to)) log.add(each);
  await log.publish();
}

function rootOf(count: number): TreeHash {
  const frontier = new Frontier();
  for (const { bytes } of leaves(0, count)) frontier.append(hashLeaf(bytes));
  return frontier.root();
}

describe('restoreTiles', () => {
  it.each([
    ['lost', (path: string) => rmSync(path)],
    ['cut short', (path: string) => writeFileSync(path, readFileSync(path).subarray(0, 100))],
    [
      'changed',
      (path: string) => {
        const bytes = readFileSync(path);
        bytes[5]! ^= 1;
        writeFileSync(path, bytes);
      },
    ],
  ])('makes a whole tile again that was %s, when it is read', async (_name, damage) => {
    await publish(600);
    const paths = ['tile/0/000', 'tile/0/001', 'tile/entries/000'].map((path) => join(folder, path));
    const before = paths.map((path) => readFileSync(path));
    paths.forEach(damage);
    const log = await openLog(600);
    expect(await log.rootAt(200)).toEqual(rootOf(200));
    const proof = await log.proveInclusion(300, 600);
    expect(verifyInclusion({ index: 300, leafHash: hashLeaf(leaf(300).bytes), head: log.head, proof })).toBe(true);
    const asked = { level: 'entries', index: 0, width: 256 } as const;
    const both = await Promise.all([log.tile(asked), log.tile(asked)]);
    expect(both.map((bytes) => Buffer.from(bytes!))).toEqual([before[2], before[2]]);
    expect(paths.map((path) => readFileSync(path))).toEqual(before);
  });

  it('gives no tile that the journal does not lead to, and asks the journal once', async () => {
    await publish(600);
    rmSync(join(folder, 'tile/0/000'));
    const asked: number[] = [];
    const log = await openLog(600, (from) => {
      asked.push(from);
      return otherJournal(600, from, 7);
    });
    await expect(log.tile({ level: 0, index: 0, width: 9 })).rejects.toMatchObject({ code: 'LOG_CORRUPT' });
    await expect(log.rootAt(256)).resolves.toEqual(rootOf(256));
    await expect(log.rootAt(255)).rejects.toMatchObject({ code: 'LOG_CORRUPT', details: { index: 0 } });
    expect(existsSync(join(folder, 'tile/0/000'))).toBe(false);
    expect(asked).toEqual([512, 0]);
  });

  it('goes on with no journal that has other receipts at its end than were published', async () => {
    await publish(300);
    const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).toSorted();
    for (const other of [256, 280, 299]) {
      const opening = openLog(310, (from) => otherJournal(310, from, other));
      await expect(opening).rejects.toMatchObject({ code: 'LOG_CORRUPT', details: { size: 300 } });
    }
    const missing = openLog(310, (from) => journalOf(310, from + 1));
    await expect(missing).rejects.toMatchObject({ code: 'LOG_CORRUPT', details: { size: 300 } });
    const short = openLog(310, (from) => journalOf(299, from));
    await expect(short).rejects.toMatchObject({ code: 'LOG_CORRUPT', details: { size: 300 } });
    expect(readdirSync(folder, { recursive: true, encoding: 'utf8' }).toSorted()).toEqual(files);
    const log = await openLog(310, (from) => otherJournal(310, from, 300));
    expect(log.head.size).toBe(300);
  });
});

describe.skipIf(isMutationRun)('restoreTiles of many receipts', () => {
  it('writes tiles while it makes them again, and changes none for a journal that leads elsewhere', async () => {
    const count = 16_500;
    await publish(count);
    const lost = join(folder, 'tile/0/064.p/116');
    rmSync(lost);
    const other = openLog(count, (from) => otherJournal(count, from, 7));
    await expect(other).rejects.toMatchObject({ code: 'LOG_CORRUPT', details: { size: count } });
    expect(readdirSync(folder).toSorted()).toEqual(['checkpoint', 'tile']);
    expect(existsSync(lost)).toBe(false);
    const bundle = readFileSync(join(folder, 'tile/entries/000'));
    const written: boolean[] = [];
    const log = await openLog(count, async function* (from) {
      for await (const each of journalOf(count, from)) {
        yield each;
        if (each.number === count - 1) written.push(existsSync(join(folder, 'rebuilt/tile/entries/063')));
      }
    });
    expect(written).toEqual([true]);
    expect(log.head).toMatchObject({ size: count, root: rootOf(count) });
    expect(readdirSync(folder).toSorted()).toEqual(['checkpoint', 'tile']);
    expect(existsSync(lost)).toBe(true);
    expect(readFileSync(join(folder, 'tile/entries/000'))).toEqual(bundle);
  });
});

describe('partial tiles', () => {
  it('are kept for none but the newest checkpoint', async () => {
    const log = await openLog(0);
    for (let size = 0; size < 520; size += 4) await grow(log, size, size + 4);
    const names = readdirSync(join(folder, 'tile'), { recursive: true, encoding: 'utf8' });
    const files = names.filter((name) => statSync(join(folder, 'tile', name)).isFile());
    const whole = ['0/000', '0/001', 'entries/000', 'entries/001'];
    expect(files.toSorted()).toEqual([...whole, '0/002.p/8', '1/000.p/2', 'entries/002.p/8'].toSorted());
    expect(names.filter((name) => name.endsWith('.p')).toSorted()).toEqual(['0/002.p', '1/000.p', 'entries/002.p']);
    await stopAll();
    // Older heads, as the ledger and witnesses have them, are still proved, and their tiles served.
    const again = await openLog(520);
    for (const size of [1, 100, 256, 300, 519]) {
      expect(await again.rootAt(size)).toEqual(rootOf(size));
      expect(await again.tile({ level: 0, index: size >> 8, width: Math.max(1, size % TILE_WIDTH) })).not.toBeNull();
    }
  });

  it('are kept until a newer checkpoint is durable', async () => {
    const log = await openLog(0);
    await grow(log, 0, 300);
    // A folder where the checkpoint is written first.
    mkdirSync(join(folder, 'checkpoint.new'));
    await grow(log, 300, 600);
    expect(log.head.size).toBe(300);
    expect(problems).toHaveLength(1);
    expect(existsSync(join(folder, 'tile/0/001'))).toBe(true);
    expect(readdirSync(join(folder, 'tile/0/001.p'))).toEqual(['44']);
    expect(readdirSync(join(folder, 'tile/1/000.p')).toSorted()).toEqual(['1', '2']);
    rmSync(join(folder, 'checkpoint.new'), { recursive: true });
    await log.publish();
    expect(existsSync(join(folder, 'tile/0/001.p'))).toBe(false);
    expect(readdirSync(join(folder, 'tile/1/000.p'))).toEqual(['2']);
  });
});
