// cspell:ignore ndjsonp
import type { Socket } from 'node:net';
import { gzipSync } from 'node:zlib';

import { afterEach, describe, expect, it } from 'vitest';

import { GatewayError } from '../../../gateway/errors.ts';
import { HttpSource } from '../../../gateway/sources/http-source.ts';
import {
  collect,
  httpConfig,
  rowQuery,
  SHORT_TIMEOUTS,
  startRawUpstream,
  type Upstream,
} from '../../support/upstream-server.ts';

const cleanups: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

type Answer = string | ((socket: Socket) => void);

async function upstreamThat(answer: Answer): Promise<Upstream> {
  const upstream = await startRawUpstream((socket) => {
    if (typeof answer === 'string') socket.write(answer);
    else answer(socket);
  });
  cleanups.push(upstream.stop);
  return upstream;
}

function sourceOf(upstream: Upstream, changes: Record<string, unknown> = {}): HttpSource {
  const source = new HttpSource(httpConfig(upstream.port, changes));
  cleanups.push(async () => await source.close());
  return source;
}

/** A source soon tires only of an upstream that is expected to fall silent. */
function timeoutsFor(code: string) {
  return code === 'SOURCE_TIMEOUT' ? { timeouts: SHORT_TIMEOUTS } : {};
}

/** Rows read, and the code that ended the read: DELIVERED when nothing did. */
async function outcomeOf(source: HttpSource, limit = 100): Promise<{ code: string; rows: number; atOpen: boolean }> {
  let rows = 0;
  let opened = false;
  try {
    const answer = await source.open(rowQuery({ limit }));
    opened = true;
    for await (const row of answer) rows += row['name'] === undefined ? 0 : 1;
    return { code: 'DELIVERED', rows, atOpen: false };
  } catch (error) {
    expect(error).toBeInstanceOf(GatewayError);
    return { code: (error as GatewayError).code, rows, atOpen: !opened };
  }
}

const ROW = '{"name":"王小明"}\n';
const ROW_BYTES = Buffer.byteLength(ROW);
const NDJSON = 'content-type: application/x-ndjson\r\n';

function head(status: string, ...lines: string[]): string {
  return `HTTP/1.1 ${status}\r\n${lines.map((line) => `${line.trim()}\r\n`).join('')}\r\n`;
}

function sized(body: string, length = Buffer.byteLength(body), ...lines: string[]): string {
  return head('200 OK', NDJSON, `content-length: ${length}`, ...lines) + body;
}

function chunk(body: string): string {
  return `${Buffer.byteLength(body).toString(16)}\r\n${body}\r\n`;
}

const CHUNKED = head('200 OK', NDJSON, 'transfer-encoding: chunked');
const NOT_UTF8 = Buffer.from(sized(`${ROW}{"name":"!"}\n`).replace('!', '\u00ff'), 'latin1');
const GZIPPED = gzipSync(Buffer.alloc(1024 * 1024));

