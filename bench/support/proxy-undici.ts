#!/usr/bin/env node
/** A proxy that checks nothing: `undici.request` and a pipe. Argument: port of the source. Prints its own port. */
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';

import { Pool } from 'undici';

import { listenOnLoopback } from './loopback.ts';

const pool = new Pool(`http://127.0.0.1:${process.argv[2] ?? ''}`, { connections: 64, pipelining: 1 });

async function relay(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { statusCode, headers, body } = await pool.request({ method: 'GET', path: request.url ?? '/' });
  const { 'content-type': type = '', 'content-length': length = '' } = headers;
  response.writeHead(statusCode, { 'content-type': String(type), 'content-length': String(length) });
  body.pipe(response);
}

const server = createServer((request, response) => {
  relay(request, response).catch(() => response.destroy());
});
process.stdout.write(`${String(await listenOnLoopback(server))}\n`);
process.once('SIGTERM', () => process.exit(0));
