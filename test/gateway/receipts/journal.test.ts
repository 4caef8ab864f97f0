import {
  appendFileSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import type { JournalPlace } from '../../../gateway/receipts/journal-error.ts';
import { realDisk, type JournalDisk } from '../../../gateway/receipts/journal-files.ts';
import { encodeLine, type JournalLine } from '../../../gateway/receipts/journal-line.ts';
import { Journal } from '../../../gateway/receipts/journal.ts';

let folder: string;
let journals: Journal[];
const segment = (number = 1): string => join(folder, `journal-0000000${String(number)}.jsonl`);

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'dxl-journal-'));
  journals = [];
});
afterEach(async () => {
  for (const journal of journals) await journal.stop();
  rmSync(folder, { recursive: true });
});

async function openJournal(options: { maxSegmentBytes?: number; disk?: JournalDisk } = {}): Promise<Journal> {
  const journal = await Journal.open({ folder, ...options });
  journals.push(journal);
  return journal;
}

async function stopAll(): Promise<void> {
  for (const journal of journals.splice(0)) await journal.stop();
}

async function kindsOf(journal: Journal, from?: JournalPlace): Promise<readonly string[]> {
  const kinds: string[] = [];
  for await (const { line } of journal.entries(from)) kinds.push(`${line.kind} ${line.receiptId}`);
  return kinds;
}

/** A journal with these lines, closed again. */
async function write(...receipts: readonly string[]): Promise<void> {
  const journal = await openJournal();
  for (const receipt of receipts) {
    await journal.open(receipt, { receipt });
    await journal.close(receipt, () => ({ receipt, 结果: '已送达' }));
  }
  await stopAll();
}

/** Starts of the lines of a segment. */
function lineStarts(number = 1): readonly number[] {
  const bytes = readFileSync(segment(number));
  const starts = [0];
  for (const [offset, byte] of bytes.entries()) if (byte === 0x0a) starts.push(offset + 1);
  return starts.slice(0, -1);
}

