import { createHash } from 'node:crypto';
import { createServer, get, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { Writable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';

import { afterEach, describe, expect, it } from 'vitest';

import { GatewayError } from '../../../gateway/errors.ts';
import { deliver, type Delivered, type Delivery, type FirstByte } from '../../../gateway/relay/deliver.ts';
import { MAX_ANSWER_BYTES, MAX_ROW_BYTES } from '../../../gateway/relay/answer-limits.ts';
import { CHUNK_BYTES } from '../../../gateway/relay/line-chunks.ts';
import { compileProjector } from '../../../gateway/relay/project-row.ts';
import type { Row } from '../../../gateway/sources/source.ts';

const projector = compileProjector([{ key: 'n', mask: 'NONE', plain: true }]);
const UNLIMITED = { maxRows: Number.MAX_SAFE_INTEGER, maxBytes: Number.MAX_SAFE_INTEGER };
/** As far as the gateway lets any answer go. */
const CAPPED = { ...UNLIMITED, maxBytes: MAX_ANSWER_BYTES };

let servers: Server[] = [];
afterEach(() => {
  for (const server of servers) server.closeAllConnections();
  for (const server of servers) server.close();
  servers = [];
});

interface Trial {
  readonly port: number;
  /** How each delivery ended: what it resolved to, or the code that it threw. */
  readonly ended: (Delivered | string)[];
  readonly gates: FirstByte[];
  /** Rows that the source was asked for, and whether it was closed. */
  readonly source: { pulled: number; closed: number };
}

async function* counted(rows: AsyncIterable<Row>, source: Trial['source']): AsyncGenerator<Row, void> {
  try {
    for await (const row of rows) {
      source.pulled += 1;
      yield row;
    }
  } finally {
    source.closed += 1;
  }
}

/** A server that delivers the rows to each request, as a route of the gateway would. */
async function serve(rows: () => AsyncIterable<Row>, changes: Partial<Delivery> = {}): Promise<Trial> {
  const trial: Omit<Trial, 'port'> = { ended: [], gates: [], source: { pulled: 0, closed: 0 } };
  const answer = async (response: ServerResponse): Promise<void> => {
    try {
      const delivered = await deliver({
        ...{ rows: counted(rows(), trial.source), projector, sink: response, limits: UNLIMITED },
        signal: new AbortController().signal,
        onFirstByte: (first) => {
          trial.gates.push(first);
          response.writeHead(200, first.whole ? { 'content-length': first.body.length } : {});
        },
        ...changes,
      });
      trial.ended.push(delivered);
    } catch (error) {
      trial.ended.push(error instanceof GatewayError ? error.code : String(error));
      response.writeHead(500).end('refused');
    }
  };
  const server = createServer((_, response) => void answer(response));
  servers.push(server);
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return { ...trial, port: (server.address() as AddressInfo).port };
}

interface Answer {
  readonly status: number | undefined;
  readonly headers: IncomingMessage['headers'];
  readonly body: Buffer;
  /** True when the answer ended the way a whole one does. */
  readonly complete: boolean;
}

async function fetchAll(port: number): Promise<Answer> {
  return await new Promise((resolve, reject) => {
    get({ host: '127.0.0.1', port, agent: false }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk)).on('error', () => undefined);
      response.once('close', () => {
        const { statusCode: status, headers, complete } = response;
        resolve({ status, headers, body: Buffer.concat(chunks), complete });
      });
    }).once('error', reject);
  });
}

async function* numbers(count: number, filler = ''): AsyncGenerator<Row, void> {
  for (let n = 0; n < count; n += 1) yield await Promise.resolve({ n: filler === '' ? n : `${filler}${String(n)}` });
}

async function* failingAfter(count: number, error: Error): AsyncGenerator<Row, void> {
  yield* numbers(count, 'x'.repeat(1000));
  throw error;
}

async function* longRowAfter(count: number): AsyncGenerator<Row, void> {
  yield* numbers(count, 'x'.repeat(1000));
  yield { n: 'x'.repeat(MAX_ROW_BYTES) };
}

function sha256(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('base64');
}

async function endOf(trial: Trial): Promise<Delivered | string> {
  await expect.poll(() => trial.ended.length).toBe(1);
  return trial.ended[0]!;
}

