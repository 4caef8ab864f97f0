#!/usr/bin/env node
/**
 * The source of `bench/relay.ts`: NDJSON rows of `?limit=` rows, built once and answered with their length.
 * Prints the port that it listens on.
 */
import { createServer } from 'node:http';

import { listenOnLoopback } from './loopback.ts';
import { LINE } from './rows.ts';

const bodies = new Map<string, Buffer>();

function bodyOf(limit: string): Buffer {
  const body = bodies.get(limit) ?? Buffer.concat(Array.from({ length: Number(limit) }, () => LINE));
  bodies.set(limit, body);
  return body;
}

const server = createServer((request, response) => {
  const body = bodyOf(new URL(request.url ?? '/', 'http://source').searchParams.get('limit') ?? '1');
  response.writeHead(200, { 'content-type': 'application/x-ndjson', 'content-length': body.length });
  response.end(body);
});
process.stdout.write(`${String(await listenOnLoopback(server))}\n`);
process.once('SIGTERM', () => process.exit(0));
