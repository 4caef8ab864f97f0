import { GatewayError, denyFacts } from '../errors.ts';
import type { Row } from '../sources/source.ts';
import { MAX_ANSWER_BYTES, MAX_ROW_BYTES } from './answer-limits.ts';
import type { Projector } from './project-row.ts';

/** What one answer may hold: the lower of the grant's and the gateway's limits. */
export interface AnswerLimits {
  readonly maxRows: number;
  readonly maxBytes: number;
}

/** Whole lines, ready to send. `last` is true exactly once, on the final chunk, which may be empty. */
export interface LineChunk {
  readonly bytes: Buffer;
  readonly rows: number;
  readonly last: boolean;
}

/** An answer that fits in this many bytes is sent at once; a longer one goes in pieces of about this size. */
export const CHUNK_BYTES = 64 * 1024;

/**
 * Collects projected rows into chunks, one at a time: the source is asked for more only when the consumer is.
 * @throws GatewayError above `maxBytes`: ANSWER_TOO_LARGE where that is the gateway's limit, else QUOTA_EXCEEDED;
 * SOURCE_FAILED above `maxRows` or MAX_ROW_BYTES; what the rows throw passes through.
 */
export async function* lineChunks(
  rows: AsyncIterable<Row>,
  projector: Projector,
  limits: AnswerLimits,
): AsyncGenerator<LineChunk, void, undefined> {
  let text = '';
  let textBytes = 0;
  let chunkRows = 0;
  let totalRows = 0;
  let totalBytes = 0;
  for await (const row of rows) {
    const line = projector(row);
    const lineBytes = Buffer.byteLength(line);
    if (lineBytes > MAX_ROW_BYTES) throw new GatewayError('SOURCE_FAILED', 'The source gave a row that is too large');
    totalRows += 1;
    totalBytes += lineBytes;
    assertWithin(limits, totalRows, totalBytes);
    if (chunkRows > 0 && textBytes + lineBytes > CHUNK_BYTES) {
      yield { bytes: Buffer.from(text), rows: chunkRows, last: false };
      text = '';
      textBytes = 0;
      chunkRows = 0;
    }
    text += line;
    textBytes += lineBytes;
    chunkRows += 1;
  }
  yield { bytes: Buffer.from(text), rows: chunkRows, last: true };
}

function assertWithin(limits: AnswerLimits, rows: number, bytes: number): void {
  if (rows > limits.maxRows) throw new GatewayError('SOURCE_FAILED', 'The source gave more rows than it was asked for');
  if (bytes <= limits.maxBytes) return;
  const { maxBytes } = limits;
  if (maxBytes >= MAX_ANSWER_BYTES) {
    throw new GatewayError('ANSWER_TOO_LARGE', 'The answer is larger than one may be', { maxBytes });
  }
  const facts = { ...denyFacts('QUOTA_DAY'), maxBytes };
  throw new GatewayError('QUOTA_EXCEEDED', 'The answer is larger than what is left of the day', facts);
}
