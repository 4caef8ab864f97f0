import { createServer as createHttpServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import { type AddressInfo, createServer as createTcpServer, type Server as TcpServer, type Socket } from 'node:net';

import { httpSourceSchema } from '../../gateway/sources/http-source-config.ts';
import type { RowQuery } from '../../gateway/sources/source.ts';

export interface Upstream {
  readonly port: number;
  /** How many connections were accepted, whatever became of them. */
  readonly connections: () => number;
  readonly targets: readonly string[];
  readonly stop: () => Promise<void>;
}

async function listen(server: Server | TcpServer, targets: readonly string[]): Promise<Upstream> {
  const sockets = new Set<Socket>();
  let connections = 0;
  server.on('connection', (socket: Socket) => {
    connections += 1;
    sockets.add(socket);
    socket.on('error', () => undefined).once('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    connections: () => connections,
    targets,
    stop: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => {
        server.close(resolve);
      });
    },
  };
}

/** A well-behaved HTTP server that remembers the request targets as they arrived. */
export async function startUpstream(handler: RequestListener): Promise<Upstream> {
  const targets: string[] = [];
  const server = createHttpServer((request: IncomingMessage, response) => {
    targets.push(request.url ?? '');
    handler(request, response);
  });
  return await listen(server, targets);
}

/** A server that hands the bare socket over after the head of each request, to answer with whatever it likes. */
export async function startRawUpstream(answer: (socket: Socket) => void): Promise<Upstream> {
  const targets: string[] = [];
  const server = createTcpServer((socket) => {
    let head = '';
    socket.on('data', (data) => {
      head += data.toString('latin1');
      for (let end = head.indexOf('\r\n\r\n'); end >= 0; end = head.indexOf('\r\n\r\n')) {
        targets.push(head.split(' ')[1] ?? '');
        head = head.slice(end + 4);
        answer(socket);
      }
    });
  });
  return await listen(server, targets);
}

/** Sends NDJSON with its length, as a service of a provider would. */
export function sendRows(rows: readonly unknown[]): RequestListener {
  return (_, response) => {
    const body = rows.map((row) => `${JSON.stringify(row)}\n`).join('');
    response.writeHead(200, { 'content-type': 'application/x-ndjson', 'content-length': Buffer.byteLength(body) });
    response.end(body);
  };
}

/** For sources that are expected to fall silent. */
export const SHORT_TIMEOUTS = { connectTimeoutMs: 300, headersTimeoutMs: 300, idleTimeoutMs: 300, bodyTimeoutMs: 600 };

const PATIENCE = {
  ...{ connectTimeoutMs: 60_000, headersTimeoutMs: 60_000 },
  ...{ idleTimeoutMs: 60_000, bodyTimeoutMs: 120_000 },
};

/** The configuration of a source on loopback that never tires of waiting, unless `changes` say otherwise. */
export function httpConfig(port: number, changes: Record<string, unknown> = {}) {
  return httpSourceSchema.parse({
    kind: 'http',
    url: `http://127.0.0.1:${port}/rows`,
    allowedCidrs: ['127.0.0.0/8'],
    allowLoopback: true,
    format: 'ndjson',
    timeouts: PATIENCE,
    ...changes,
  });
}

export function rowQuery(changes: Partial<RowQuery> = {}): RowQuery {
  return {
    fields: ['name'],
    equals: new Map(),
    region: null,
    limit: 100,
    signal: new AbortController().signal,
    ...changes,
  };
}

export async function collect<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const collected: Item[] = [];
  for await (const item of items) collected.push(item);
  return collected;
}
