import type { IncomingMessage } from 'node:http';

import { MAX_DOCUMENT_BYTES } from '../../ledger/json/strict-json.ts';
import { GatewayError } from '../errors.ts';

/** The whole message is one strict JSON text, so the bound of documents is the bound of messages. */
export const MAX_BODY_BYTES = MAX_DOCUMENT_BYTES;
const BODY_TIMEOUT_MS = 10_000;

/**
 * All raw bytes of a body, before any parsing; null when there is none.
 * @throws GatewayError BODY_TOO_LARGE, REQUEST_INVALID
 */
export function readBody(request: IncomingMessage, maxBytes = MAX_BODY_BYTES): Promise<Uint8Array | null> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    const finish = (error: GatewayError | null): void => {
      clearTimeout(timer);
      request.off('data', take).off('end', end).off('error', fail).off('close', fail);
      if (error === null) {
        resolve(size === 0 ? null : Buffer.concat(chunks));
        return;
      }
      // What is left of the body is read and dropped by node, so that the refusal can be answered.
      request.resume();
      reject(error);
    };
    const take = (chunk: Buffer): void => {
      size += chunk.length;
      if (size > maxBytes) finish(new GatewayError('BODY_TOO_LARGE', `At most ${String(maxBytes)} bytes`));
      else chunks.push(chunk);
    };
    const end = (): void => {
      finish(null);
    };
    const fail = (): void => {
      finish(new GatewayError('REQUEST_INVALID', 'The body did not arrive whole'));
    };
    const timer = setTimeout(fail, BODY_TIMEOUT_MS);
    request.on('data', take).on('end', end).on('error', fail).on('close', fail);
  });
}
