import { createHash } from 'node:crypto';

import { z } from 'zod';

import { isObject } from '../../ledger/json/is-object.ts';
import type { JsonObject } from '../../ledger/json/strict-json.ts';

/** Against accidents, not against forgery: a forger is found by the receipt log, not by this file. */
const SUM_DIGITS = 16;
const HEAD = Buffer.from('{"sum":"', 'latin1');
const MIDDLE = Buffer.from('","entry":', 'latin1');
const TAIL = Buffer.from('}', 'latin1');
const ENTRY_AT = HEAD.length + SUM_DIGITS + MIDDLE.length;
const NEWLINE = 0x0a;

const countSchema = z.int().min(0);
const bodySchema = z.custom<JsonObject>(isObject);

const common = {
  /** Number of the line in the journal, gap-free over the segments. */
  n: countSchema,
  /** Bytes of this segment that were durable before the commit that wrote this line. */
  durable: countSchema,
};

const lineSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    ...common,
    kind: z.literal('segment'),
    journal: z.string().min(1),
    segment: z.int().min(1),
    /** Size of the segment before; null for the first one. */
    previousBytes: countSchema.nullable(),
    /** Leaves in all segments before. */
    leaves: countSchema,
    /** What was open when the segment began, so that a start reads one segment only. */
    unclosed: z.record(z.string(), bodySchema),
  }),
  z.strictObject({ ...common, kind: z.literal('open'), receiptId: z.string().min(1), body: bodySchema }),
  z.strictObject({
    ...common,
    kind: z.enum(['close', 'refuse']),
    receiptId: z.string().min(1),
    /** Number of the receipt among all that are complete, from 0: its leaf in the log. */
    leaf: countSchema,
    body: bodySchema,
  }),
]);

export type JournalLine = z.output<typeof lineSchema>;

/** A whole line as read; `offset` and `end` in bytes, the newline included. */
export interface FoundLine {
  readonly line: JournalLine;
  readonly offset: number;
  readonly end: number;
}

export interface Scan {
  readonly lines: readonly FoundLine[];
  /** Where the whole lines end. Equal to the number of bytes when nothing is wrong. */
  readonly end: number;
  /** A later line says that the bytes at `end` were durable before it: they were damaged, not torn. */
  readonly isDamaged: boolean;
}

/** One line of the file: `{"sum":"...","entry":{...}}` and a newline; the sum is over the bytes of the entry. */
export function encodeLine(line: JournalLine): Buffer {
  const entry = Buffer.from(JSON.stringify(line), 'utf8');
  return Buffer.concat([HEAD, Buffer.from(sumOf(entry), 'latin1'), MIDDLE, entry, TAIL, Buffer.of(NEWLINE)]);
}

/** Reads whole lines up to the first that is not one, and tells whether that place is a torn end or damage. */
export function scanLines(bytes: Buffer): Scan {
  const lines: FoundLine[] = [];
  let end = 0;
  for (const found of eachLine(bytes, 0)) {
    if (found.line === null) {
      return { lines, end, isDamaged: wasDurable(bytes, end, found.end) };
    }
    lines.push({ line: found.line, offset: found.offset, end: found.end });
    end = found.end;
  }
  return { lines, end, isDamaged: false };
}

function wasDurable(bytes: Buffer, brokenAt: number, from: number): boolean {
  for (const { line } of eachLine(bytes, from)) {
    if (line !== null && line.durable > brokenAt) return true;
  }
  return false;
}

interface Candidate {
  /** Null for bytes that are no whole line of ours. */
  readonly line: JournalLine | null;
  readonly offset: number;
  readonly end: number;
}

function* eachLine(bytes: Buffer, from: number): Generator<Candidate> {
  let offset = from;
  while (offset < bytes.length) {
    const newline = bytes.indexOf(NEWLINE, offset);
    if (newline < 0) {
      yield { line: null, offset, end: bytes.length };
      return;
    }
    yield { line: decodeLine(bytes.subarray(offset, newline)), offset, end: newline + 1 };
    offset = newline + 1;
  }
}

/** A line without its newline; null for bytes that are no whole line of ours. */
export function decodeLine(bytes: Buffer): JournalLine | null {
  if (bytes.length <= ENTRY_AT || !bytes.subarray(0, HEAD.length).equals(HEAD)) return null;
  if (!bytes.subarray(HEAD.length + SUM_DIGITS, ENTRY_AT).equals(MIDDLE)) return null;
  if (!bytes.subarray(-TAIL.length).equals(TAIL)) return null;
  const entry = bytes.subarray(ENTRY_AT, -TAIL.length);
  if (sumOf(entry) !== bytes.toString('latin1', HEAD.length, HEAD.length + SUM_DIGITS)) return null;
  const parsed = lineSchema.safeParse(JSON.parse(entry.toString('utf8')));
  return parsed.success ? parsed.data : null;
}

function sumOf(entry: Buffer): string {
  return createHash('sha256').update(entry).digest('hex').slice(0, SUM_DIGITS);
}
