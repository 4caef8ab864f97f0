import { setTimeout as sleep } from 'node:timers/promises';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { fetchRows } from '../../cli/fetch-rows.ts';
import { buildShareRequest } from '../../ledger/acts/build-acts.ts';
import { actDigest } from '../../ledger/acts/act-digest.ts';
import { deriveResourceId } from '../../ledger/ids.ts';
import { parseReceipt, type AccessReceipt } from '../../ledger/receipts/receipt.ts';
import { parseStrictJson } from '../../ledger/json/strict-json.ts';
import { sampleResources } from '../../scripts/samples/resources.ts';
import { END } from '../support/act-factory.ts';
import {
  GatewayFixture,
  readOptions,
  salt,
  type Granted,
  type Member,
  type Published,
} from '../support/gateway-fixture.ts';
import { GatewayProcess } from '../support/gateway-process.ts';
import { LedgerChain } from '../support/ledger-chain.ts';
import { requestDocument } from '../support/share-documents.ts';
import { httpConfig, sendRows, startUpstream, type Upstream } from '../support/upstream-server.ts';

const CODE = '301004/000009';
const sample = sampleResources().find(({ entry }) => entry.resourceCode === CODE);
if (sample === undefined) throw new TypeError('The sample is missing');
const ROWS = Array.from({ length: 3_000 }, () => ({ date: '2026-01-01', working: false, weekday: 4, holiday: '元旦' }));
const KILLS = process.env['DXL_LONG'] === '1' ? 100 : 8;
const READERS = 4;

let chain: LedgerChain;
let upstream: Upstream;
let fixture: GatewayFixture;
let gateway: GatewayProcess;
let requester: Member;
let granted: Granted;
let resource: Published;

beforeAll(async () => {
  chain = await LedgerChain.start();
  upstream = await startUpstream(sendRows(ROWS));
  const rs = await chain.register('RS');
  const sources = { [deriveResourceId(rs.id, CODE)]: httpConfig(upstream.port) };
  fixture = await GatewayFixture.start({ chain, sources });
  const authority = await fixture.join(chain.authority);
  const provider = await fixture.join(rs);
  requester = await fixture.join(await chain.register('ZW'));
  resource = await fixture.publish(provider, authority, sample.entry);
  granted = await fixture.grant(requester, resource);
  await fixture.stop({ keepData: true });
  gateway = await GatewayProcess.prepare(fixture);
});

afterAll(async () => {
  await gateway.kill();
  await upstream.stop();
  await chain.stop();
});

/** Reads and asks until the gateway is gone; every answer that was whole is remembered. */
async function load(stopped: () => boolean, whole: Set<string>, posted: Set<string>): Promise<void> {
  const reader = async (): Promise<void> => {
    while (!stopped()) {
      await fetchRows(requester.client, readOptions(granted.grantId), () => undefined).then(
        ({ receiptId }) => whole.add(receiptId),
        () => sleep(20),
      );
    }
  };
  const asker = async (): Promise<void> => {
    while (!stopped()) {
      const document = salt(requestDocument(requester.actor, resource));
      const act = buildShareRequest(document, resource.entry, END);
      await fixture.act(requester, 'submitRequest', act, document).then(
        () => posted.add(actDigest(chain.deployment, 'submitRequest', act)),
        () => sleep(20),
      );
    }
  };
  await Promise.all([...Array.from({ length: READERS }, reader), asker()]);
}

async function allReceipts(): Promise<AccessReceipt[]> {
  const receipts: AccessReceipt[] = [];
  for (let offset = 0; ; offset += 500) {
    const { body } = await requester.client.get(`/v1/receipts?limit=500&offset=${String(offset)}`);
    const page = (body as { receipts: unknown[] }).receipts;
    for (const receipt of page) receipts.push(parseReceipt(parseStrictJson(Buffer.from(JSON.stringify(receipt)))));
    if (page.length < 500) return receipts;
  }
}

describe('a gateway that is killed under load', () => {
  it(`loses no receipt of a whole answer and no act that it took, in ${String(KILLS)} kills`, async () => {
    const whole = new Set<string>();
    const posted = new Set<string>();
    for (let kill = 0; kill < KILLS; kill += 1) {
      await gateway.start();
      const state = { stopped: false };
      const loading = load(() => state.stopped, whole, posted);
      const before = whole.size;
      await expect.poll(() => whole.size, { timeout: 30_000 }).toBeGreaterThan(before);
      await sleep(Math.floor(Math.random() * 300));
      await gateway.kill();
      state.stopped = true;
      await loading;
    }
    await gateway.start();
    const receipts = await allReceipts();
    const byId = new Map(receipts.map((receipt) => [receipt.receiptId, receipt]));
    expect(byId.size).toBe(receipts.length);
    for (const id of whole) expect(byId.get(id)?.outcome).toMatch(/DELIVERED|UNKNOWN/);
    for (const digest of posted) {
      const { body } = await requester.client.get(`/v1/requests/${digest}`);
      expect((body as { status: string }).status).toBe('submitted');
    }
    expect(whole.size).toBeGreaterThanOrEqual(KILLS);
    expect(posted.size).toBeGreaterThan(0);
    expect(await gateway.kill('SIGTERM')).toBe(0);
  }, 600_000);
});
