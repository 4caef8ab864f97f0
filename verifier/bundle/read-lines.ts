import { MAX_LINE_BYTES } from '../../ledger/evidence/limits.ts';

/** A line without its line feed; `problem` instead of bytes ends the reading. */
export interface RawLine {
  readonly line: number;
  readonly bytes: Uint8Array;
  readonly problem: 'LINE_TOO_LONG' | 'BUNDLE_TRUNCATED' | null;
}

const LINE_FEED = 0x0a;
const NOTHING = new Uint8Array();

/**
 * Cuts bytes into lines and holds no more than one of them. Attacker-controlled: a line without an end is given up as
 * soon as it is too long, whatever would follow.
 */
export async function* readLines(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<RawLine> {
  let line = 0;
  let kept: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of chunks) {
    let start = 0;
    for (let end = chunk.indexOf(LINE_FEED); end >= 0; end = chunk.indexOf(LINE_FEED, start)) {
      line += 1;
      const part = chunk.subarray(start, end);
      if (length + part.length > MAX_LINE_BYTES) {
        yield { line, bytes: NOTHING, problem: 'LINE_TOO_LONG' };
        return;
      }
      yield { line, bytes: kept.length === 0 ? part : Buffer.concat([...kept, part]), problem: null };
      kept = [];
      length = 0;
      start = end + 1;
    }
    const rest = chunk.subarray(start);
    length += rest.length;
    if (length > MAX_LINE_BYTES) {
      yield { line: line + 1, bytes: NOTHING, problem: 'LINE_TOO_LONG' };
      return;
    }
    // A copy: whoever gives the chunk may write into it again.
    if (rest.length > 0) kept.push(Uint8Array.from(rest));
  }
  if (length > 0) yield { line: line + 1, bytes: NOTHING, problem: 'BUNDLE_TRUNCATED' };
}
