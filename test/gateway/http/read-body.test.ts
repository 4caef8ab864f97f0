import { createServer, type IncomingMessage, type Server } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { MAX_BODY_BYTES, readBody } from '../../../gateway/http/read-body.ts';

let server: Server;
let socket: Socket;
let outcome: Promise<unknown>;

beforeEach(async () => {
  outcome = new Promise((resolve) => {
    server = createServer((request: IncomingMessage, response) => {
      readBody(request).then(resolve, resolve);
      void outcome.then(() => response.end('answered'));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
  socket.on('error', () => undefined);
});
afterEach(async () => {
  socket.destroy();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

const head = (...lines: string[]) => `POST / HTTP/1.1\r\nhost: x\r\n${lines.join('\r\n')}\r\n\r\n`;

describe('readBody', () => {
  it('gives the raw bytes, whatever the pieces in which they came', async () => {
    socket.write(head('content-length: 6'));
    socket.write(Buffer.from([0xff, 0x00]));
    await new Promise((resolve) => setTimeout(resolve, 20));
    socket.write('abcd');
    expect(await outcome).toEqual(Buffer.from([0xff, 0x00, 0x61, 0x62, 0x63, 0x64]));
  });

  it('gives null for no body', async () => {
    socket.write(head('content-length: 0'));
    expect(await outcome).toBeNull();
  });

  it('takes as much as a document may have, and not a byte more', async () => {
    socket.write(head(`content-length: ${String(MAX_BODY_BYTES)}`));
    socket.write(Buffer.alloc(MAX_BODY_BYTES));
    expect(await outcome).toHaveLength(MAX_BODY_BYTES);
  });

  it('refuses a body that is too large, and can still answer', async () => {
    let answer = '';
    socket.on('data', (data) => (answer += data.toString()));
    socket.write(head('transfer-encoding: chunked'));
    const size = MAX_BODY_BYTES + 1;
    socket.write(`${size.toString(16)}\r\n`);
    socket.write(Buffer.alloc(size));
    socket.write('\r\n0\r\n\r\n');
    expect(await outcome).toMatchObject({ code: 'BODY_TOO_LARGE' });
    await expect.poll(() => answer).toContain('answered');
  });

  it('refuses a body that breaks off', async () => {
    socket.write(head('content-length: 10'));
    socket.write('half');
    await new Promise((resolve) => setTimeout(resolve, 50));
    socket.destroy();
    expect(await outcome).toMatchObject({ code: 'REQUEST_INVALID' });
  });
});
