import { createServer, request, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

/** What a man in the middle does to the answers under a path. */
export interface Attack {
  readonly path: string;
  readonly kind: 'CHANGE_A_BYTE' | 'CUT';
}

export interface FrontProxy {
  readonly port: number;
  /** The gateway that it stands before; clients sign for the address of the proxy. */
  gatewayPort: number | null;
  attack: Attack | null;
  stop(): Promise<void>;
}

/** Passes everything on as it is, until it is told to attack. */
export async function startFrontProxy(): Promise<FrontProxy> {
  const sockets = new Set<Socket>();
  const server = createServer((incoming, answer) => passOn(proxy, incoming, answer));
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined).once('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const proxy: FrontProxy = {
    ...{ port, gatewayPort: null, attack: null },
    stop: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return proxy;
}

function passOn(proxy: FrontProxy, incoming: IncomingMessage, answer: ServerResponse): void {
  const { method, url: path = '/' } = incoming;
  const to = { host: '127.0.0.1', port: proxy.gatewayPort, method, path, headers: incoming.headers };
  const outgoing = request(to, (upstream) => {
    const chunks: Buffer[] = [];
    upstream.on('data', (chunk: Buffer) => chunks.push(chunk));
    upstream.once('end', () => {
      answer.writeHead(upstream.statusCode ?? 502, upstream.headers);
      finish(answer, Buffer.concat(chunks), path.includes(proxy.attack?.path ?? '\n') ? proxy.attack : null);
    });
  });
  outgoing.once('error', () => answer.destroy());
  incoming.pipe(outgoing);
}

function finish(answer: ServerResponse, body: Buffer, attack: Attack | null): void {
  if (attack?.kind === 'CUT') {
    answer.write(body.subarray(0, body.length / 2), () => answer.destroy());
    return;
  }
  if (attack?.kind === 'CHANGE_A_BYTE') body.writeUInt8(body.readUInt8(body.length - 4) ^ 1, body.length - 4);
  answer.end(body);
}