describe('a small answer', () => {
  it('leaves at once, with its length and digest known before', async () => {
    const trial = await serve(() => numbers(3));
    const answer = await fetchAll(trial.port);
    expect(answer.body.toString()).toBe('{"n":0}\n{"n":1}\n{"n":2}\n');
    expect(answer.headers['content-length']).toBe('24');
    const contentDigest = sha256(answer.body);
    expect(trial.gates).toEqual([{ whole: true, body: answer.body, rows: 3, contentDigest }]);
    expect(await endOf(trial)).toEqual({
      outcome: 'DELIVERED',
      reason: null,
      error: null,
      rows: 3,
      bytes: 24,
      contentDigest,
    });
  });

  it('may be empty', async () => {
    const trial = await serve(() => numbers(0));
    expect((await fetchAll(trial.port)).body).toHaveLength(0);
    expect(await endOf(trial)).toMatchObject({ outcome: 'DELIVERED', rows: 0, bytes: 0 });
  });

  const overhead = Buffer.byteLength('{"n":"0"}\n');
  it.each([
    [CHUNK_BYTES, true],
    [CHUNK_BYTES + 2, false],
  ])('of %i bytes is whole: %s', async (size, whole) => {
    const half = 'x'.repeat(size / 2 - overhead);
    const trial = await serve(() => numbers(2, half));
    const { body, complete } = await fetchAll(trial.port);
    expect([body.length, complete, trial.gates[0]?.whole]).toEqual([size, true, whole]);
  });
});

describe('a long answer', () => {
  it('is streamed, hashed and counted', async () => {
    const trial = await serve(() => numbers(100_000, '王'));
    const answer = await fetchAll(trial.port);
    expect(answer.complete).toBe(true);
    expect(answer.headers['transfer-encoding']).toBe('chunked');
    expect(answer.body.toString().split('\n')).toHaveLength(100_001);
    expect(trial.gates).toEqual([{ whole: false }]);
    const facts = { rows: 100_000, bytes: answer.body.length, contentDigest: sha256(answer.body) };
    expect(await endOf(trial)).toEqual({ outcome: 'DELIVERED', reason: null, error: null, ...facts });
    expect(trial.source).toEqual({ pulled: 100_000, closed: 1 });
  });
});

describe('before the first byte', () => {
  const failure = new GatewayError('SOURCE_TIMEOUT', 'slow');
  const aborted = new AbortController();
  aborted.abort(new GatewayError('DENIED', 'The grant ended'));
  const REFUSALS: [string, () => AsyncIterable<Row>, Partial<Delivery>, string][] = [
    ['a failing source', () => failingAfter(10, failure), {}, 'SOURCE_TIMEOUT'],
    ['a row without the field', () => failingRow(), {}, 'SOURCE_FAILED'],
    ['an abort', () => numbers(10), { signal: aborted.signal }, 'DENIED'],
    ['too many rows', () => numbers(11), { limits: { maxRows: 10, maxBytes: 1000 } }, 'SOURCE_FAILED'],
    ['too many bytes', () => numbers(11), { limits: { maxRows: 100, maxBytes: 80 } }, 'QUOTA_EXCEEDED'],
    ['the gate', () => numbers(10), { onFirstByte: closedGate }, 'STALE_CHAIN'],
    ['the gate of a long answer', () => numbers(50_000), { onFirstByte: closedGate }, 'STALE_CHAIN'],
  ];

  async function* failingRow(): AsyncGenerator<Row, void> {
    yield await Promise.resolve({ m: 1 });
  }
  async function closedGate(): Promise<void> {
    await sleep(1);
    throw new GatewayError('STALE_CHAIN', 'lag');
  }

  it.each(REFUSALS)('%s refuses with a status, and closes the source', async (_, rows, changes, code) => {
    const trial = await serve(rows, changes);
    const answer = await fetchAll(trial.port);
    expect([answer.status, answer.body.toString()]).toEqual([500, 'refused']);
    expect(trial.ended).toEqual([code]);
    expect(trial.source.closed).toBe(1);
  });
});

