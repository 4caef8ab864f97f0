import { JournalError } from './journal-error.ts';
import type { JournalPlace } from './journal-error.ts';
import { listSegments, readSegment } from './journal-files.ts';
import { scanLines } from './journal-line.ts';
import type { FoundLine, JournalLine } from './journal-line.ts';

export interface JournalEntry {
  readonly line: Exclude<JournalLine, { kind: 'segment' }>;
  readonly place: JournalPlace;
  /** Where the next line begins. */
  readonly end: JournalPlace;
}

/**
 * The lines from `from` (null: from the first segment that is there) up to `to`, in order.
 * @throws JournalError JOURNAL_CORRUPT where a line is not whole, or `from` is not the beginning of one
 */
export async function* readEntries(
  folder: string,
  from: JournalPlace | null,
  to: JournalPlace,
): AsyncGenerator<JournalEntry> {
  for (const segment of await listSegments(folder)) {
    if (segment > to.segment || (from !== null && segment < from.segment)) continue;
    const bytes = await readSegment(folder, segment);
    const durable = segment === to.segment ? bytes.subarray(0, to.offset) : bytes;
    const scan = scanLines(durable);
    if (scan.end !== durable.length) throw damaged({ segment, offset: scan.end });
    const start = from?.segment === segment ? from.offset : 0;
    if (!isLineStart(scan.lines, start, scan.end)) throw damaged({ segment, offset: start });
    yield* entriesFrom(segment, scan.lines, start);
  }
}

function isLineStart(lines: readonly FoundLine[], offset: number, end: number): boolean {
  return offset === end || lines.some((line) => line.offset === offset);
}

function* entriesFrom(segment: number, lines: readonly FoundLine[], start: number): Generator<JournalEntry> {
  for (const { line, offset, end } of lines) {
    if (offset < start || line.kind === 'segment') continue;
    yield { line, place: { segment, offset }, end: { segment, offset: end } };
  }
}

function damaged(place: JournalPlace): JournalError {
  return new JournalError('JOURNAL_CORRUPT', 'The receipt journal is damaged', place);
}
