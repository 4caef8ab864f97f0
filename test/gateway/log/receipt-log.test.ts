import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import type { Leaf } from '../../../gateway/log/leaf-buffer.ts';
import { type LogKeys, ReceiptLog, type ReceiptLogOptions } from '../../../gateway/log/receipt-log.ts';
import { formatCheckpoint, logOrigin, parseCheckpoint } from '../../../ledger/log/checkpoint.ts';
import { verifyConsistency } from '../../../ledger/log/consistency.ts';
import { Frontier } from '../../../ledger/log/frontier.ts';
import { treeHeadVerifier } from '../../../ledger/log/head-signature.ts';
import { verifyInclusion } from '../../../ledger/log/inclusion.ts';
import { hashLeaf, type TreeHash, type TreeHead } from '../../../ledger/log/merkle-tree.ts';
import {
  ed25519Verifier,
  noteKeyOf,
  parseNote,
  signNote,
  verifiedSignatures,
} from '../../../ledger/log/signed-note.ts';
import { decodeEntries, decodeTile, TILE_WIDTH } from '../../../ledger/log/tiles.ts';
import { isMutationRun } from '../../support/property-runs.ts';
import { leaf, leaves, makeKeys } from './log-fixture.ts';

let folder: string;
let logs: ReceiptLog[];
let problems: unknown[];
/** How many leaves the journal has by now. */
let told: number;
const keys = makeKeys();

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'dxl-log-'));
  logs = [];
  problems = [];
  told = 0;
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

/** A log whose journal has `count` leaves. */
async function openLog(count = 0, changes: Partial<ReceiptLogOptions> = {}): Promise<ReceiptLog> {
  const log = await ReceiptLog.open({
    folder,
    keys,
    leavesFrom: (from) => journalOf(Math.max(count, told), from),
    journalLeaves: count,
    checkpointMs: 60_000,
    maySign: () => true,
    onProblem: (error) => problems.push(error),
    ...changes,
  });
  logs.push(log);
  return log;
}

/** A journal that is asked for the leaves of the last tile only. */
function endOf(size: number): ReceiptLogOptions['leavesFrom'] {
  return (from) => {
    expect(from).toBe(Math.floor((size - 1) / TILE_WIDTH) * TILE_WIDTH);
    return journalOf(size, from);
  };
}

function rootOf(count: number): TreeHash {
  const frontier = new Frontier();
  for (const { bytes } of leaves(0, count)) frontier.append(hashLeaf(bytes));
  return frontier.root();
}

function headOf({ head }: ReceiptLog): TreeHead {
  return { size: head.size, root: head.root };
}

async function grow(log: ReceiptLog, from: number, to: number): Promise<void> {
  told = to;
  for (const each of leaves(from, to)) log.add(each);
  await log.publish();
}

