import { createReadStream, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createPublicKey } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { computeAddress, hexlify, Wallet } from 'ethers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { confirmDelivery } from '../../cli/confirm-delivery.ts';
import { fetchRows } from '../../cli/fetch-rows.ts';
import { fetchProof } from '../../cli/receipt-proof.ts';
import { saveEvidence } from '../../cli/save-evidence.ts';
import { deriveResourceId, parseBytes32 } from '../../ledger/ids.ts';
import { parseStrictJson } from '../../ledger/json/strict-json.ts';
import { encodeAnchorCall } from '../../ledger/log-anchor.ts';
import { signTreeHead } from '../../ledger/log/head-signature.ts';
import { parseReceipt } from '../../ledger/receipts/receipt.ts';
import { exportPublicKey } from '../../ledger/signatures/signature-key.ts';
import { sampleResources } from '../../scripts/samples/resources.ts';
import { verifyBundle } from '../../verifier/verify-bundle.ts';
import { gatewayRegistration } from '../support/act-factory.ts';
import { GatewayFixture, type Granted, type Member, readOptions } from '../support/gateway-fixture.ts';
import { judgeIndependently, judgementOf } from '../support/independent-verifier.ts';
import { LedgerChain } from '../support/ledger-chain.ts';
import { PaperLog } from '../gateway/witness/paper-log.ts';
import { httpConfig, sendRows, startUpstream, type Upstream } from '../support/upstream-server.ts';

const CODE = '301004/000009';
const sample = sampleResources().find(({ entry }) => entry.resourceCode === CODE);
if (sample === undefined) throw new TypeError('The sample is missing');

const ROW = { date: '2026-01-01', working: false, weekday: 4, holiday: '元旦' };

let folder: string;
let chain: LedgerChain;
let upstream: Upstream;
let fixture: GatewayFixture;
let authority: Member;
let requester: Member;
let stranger: Member;
let granted: Granted;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'dxl-evidence-'));
  chain = await LedgerChain.start();
  upstream = await startUpstream(sendRows([ROW]));
  const [rs, zw, sw] = [await chain.register('RS'), await chain.register('ZW'), await chain.register('SW')];
  fixture = await GatewayFixture.start({
    chain,
    sources: { [deriveResourceId(rs.id, CODE)]: httpConfig(upstream.port) },
  });
  authority = await fixture.join(chain.authority);
  const provider = await fixture.join(rs);
  requester = await fixture.join(zw);
  stranger = await fixture.join(sw);
  const { bytes } = exportPublicKey(createPublicKey(fixture.secrets.signingKey));
  const registration = gatewayRegistration(chain.authority, {
    publicKey: parseBytes32(`0x${Buffer.from(bytes).toString('hex')}`),
    account: computeAddress(new Wallet(fixture.secrets.relayerKey).signingKey.publicKey).toLowerCase(),
  });
  await fixture.act(authority, 'registerGateway', registration, null);
  granted = await fixture.grant(requester, await fixture.publish(provider, authority, sample.entry));
  const fetched = await read();
  await confirmDelivery(requester, fetched);
  await read();
  await fetchRows(requester.client, readOptions(granted.grantId, { purpose: 'OTHER' }), () => undefined).catch(
    () => null,
  );
  await fetchRows(stranger.client, readOptions(granted.grantId), () => undefined).catch(() => null);
  await fixture.gateway.context.log.publish();
  await fixture.gateway.context.anchorWorker.pass();
});

afterAll(async () => {
  await fixture.stop();
  await upstream.stop();
  await chain.stop();
  rmSync(folder, { recursive: true });
});

async function read() {
  return await fetchRows(requester.client, readOptions(granted.grantId), () => undefined);
}

async function save(by: Member, query = ''): Promise<string> {
  const file = join(folder, `${String(Math.random())}.ndjson`);
  await saveEvidence(by.client, `/v1/evidence${query}`, file);
  return file;
}

