import { TextDecoder } from 'node:util';

import { GatewayError } from '../errors.ts';

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
  for await (const chunk of chunks) {
    const block = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    const end = block.lastIndexOf(LINE_FEED) + 1;
    rest = block.subarray(end);
    if (rest.length > maxRowBytes) throw new GatewayError('SOURCE_FAILED', 'The source sent a row that is too large');
    if (end > 0) yield parseLines(decoder, block.subarray(0, end), maxRowBytes);
  }
  yield parseLines(decoder, rest, maxRowBytes);
}

function parseLines(decoder: TextDecoder, block: Uint8Array, maxRowBytes: number): unknown[] {
  try {
    const lines = decoder.decode(block).split('\n');
    return lines.filter((line) => line.trim() !== '').map((line) => parseLine(line, maxRowBytes));
  } catch (error) {
    if (error instanceof GatewayError) throw error;
    throw new GatewayError('SOURCE_FAILED', 'The source sent a line that is not JSON in UTF-8', {}, error);
  }
}

function parseLine(line: string, maxRowBytes: number): unknown {
  if (line.length > maxRowBytes) throw new GatewayError('SOURCE_FAILED', 'The source sent a row that is too large');
  return JSON.parse(line);
}
