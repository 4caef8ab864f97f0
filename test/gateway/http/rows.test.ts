import { setTimeout as sleep } from 'node:timers/promises';

import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { request } from 'undici';

import type { CliError } from '../../../cli/cli-error.ts';
import { fetchRows, readReceipt, rowsPath } from '../../../cli/fetch-rows.ts';
import { deriveResourceId } from '../../../ledger/ids.ts';
import { signRequest } from '../../../ledger/request-signature.ts';
import { keyRevocation } from '../../support/act-factory.ts';
import { GatewayFixture, readOptions, type Granted, type Member } from '../../support/gateway-fixture.ts';
import { LedgerChain } from '../../support/ledger-chain.ts';
import { LyingNode } from '../../support/lying-node.ts';
import { httpConfig, startUpstream, type Upstream } from '../../support/upstream-server.ts';
import { PEOPLE_CODE, peopleEntry } from './samples.ts';

const ROW = {
  id_no: '990100199001010012',
  name: '张三',
  sex: '1',
  nation: '01',
  birth: '1990-01-01',
  addr: '某省某市',
};
const LINE = `${JSON.stringify(ROW)}\n`;

let chain: LedgerChain;
let node: LyingNode;
let upstream: Upstream;
let fixture: GatewayFixture;
let requester: Member;
let granted: Granted;
/** What the source does once it is asked. */
let answer: () => Promise<{ readonly first: string; readonly rest: Promise<string> }>;

beforeAll(async () => {
  chain = await LedgerChain.start();
  node = await LyingNode.start(chain.webSocketUrl);
  upstream = await startUpstream((_request, response) => {
    void (async () => {
      const { first, rest } = await answer();
      response.writeHead(200, { 'content-type': 'application/x-ndjson' });
      response.write(first);
      response.end(await rest);
    })();
  });
  const ga = await chain.register('GA');
  const source = httpConfig(upstream.port);
  fixture = await GatewayFixture.start({
    chain,
    sources: { [deriveResourceId(ga.id, PEOPLE_CODE)]: source },
    // The swallowed answer below must time out well before the read gives up waiting.
    config: { nodeUrl: node.url, nodeTimeoutMs: 500 },
  });
  const authority = await fixture.join(chain.authority);
  requester = await fixture.join(await chain.register('RS'));
  granted = await fixture.grant(requester, await fixture.publish(await fixture.join(ga), authority, peopleEntry()));
});

afterEach(() => {
  node.lie = null;
});

afterAll(async () => {
  await fixture.stop();
  await node.stop();
  await upstream.stop();
  await chain.stop();
});

const whole = (text: string) => () => Promise.resolve({ first: text, rest: Promise.resolve('') });

function read(by: Member, take: (bytes: Buffer) => void = () => undefined) {
  return fetchRows(by.client, readOptions(granted.grantId), take);
}

async function failure(by: Member, take?: (bytes: Buffer) => void) {
  const error = await read(by, take).catch((refused: unknown) => refused);
  return error as CliError & { facts: { status: number; receiptId: string; problem: Record<string, unknown> } };
}

async function refusals(code: string): Promise<number> {
  const text = await fixture.gateway.context.metrics.registry.metrics();
  return Number(new RegExp(`^dxl_refusals_total\\{code="${code}"\\} (\\d+)$`, 'm').exec(text)?.[1] ?? 0);
}

describe('the head of an answer', () => {
  it('says with 401 how to authenticate', async () => {
    const { statusCode, headers, body } = await request(`${fixture.url}/v1/grants/${granted.grantId}/rows`);
    await body.dump();
    expect([statusCode, headers['www-authenticate']]).toEqual([401, 'Signature realm="dxl", tag="dxl-request-v1"']);
  });

  it('refuses HEAD, which would use up quota and leave a receipt of rows that nobody got', async () => {
    answer = whole(LINE);
    const url = `${fixture.url}${rowsPath(readOptions(granted.grantId))}`;
    const use = { 'dxl-purpose': 'BUSINESS_COLLAB', 'dxl-case-number': 'CASE-1', 'dxl-system': 'SI-TEST-01' };
    const signed = signRequest({ method: 'HEAD', url, headers: use, body: null }, requester.key, Date.now() / 1000);
    const { statusCode, headers } = await request(signed.url, { method: 'HEAD', headers: signed.headers });
    expect([statusCode, headers['allow']]).toEqual([405, 'GET']);
  });
});

