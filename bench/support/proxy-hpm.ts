#!/usr/bin/env node
/** express + http-proxy-middleware, checking nothing. Argument: port of the source. Prints its own port. */
import { Agent, createServer } from 'node:http';

import express from 'express';
import { createProxyMiddleware } from 'http-proxy-middleware';

import { listenOnLoopback } from './loopback.ts';

const app = express();
app.disable('x-powered-by').disable('etag');
const agent = new Agent({ keepAlive: true, maxSockets: 64 });
app.use(createProxyMiddleware({ target: `http://127.0.0.1:${process.argv[2] ?? ''}`, agent }));
process.stdout.write(`${String(await listenOnLoopback(createServer(app)))}\n`);
process.once('SIGTERM', () => process.exit(0));
