import { JournalError } from './journal-error.ts';
import type { JournalPlace } from './journal-error.ts';
import { listSegments, readChunks, segmentBytes } from './journal-files.ts';
import { decodeLine } from './journal-line.ts';
import type { JournalLine } from './journal-line.ts';

const NEWLINE = 0x0a;

export interface JournalEntry {
  readonly line: Exclude<JournalLine, { kind: 'segment' }>;
  readonly place: JournalPlace;
  /** Where the next line begins. */
  readonly end: JournalPlace;
}

/**
 * The lines from `from` (null: from the first segment that is there) up to `to`, in order. Memory does not grow with what
 * is read, and reading leaves the event loop to others.
 * @throws JournalError JOURNAL_CORRUPT where a line is not whole, or `from` is not the beginning of one
 */
export async function* readEntries(
  folder: string,
  from: JournalPlace | null,
  to: JournalPlace,
): AsyncGenerator<JournalEntry> {
  for (const segment of await listSegments(folder)) {
    if (segment > to.segment || (from !== null && segment < from.segment)) continue;
    const start = from?.segment === segment ? from.offset : 0;
    const end = segment === to.segment ? to.offset : await segmentBytes(folder, segment);
    if (start > end) throw damaged({ segment, offset: start });
    for await (const { bytes, offset } of wholeLines(readChunks(folder, segment, start, end), {
      segment,
      start,
      end,
    })) {
      const line = decodeLine(bytes);
      if (line === null) throw damaged({ segment, offset });
      if (line.kind === 'segment') continue;
      yield { line, place: { segment, offset }, end: { segment, offset: offset + bytes.length + 1 } };
    }
  }
}

interface WholeLine {
  /** Without the newline. */
  readonly bytes: Buffer;
  readonly offset: number;
}

/** All lines of a range, to its end: a file that has become shorter misses receipts. */
async function* wholeLines(
  chunks: AsyncIterable<Buffer>,
  { segment, start, end }: { readonly segment: number; readonly start: number; readonly end: number },
): AsyncGenerator<WholeLine> {
  let rest: Buffer = Buffer.alloc(0);
  let offset = start;
  for await (const chunk of chunks) {
    rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    let from = 0;
    for (let newline = rest.indexOf(NEWLINE); newline >= 0; newline = rest.indexOf(NEWLINE, from)) {
      yield { bytes: rest.subarray(from, newline), offset: offset + from };
      from = newline + 1;
    }
    rest = rest.subarray(from);
    offset += from;
  }
  if (offset !== end) throw damaged({ segment, offset });
}

function damaged(place: JournalPlace): JournalError {
  return new JournalError('JOURNAL_CORRUPT', 'The receipt journal is damaged', place);
}