describe('Journal', () => {
  it('holds what was written, in order, over a restart', async () => {
    await write('a', 'b');
    const journal = await openJournal();
    await journal.refuse('c', () => ({ reason: 'EXPIRED' }));
    expect(await kindsOf(journal)).toEqual(['open a', 'close a', 'open b', 'close b', 'refuse c']);
    expect(journal.repaired).toBeNull();
    expect(statSync(segment()).mode & 0o777).toBe(0o600);
  });

  it('numbers complete receipts without a gap, also over segments and restarts', async () => {
    const leaves: (number | null)[] = [];
    for (let round = 0; round < 3; round += 1) {
      const journal = await openJournal({ maxSegmentBytes: 400 });
      for (let index = 0; index < 4; index += 1) {
        leaves.push((await journal.refuse(`r${String(round)}-${String(index)}`, () => ({}))).leaf);
      }
      await stopAll();
    }
    expect(leaves).toEqual(Array.from({ length: 12 }, (_, index) => index));
    expect(readdirSync(folder).filter((name) => name.endsWith('.jsonl')).length).toBeGreaterThan(3);
    expect(await kindsOf(await openJournal())).toHaveLength(12);
  });

  it('knows what is open, also when the segment changed meanwhile', async () => {
    const journal = await openJournal({ maxSegmentBytes: 300 });
    await journal.open('left', { salt: 'x' });
    for (let index = 0; index < 5; index += 1) await journal.refuse(`r${String(index)}`, () => ({}));
    await stopAll();
    const again = await openJournal();
    expect([...again.unclosed]).toEqual([['left', { salt: 'x' }]]);
    await again.close('left', () => ({}));
    await stopAll();
    expect((await openJournal()).unclosed.size).toBe(0);
  });

  it('answers a crowd in few commits', async () => {
    let commits = 0;
    const counting = {
      ...realDisk,
      write: (...args: Parameters<JournalDisk['write']>) => ((commits += 1), realDisk.write(...args)),
    };
    const journal = await openJournal({ disk: counting });
    const before = commits;
    await Promise.all(Array.from({ length: 500 }, (_, index) => journal.open(`r${String(index)}`, {})));
    expect(commits - before).toBeLessThan(10);
    expect(journal.unclosed.size).toBe(500);
  });

  it('refuses to open twice and to close what is not open, and goes on', async () => {
    const journal = await openJournal();
    const answers = await Promise.allSettled([
      journal.open('a', {}),
      journal.open('a', {}),
      journal.close('b', () => ({})),
    ]);
    expect(answers).toMatchObject([
      { status: 'fulfilled' },
      { reason: { code: 'RECEIPT_OPEN' } },
      { reason: { code: 'RECEIPT_NOT_OPEN' } },
    ]);
    const closings = await Promise.allSettled([journal.close('a', () => ({})), journal.close('a', () => ({}))]);
    expect(closings).toMatchObject([{ status: 'fulfilled' }, { reason: { code: 'RECEIPT_NOT_OPEN' } }]);
    expect(await kindsOf(journal)).toEqual(['open a', 'close a']);
  });

  it('is open in one process only', async () => {
    await openJournal();
    await expect(openJournal()).rejects.toMatchObject({ code: 'JOURNAL_IN_USE' });
    await stopAll();
    expect(await kindsOf(await openJournal())).toEqual([]);
  });

  it('cuts off a torn end at every length and keeps it aside', async () => {
    await write('a', 'b');
    const whole = readFileSync(segment());
    const last = lineStarts().at(-1)!;
    for (let length = last + 1; length < whole.length; length += 7) {
      writeFileSync(segment(), whole.subarray(0, length));
      const journal = await openJournal();
      expect(journal.repaired).toMatchObject({ segment: 1, offset: last, bytes: length - last });
      expect(readFileSync(journal.repaired!.keptIn)).toEqual(whole.subarray(last, length));
      expect([...journal.unclosed.keys()]).toEqual(['b']);
      await journal.close('b', () => ({}));
      await stopAll();
      expect(await kindsOf(await openJournal())).toHaveLength(4);
      await stopAll();
    }
  });

  it('cuts off what a lost page left in the last commit: zeros, then lines of the same commit', async () => {
    await write('a');
    const before = statSync(segment()).size;
    const journal = await openJournal();
    await Promise.all(['x', 'y', 'z'].map((receipt) => journal.open(receipt, {})));
    await stopAll();
    const bytes = readFileSync(segment());
    bytes.fill(0, before, before + 20);
    writeFileSync(segment(), bytes);
    const again = await openJournal();
    expect(again.repaired).toMatchObject({ offset: before, bytes: bytes.length - before });
    expect(await kindsOf(again)).toEqual(['open a', 'close a']);
  });

  it('refuses to start when any byte of what was durable has changed, and says where', async () => {
    await write('a', 'b', 'c');
    const whole = readFileSync(segment());
    const starts = lineStarts();
    const durable = starts.at(-1)!;
    for (let offset = 0; offset < durable; offset += 11) {
      const bytes = Buffer.from(whole);
      bytes.writeUInt8(bytes.readUInt8(offset) ^ 0x01, offset);
      writeFileSync(segment(), bytes);
      const line = starts.filter((start) => start <= offset).at(-1);
      await expect(openJournal()).rejects.toMatchObject({
        code: 'JOURNAL_CORRUPT',
        place: { segment: 1, offset: line },
      });
    }
    writeFileSync(segment(), whole);
    expect(await kindsOf(await openJournal())).toHaveLength(6);
  });

  it('refuses a line that was taken out, doubled or moved', async () => {
    await write('a', 'b', 'c');
    const lines = readFileSync(segment(), 'utf8').split('\n').slice(0, -1);
    const changed = [
      lines.filter((_, index) => index !== 2),
      [...lines.slice(0, 3), ...lines.slice(2)],
      [lines[0], lines[2], lines[1], ...lines.slice(3)],
      lines.slice(1),
    ];
    for (const kept of changed) {
      writeFileSync(segment(), `${kept.join('\n')}\n`);
      await expect(openJournal()).rejects.toMatchObject({ code: 'JOURNAL_CORRUPT' });
    }
  });

  // Whole lines with a right sum: as a faulty writer would leave them.
  it.each<[string, { readonly n?: number; readonly leaf?: number }]>([
    ['a number left out in the last line', { n: 7 }],
    ['the number of the line before', { n: 5 }],
    ['a receipt left out before the last one', { leaf: 3 }],
    ['the receipt before again', { leaf: 1 }],
  ])('refuses %s', async (_gap, change) => {
    await write('a', 'b', 'c');
    const lines = readFileSync(segment(), 'utf8').split('\n').slice(0, -1);
    const { entry } = JSON.parse(lines.at(-1) ?? '') as { readonly entry: JournalLine };
    expect(entry).toMatchObject({ n: 6, leaf: 2 });
    const last = encodeLine({ ...entry, ...change }).toString('utf8');
    writeFileSync(segment(), `${lines.slice(0, -1).join('\n')}\n${last}`);
    await expect(openJournal()).rejects.toMatchObject({ code: 'JOURNAL_CORRUPT' });
  });

  it('refuses a missing or shortened earlier segment', async () => {
    const journal = await openJournal({ maxSegmentBytes: 300 });
    for (let index = 0; index < 9; index += 1) await journal.refuse(`r${String(index)}`, () => ({}));
    await stopAll();
    const second = readFileSync(segment(2));
    truncateSync(segment(2), second.length - 5);
    const shortened = openJournal().then(kindsOf);
    await expect(shortened).rejects.toMatchObject({ code: 'JOURNAL_CORRUPT', place: { segment: 2 } });
    rmSync(segment(2));
    await stopAll();
    await expect(openJournal()).rejects.toMatchObject({ code: 'JOURNAL_CORRUPT', place: { segment: 2 } });
  });

  it('refuses to open when the segment before the last one is shortened', async () => {
    const journal = await openJournal({ maxSegmentBytes: 300 });
    for (let index = 0; index < 9; index += 1) await journal.refuse(`r${String(index)}`, () => ({}));
    await stopAll();
    const before = readdirSync(folder).filter((name) => name.endsWith('.jsonl')).length - 1;
    truncateSync(segment(before), readFileSync(segment(before)).length - 5);
    await expect(openJournal()).rejects.toMatchObject({ code: 'JOURNAL_CORRUPT', place: { segment: before } });
  });

  it('begins a segment again whose header was torn', async () => {
    const journal = await openJournal({ maxSegmentBytes: 300 });
    await journal.open('left', {});
    for (let index = 0; index < 3; index += 1) await journal.refuse(`r${String(index)}`, () => ({}));
    const { id, end } = journal;
    await stopAll();
    const next = end.segment + 1;
    for (const torn of ['', '{"sum":"0123', '\0'.repeat(40)]) {
      writeFileSync(segment(next), torn);
      const again = await openJournal({ maxSegmentBytes: 10_000 });
      expect(again.id).toBe(id);
      expect([...again.unclosed.keys()]).toEqual(['left']);
      expect((await again.refuse('more', () => ({}))).leaf).toBe(3);
      expect(again.end.segment).toBe(next);
      await stopAll();
      rmSync(segment(next));
    }
  });

  it('takes nothing more after a failed write, until it is opened again', async () => {
    let isFull = false;
    const disk: JournalDisk = {
      ...realDisk,
      write: async (file, bytes, position) => {
        if (!isFull) {
          await realDisk.write(file, bytes, position);
          return;
        }
        await file.write(bytes, 0, bytes.length >> 1, position);
        throw Object.assign(new TypeError('no space'), { code: 'ENOSPC' });
      },
    };
    const journal = await openJournal({ disk });
    await journal.open('kept', {});
    isFull = true;
    const answers = await Promise.allSettled([journal.open('lost', {}), journal.refuse('lost too', () => ({}))]);
    expect(answers).toMatchObject(answers.map(() => ({ reason: { code: 'STORE_FAILED' } })));
    isFull = false;
    expect(journal.isUsable).toBe(false);
    await expect(journal.close('kept', () => ({}))).rejects.toMatchObject({ code: 'STORE_FAILED' });
    await stopAll();
    const again = await openJournal();
    expect(again.repaired).not.toBeNull();
    // What was refused with STORE_FAILED may be there or not; what was answered is.
    expect([...again.unclosed.keys()]).toContain('kept');
    for (const receipt of [...again.unclosed.keys()]) await again.close(receipt, () => ({}));
  });

  it('reads lines of all lengths, from each on, in a segment that is read piece by piece', async () => {
    const journal = await openJournal();
    // In all more than a megabyte, some longer than a piece.
    const lengths = [1, 300_000, 262_144, 7, 100_000, 524_288, 2, 262_143];
    const bodies = lengths.map((length, at) => ({ text: String(at).repeat(length) }));
    const ends = [];
    for (const [at, body] of bodies.entries()) ends.push((await journal.refuse(`r${String(at)}`, () => body)).end);
    for (const first of bodies.keys()) {
      const found = [];
      for await (const entry of journal.entries(ends[first - 1])) found.push(entry);
      expect(found.map(({ line }) => line.body)).toEqual(bodies.slice(first));
      expect(found.map(({ end }) => end)).toEqual(ends.slice(first));
    }
  });

  it('takes a segment that has become shorter for damaged, also at the end of a line', async () => {
    const journal = await openJournal();
    const ends = [];
    for (const receipt of ['a', 'b', 'c', 'd']) ends.push((await journal.refuse(receipt, () => ({}))).end);
    truncateSync(segment(), ends[0]!.offset);
    for (const from of [undefined, ends[0], ends[1]]) {
      const reading = kindsOf(journal, from);
      await expect(reading).rejects.toMatchObject({ code: 'JOURNAL_CORRUPT', place: { segment: 1 } });
    }
  });

  it('reads on from a place, and from no other', async () => {
    const journal = await openJournal({ maxSegmentBytes: 500 });
    const ends = [];
    for (let index = 0; index < 8; index += 1) ends.push((await journal.refuse(`r${String(index)}`, () => ({}))).end);
    const rest: string[] = [];
    for await (const { line } of journal.entries(ends[4])) rest.push(line.receiptId);
    expect(rest).toEqual(['r5', 'r6', 'r7']);
    const between = journal.entries({ segment: 1, offset: 3 }).next();
    await expect(between).rejects.toMatchObject({ code: 'JOURNAL_CORRUPT' });
    appendFileSync(segment(1), 'x');
    await expect(kindsOf(journal)).rejects.toMatchObject({ code: 'JOURNAL_CORRUPT', place: { segment: 1 } });
  });
});
