import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { fetchRows } from '../../cli/fetch-rows.ts';
import { buildShareRequest } from '../../ledger/acts/build-acts.ts';
import { decide } from '../../ledger/decide.ts';
import type { DecisionState, ReadRequest } from '../../ledger/decide.ts';
import type { CatalogEntry } from '../../ledger/documents/catalog-entry.ts';
import type { ShareAuthorization } from '../../ledger/documents/share-authorization.ts';
import { deriveResourceId } from '../../ledger/ids.ts';
import { sampleResources } from '../../scripts/samples/resources.ts';
import { END } from '../support/act-factory.ts';
import { GatewayFixture, readOptions, salt, type Granted, type Member } from '../support/gateway-fixture.ts';
import { LedgerChain } from '../support/ledger-chain.ts';
import { LyingNode } from '../support/lying-node.ts';
import { requestDocument } from '../support/share-documents.ts';
import { httpConfig, sendRows, startUpstream, type Upstream } from '../support/upstream-server.ts';

const CODE = '301004/000009';
const sample = sampleResources().find(({ entry }) => entry.resourceCode === CODE);
if (sample === undefined) throw new TypeError('The sample is missing');

const ROW = { date: '2026-01-01', working: false, weekday: 4, holiday: '元旦' };
/** Long enough for any node of a busy machine, short enough to be waited for by those that lose theirs. */
const NODE_LIMITS = { nodeTimeoutMs: 2_000, maxNodeSilenceMs: 5_000 };

let chain: LedgerChain;
let node: LyingNode;
let upstream: Upstream;
let fixture: GatewayFixture;
let requester: Member;
let granted: Granted;

beforeEach(async () => {
  chain = await LedgerChain.start();
  node = await LyingNode.start(chain.webSocketUrl);
  upstream = await startUpstream(sendRows([ROW]));
  const rs = await chain.register('RS');
  const zw = await chain.register('ZW');
  fixture = await GatewayFixture.start({
    chain,
    sources: { [deriveResourceId(rs.id, CODE)]: httpConfig(upstream.port) },
    config: { nodeUrl: node.url, pollMs: 100, ...NODE_LIMITS },
  });
  const authority = await fixture.join(chain.authority);
  const provider = await fixture.join(rs);
  requester = await fixture.join(zw);
  granted = await fixture.grant(requester, await fixture.publish(provider, authority, sample.entry));
});

afterEach(async () => {
  await fixture.stop().catch(() => undefined);
  await node.stop();
  await upstream.stop();
  await chain.stop();
});

async function read(): Promise<number> {
  return (await fetchRows(requester.client, readOptions(granted.grantId), () => undefined)).rows;
}

async function refusal() {
  const failure: unknown = await read().catch((error: unknown) => error);
  return (failure as { facts: { status: number; problem: Record<string, unknown> } }).facts;
}

describe('a gateway that cannot know refuses', () => {
  it('while the node is away, and serves again when it is back', async () => {
    expect(await read()).toBe(1);
    const asked = upstream.targets.length;
    node.goAway();
    await expect.poll(() => fixture.gateway.context.follower.freshness().reason).toBe('NODE_UNREACHABLE');
    expect(await refusal()).toMatchObject({
      status: 503,
      problem: { code: 'STALE_CHAIN', deny_code: 'STALE_CHAIN', stale_reason: 'NODE_UNREACHABLE' },
    });
    expect(upstream.targets).toHaveLength(asked);
    const ready = await requester.client.getPublic('/readyz');
    expect([ready.status, (ready.body as { stale_reason: string }).stale_reason]).toEqual([503, 'NODE_UNREACHABLE']);
    node.comeBack();
    await expect.poll(() => read().catch(() => 0)).toBe(1);
  });

  it('while the node hides the logs of a new block', async () => {
    expect(await read()).toBe(1);
    node.lie = (method, _params, result) => (method === 'eth_getLogs' ? [] : result);
    await chain.register('AU');
    await expect.poll(async () => (await refusal()).status).toBe(503);
  });

  it('when a store fails', async () => {
    expect(await read()).toBe(1);
    const asked = upstream.targets.length;
    await fixture.gateway.context.database.destroy();
    expect(await refusal()).toMatchObject({ status: 503, problem: { code: 'STORE_FAILED' } });
    expect(upstream.targets).toHaveLength(asked);
  });

  it('when the document behind the grant is gone', async () => {
    await fixture.gateway.context.database.deleteFrom('documents').execute();
    expect(await refusal()).toMatchObject({ status: 503, problem: { code: 'DOCUMENT_UNAVAILABLE' } });
  });

  it('when receipts can no longer be written', async () => {
    expect(await read()).toBe(1);
    const asked = upstream.targets.length;
    await fixture.gateway.context.receipts.stop();
    expect(await refusal()).toMatchObject({ status: 503, problem: { code: 'STORE_FAILED' } });
    expect(upstream.targets).toHaveLength(asked);
  });
});

