import { GatewayError } from '../errors.ts';
import type { Row } from '../sources/source.ts';
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
 * @throws GatewayError QUOTA_EXCEEDED above `maxBytes`, SOURCE_FAILED above `maxRows`; what the rows throw passes through.
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
  if (bytes > limits.maxBytes) {
    throw new GatewayError('QUOTA_EXCEEDED', 'The answer is larger than the grant allows', {
      maxBytes: limits.maxBytes,
    });
  }
}
