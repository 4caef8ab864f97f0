import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';

import { MAX_CONNECTIONS } from '../../../gateway/gateway.ts';
import { MAX_UNSIGNED_BODY_BYTES } from '../../../gateway/http/routes/acts.ts';
import { signRequest } from '../../../ledger/request-signature.ts';
import { GatewayFixture, type Member } from '../../support/gateway-fixture.ts';
import { LedgerChain } from '../../support/ledger-chain.ts';

let chain: LedgerChain;
let fixture: GatewayFixture;
let member: Member;
const sockets: Socket[] = [];

beforeAll(async () => {
  chain = await LedgerChain.start();
  fixture = await GatewayFixture.start({ chain, sources: {} });
  member = await fixture.join(chain.authority);
});

afterEach(() => {
  for (const socket of sockets.splice(0)) socket.destroy();
});

afterAll(async () => {
  await fixture.stop();
  await chain.stop();
});

/** A caller that sends a head that announces a body, and then nothing. */
function announce(method: string, path: string, headers: Readonly<Record<string, string>> = {}, length = 10): Socket {
  const socket = connect(fixture.config.listenPort, '127.0.0.1').on('error', () => undefined);
  sockets.push(socket);
  const fields = { host: fixture.config.authority, 'content-length': String(length), ...headers };
  const lines = Object.entries(fields).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.write(`${method} ${path} HTTP/1.1\r\n${lines.join('')}\r\n`);
  return socket;
}

async function answerTo(socket: Socket): Promise<string> {
  const [data] = (await once(socket, 'data')) as [Buffer];
  return data.toString();
}

describe('a caller who signs nothing', () => {
  it.each([
    ['POST', '/v1/acts/agree'],
    ['GET', '/v1/grants'],
    ['GET', `/v1/grants/0x${'00'.repeat(32)}/rows`],
  ])('is refused at %s %s before the body arrives, and told the time', async (method, path) => {
    const answer = await answerTo(announce(method, path));
    expect(answer).toMatch(/^HTTP\/1.1 401 .*"code":"SIGNATURE_MISSING"/s);
    expect(answer).toContain('"server_time":');
  });

  it.each(['agree', 'registerAccessKey'])(
    'cannot keep out first keys with bodies of %s that never come',
    async (name) => {
      for (let count = 0; count < 8; count += 1) announce('POST', `/v1/acts/${name}`);
      await expect(fixture.join(await chain.register(name === 'agree' ? 'MZ' : 'JY'))).resolves.toBeDefined();
    },
  );

  it('may bring the body of a first key, and no larger one', async () => {
    const socket = announce('POST', '/v1/acts/registerAccessKey', {}, MAX_UNSIGNED_BODY_BYTES + 1);
    socket.write(Buffer.alloc(MAX_UNSIGNED_BODY_BYTES + 1, ' '));
    expect(await answerTo(socket)).toContain('"code":"BODY_TOO_LARGE"');
  });
});

describe('a signed GET', () => {
  // A body that is waited for is given up after ten seconds only.
  it('has no body, and none is waited for', { timeout: 8_000 }, async () => {
    const url = `${fixture.url}/v1/grants`;
    const { headers } = signRequest({ method: 'GET', url, headers: {}, body: null }, member.key, Date.now() / 1000);
    expect(await answerTo(announce('GET', '/v1/grants', headers))).toContain('"code":"REQUEST_INVALID"');
  });
});

describe('the server', () => {
  it('takes so many connections and no more', async () => {
    const fresh = await GatewayFixture.start({ chain, sources: {} });
    let closed = 0;
    for (let count = 0; count <= MAX_CONNECTIONS; count += 1) {
      expect(closed).toBe(0);
      const socket = connect(fresh.config.listenPort, '127.0.0.1').on('error', () => undefined);
      sockets.push(socket);
      socket.once('close', () => (closed += 1)).resume();
      await once(socket, 'connect');
    }
    await expect.poll(() => closed).toBe(1);
    for (const socket of sockets) socket.destroy();
    await fresh.stop();
  });
});
