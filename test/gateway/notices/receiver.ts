import { createHmac } from 'node:crypto';
import { createServer, type IncomingHttpHeaders, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

import { vi } from 'vitest';

import { SECRET } from './recipient.ts';

export interface Received {
  readonly id: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  readonly body: Readonly<Record<string, unknown>>;
}

type Reply = (response: ServerResponse, received: Received) => void;

/** Waits for what is truthy, longer than anything takes on a busy machine. */
export async function until<Value>(value: () => Value | Promise<Value>) {
  return await vi.waitUntil(value, { timeout: 60_000, interval: 10 });
}

export const answerWith =
  (status: number, headers: Record<string, string> = {}): Reply =>
  (response) => {
    response.writeHead(status, headers).end();
  };

/** What the standard tells a receiver to compute, written without our own code. */
export function isSigned({ headers, text }: Received, secret: Uint8Array = SECRET): boolean {
  const { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': signature } = headers;
  const mac = createHmac('sha256', secret).update(`${String(id)}.${String(timestamp)}.${text}`);
  const isRecent = Math.abs(Date.now() / 1000 - Number(timestamp)) < 300;
  return (
    isRecent &&
    String(signature)
      .split(' ')
      .includes(`v1,${mac.digest('base64')}`)
  );
}

/** A real HTTP server of a department. It remembers every attempt and answers each as `reply` says. */
export class Receiver {
  readonly received: Received[] = [];
  readonly port: number;
  reply: Reply = answerWith(204);
  readonly #server: Server;

  private constructor(server: Server) {
    this.#server = server;
    this.port = (server.address() as AddressInfo).port;
    server.on('request', (request, response) => {
      const pieces: Buffer[] = [];
      request.on('data', (piece: Buffer) => pieces.push(piece));
      request.on('end', () => {
        const text = Buffer.concat(pieces).toString('utf8');
        const { url = '', headers } = request;
        const body = text === '' ? {} : (JSON.parse(text) as Record<string, unknown>);
        const received = { id: String(headers['webhook-id']), path: url, headers, text, body };
        this.received.push(received);
        this.reply(response, received);
      });
    });
  }

  /** @param port one that was free a moment ago; 0 for any */
  static async start(port = 0): Promise<Receiver> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
    return new Receiver(server);
  }

  get ids(): readonly string[] {
    return this.received.map(({ id }) => id).sort();
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}