describe('after the first byte', () => {
  const ENDINGS: [string, () => AsyncIterable<Row>, Partial<Delivery>, string][] = [
    ['a failing source', () => failingAfter(1000, new GatewayError('SOURCE_FAILED', 'reset')), {}, 'SOURCE_FAILED'],
    ['an unknown failure', () => failingAfter(1000, new RangeError('bug')), {}, 'INTERNAL'],
    ['too many rows', () => numbers(90_000), { limits: { ...UNLIMITED, maxRows: 80_000 } }, 'SOURCE_FAILED'],
    ['too many bytes', () => numbers(90_000), { limits: { ...UNLIMITED, maxBytes: 500_000 } }, 'QUOTA_DAY'],
    ['more than one answer may have', () => numbers(300, 'x'.repeat(250_000)), { limits: CAPPED }, 'ANSWER_TOO_LARGE'],
    ['a row that is too long', () => longRowAfter(1_000), {}, 'SOURCE_FAILED'],
  ];
  it.each(ENDINGS)('%s never looks like the end', async (_, rows, changes, reason) => {
    const trial = await serve(rows, changes);
    const answer = await fetchAll(trial.port).catch(() => null);
    expect(answer?.complete ?? false).toBe(false);
    expect(await endOf(trial)).toMatchObject({ outcome: 'ABORTED', reason });
    expect(trial.source.closed).toBe(1);
  });

  it('a cut reaches the client at once, even one that has stopped reading', async () => {
    const controller = new AbortController();
    const trial = await serve(() => numbers(10 ** 9, 'x'.repeat(500)), { signal: controller.signal });
    const socket = connect(trial.port, '127.0.0.1');
    const reset = new Promise<string>((resolve) => {
      socket.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? ''));
      socket.once('end', () => resolve('END'));
    });
    socket.write('GET / HTTP/1.1\r\nhost: x\r\n\r\n');
    await expect.poll(() => trial.gates.length).toBe(1);
    await sleep(100);
    controller.abort(new GatewayError('DENIED', 'The grant ended'));
    expect(await endOf(trial)).toMatchObject({ outcome: 'ABORTED', reason: 'DENIED' });
    socket.resume();
    expect(await reset).toBe('ECONNRESET');
  });

  it('an HTTP/1.0 client, for whom closing is the end, gets a reset', async () => {
    const trial = await serve(() => failingAfter(1000, new GatewayError('SOURCE_FAILED', 'reset')));
    const socket = connect(trial.port, '127.0.0.1').resume();
    const ending = new Promise<string>((resolve) => {
      socket.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? ''));
      socket.once('end', () => resolve('END'));
    });
    socket.write('GET / HTTP/1.0\r\n\r\n');
    expect(await ending).toBe('ECONNRESET');
  });

  it('a client that leaves is noticed', async () => {
    const trial = await serve(() => numbers(10 ** 9, 'x'.repeat(500)));
    const request = get({ host: '127.0.0.1', port: trial.port, agent: false }, (response) => {
      response.once('data', () => request.destroy()).on('error', () => undefined);
    }).on('error', () => undefined);
    expect(await endOf(trial)).toMatchObject({ outcome: 'ABORTED', reason: 'CLIENT_GONE' });
    expect(trial.source.closed).toBe(1);
  });

  it('a client that had left before is noticed', async () => {
    async function* late(): AsyncGenerator<Row, void> {
      await sleep(200);
      yield { n: 1 };
    }
    const trial = await serve(late);
    const socket = connect(trial.port, '127.0.0.1', () => socket.write('GET / HTTP/1.1\r\nhost: x\r\n\r\n'));
    setTimeout(() => socket.destroy(), 50);
    expect(await endOf(trial)).toMatchObject({ outcome: 'ABORTED', reason: 'CLIENT_GONE' });
  });

  it.each([
    ['a small answer', 3],
    ['a long answer', 50_000],
  ])('%s to a connection that is closed already counts nothing as sent', async (_, count) => {
    const sink = new Writable({ write: (_chunk, _encoding, done) => done() });
    const onFirstByte = (): void => void sink.destroy();
    const signal = new AbortController().signal;
    const delivered = await deliver({ rows: numbers(count), projector, sink, limits: UNLIMITED, signal, onFirstByte });
    const nothing = { rows: 0, bytes: 0, contentDigest: sha256(Buffer.alloc(0)) };
    expect(delivered).toMatchObject({ outcome: 'ABORTED', reason: 'CLIENT_GONE', ...nothing });
  });

  it('a client that stops reading is cut', async () => {
    const trial = await serve(() => numbers(10 ** 9, 'x'.repeat(500)), { stallTimeoutMs: 200 });
    const socket = connect(trial.port, '127.0.0.1').on('error', () => undefined);
    socket.write('GET / HTTP/1.1\r\nhost: x\r\n\r\n');
    expect(await endOf(trial)).toMatchObject({ outcome: 'ABORTED', reason: 'CLIENT_STALLED' });
    socket.destroy();
  });
});

describe('slow readers', () => {
  it('hold at most 3 MiB each, however long the answer', async () => {
    const READERS = 40;
    const trial = await serve(() => numbers(10 ** 9, 'x'.repeat(500)));
    const before = process.memoryUsage().rss;
    const sockets = Array.from({ length: READERS }, () => {
      const socket = connect(trial.port, '127.0.0.1')
        .on('error', () => undefined)
        .pause();
      socket.write('GET / HTTP/1.1\r\nhost: x\r\n\r\n');
      return socket;
    });
    await expect.poll(() => trial.gates.length).toBe(READERS);
    let pulled = -1;
    for (let round = 0; round < 50 && pulled !== trial.source.pulled; round += 1) {
      pulled = trial.source.pulled;
      await sleep(200); // Until the buffers of the kernel are full and nobody pulls any more.
    }
    expect(trial.source.pulled).toBe(pulled);
    expect((process.memoryUsage().rss - before) / READERS).toBeLessThan(3 * 1024 * 1024);
    for (const socket of sockets) socket.destroy();
    await expect.poll(() => trial.ended.length).toBe(READERS);
  });
});
