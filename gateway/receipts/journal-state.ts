import type { JsonObject } from '../../ledger/json/strict-json.ts';
import { JournalError } from './journal-error.ts';
import type { FoundLine, JournalLine } from './journal-line.ts';

/** What the lines so far add up to. */
export interface JournalState {
  readonly journal: string;
  readonly nextN: number;
  readonly leaves: number;
  /** Bodies of what is open, by receipt id. */
  readonly unclosed: ReadonlyMap<string, JsonObject>;
}

/**
 * Adds up the lines of one segment; the first one is its header.
 * @throws JournalError JOURNAL_CORRUPT for a line that cannot follow the ones before it
 */
export function foldSegment(segment: number, lines: readonly FoundLine[]): JournalState | null {
  const [first, ...rest] = lines;
  if (first === undefined) return null;
  const header = first.line;
  if (header.kind !== 'segment' || header.segment !== segment) throw unexpected(segment, first.offset);
  const unclosed = new Map(Object.entries(header.unclosed));
  let { leaves } = header;
  for (const [index, { line, offset }] of rest.entries()) {
    if (line.n !== header.n + 1 + index || line.kind === 'segment') throw unexpected(segment, offset);
    const complete = line.kind !== 'open';
    if (complete && line.leaf !== leaves) throw unexpected(segment, offset);
    if (!follow(unclosed, line)) throw unexpected(segment, offset);
    if (complete) leaves += 1;
  }
  return { journal: header.journal, nextN: header.n + lines.length, leaves, unclosed };
}

/** False when the line cannot follow: opened twice, or closed without being open. */
function follow(unclosed: Map<string, JsonObject>, line: Exclude<JournalLine, { kind: 'segment' }>): boolean {
  if (line.kind === 'close') return unclosed.delete(line.receiptId);
  if (unclosed.has(line.receiptId)) return false;
  if (line.kind === 'open') unclosed.set(line.receiptId, line.body);
  return true;
}

function unexpected(segment: number, offset: number): JournalError {
  return new JournalError('JOURNAL_CORRUPT', 'A line of the receipt journal cannot follow the one before', {
    segment,
    offset,
  });
}
