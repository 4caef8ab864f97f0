import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { fetchRows } from '../../../cli/fetch-rows.ts';
import { buildStep } from '../../../ledger/acts/build-acts.ts';
import { deriveResourceId } from '../../../ledger/ids.ts';
import { sampleResources } from '../../../scripts/samples/resources.ts';
import { END } from '../../support/act-factory.ts';
import {
  GatewayFixture,
  readOptions,
  salt,
  type Granted,
  type Member,
  type Published,
} from '../../support/gateway-fixture.ts';
import { LedgerChain } from '../../support/ledger-chain.ts';
import { LyingNode } from '../../support/lying-node.ts';
import { suspensionDocument } from '../../support/share-documents.ts';
import { httpConfig, sendRows, startUpstream, type Upstream } from '../../support/upstream-server.ts';

const CODE = '301004/000009';
const sample = sampleResources().find(({ entry }) => entry.resourceCode === CODE);
if (sample === undefined) throw new TypeError('The sample is missing');

const ROW = { date: '2026-01-01', working: false, weekday: 4, holiday: '元旦' };
/** Longer than any test: what the gateway learns, it learns from the outbox or from an announcement. */
const NEVER_MS = 3_600_000;

let chain: LedgerChain;
let node: LyingNode;
let upstream: Upstream;
let fixture: GatewayFixture;
let requester: Member;
let resource: Published;
let granted: Granted;

beforeAll(async () => {
  chain = await LedgerChain.start();
  node = await LyingNode.start(chain.webSocketUrl);
  upstream = await startUpstream(sendRows([ROW]));
  const rs = await chain.register('RS');
  const zw = await chain.register('ZW');
  fixture = await GatewayFixture.start({
    chain,
    sources: { [deriveResourceId(rs.id, CODE)]: httpConfig(upstream.port) },
    config: { nodeUrl: node.url, nodeTimeoutMs: 60_000, pollMs: NEVER_MS, maxNodeSilenceMs: NEVER_MS },
  });
  const authority = await fixture.join(chain.authority);
  const provider = await fixture.join(rs);
  requester = await fixture.join(zw);
  resource = await fixture.publish(provider, authority, sample.entry);
}, 120_000);
afterAll(async () => {
  await fixture.stop();
  await node.stop();
  await upstream.stop();
  await chain.stop();
});

beforeEach(async () => {
  granted = await fixture.grant(requester, resource);
});

async function read(): Promise<unknown> {
  const reading = fetchRows(requester.client, readOptions(granted.grantId), () => undefined);
  return await reading.then(
    () => 'SERVED',
    (error: unknown) => (error as { facts: { problem: Record<string, unknown> } }).facts.problem,
  );
}

describe('acceptAct', () => {
  it('answers alike to two who bring the same act at once', async () => {
    const { actor } = resource.provider;
    const salted = salt(suspensionDocument(actor, granted.grantId));
    const act = buildStep('suspend', salted, END);
    const bring = async () => await fixture.act(resource.provider, 'suspend', act, salted);
    const { promise, resolve: open } = Promise.withResolvers<undefined>();
    let held = 0;
    node.hold = (method, params) =>
      method === 'eth_call' && params[1] === 'latest' && (held += 1) > 0 ? promise : null;
    const first = bring();
    await expect.poll(() => held).toBe(1);
    node.hold = () => null;
    const second = await bring();
    open(undefined);
    expect((await first).body).toEqual(second.body);
    expect(second).toMatchObject({ status: 201, body: { status: 'recorded' } });
  });
});

describe('settleAct', () => {
  it('says that a suspension is recorded only when nothing is served by its grant any more', async () => {
    expect(await read()).toBe('SERVED');
    node.isSilent = true;
    const { answer } = await fixture.suspend(granted);
    expect(answer.status).toBe(201);
    expect(await read()).toMatchObject({ deny_code: 'NOT_ACTIVE' });
    node.isSilent = false;
  });

  it('says 202 while the ledger has an act and this gateway cannot prove its block', async () => {
    node.lie = (method, _params, result) => (method === 'eth_getLogs' ? [] : result);
    const { answer } = await fixture.suspend(granted);
    expect(answer.status).toBe(202);
    expect(answer.body).toMatchObject({ status: 'recorded' });
    expect(await read()).toMatchObject({ code: 'STALE_CHAIN' });
    node.lie = null;
  }, 60_000);
});
