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
  let rest: Buffer = Buffer.alloc(0);
  let offset = 0;
  for await (const chunk of chunks) {
    const block = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    const end = block.lastIndexOf(LINE_FEED) + 1;
    rest = block.subarray(end);
    if (rest.length > maxRowBytes) throw new GatewayError('SOURCE_FAILED', 'The source sent a row that is too large');
    if (end > 0) yield parseLines(decoder, block.subarray(0, end), { offset, maxRowBytes });
    offset += end;
  }
  yield parseLines(decoder, rest, { offset, maxRowBytes });
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
