import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { GatewayFixture } from '../support/gateway-fixture.ts';
import { LedgerChain } from '../support/ledger-chain.ts';

let chain: LedgerChain;
let fixture: GatewayFixture;

beforeAll(async () => {
  chain = await LedgerChain.start();
  fixture = await GatewayFixture.start({ chain, sources: {} });
});

afterAll(async () => {
  await fixture.stop();
  await chain.stop();
});

async function ask(method: string, path: string) {
  const response = await fetch(`${fixture.url}${path}`, { method });
  const text = await response.text();
  const problem = text === '' ? {} : (JSON.parse(text) as Record<string, unknown>);
  return { status: response.status, allow: response.headers.get('allow'), code: problem['code'] };
}

const ROWS = `/v1/grants/0x${'00'.repeat(32)}/rows`;

describe('createApp', () => {
  it.each([
    ['PUT', '/v1/acts/submitRequest', 'POST, GET'],
    ['DELETE', '/v1/grants', 'GET'],
    ['POST', ROWS, 'GET'],
    ['POST', '/healthz', 'GET'],
    ['HEAD', ROWS, 'GET'],
  ])('refuses %s %s and says what it takes', async (method, path, allow) => {
    const answer = await ask(method, path);
    expect([answer.status, answer.allow]).toEqual([405, allow]);
    if (method !== 'HEAD') expect(answer.code).toBe('METHOD_NOT_ALLOWED');
  });

  it.each(['/', '/v2/grants', '/V1/grants', '/v1/grants/x/rows/more'])('knows nothing at %s', async (path) => {
    expect(await ask('GET', path)).toMatchObject({ status: 404, code: 'NOT_FOUND' });
  });

  it('refuses a path that does not decode', async () => {
    expect(await ask('GET', '/v1/grants/%ff')).toMatchObject({ status: 400, code: 'REQUEST_INVALID' });
  });

  it('answers a probe by HEAD', async () => {
    expect((await ask('HEAD', '/healthz')).status).toBe(200);
  });

  it.each(['/v1/chain', '/healthz', '/readyz', '/openapi.json'])('answers %s to everyone', async (path) => {
    await expect.poll(async () => (await ask('GET', path)).status).toBe(200);
  });

  it('answers everything else only to signed requests', async () => {
    for (const path of ['/v1/departments', '/v1/resources', '/v1/requests', '/v1/grants', '/v1/receipts', ROWS]) {
      expect(await ask('GET', path)).toMatchObject({ status: 401, code: 'SIGNATURE_MISSING' });
    }
  });

  it('shows Prometheus metrics without anybody’s id', async () => {
    const text = await (await fetch(`${fixture.url}/metrics`)).text();
    expect(text).toContain('dxl_outbox_depth 0');
    expect(text).not.toMatch(/0x[0-9a-f]{64}/);
  });
});