async function check(file: string, copies: readonly string[] = []) {
  const deployment = parseStrictJson(Buffer.from(JSON.stringify(chain.deployment)));
  const kept = copies.map((source) => {
    const { receipt } = JSON.parse(readFileSync(source, 'utf8')) as { receipt: unknown };
    return { source, receipt: parseReceipt(parseStrictJson(Buffer.from(JSON.stringify(receipt)))) };
  });
  return await verifyBundle(createReadStream(file), { deployment, validators: null, copies: kept });
}

function linesOf(file: string) {
  const lines = readFileSync(file, 'utf8').trimEnd().split('\n');
  return lines.map((line) => JSON.parse(line) as Readonly<Record<string, unknown>>);
}

describe('evidence of a gateway', () => {
  it('is sound, of the whole ledger and log, and every decision in it is judged again', async () => {
    const file = await save(authority);
    const report = await check(file);
    expect(report).toMatchObject({ verdict: 'sound', findings: [] });
    const receipts = linesOf(file).filter(({ type }) => type === 'receipt');
    expect(receipts.length).toBeGreaterThanOrEqual(4);
    expect(report.checked).toMatchObject({ receipts: receipts.length });
    expect(linesOf(file).filter(({ type }) => type === 'confirmation')).toEqual([]);
  });

  it('is judged alike by the verifier that was written from the page alone', async () => {
    for (const query of ['', `?grant=${granted.grantId}`, '?from=0&to=2', `?grant=${granted.grantId}&redact=yes`]) {
      const file = await save(authority, query);
      const judged = await judgeIndependently(file);
      expect(judged).toEqual(judgementOf(await check(file)));
      expect(judged).toEqual({ verdict: 'sound', codes: [] });
    }
  });

  it('is sound for each side of a grant, which sees nothing of others', async () => {
    const other = await fixture.join(await chain.register('MZ'));
    await fixture.grant(other, granted.resource);
    const documentsIn = (file: string) => linesOf(file).filter(({ type }) => type === 'document');
    const ofProvider = documentsIn(await save(granted.resource.provider, `?grant=${granted.grantId}`));
    const foreign = ofProvider.filter(({ document }) => JSON.stringify(document).includes(other.actor.id));
    expect(foreign.length).toBeGreaterThanOrEqual(2);
    const ofRequester = documentsIn(await save(requester, `?grant=${granted.grantId}`));
    const hashes = foreign.map(({ hash }) => hash);
    expect(ofRequester.filter(({ hash }) => hashes.includes(hash)).map(({ document }) => document)).toEqual(
      hashes.map(() => null),
    );
    for (const side of [requester, granted.resource.provider]) {
      const file = await save(side, `?grant=${granted.grantId}`);
      expect(await check(file)).toMatchObject({ verdict: 'sound', findings: [] });
      expect(linesOf(file).filter(({ type }) => type === 'confirmation')).toHaveLength(1);
      const grants = linesOf(file).flatMap(({ receipt }) => (receipt === undefined ? [] : [receipt]));
      expect(grants.map((receipt) => (receipt as { grantId: string }).grantId)).toEqual(
        grants.map(() => granted.grantId),
      );
    }
  });

  it('is sound with contexts and salts withheld, and then judges no decision but that there is no such grant', async () => {
    const file = await save(authority, `?grant=${granted.grantId}&redact=yes`);
    expect(await check(file)).toMatchObject({
      verdict: 'sound',
      findings: [],
      checked: { notReplayable: 3, judged: 1 },
    });
    expect(readFileSync(file, 'utf8')).not.toContain('"caseNumber":"CASE-1"');
  });

  it('is sound of one receipt, and of a range', async () => {
    const { receiptId } = await read();
    expect(await check(await save(requester, `?receipt=${receiptId}`))).toMatchObject({
      verdict: 'sound',
      findings: [],
    });
    expect(await check(await save(authority, '?from=0&to=2'))).toMatchObject({ verdict: 'sound', findings: [] });
  });

  it.each([
    ['of the whole ledger', ''],
    ['of a range', '?from=0&to=1'],
    ['of a grant of others', '?grant='],
  ])('is not for a stranger: %s', async (_name, query) => {
    const path = query.endsWith('=') ? `${query}${granted.grantId}` : query;
    await expect(save(stranger, path)).rejects.toMatchObject({ facts: { status: 404 } });
  });

  it.each(['?grants=1', '?from=1', '?from=2&to=1', '?from=0&to=100000', '?grant=0x12', '?from=0&to=1&receipt=x'])(
    'is refused for %s',
    async (query) => {
      await expect(save(authority, query)).rejects.toMatchObject({ facts: { status: 400 } });
    },
  );

  it('shows whoever took it out', async () => {
    const { receiptId } = await saveEvidence(authority.client, '/v1/evidence', join(folder, 'own.ndjson'));
    const { body } = await authority.client.get(`/v1/receipts/${receiptId}`);
    expect(body).toMatchObject({ receipt: { decision: 'AUDIT', outcome: 'DELIVERED', caller: authority.actor.id } });
    await authority.client.get(`/v1/audit/grant/${granted.grantId}`);
    const receipts = linesOf(await save(authority)).filter(({ type }) => type === 'receipt');
    const audits = receipts.filter(({ receipt }) => (receipt as { decision: string }).decision === 'AUDIT');
    expect(audits.length).toBeGreaterThanOrEqual(2);
  });

  it('shows a receipt that a counterparty kept and the log does not have', async () => {
    const fetched = await read();
    const kept = join(folder, 'kept.json');
    writeFileSync(kept, JSON.stringify({ receipt: fetched.receipt }));
    const file = await save(authority);
    expect(await check(file, [kept])).toMatchObject({ verdict: 'sound' });
    const other = { ...fetched.receipt, receiptId: 'f'.repeat(36) };
    writeFileSync(kept, JSON.stringify({ receipt: other }));
    expect(await check(file, [kept])).toMatchObject({ verdict: 'findings', findings: [{ code: 'COPY_MISSING' }] });
  });
});

