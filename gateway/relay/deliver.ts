import { createHash, hash } from 'node:crypto';
import type { Writable } from 'node:stream';

import { GatewayError, reasonOf } from '../errors.ts';
import type { Row } from '../sources/source.ts';
import { type AnswerLimits, type LineChunk, lineChunks } from './line-chunks.ts';
import type { Projector } from './project-row.ts';
import { breakOff, endWith, writeTo } from './sink.ts';

/** A reader that takes nothing for this long is cut: it holds a connection to the source. */
export const DEFAULT_STALL_TIMEOUT_MS = 30_000;

/**
 * What is known when the first byte is about to leave. A whole answer (at most 64 KiB) can carry Content-Length and a
 * signed Content-Digest; the digest of a streamed one stands in the closed receipt.
 */
export type FirstByte =
  | { readonly whole: true; readonly body: Buffer; readonly rows: number; readonly contentDigest: string }
  | { readonly whole: false };

export interface Delivery {
  readonly rows: AsyncIterable<Row>;
  readonly projector: Projector;
  /** The response. Its head is the caller's, written in `onFirstByte`. */
  readonly sink: Writable;
  readonly limits: AnswerLimits;
  /** Must be the signal of the row query too, and abort when the client leaves. */
  readonly signal: AbortSignal;
  /** The gate: runs once, after the source has answered. What it throws refuses the delivery before any byte. */
  readonly onFirstByte: (first: FirstByte) => void | Promise<void>;
  readonly stallTimeoutMs?: number;
}

export interface Delivered {
  readonly outcome: 'DELIVERED' | 'ABORTED';
  /** Why it was aborted; null when delivered. `error` is for the log, never for the client. */
  readonly reason: string | null;
  readonly error: unknown;
  /** What was handed to the connection. After an abort the client may have less. */
  readonly rows: number;
  readonly bytes: number;
  /** SHA-256 of those bytes, base64. */
  readonly contentDigest: string;
}

/**
 * Sends the projected rows as NDJSON with back-pressure, hashing what it sends. Memory does not grow with the answer.
 *
 * Resolves ABORTED, with the connection broken, for whatever goes wrong after the gate. An aborted answer never ends
 * like a whole one.
 *
 * @throws what failed before the first byte: a GatewayError of the source, of the signal, of a limit, or of the gate.
 */
export async function deliver(delivery: Delivery): Promise<Delivered> {
  const chunks = lineChunks(delivery.rows, delivery.projector, delivery.limits);
  const onAbort = (): void => breakOff(delivery.sink);
  try {
    const chunk = await firstChunk(chunks, delivery.signal);
    const first = firstByte(chunk);
    await delivery.onFirstByte(first);
    delivery.signal.throwIfAborted();
    delivery.signal.addEventListener('abort', onAbort, { once: true });
    delivery.sink.on('error', ignore);
    return first.whole ? await sendWhole(delivery, first) : await sendStream(delivery, chunk, chunks);
  } finally {
    delivery.signal.removeEventListener('abort', onAbort);
    await chunks.return();
  }
}

async function firstChunk(chunks: AsyncGenerator<LineChunk, void>, signal: AbortSignal): Promise<LineChunk> {
  try {
    const next = await chunks.next();
    signal.throwIfAborted();
    if (next.done === true) throw new GatewayError('INTERNAL', 'The answer ended before its last chunk');
    return next.value;
  } catch (error) {
    signal.throwIfAborted(); // An aborted source fails in its own words; the reason of the abort is the true one.
    throw error;
  }
}

function firstByte({ bytes, rows, last }: LineChunk): FirstByte {
  if (!last) return { whole: false };
  return { whole: true, body: bytes, rows, contentDigest: hash('sha256', bytes, 'base64') };
}

async function sendWhole(delivery: Delivery, whole: FirstByte & { whole: true }): Promise<Delivered> {
  let sent = { rows: 0, bytes: 0, contentDigest: hash('sha256', '', 'base64') };
  try {
    const onTaken = (): void => {
      sent = { rows: whole.rows, bytes: whole.body.length, contentDigest: whole.contentDigest };
    };
    await endWith(delivery.sink, whole.body, onTaken, stallOf(delivery));
    return { outcome: 'DELIVERED', reason: null, error: null, ...sent };
  } catch (error) {
    return { ...abortWith(delivery, error), ...sent };
  }
}

async function sendStream(
  delivery: Delivery,
  first: LineChunk,
  chunks: AsyncGenerator<LineChunk, void>,
): Promise<Delivered> {
  const digest = createHash('sha256');
  const sent = { rows: 0, bytes: 0 };
  const send = async (chunk: LineChunk): Promise<void> => {
    const onTaken = (): void => {
      digest.update(chunk.bytes);
      sent.rows += chunk.rows;
      sent.bytes += chunk.bytes.length;
    };
    await (chunk.last ? endWith : writeTo)(delivery.sink, chunk.bytes, onTaken, stallOf(delivery));
  };
  try {
    await send(first);
    for await (const chunk of chunks) {
      delivery.signal.throwIfAborted();
      await send(chunk);
    }
    return { outcome: 'DELIVERED', reason: null, error: null, ...sent, contentDigest: digest.digest('base64') };
  } catch (error) {
    return { ...abortWith(delivery, error), ...sent, contentDigest: digest.digest('base64') };
  }
}

function stallOf({ stallTimeoutMs = DEFAULT_STALL_TIMEOUT_MS }: Delivery): number {
  return stallTimeoutMs;
}

/** The error of a broken connection comes with its close, which is what `awaitSink` hears. */
function ignore(): void {
  return;
}

function abortWith({ sink, signal }: Delivery, error: unknown): Pick<Delivered, 'outcome' | 'reason' | 'error'> {
  breakOff(sink);
  const cause: unknown = signal.aborted ? signal.reason : error;
  return { outcome: 'ABORTED', reason: cause instanceof GatewayError ? reasonOf(cause) : 'INTERNAL', error };
}
