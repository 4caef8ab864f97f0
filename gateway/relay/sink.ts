import { ServerResponse } from 'node:http';
import type { Writable } from 'node:stream';
import { TLSSocket } from 'node:tls';

import { GatewayError } from '../errors.ts';

/**
 * Ends a delivery so that nobody can take it for a whole one. A reset where the transport has it: without chunks
 * (HTTP/1.0) an orderly close is how a complete body ends.
 */
export function breakOff(sink: Writable): void {
  const socket = sink instanceof ServerResponse ? sink.socket : null;
  if (socket !== null && !(socket instanceof TLSSocket) && socket.remoteAddress !== undefined) socket.resetAndDestroy();
  sink.destroy();
}

function clientGone(): GatewayError {
  return new GatewayError('CLIENT_GONE', 'The client closed the connection');
}

/** @throws GatewayError CLIENT_GONE */
function assertOpen(sink: Writable): void {
  if (sink.destroyed) throw clientGone();
}

/** Hands bytes over, and waits for room. `onTaken` is called once the sink has them, before they are known to have left. */
export async function writeTo(sink: Writable, bytes: Uint8Array, onTaken: () => void, stallMs: number): Promise<void> {
  assertOpen(sink);
  const hasRoom = sink.write(bytes);
  onTaken();
  if (!hasRoom) await awaitSink(sink, 'drain', stallMs);
}

/** The same with the last bytes; resolves when all have left. */
export async function endWith(sink: Writable, bytes: Uint8Array, onTaken: () => void, stallMs: number): Promise<void> {
  assertOpen(sink);
  const finished = awaitSink(sink, 'finish', stallMs);
  sink.end(bytes);
  onTaken();
  await finished;
}

/**
 * Resolves at the next `event` of the sink.
 * @throws GatewayError CLIENT_GONE when it closes first, CLIENT_STALLED after `timeoutMs`.
 */
async function awaitSink(sink: Writable, event: 'drain' | 'finish', timeoutMs: number): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<undefined>();
  const onEvent = (): void => resolve(undefined);
  const onClose = (): void => reject(clientGone());
  const timer = setTimeout(() => reject(new GatewayError('CLIENT_STALLED', 'The client stopped reading')), timeoutMs);
  sink.once(event, onEvent).once('close', onClose);
  if (sink.destroyed) onClose();
  try {
    await promise;
  } finally {
    clearTimeout(timer);
    sink.off(event, onEvent).off('close', onClose);
  }
}
