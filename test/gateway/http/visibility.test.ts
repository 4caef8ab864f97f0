import { createPublicKey, generateKeyPairSync } from 'node:crypto';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import type { CliError } from '../../../cli/cli-error.ts';
import { fetchRows, readReceipt } from '../../../cli/fetch-rows.ts';
import { deriveResourceId, KEY_ALGORITHMS } from '../../../ledger/ids.ts';
import { exportPublicKey } from '../../../ledger/signatures/signature-key.ts';
import { sampleResources } from '../../../scripts/samples/resources.ts';
import { keyRegistration } from '../../support/act-factory.ts';
import { GatewayFixture, readOptions, type Agreed, type Asked, type Member } from '../../support/gateway-fixture.ts';
import { LedgerChain } from '../../support/ledger-chain.ts';
import { httpConfig, sendRows, startUpstream, type Upstream } from '../../support/upstream-server.ts';

const CODE = '301004/000009';
const sample = sampleResources().find(({ entry }) => entry.resourceCode === CODE);
if (sample === undefined) throw new TypeError('The sample is missing');
const UNKNOWN = `0x${'0f'.repeat(32)}`;

let chain: LedgerChain;
let upstream: Upstream;
let fixture: GatewayFixture;
let authority: Member;
let provider: Member;
let requester: Member;
let stranger: Member;
let asked: Asked;
let granted: Agreed;
let receiptId: string;

beforeAll(async () => {
  chain = await LedgerChain.start();
  upstream = await startUpstream(sendRows([{ date: '2026-01-01', working: false, weekday: 4, holiday: '元旦' }]));
  const rs = await chain.register('RS');
  const resourceId = deriveResourceId(rs.id, CODE);
  fixture = await GatewayFixture.start({ chain, sources: { [resourceId]: httpConfig(upstream.port) } });
  authority = await fixture.join(chain.authority);
  provider = await fixture.join(rs);
  requester = await fixture.join(await chain.register('ZW'));
  stranger = await fixture.join(await chain.register('JY'));
  const resource = await fixture.publish(provider, authority, sample.entry);
  asked = await fixture.request(requester, resource);
  granted = await fixture.activate(await fixture.agree(asked));
  receiptId = (await fetchRows(requester.client, readOptions(granted.grantId), () => undefined)).receiptId;
});

afterAll(async () => {
  await fixture.stop();
  await upstream.stop();
  await chain.stop();
});

async function statusOf(member: Member, path: string): Promise<number> {
  return await member.client.get(path).then(
    ({ status }) => status,
    (error: unknown) => (error as { facts: { status: number } }).facts.status,
  );
}

async function refusalOf(member: Member, path: string): Promise<Record<string, unknown>> {
  const error: unknown = await member.client.get(path).catch((failure: unknown) => failure);
  const { instance, ...rest } = (error as { facts: { problem: Record<string, unknown> } }).facts.problem;
  expect(instance).toMatch(/^urn:uuid:/);
  return rest;
}

const THINGS: [string, () => string, string][] = [
  ['a request', () => `/v1/requests/${asked.requestId}`, `/v1/requests/${UNKNOWN}`],
  ['a grant', () => `/v1/grants/${granted.grantId}`, `/v1/grants/${UNKNOWN}`],
  ['a request as an act', () => `/v1/acts/${asked.requestId}`, `/v1/acts/${UNKNOWN}`],
  ['an agreement as an act', () => `/v1/acts/${granted.digest}`, `/v1/acts/${UNKNOWN}`],
  ['a receipt', () => `/v1/receipts/${receiptId}`, '/v1/receipts/AAAAAAAAAAAAAAAAAAAAAAAA'],
];

describe.each(THINGS)('%s', (_what, path, unknown) => {
  it('is shown to both sides and to who supervises them', async () => {
    await expect.poll(() => statusOf(requester, path())).toBe(200);
    expect(await statusOf(provider, path())).toBe(200);
    expect(await statusOf(authority, path())).toBe(200);
  });

  it('is to a stranger what does not exist', async () => {
    expect(await refusalOf(stranger, path())).toEqual(await refusalOf(stranger, unknown));
  });
});