describe('ReceiptLog', () => {
  it('is empty before its first receipt', async () => {
    const log = await openLog();
    await log.publish();
    expect(log.head).toMatchObject({ size: 0, note: null });
    expect(existsSync(join(folder, 'checkpoint'))).toBe(false);
  });

  it.each([1, 2, 255, 256, 257, 511, 512, 700])('has the tree of RFC 9162 over %i receipts', async (count) => {
    const log = await openLog();
    await grow(log, 0, count);
    expect(headOf(log)).toEqual({ size: count, root: rootOf(count) });
    const entries = await log.tile({ level: 'entries', index: 0, width: Math.min(count, TILE_WIDTH) });
    const expected = leaves(0, Math.min(count, TILE_WIDTH)).map(({ bytes }) => Buffer.from(bytes));
    expect(decodeEntries(entries!, expected.length).map((bytes) => Buffer.from(bytes))).toEqual(expected);
  });

  it('goes on after each restart, whatever the size', async () => {
    let size = 0;
    // The last but one takes the tree to a second level of whole tiles.
    for (const step of [1, 3, 252, 1, 255, 1, 300, ...(isMutationRun ? [] : [65_536 - 813, 5])]) {
      const log = await openLog(size);
      await grow(log, size, size + step);
      size += step;
      expect(headOf(log)).toEqual({ size, root: rootOf(size) });
      await stopAll();
    }
    expect(problems).toEqual([]);
  }, 60_000);

  it.each([1, 255, 256, 257, 300, 511, 512, 513])('goes on from its tiles alone at %i', async (size) => {
    await grow(await openLog(), 0, size);
    await stopAll();
    const log = await openLog(size, { leavesFrom: endOf(size) });
    for (const each of leaves(size, size + 300)) log.add(each);
    await log.publish();
    expect(headOf(log)).toEqual({ size: size + 300, root: rootOf(size + 300) });
    const last = log.head.size - 1;
    const proof = await log.proveInclusion(last, log.head.size);
    expect(verifyInclusion({ index: last, leafHash: hashLeaf(leaf(last).bytes), head: log.head, proof })).toBe(true);
    const width = log.head.size % TILE_WIDTH;
    const entries = await log.tile({ level: 'entries', index: Math.floor(log.head.size / TILE_WIDTH), width });
    expect(Buffer.from(decodeEntries(entries!, width).at(-1)!)).toEqual(Buffer.from(leaf(last).bytes));
    expect(problems).toEqual([]);
  });

  it('signs nothing while it may not, and by itself as soon as it may', async () => {
    let maySign = false;
    const log = await openLog(2, { checkpointMs: 1, maySign: () => maySign });
    told = 3;
    log.add(leaf(2));
    await log.publish();
    expect([log.head.size, existsSync(join(folder, 'checkpoint'))]).toEqual([0, false]);
    expect(await log.rootOfFirst(3)).toEqual(rootOf(3));
    maySign = true;
    await expect.poll(() => log.head.size, { timeout: 10_000 }).toBe(3);
    expect(headOf(log)).toEqual({ size: 3, root: rootOf(3) });
  });

  it('tells the root over receipts that are not published, as far as there are any', async () => {
    const log = await openLog();
    await grow(log, 0, 3);
    told = 5;
    log.add(leaf(3));
    log.add(leaf(4));
    for (const size of [1, 3, 4, 5]) expect(await log.rootOfFirst(size)).toEqual(rootOf(size));
    expect(await log.rootOfFirst(6)).toBeNull();
    expect(log.head.size).toBe(3);
  });

  it('publishes by itself after its time, and not when it has stopped', async () => {
    const log = await openLog(0, { checkpointMs: 1 });
    log.add(leaf(0));
    log.add(leaf(1));
    await expect.poll(() => log.head.size).toBe(2);
    log.add(leaf(2));
    await expect.poll(() => log.head.size).toBe(3);
    await log.stop();
    log.add(leaf(3));
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect(log.head.size).toBe(3);
  });

  it('leaves what comes while it publishes to the next checkpoint', async () => {
    const log = await openLog();
    log.onPublished(({ size }) => {
      if (size < 50) log.add(leaf(size));
    });
    log.add(leaf(0));
    await log.publish();
    expect(log.head.size).toBe(1);
    await log.publish();
    expect(headOf(log)).toEqual({ size: 2, root: rootOf(2) });
  });

  it('ends with a checkpoint over what was told before it was asked, also while it publishes', async () => {
    const log = await openLog();
    const asked: Promise<number>[] = [];
    log.onPublished(({ size }) => {
      if (size > 1) return;
      log.add(leaf(1));
      for (let each = 0; each < 2; each += 1) asked.push(log.publish().then(() => log.head.size));
    });
    log.add(leaf(0));
    await log.publish();
    expect(await Promise.all(asked)).toEqual([2, 2]);
    expect(headOf(log)).toEqual({ size: 2, root: rootOf(2) });
  });

  it('waits with a checkpoint, but for its end', async () => {
    const log = await openLog(0, { checkpointMs: 60_000 });
    log.add(leaf(0));
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect(log.head.size).toBe(0);
    await log.stop();
    expect(log.head.size).toBe(1);
  });

  it('tries again by itself when the disk has failed', async () => {
    const log = await openLog(0, { checkpointMs: 1 });
    writeFileSync(join(folder, 'tile'), '');
    log.add(leaf(0));
    await expect.poll(() => problems.length).toBe(1);
    rmSync(join(folder, 'tile'));
    await expect.poll(() => log.head.size).toBe(1);
  });

  it('takes a journal that misses a receipt for no journal', async () => {
    const log = await openLog(3, { leavesFrom: (from) => journalOf(4, from + 1), checkpointMs: 60_000 });
    await log.publish();
    expect(problems).toMatchObject([{ code: 'LOG_CORRUPT', details: { number: 1 } }]);
    expect(log.head.size).toBe(0);
  });

  it('takes from the journal what was published when tiles are lost, and then the rest', async () => {
    await grow(await openLog(), 0, 300);
    await stopAll();
    rmSync(join(folder, 'tile'), { recursive: true });
    const log = await openLog(305);
    expect(headOf(log)).toEqual({ size: 300, root: rootOf(300) });
    await log.publish();
    expect(headOf(log)).toEqual({ size: 305, root: rootOf(305) });
    log.add(leaf(305));
    await log.publish();
    expect(headOf(log)).toEqual({ size: 306, root: rootOf(306) });
  });

  it('goes on with the right tree when a tile was changed', async () => {
    await grow(await openLog(), 0, 300);
    await stopAll();
    writeFileSync(join(folder, 'tile/0/001.p/44'), Buffer.alloc(44 * 32));
    const log = await openLog(300);
    await grow(log, 300, 301);
    expect(headOf(log)).toEqual({ size: 301, root: rootOf(301) });
  });

  it('does not begin on a disk that cannot be read', async () => {
    await grow(await openLog(), 0, 300);
    await stopAll();
    rmSync(join(folder, 'tile/0/001.p/44'));
    mkdirSync(join(folder, 'tile/0/001.p/44'));
    await expect(openLog(300)).rejects.toMatchObject({ code: 'EISDIR' });
  });

  it('says why it does not begin', async () => {
    await grow(await openLog(), 0, 3);
    await stopAll();
    await expect(openLog(2)).rejects.toMatchObject({ details: { published: 3, journal: 2 } });
    await expect(openLog(3, { keys: makeKeys() })).rejects.toMatchObject({ details: { code: 'NOTE_UNSIGNED' } });
    rmSync(join(folder, 'tile'), { recursive: true });
    await expect(openLog(3, { leavesFrom: () => journalOf(0, 0) })).rejects.toMatchObject({
      code: 'LOG_CORRUPT',
      details: { size: 3 },
    });
    const name = logOrigin(keys.gateway);
    const text = formatCheckpoint({ origin: 'example.com/log', size: 3, root: rootOf(3) });
    writeFileSync(join(folder, 'checkpoint'), signNote(text, [{ name, privateKey: keys.signer }]));
    await expect(openLog(3)).rejects.toMatchObject({ code: 'LOG_OF_ANOTHER_KEY', details: {} });
  });

  it('gives a part of the leaves of a tile that grew', async () => {
    const log = await openLog();
    await grow(log, 0, 300);
    await grow(log, 300, 600);
    for (const [index, width] of [
      [0, 7],
      [1, 44],
      [2, 20],
      [2, 88],
    ] as const) {
      const entries = await log.tile({ level: 'entries', index, width });
      const expected = leaves(index * 256, index * 256 + width).map(({ bytes }) => Buffer.from(bytes));
      expect(decodeEntries(entries!, width).map((bytes) => Buffer.from(bytes))).toEqual(expected);
    }
    expect(await log.tile({ level: 'entries', index: 2, width: 89 })).toBeNull();
    expect(await log.tile({ level: 'entries', index: 3, width: 1 })).toBeNull();
  });

  it('signs each head for notes and for the contract', async () => {
    const log = await openLog();
    await grow(log, 0, 5);
    const note = parseNote(log.head.note!);
    const name = logOrigin(keys.gateway);
    expect(parseCheckpoint(note.text)).toEqual({ origin: name, ...headOf(log) });
    const verifiers = [
      ed25519Verifier(noteKeyOf({ name, privateKey: keys.signer })),
      treeHeadVerifier(keys.place, keys.gateway, keys.address),
    ];
    expect(verifiedSignatures(note, verifiers)).toHaveLength(2);
    expect(readFileSync(join(folder, 'checkpoint'))).toEqual(Buffer.from(log.head.note!));
  });

  it('proves what it has, between all the heads that it had', async () => {
    const log = await openLog();
    const heads: TreeHead[] = [];
    let size = 0;
    for (const step of [1, 2, 5, 249, 60]) {
      await grow(log, size, size + step);
      size += step;
      heads.push(headOf(log));
    }
    for (const [index, to] of heads.entries()) {
      expect(await log.rootAt(to.size)).toEqual(to.root);
      for (const from of heads.slice(0, index + 1)) {
        const proof = await log.proveConsistency(from.size, to.size);
        expect(verifyConsistency({ from, to, proof })).toBe(true);
      }
      for (const number of [0, to.size >> 1, to.size - 1]) {
        const proof = await log.proveInclusion(number, to.size);
        const leafHash = hashLeaf(leaf(number).bytes);
        expect(verifyInclusion({ index: number, leafHash, head: to, proof })).toBe(true);
      }
    }
    await expect(log.proveInclusion(size, size + 1)).rejects.toMatchObject({ code: 'TREE_INVALID' });
    await expect(log.proveInclusion(size, size)).rejects.toMatchObject({ code: 'TREE_INVALID' });
    await expect(log.proveConsistency(1, size + 1)).rejects.toMatchObject({ code: 'TREE_INVALID' });
  });

  it('takes leaves in any order and publishes none before those before it', async () => {
    const log = await openLog();
    for (const number of [2, 1, 4]) log.add(leaf(number));
    await log.publish();
    expect(log.head.size).toBe(0);
    log.add(leaf(0));
    await log.publish();
    expect(headOf(log)).toEqual({ size: 3, root: rootOf(3) });
  });

  it('reads from the journal what was complete before it began', async () => {
    const log = await openLog(600);
    await expect.poll(() => log.head.size).toBe(600);
    expect(headOf(log)).toEqual({ size: 600, root: rootOf(600) });
    await grow(log, 600, 601);
    expect(headOf(log)).toEqual({ size: 601, root: rootOf(601) });
  });

  it('serves tiles at the width that is asked for, as long as it has one as wide', async () => {
    const log = await openLog();
    await grow(log, 0, 200);
    await grow(log, 200, 300);
    const hashes = leaves(0, 300).map(({ bytes }) => Buffer.from(hashLeaf(bytes)));
    for (const width of [1, 150, 200, 256]) {
      const bytes = await log.tile({ level: 0, index: 0, width });
      expect(decodeTile(bytes!, width).map((hash) => Buffer.from(hash))).toEqual(hashes.slice(0, width));
    }
    expect(await log.tile({ level: 0, index: 1, width: 44 })).not.toBeNull();
    expect(await log.tile({ level: 0, index: 1, width: 45 })).toBeNull();
    expect(await log.tile({ level: 1, index: 0, width: 2 })).toBeNull();
  });

  it('makes tiles again that were lost or changed, and refuses to go on if the journal leads elsewhere', async () => {
    await grow(await openLog(), 0, 300);
    await stopAll();
    const damage = [
      () => rmSync(join(folder, 'tile'), { recursive: true }),
      () => writeFileSync(join(folder, 'tile/0/001.p/44'), Buffer.alloc(44 * 32)),
      () => writeFileSync(join(folder, 'tile/0/001.p/44'), 'short'),
      () => writeFileSync(join(folder, 'tile/entries/001.p/44'), 'short'),
    ];
    for (const change of damage) {
      change();
      const log = await openLog(300);
      expect(headOf(log)).toEqual({ size: 300, root: rootOf(300) });
      await stopAll();
      expect(readFileSync(join(folder, 'tile/0/001.p/44'))).toHaveLength(44 * 32);
    }
    rmSync(join(folder, 'tile'), { recursive: true });
    const other = openLog(300, { leavesFrom: (from) => journalOf(300, from + 1) });
    await expect(other).rejects.toMatchObject({ code: 'LOG_CORRUPT' });
  });

  it('takes no more leaves while those that it took cannot be published', async () => {
    const log = await openLog();
    const sizes: number[] = [];
    log.onPublished(({ size }) => sizes.push(size));
    writeFileSync(join(folder, 'tile'), '');
    await grow(log, 0, 3);
    await grow(log, 3, 8);
    expect(problems).toHaveLength(2);
    rmSync(join(folder, 'tile'));
    await log.publish();
    expect(sizes).toEqual([3, 8]);
    expect(headOf(log)).toEqual({ size: 8, root: rootOf(8) });
  });

  it('takes no leaf twice when the journal fails while it is read', async () => {
    let isFailing = true;
    const log = await openLog(0, {
      leavesFrom: async function* (from) {
        yield* leaves(from, from + 1);
        await Promise.resolve();
        if (isFailing) throw new TypeError('The disk failed');
      },
    });
    log.add(leaf(1));
    await log.publish();
    expect(problems).toMatchObject([{ message: 'The disk failed' }]);
    isFailing = false;
    log.add(leaf(0));
    await log.publish();
    expect(headOf(log)).toEqual({ size: 2, root: rootOf(2) });
  });

  it.each<[string, (log: string) => { count?: number; keys?: LogKeys }, string]>([
    ['is of another key', () => ({ keys: makeKeys() }), 'LOG_OF_ANOTHER_KEY'],
    ['has more receipts than the journal', () => ({ count: 299 }), 'LOG_AHEAD_OF_JOURNAL'],
    [
      'has a checkpoint that was changed',
      (path) => {
        const text = readFileSync(path, 'utf8').replace('\n300\n', '\n301\n');
        writeFileSync(path, text);
        return {};
      },
      'LOG_OF_ANOTHER_KEY',
    ],
    [
      'has a checkpoint that was cut off',
      (path) => {
        writeFileSync(path, readFileSync(path).subarray(0, 40));
        return {};
      },
      'LOG_OF_ANOTHER_KEY',
    ],
  ])('refuses a log that %s', async (_name, change, code) => {
    await grow(await openLog(), 0, 300);
    await stopAll();
    const { count = 300, ...changes } = change(join(folder, 'checkpoint'));
    await expect(openLog(count, changes)).rejects.toMatchObject({ code });
  });

  it('signs nothing while the disk takes nothing, and goes on afterwards', async () => {
    const log = await openLog();
    await grow(log, 0, 3);
    // A file where a folder must be: no tile of the next size can be written.
    rmSync(join(folder, 'tile'), { recursive: true });
    writeFileSync(join(folder, 'tile'), '');
    await grow(log, 3, 8);
    expect(log.head.size).toBe(3);
    expect(problems).toHaveLength(1);
    rmSync(join(folder, 'tile'));
    await log.publish();
    expect(headOf(log)).toEqual({ size: 8, root: rootOf(8) });
  });

  it('tells of each head once', async () => {
    const log = await openLog();
    const sizes: number[] = [];
    log.onPublished(({ size }) => sizes.push(size));
    await grow(log, 0, 2);
    await log.publish();
    await grow(log, 2, 3);
    expect(sizes).toEqual([2, 3]);
  });

  it('is what a copy of its folder is', async () => {
    await grow(await openLog(), 0, 300);
    await stopAll();
    const copy = mkdtempSync(join(tmpdir(), 'dxl-log-'));
    cpSync(folder, copy, { recursive: true });
    const log = await openLog(300, { folder: copy, leavesFrom: endOf(300) });
    expect(headOf(log)).toEqual({ size: 300, root: rootOf(300) });
    expect(readdirSync(copy).toSorted()).toEqual(['checkpoint', 'tile']);
    rmSync(copy, { recursive: true });
  });
});