describe('the gate before the first byte', () => {
  it('waits for a block that was announced meanwhile, instead of refusing', async () => {
    answer = async () => {
      node.lie = (method, _params, result) => (method === 'eth_getLogs' ? undefined : result);
      await chain.rpc('evm_mine', []);
      await expect.poll(() => fixture.gateway.context.follower.freshness().reason).toBe('CATCHING_UP');
      // The answer that was swallowed times out in the gateway; until it asks again the block is not proved.
      setTimeout(() => (node.lie = null), 100);
      return { first: LINE, rest: Promise.resolve('') };
    };
    const { config } = fixture;
    expect(config.maxNodeSilenceMs).toBeGreaterThan(config.nodeTimeoutMs);
    await expect(read(requester)).resolves.toMatchObject({ rows: 1 });
  });

  it('refuses when the access key was revoked meanwhile', async () => {
    const member = await fixture.join(requester.actor);
    answer = async () => {
      const revoked = keyRevocation(member.actor, member.key.keyId);
      await chain.record('revokeAccessKey', revoked, member.actor);
      await fixture.follow();
      return { first: LINE, rest: Promise.resolve('') };
    };
    const { facts } = await failure(member);
    expect(facts.problem).toMatchObject({ code: 'KEY_NOT_VALID' });
    const receipt = await readReceipt(requester.client, facts.receiptId);
    expect(receipt).toMatchObject({ outcome: 'REFUSED', decision: 'KEY_NOT_VALID', bytes: 0 });
    // Permitted at one block, refused by a later one.
    expect(receipt.endedBy?.code).toBe('KEY_NOT_VALID');
    expect(receipt.endedBy?.block?.number).toBeGreaterThan(receipt.block?.number ?? Infinity);
  });
});

describe('an open stream', () => {
  it('is cut when the access key that asked for it is revoked', async () => {
    const member = await fixture.join(requester.actor);
    const { promise: rest, resolve: finish } = Promise.withResolvers<string>();
    answer = () => Promise.resolve({ first: LINE.repeat(2_000), rest });
    let received = 0;
    const cut = failure(member, (bytes) => (received += bytes.length));
    await expect.poll(() => received).toBeGreaterThan(0);
    await chain.record('revokeAccessKey', keyRevocation(member.actor, member.key.keyId), member.actor);
    const { code } = await Promise.race([cut, sleep(60_000).then(() => ({ code: 'STILL_OPEN' }))]);
    finish('');
    expect(code).toBe('STREAM_CUT');
    const newest = async () => (await requester.client.get('/v1/receipts?limit=1')).body;
    const { number } = fixture.gateway.context.follower.freshness().block ?? { number: -1 };
    const endedBy = { code: 'KEY_NOT_VALID', block: { number } };
    await expect.poll(newest).toMatchObject({ receipts: [{ decision: 'PERMIT', outcome: 'ABORTED', endedBy }] });
  });
});

describe('the end of an answer', () => {
  it('is no refusal when the rest of its quota cannot be given back, which then stays counted', async () => {
    const { database, now, quotas } = fixture.gateway.context;
    const { bytesToday } = await quotas.usage(granted.grantId, now());
    const before = await refusals('STORE_FAILED');
    answer = async () => {
      await database.schema.alterTable('quotas').renameTo('quotas_away').execute();
      return { first: LINE, rest: Promise.resolve('') };
    };
    const fetched = await read(requester);
    await expect.poll(async () => (await readReceipt(requester.client, fetched.receiptId)).outcome).toBe('DELIVERED');
    await sleep(200);
    await database.schema.alterTable('quotas_away').renameTo('quotas').execute();
    expect(await refusals('STORE_FAILED')).toBe(before);
    expect((await quotas.usage(granted.grantId, now())).bytesToday).toBeGreaterThanOrEqual(bytesToday + fetched.bytes);
  });
});