describe('an act of one department', () => {
  it('is its own business, and that of who supervises it', async () => {
    const key = createPublicKey(generateKeyPairSync('ed25519').privateKey);
    const act = keyRegistration(requester.actor, {
      algorithm: KEY_ALGORITHMS.ed25519,
      publicKey: `0x${Buffer.from(exportPublicKey(key).bytes).toString('hex')}`,
    });
    const { body } = await fixture.act(requester, 'registerAccessKey', act, null);
    const path = `/v1/acts/${(body as { digest: string }).digest}`;
    expect(await statusOf(requester, path)).toBe(200);
    expect(await statusOf(authority, path)).toBe(200);
    expect(await statusOf(provider, path)).toBe(404);
  });
});

describe('documents', () => {
  it('are shown by hash to the sides only, catalogue entries to everyone', async () => {
    const { body } = await provider.client.get(`/v1/grants/${granted.grantId}`);
    const { documentHash } = body as { documentHash: string };
    expect(await statusOf(requester, `/v1/documents/${documentHash}`)).toBe(200);
    expect(await statusOf(stranger, `/v1/documents/${documentHash}`)).toBe(404);
    const resource = await stranger.client.get(`/v1/resources/${granted.resource.resourceId}`);
    const { state } = resource.body as { state: { documentHash: string } };
    expect(await statusOf(stranger, `/v1/documents/${state.documentHash}`)).toBe(200);
  });
});

describe('the document of a revocation', () => {
  it('is shown to both sides of the grant that it ended, and to no stranger', async () => {
    const ended = await fixture.grant(requester, granted.resource);
    const { act, answer } = await fixture.suspend(ended);
    expect(await statusOf(requester, `/v1/documents/${act.documentHash}`)).toBe(200);
    expect(await statusOf(provider, `/v1/documents/${act.documentHash}`)).toBe(200);
    expect(await statusOf(stranger, `/v1/documents/${act.documentHash}`)).toBe(404);
    const path = `/v1/acts/${(answer.body as { digest: string }).digest}`;
    expect([await statusOf(requester, path), await statusOf(stranger, path)]).toEqual([200, 404]);
  });
});

describe('readiness', () => {
  it('tells the depth of the outbox as a number', async () => {
    const { status, body } = await requester.client.getPublic('/readyz');
    expect([status, body]).toMatchObject([200, { outbox_depth: 0, projection_lag_blocks: 0, stale_reason: null }]);
  });
});

describe('lists', () => {
  it('hold what is the department’s own, and everything for a supervisor', async () => {
    const count = async (member: Member, path: string, name: string): Promise<number> =>
      ((await member.client.get(path)).body as Record<string, unknown[]>)[name]?.length ?? -1;
    for (const [path, name] of [
      ['/v1/requests', 'requests'],
      ['/v1/grants', 'grants'],
      ['/v1/receipts', 'receipts'],
    ] as const) {
      expect(await count(stranger, path, name)).toBe(0);
      expect(await count(requester, path, name)).toBeGreaterThan(0);
      expect(await count(authority, path, name)).toBeGreaterThan(0);
    }
  });
});

describe('why a read was refused', () => {
  async function factsFor(member: Member, grantId: string): Promise<unknown> {
    const refused: unknown = await fetchRows(member.client, readOptions(grantId), () => undefined).catch(
      (error: unknown) => error,
    );
    const id = String((refused as CliError).facts['receiptId']);
    await readReceipt(member.client, id);
    const { body } = await member.client.get(`/v1/receipts/${id}/explanation`);
    expect(body).toMatchObject({ code: 'NO_GRANT' });
    return (body as { facts: unknown }).facts;
  }

  it('tells a stranger of a grant as much as of one that does not exist', async () => {
    const unknown = [{ name: 'grant', value: 'unknown', sinceBlock: null }];
    expect(await factsFor(stranger, UNKNOWN)).toEqual(unknown);
    expect(await factsFor(stranger, granted.grantId)).toEqual(unknown);
  });

  it('tells the provider and who supervises it what the grant is', async () => {
    const known = expect.arrayContaining([expect.objectContaining({ name: 'window' })]) as unknown;
    expect(await factsFor(provider, granted.grantId)).toEqual(known);
    expect(await factsFor(authority, granted.grantId)).toEqual(known);
  });
});