describe('an upstream that is refused before its first row', () => {
  const REFUSED: [string, Answer, string][] = [
    ['hangs before its head', () => undefined, 'SOURCE_TIMEOUT'],
    ['sends half a head and hangs', 'HTTP/1.1 200 OK\r\ncontent-ty', 'SOURCE_TIMEOUT'],
    ['sends only early hints', head('103 Early Hints', 'link: </x>').repeat(3), 'SOURCE_TIMEOUT'],
    ['closes without an answer', (socket) => socket.destroy(), 'SOURCE_FAILED'],
    ['resets the connection', (socket) => socket.resetAndDestroy(), 'SOURCE_FAILED'],
    ['is no HTTP server', 'SSH-2.0-OpenSSH_9.2\r\n', 'SOURCE_FAILED'],
    ['sends a head without end', `HTTP/1.1 200 OK\r\n${'x: y\r\n'.repeat(20_000)}`, 'SOURCE_FAILED'],
    ['answers 500', head('500 Oops', 'content-length: 0'), 'SOURCE_FAILED'],
    ['answers 503 with rows', sized(ROW).replace('200 OK', '503 Busy'), 'SOURCE_FAILED'],
    ['answers 404', head('404 Not Found', 'content-length: 0'), 'SOURCE_FAILED'],
    ['answers 206 with a part', sized(ROW).replace('200 OK', '206 Partial Content'), 'SOURCE_FAILED'],
    ['answers 204', head('204 No Content'), 'SOURCE_FAILED'],
    ['sends HTML', sized(ROW).replace('x-ndjson', 'html'), 'SOURCE_FAILED'],
    ['names no type', sized(ROW).replace(NDJSON, ''), 'SOURCE_FAILED'],
    ['names a type that only begins like ours', sized(ROW).replace('x-ndjson', 'x-ndjsonp'), 'SOURCE_FAILED'],
    ['names another charset', sized(ROW).replace('x-ndjson', 'x-ndjson; charset=gbk'), 'SOURCE_FAILED'],
    ['ends its body by closing', head('200 OK', NDJSON, 'connection: close') + ROW, 'SOURCE_FAILED'],
    ['states a length beyond the limit', sized('', 10 ** 10), 'SOURCE_FAILED'],
    ['states two lengths', sized(ROW, 5, `content-length: ${ROW_BYTES}`), 'SOURCE_FAILED'],
    [
      'states a length and chunks',
      `${sized('', 4, 'transfer-encoding: chunked')}${chunk(ROW)}0\r\n\r\n`,
      'SOURCE_FAILED',
    ],
    [
      'sends a gzip bomb',
      (socket) => {
        socket.write(head('200 OK', NDJSON, 'content-encoding: gzip', `content-length: ${GZIPPED.length}`));
        socket.write(GZIPPED);
      },
      'SOURCE_FAILED',
    ],
    [
      'compresses the transfer',
      head('200 OK', NDJSON, 'transfer-encoding: gzip, chunked') + chunk(ROW),
      'SOURCE_FAILED',
    ],
    ['upgrades', head('101 Switching Protocols', 'connection: upgrade', 'upgrade: websocket'), 'SOURCE_FAILED'],
  ];
  it.each(REFUSED)('%s', async (_, answer, code) => {
    const outcome = await outcomeOf(sourceOf(await upstreamThat(answer), timeoutsFor(code)));
    expect(outcome).toEqual({ code, rows: 0, atOpen: true });
  });

  it.each(['301', '302', '303', '307', '308'])('redirects with %s, which nobody follows', async (status) => {
    const target = await upstreamThat(sized(ROW));
    const allowed = `location: http://127.0.0.1:${target.port}/rows`;
    const source = sourceOf(await upstreamThat(head(`${status} Moved`, allowed, 'content-length: 0')));
    expect((await outcomeOf(source)).code).toBe('SOURCE_FAILED');
    expect(target.connections()).toBe(0);
  });

  it('is not there', async () => {
    const upstream = await upstreamThat(sized(ROW));
    const source = sourceOf(upstream);
    await upstream.stop();
    expect(await outcomeOf(source)).toEqual({ code: 'SOURCE_FAILED', rows: 0, atOpen: true });
    await expect(source.check()).rejects.toMatchObject({ code: 'SOURCE_FAILED' });
  });
});

describe('an upstream that fails in its body', () => {
  const FAILING: [string, Answer, string][] = [
    ['hangs', CHUNKED + chunk(ROW), 'SOURCE_TIMEOUT'],
    ['resets', (socket) => socket.write(CHUNKED + chunk(ROW), () => socket.resetAndDestroy()), 'SOURCE_FAILED'],
    ['closes before its length', (socket) => socket.end(sized(ROW, ROW_BYTES + 1)), 'SOURCE_FAILED'],
    ['closes before its last chunk', (socket) => socket.end(CHUNKED + chunk(ROW)), 'SOURCE_FAILED'],
    ['hangs before its length', sized(ROW, ROW_BYTES + 1), 'SOURCE_TIMEOUT'],
    ['has a length inside a row', sized(ROW + ROW, ROW_BYTES + 5), 'SOURCE_FAILED'],
    ['sends garbage for a chunk', `${CHUNKED}${chunk(ROW)}zz\r\n`, 'SOURCE_FAILED'],
    ['sends a chunk of 2^63 bytes', `${CHUNKED}${chunk(ROW)}8000000000000000\r\n`, 'SOURCE_TIMEOUT'],
    ['sends half a line', sized(`${ROW}{"name":`), 'SOURCE_FAILED'],
    ['sends no UTF-8', (socket) => socket.write(NOT_UTF8), 'SOURCE_FAILED'],
    ['sends a byte order mark', sized(`${ROW}\ufeff${ROW}`), 'SOURCE_FAILED'],
    ['sends two values in a line', sized(`${ROW}{"name":"a"} {"name":"b"}\n`), 'SOURCE_FAILED'],
  ];
  it.each(FAILING)('%s', async (_, answer, code) => {
    const outcome = await outcomeOf(sourceOf(await upstreamThat(answer), timeoutsFor(code)));
    expect(outcome.code).toBe(code);
    expect(outcome.rows).toBeLessThanOrEqual(1);
  });

  it('drips: all waits together are bounded', async () => {
    const upstream = await upstreamThat((socket) => {
      socket.write(CHUNKED);
      const timer = setInterval(() => socket.write(chunk(' ')), 50);
      socket.once('close', () => clearInterval(timer));
    });
    // Nothing but the bound of the whole body can end this one.
    const timeouts = { idleTimeoutMs: 60_000, bodyTimeoutMs: 600 };
    expect((await outcomeOf(sourceOf(upstream, { timeouts }))).code).toBe('SOURCE_TIMEOUT');
  });

  it('keeps the bytes beyond its length to itself', async () => {
    const beyond = sized(ROW.replace('王小明', '不该出现'));
    const upstream = await upstreamThat(sized(ROW) + beyond);
    const source = sourceOf(upstream, { maxConnections: 1 });
    const names: unknown[] = [];
    for (let count = 0; count < 5; count += 1) {
      const rows = await collect(await source.open(rowQuery()));
      names.push(...rows.map((row) => row['name']));
    }
    expect(names).toEqual(Array.from({ length: 5 }, () => '王小明'));
  });

  it('sends one line without end, or one row that is too large', async () => {
    const line = `{"name":"${'x'.repeat(3000)}"}\n`;
    const limits = { maxRowBytes: 1000 };
    expect((await outcomeOf(sourceOf(await upstreamThat(sized(line)), limits))).code).toBe('SOURCE_FAILED');
    expect((await outcomeOf(sourceOf(await upstreamThat(sized(line.trim())), limits))).code).toBe('SOURCE_FAILED');
    const array = sized(`[{"name":"${'x'.repeat(100_000)}`, 200_000).replace('x-ndjson', 'json');
    const source = sourceOf(await upstreamThat(array), { ...limits, format: 'json-array' });
    expect((await outcomeOf(source)).code).toBe('SOURCE_FAILED');
  });
});

