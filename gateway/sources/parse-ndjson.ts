import { TextDecoder } from 'node:util';

import { GatewayError } from '../errors.ts';
import { SourceFault } from './source-fault.ts';

const LINE_FEED = 0x0a;

/**
 * Parses newline-delimited JSON, one batch per piece of the body. The bytes are hostile: they must be UTF-8, and a line
 * may have `maxRowBytes`. Blank lines are skipped.
 *
 * @throws GatewayError SOURCE_FAILED
 */
export async function* parseNdjson(
  chunks: AsyncIterable<Buffer>,
  maxRowBytes: number,
): AsyncGenerator<readonly unknown[], void, undefined> {
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  const start = new LineStart();
  let offset = 0;
  for await (const chunk of chunks) {
    const end = chunk.lastIndexOf(LINE_FEED) + 1;
    const block = end === 0 ? chunk.subarray(0, 0) : start.complete(chunk.subarray(0, end));
    const rows = parseLines(decoder, block, { offset, maxRowBytes });
    offset += block.length;
    start.append(chunk.subarray(end));
    if (start.length > maxRowBytes) throw new GatewayError('SOURCE_FAILED', 'The source sent a row that is too large');
    if (end > 0) yield rows;
  }
  yield parseLines(decoder, start.complete(Buffer.alloc(0)), { offset, maxRowBytes });
}

/** The beginning of a line whose end has not come. It grows by doubling, so that no byte is copied for each piece. */
class LineStart {
  #bytes: Buffer = Buffer.alloc(0);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  append(piece: Buffer): void {
    const length = this.#length + piece.length;
    if (length > this.#bytes.length) {
      const grown = Buffer.allocUnsafe(2 * length);
      this.#bytes.copy(grown, 0, 0, this.#length);
      this.#bytes = grown;
    }
    piece.copy(this.#bytes, this.#length);
    this.#length = length;
  }

  /** What was appended, and `end` after it. Use it before the next `append`, which may write over it. */
  complete(end: Buffer): Buffer {
    if (this.#length === 0) return end;
    this.append(end);
    const whole = this.#bytes.subarray(0, this.#length);
    this.#length = 0;
    return whole;
  }
}

interface LineBounds {
  /** Where the block begins in the body, in bytes. */
  readonly offset: number;
  readonly maxRowBytes: number;
}

function parseLines(decoder: TextDecoder, block: Uint8Array, { offset, maxRowBytes }: LineBounds): unknown[] {
  let lineAt = offset;
  try {
    return decoder
      .decode(block)
      .split('\n')
      .flatMap((line) => {
        const values = line.trim() === '' ? [] : [parseLine(line, maxRowBytes)];
        lineAt += Buffer.byteLength(line) + 1;
        return values;
      });
  } catch (error) {
    if (error instanceof GatewayError) throw error;
    const cause = new SourceFault(error, lineAt);
    throw new GatewayError('SOURCE_FAILED', 'The source sent a line that is not JSON in UTF-8', {}, cause);
  }
}

function parseLine(line: string, maxRowBytes: number): unknown {
  if (line.length > maxRowBytes) throw new GatewayError('SOURCE_FAILED', 'The source sent a row that is too large');
  return JSON.parse(line);
}
