import { Pool } from 'undici';
import { expect, it } from 'vitest';

import { HttpExchange } from '../../../gateway/sources/http-exchange.ts';
import { startRawUpstream } from '../../support/upstream-server.ts';

const LIMITS = { headersTimeoutMs: 5_000, idleTimeoutMs: 5_000, bodyTimeoutMs: 5_000, maxBytes: 1_000_000 };
const PIECES = 20_000;

it('gives the pieces that have arrived as one, so that small ones cost no turn each', async () => {
  const upstream = await startRawUpstream((socket) => {
    socket.write(`HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n${'1\r\nx\r\n'.repeat(PIECES)}0\r\n\r\n`);
  });
  const pool = new Pool(`http://127.0.0.1:${upstream.port}`);
  const exchange = new HttpExchange(LIMITS, new AbortController().signal);
  pool.dispatch({ path: '/', method: 'GET' }, exchange);
  await exchange.head();
  const pieces: Buffer[] = [];
  for (let piece = await exchange.read(); piece !== null; piece = await exchange.read()) pieces.push(piece);
  expect(Buffer.concat(pieces).toString()).toBe('x'.repeat(PIECES));
  expect(pieces.length).toBeLessThan(PIECES / 100);
  await pool.destroy();
  await upstream.stop();
});
