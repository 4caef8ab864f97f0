import { stat } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';

import { JournalError } from './journal-error.ts';
import { keepTorn, listSegments, openSegment, readSegment, segmentPath } from './journal-files.ts';
import type { JournalDisk } from './journal-files.ts';
import { encodeLine, scanLines } from './journal-line.ts';
import { foldSegment } from './journal-state.ts';
import type { JournalState } from './journal-state.ts';

/** A torn end that was cut off: where it began, how long it was, and the file that keeps it. */
export interface RepairedTail {
  readonly segment: number;
  readonly offset: number;
  readonly bytes: number;
  readonly keptIn: string;
}

export interface RecoveredJournal {
  readonly state: JournalState;
  readonly file: FileHandle;
  readonly segment: number;
  readonly size: number;
  readonly repaired: RepairedTail | null;
}

/** The last segment; `previous` is null when there is none before it in the folder. */
interface LastSegment {
  readonly folder: string;
  readonly disk: JournalDisk;
  readonly segment: number;
  readonly file: FileHandle;
  readonly previous: number | null;
}

/**
 * Finds the end of a journal and makes it writable: reads the last segment, cuts a torn end, writes a missing header.
 * @param newId the id of the journal if it begins now
 * @throws JournalError JOURNAL_CORRUPT when something durable is no longer as it was
 */
export async function recoverJournal(folder: string, disk: JournalDisk, newId: string): Promise<RecoveredJournal> {
  const segments = await listSegments(folder);
  requireNoGap(segments);
  const segment = segments.at(-1) ?? 1;
  const previous = segments.at(-2) ?? null;
  const file = await openSegment(folder, segment);
  try {
    return await recoverSegment({ folder, disk, segment, file, previous }, newId);
  } catch (error) {
    await file.close();
    throw error;
  }
}

function requireNoGap(segments: readonly number[]): void {
  const first = segments[0] ?? 1;
  const gap = segments.findIndex((segment, index) => segment !== first + index);
  if (gap >= 0) throw damaged(first + gap, 0, 'A segment of the receipt journal is missing');
}

async function recoverSegment(last: LastSegment, newId: string): Promise<RecoveredJournal> {
  const { disk, folder, file, segment } = last;
  const bytes = await readSegment(folder, segment);
  const scan = scanLines(bytes);
  if (scan.isDamaged) throw damaged(segment, scan.end);
  const state = foldSegment(segment, scan.lines);
  if (state !== null) {
    await requireWholePrevious(last, scan.lines[0]?.line.kind === 'segment' ? scan.lines[0].line.previousBytes : null);
  }
  const torn = bytes.subarray(scan.end);
  const repaired = torn.length === 0 ? null : await cutTornEnd(last, scan.end, torn);
  if (state === null) return { ...(await begin(last, newId)), file, segment, repaired };
  // What a killed process wrote and did not sync is counted as ours from here on.
  await disk.write(file, new Uint8Array(), scan.end);
  return { state, file, segment, size: scan.end, repaired };
}

async function requireWholePrevious({ folder, previous }: LastSegment, expected: number | null): Promise<void> {
  if (previous === null) return;
  const { size } = await stat(segmentPath(folder, previous));
  if (size !== expected) throw damaged(previous, Math.min(size, expected ?? 0));
}

async function cutTornEnd(last: LastSegment, offset: number, bytes: Uint8Array): Promise<RepairedTail> {
  const { disk, folder, file, segment } = last;
  const keptIn = await keepTorn(disk, folder, segment, { offset, bytes });
  await disk.truncate(file, offset);
  return { segment, offset, bytes: bytes.length, keptIn };
}

/** Writes the header of a segment that has none: a new journal, or one that stopped while changing segments. */
async function begin(last: LastSegment, newId: string): Promise<Pick<RecoveredJournal, 'state' | 'size'>> {
  const { disk, folder, file, segment, previous } = last;
  const before = previous === null ? null : await readWhole(folder, previous);
  if (before === null && segment !== 1) throw damaged(segment, 0);
  const state = before?.state ?? { journal: newId, nextN: 0, leaves: 0, unclosed: new Map() };
  const header = encodeHeader(segment, state, before?.bytes ?? null);
  await disk.write(file, header, 0);
  await disk.syncFolder(folder);
  return { state: { ...state, nextN: state.nextN + 1 }, size: header.length };
}

/** The first line of a segment: all that a start needs to know of those before. */
export function encodeHeader(segment: number, state: JournalState, previousBytes: number | null): Buffer {
  const { journal, nextN: n, leaves, unclosed } = state;
  const open = Object.fromEntries(unclosed);
  return encodeLine({ n, durable: 0, kind: 'segment', journal, segment, previousBytes, leaves, unclosed: open });
}

async function readWhole(
  folder: string,
  segment: number,
): Promise<{ readonly state: JournalState; readonly bytes: number }> {
  const bytes = await readSegment(folder, segment);
  const scan = scanLines(bytes);
  const state = foldSegment(segment, scan.lines);
  // Only the last segment can be torn: the next one was begun after this one was durable.
  if (scan.end !== bytes.length || state === null) throw damaged(segment, scan.end);
  return { state, bytes: bytes.length };
}

function damaged(segment: number, offset: number, message = 'The receipt journal is damaged'): JournalError {
  return new JournalError('JOURNAL_CORRUPT', message, { segment, offset });
}