describe('a gateway that was stopped', () => {
  it('knows its documents, quotas and receipts again', async () => {
    const { receiptId } = await fetchRows(requester.client, readOptions(granted.grantId), () => undefined);
    await fixture.stop({ keepData: true });
    const again = await GatewayFixture.start({
      chain,
      sources: { [granted.resource.resourceId]: httpConfig(upstream.port) },
      like: fixture,
    });
    fixture = again;
    await expect.poll(() => read().catch(() => 0)).toBe(1);
    const { body } = await requester.client.get(`/v1/receipts/${receiptId}`);
    expect(body).toMatchObject({ receipt: { receiptId, outcome: 'DELIVERED' } });
    const grant = await requester.client.get(`/v1/grants/${granted.grantId}`);
    expect(grant.body).toMatchObject({ usage: { total: 2 } });
  });
});

describe('a document that was lost', () => {
  it('is taken again from whoever posts its act again', async () => {
    const document = salt(requestDocument(requester.actor, granted.resource));
    const act = buildShareRequest(document, granted.resource.entry, END);
    await fixture.act(requester, 'submitRequest', act, document);
    await fixture.gateway.context.database.deleteFrom('documents').where('hash', '=', act.documentHash).execute();
    expect(await fixture.gateway.context.documents.get(act.documentHash)).toBeNull();
    await fixture.act(requester, 'submitRequest', act, document);
    expect(await fixture.gateway.context.documents.get(act.documentHash)).toEqual(document);
  });
});

describe('a grant to verify', () => {
  it('lets no field out', () => {
    const { resource } = granted;
    const verify = { ...resource.entry, version: 2, modes: ['API_VERIFY' as const] };
    expect(decide(stateOf(verify), readOf(), Date.now() / 1000)).toEqual({
      outcome: 'deny',
      code: 'FIELD_NOT_GRANTED',
    });
    expect(decide(stateOf(verify, 'API_QUERY'), readOf(), Date.now() / 1000).outcome).toBe('permit');
  });
});

function readOf(): ReadRequest {
  const { fields, equals, region, limit, purpose, caseNumber, system } = readOptions(granted.grantId);
  return {
    caller: requester.actor.id,
    grantId: granted.grantId,
    fields,
    equals,
    region,
    limit,
    purpose,
    caseNumber,
    system,
  };
}

function stateOf(entry: CatalogEntry, mode: ShareAuthorization['mode'] = 'API_VERIFY'): DecisionState {
  return {
    current: true,
    auditBacklog: false,
    grant: fixture.gateway.context.follower.ledger.grant(granted.grantId),
    requester: { status: 'active' },
    provider: { status: 'active' },
    resource: { published: true, latestClass: 'conditional', restraint: 'none' },
    authorization: { ...granted.document, mode },
    entry: { ...entry, version: 1 },
    usage: { second: 0, day: 0, total: 0, bytesToday: 0 },
  };
}
