import { createServer, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

import { afterEach, describe, expect, it } from 'vitest';

import { deliver, type Delivered } from '../../../gateway/relay/deliver.ts';
import { OpenStreams } from '../../../gateway/relay/open-streams.ts';
import { compileProjector } from '../../../gateway/relay/project-row.ts';
import { HttpSource } from '../../../gateway/sources/http-source.ts';
import { httpConfig, rowQuery, startUpstream, type Upstream } from '../../support/upstream-server.ts';

const GRANT = 'grant';
const ENDLESS = { maxRows: Number.MAX_SAFE_INTEGER, maxBytes: Number.MAX_SAFE_INTEGER };
const projector = compileProjector([
  { key: 'name', mask: 'NAME', plain: false },
  { key: 'filler', mask: 'NONE', plain: false },
]);

const cleanups: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

interface Chain {
  readonly port: number;
  readonly streams: OpenStreams<string>;
  readonly ended: Delivered[];
  /** Answers whose first byte has left. */
  readonly begun: ServerResponse[];
  /** Bytes that the upstream could hand over, and how many of its answers are still open. */
  readonly upstream: { sent: number; open: number };
}

/** An upstream that never ends, a source on it, and a server that relays it: what a bulk read is made of. */
async function startChain(): Promise<Chain> {
  const upstream = { sent: 0, open: 0 };
  const lines = Buffer.from(`{"name":"王小明","filler":"${'x'.repeat(480)}"}\n`.repeat(64));
  const server = await startUpstream((_, response) => {
    pump(response, lines, upstream);
  });
  const source = openSource(server);
  const chain: Omit<Chain, 'port'> = { streams: new OpenStreams<string>(), ended: [], begun: [], upstream };
  const gateway = createServer((_, response) => {
    relay(chain, source, response).catch(() => response.destroy());
  });
  cleanups.push(() => {
    gateway.closeAllConnections();
    gateway.close();
  });
  return { ...chain, port: await listen(gateway) };
}

function openSource(upstream: Upstream): HttpSource {
  const source = new HttpSource(httpConfig(upstream.port, { maxBytes: 2 ** 40 }));
  cleanups.push(upstream.stop, async () => await source.close());
  return source;
}

function pump(response: ServerResponse, lines: Buffer, upstream: Chain['upstream']): void {
  upstream.open += 1;
  response.once('close', () => (upstream.open -= 1));
  response.writeHead(200, { 'content-type': 'application/x-ndjson' });
  const more = (): void => {
    let room = true;
    while (room && !response.destroyed) {
      upstream.sent += lines.length;
      room = response.write(lines);
    }
  };
  response.on('drain', more);
  more();
}

async function relay(chain: Omit<Chain, 'port'>, source: HttpSource, response: ServerResponse): Promise<void> {
  const stream = chain.streams.open(GRANT, GRANT);
  response.once('close', () => {
    stream.cut('CLIENT_GONE');
  });
  const rows = await source.open(
    rowQuery({ fields: ['name', 'filler'], limit: ENDLESS.maxRows, signal: stream.signal }),
  );
  const delivered = await deliver({
    ...{ rows, projector, sink: response, limits: ENDLESS, signal: stream.signal },
    onFirstByte: () => void chain.begun.push(response.writeHead(200)),
  });
  chain.ended.push(delivered);
  stream.done();
}

async function listen(server: Server): Promise<number> {
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return (server.address() as AddressInfo).port;
}

function openReader(chain: Chain): Socket {
  const socket = connect(chain.port, '127.0.0.1').on('error', () => undefined);
  socket.write('GET / HTTP/1.1\r\nhost: x\r\n\r\n');
  cleanups.push(() => void socket.destroy());
  return socket;
}

/** What is held after a collection: garbage says nothing about who holds what. */
function liveBytes(): number {
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

describe('from an endless upstream to a reader', () => {
  it('a reader that stops holds the upstream back, in flat memory', async () => {
    const READERS = 8;
    const chain = await startChain();
    const before = liveBytes();
    for (let count = 0; count < READERS; count += 1) openReader(chain).pause();
    await expect.poll(() => chain.begun.length).toBe(READERS);
    let sent = -1;
    for (let round = 0; round < 50 && sent !== chain.upstream.sent; round += 1) {
      sent = chain.upstream.sent;
      await sleep(300);
    }
    expect(chain.upstream.sent).toBe(sent);
    // Both ends of both connections live in this process, and still each reader holds little.
    expect((liveBytes() - before) / READERS).toBeLessThan(3 * 1024 * 1024);
  });

  it('a revocation cuts every delivery of the grant and frees the upstream', async () => {
    const chain = await startChain();
    for (let count = 0; count < 5; count += 1) openReader(chain).resume();
    await expect.poll(() => chain.begun.length).toBe(5);
    expect(chain.streams.cut(GRANT, 'DENIED')).toBe(5);
    await expect.poll(() => chain.ended.map(({ reason }) => reason)).toEqual(Array.from({ length: 5 }, () => 'DENIED'));
    await expect.poll(() => chain.upstream.open).toBe(0);
    expect(chain.streams.size).toBe(0);
  });

  it('a reader that leaves frees the upstream', async () => {
    const chain = await startChain();
    const reader = openReader(chain);
    reader.once('data', () => reader.destroy());
    await expect.poll(() => chain.ended.map(({ reason }) => reason)).toEqual(['CLIENT_GONE']);
    await expect.poll(() => chain.upstream.open).toBe(0);
  });
});