describe('evidence where a second gateway serves the ledger', () => {
  beforeAll(async () => {
    const other = await PaperLog.register(chain);
    const { gateway, place, account } = other.keys;
    const head = { gateway, ...other.head(5) };
    const signature = hexlify(signTreeHead(place, head, account));
    const anchored = { ...head, root: parseBytes32(hexlify(head.root)) };
    await chain.send(encodeAnchorCall(chain.deployment, anchored, [], signature));
    await fixture.follow();
    await read();
  });

  it('is sound of the whole log of its exporter, and says that there are other logs', async () => {
    const file = await save(authority);
    expect(linesOf(file)[0]).toMatchObject({
      scope: { kind: 'gateway', gateway: fixture.gateway.context.gatewayKey.keyId },
    });
    const report = await check(file);
    expect(report).toMatchObject({ verdict: 'sound', findings: [] });
    expect(report.notProved).toContain('OTHER_LOGS');
    expect(await judgeIndependently(file)).toEqual({ verdict: 'sound', codes: [] });
  });

  it('says so of a grant too, but not of one receipt', async () => {
    const { receiptId } = await read();
    expect((await check(await save(requester, `?grant=${granted.grantId}`))).notProved).toContain('OTHER_LOGS');
    expect((await check(await save(requester, `?receipt=${receiptId}`))).notProved).not.toContain('OTHER_LOGS');
  });
});

describe('a proof of a receipt', () => {
  it('is checked by the client, and is in the log that is anchored', async () => {
    const { receiptId } = await read();
    const proof = await fetchProof(requester.client, receiptId);
    expect(proof.index).toBeLessThan(proof.size);
    await fixture.gateway.context.anchorWorker.pass();
    expect(fixture.gateway.context.anchorWorker.anchored).toBeGreaterThanOrEqual(proof.size);
    const stolen = stranger.client.getBytes(`/v1/receipts/${receiptId}/proof`);
    await expect(stolen).rejects.toMatchObject({ facts: { status: 404 } });
  });
});
