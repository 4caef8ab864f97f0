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
export function assertOpen(sink: Writable): void {
  if (sink.destroyed) throw clientGone();
}

/**
 * Resolves at the next `event` of the sink.
 * @throws GatewayError CLIENT_GONE when it closes first, CLIENT_STALLED after `timeoutMs`.
 */
export async function awaitSink(sink: Writable, event: 'drain' | 'finish', timeoutMs: number): Promise<void> {
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
