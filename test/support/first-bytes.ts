import { channel } from 'node:diagnostics_channel';
import type { IncomingMessage, ServerResponse } from 'node:http';

const REQUESTS = 'http.server.request.start';

/** One read as the server saw it. `order` numbers count everything that was noted in this process, in its order. */
export interface SeenRead {
  readonly grantId: string;
  readonly arrived: number;
  /** When the first bytes of the answer were handed to the connection; null while there are none. */
  began: number | null;
  beganAt: number | null;
  status: number | null;
  bytes: number;
  receiptId: string | null;
}

/**
 * Notes when answers begin, at the very call that hands their first bytes to the connection. The gateway under test
 * runs in this process, so the order against other notes is exact: it is the order of one event loop.
 */
export class FirstByteWatch {
  readonly reads: SeenRead[] = [];
  readonly #port: number;
  #order = 0;

  constructor(port: number) {
    this.#port = port;
    channel(REQUESTS).subscribe(this.#onRequest);
  }

  stop(): void {
    channel(REQUESTS).unsubscribe(this.#onRequest);
  }

  /** The place of this moment among everything that was noted. */
  note(): number {
    this.#order += 1;
    return this.#order;
  }

  readonly #onRequest = (message: unknown): void => {
    const { request, response } = message as { request: IncomingMessage; response: ServerResponse };
    const grantId = /^\/v1\/grants\/(0x[0-9a-f]{64})\/rows/.exec(request.url ?? '')?.[1];
    if (grantId === undefined || request.socket.localPort !== this.#port) return;
    const read: SeenRead = {
      ...{ grantId, arrived: this.note(), began: null, beganAt: null },
      ...{ status: null, bytes: 0, receiptId: null },
    };
    this.reads.push(read);
    const noteBytes = (chunk: unknown): void => {
      if (read.began === null) {
        read.began = this.note();
        read.beganAt = performance.now();
        read.status = response.statusCode;
        read.receiptId = String(response.getHeader('dxl-receipt') ?? '');
      }
      if (typeof chunk === 'string' || chunk instanceof Uint8Array) read.bytes += Buffer.byteLength(chunk);
    };
    const write = response.write.bind(response) as (...values: unknown[]) => boolean;
    const end = response.end.bind(response) as (...values: unknown[]) => ServerResponse;
    response.write = (...values: unknown[]): boolean => {
      noteBytes(values[0]);
      return write(...values);
    };
    response.end = (...values: unknown[]): ServerResponse => {
      noteBytes(values[0]);
      return end(...values);
    };
  };
}