describe('a hostile JSON array', () => {
  const NOT_ROWS = [
    '{"rows":[{"name":"a"}]}',
    '"name"',
    '7',
    '',
    '[',
    '[{"name":"a"}',
    '[{"name":"a"},]',
    '[{"name":"a"}] x',
    '[{"name":"a"}][{"name":"b"}]',
    '['.repeat(100_000),
    `[{"name":"a","deep":${'['.repeat(40)}${']'.repeat(40)}}]`,
    `[{"name":"a","deep":${'{"a":'.repeat(40)}1${'}'.repeat(40)}}]`,
  ];
  it.each(NOT_ROWS)('%.40s', async (body) => {
    const answer = sized(body).replace('x-ndjson', 'json');
    const source = sourceOf(await upstreamThat(answer), { format: 'json-array' });
    expect((await outcomeOf(source)).code).toBe('SOURCE_FAILED');
  });
});

describe('a body of 10 GB', () => {
  function endless(piece: Buffer, prefix = ''): (socket: Socket) => void {
    return (socket) => {
      socket.write(head('200 OK', NDJSON, 'content-length: 10000000000') + prefix);
      const pump = (): void => {
        while (!socket.destroyed && socket.write(piece));
      };
      socket.on('drain', pump);
      pump();
    };
  }

  it('is cut at the limit with flat memory', async () => {
    const lines = Buffer.from('{"name":"x","filler":"0123456789"}\n'.repeat(2_000));
    const limits = { maxBytes: 64 * 1024 * 1024, timeouts: {} };
    const stated = await outcomeOf(sourceOf(await upstreamThat(endless(lines)), limits), 10 ** 9);
    expect(stated).toEqual({ code: 'SOURCE_FAILED', rows: 0, atOpen: true });

    const chunked = await upstreamThat((socket) => {
      const piece = Buffer.from(chunk(lines.toString()));
      socket.write(CHUNKED);
      const pump = (): void => {
        while (!socket.destroyed && socket.write(piece));
      };
      socket.on('drain', pump);
      pump();
    });
    const before = process.memoryUsage().rss;
    const cut = await outcomeOf(sourceOf(chunked, limits), 10 ** 9);
    expect(cut.code).toBe('SOURCE_FAILED');
    expect(cut.rows).toBeGreaterThan(1_500_000);
    expect(process.memoryUsage().rss - before).toBeLessThan(160 * 1024 * 1024);
  });

  it('is left where the limit of rows is reached', async () => {
    const lines = Buffer.from(ROW.repeat(2_000));
    const upstream = await upstreamThat(endless(lines));
    const outcome = await outcomeOf(sourceOf(upstream, { maxBytes: 2 ** 40, timeouts: {} }), 50_000);
    expect(outcome).toEqual({ code: 'DELIVERED', rows: 50_000, atOpen: false });
  });
});

describe('an aborted read', () => {
  it('closes the connection at any point', async () => {
    const upstream = await upstreamThat(CHUNKED + chunk(ROW));
    const source = sourceOf(upstream, { timeouts: {} });
    const stages: ((controller: AbortController) => Promise<unknown>)[] = [
      async (controller) => {
        controller.abort(new GatewayError('DENIED', 'The grant ended'));
        return await source.open(rowQuery({ signal: controller.signal }));
      },
      async (controller) => {
        const rows = await source.open(rowQuery({ signal: controller.signal }));
        controller.abort(new GatewayError('DENIED', 'The grant ended'));
        return await collect(rows);
      },
      async (controller) => {
        const rows = await source.open(rowQuery({ signal: controller.signal }));
        for await (const row of rows) controller.abort(row);
        return null;
      },
    ];
    for (const stage of stages) {
      await expect(stage(new AbortController())).rejects.toMatchObject({ name: 'GatewayError' });
    }
  });
});
