import { createPublicKey } from 'node:crypto';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { SigningKey } from 'ethers';
import { computeAddress, Wallet } from 'ethers';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { fetchRows } from '../../../cli/fetch-rows.ts';
import { type GatewayId, deriveGatewayId, deriveResourceId, parseBytes32 } from '../../../ledger/ids.ts';
import { anchoredHeadDigest, encodeProveEquivocationCall } from '../../../ledger/log-anchor.ts';
import { exportPublicKey } from '../../../ledger/signatures/signature-key.ts';
import { sampleResources } from '../../../scripts/samples/resources.ts';
import { gatewayRegistration, gatewayRetirement, someHash } from '../../support/act-factory.ts';
import { GatewayFixture, type Granted, type Member, readOptions } from '../../support/gateway-fixture.ts';
import { LedgerChain } from '../../support/ledger-chain.ts';
import { httpConfig, sendRows, startUpstream, type Upstream } from '../../support/upstream-server.ts';

const CODE = '301004/000009';
const sample = sampleResources().find(({ entry }) => entry.resourceCode === CODE);
if (sample === undefined) throw new TypeError('The sample is missing');

let chain: LedgerChain;
let upstream: Upstream;
let requester: Member;
let authority: Member;
let granted: Granted;
let fixture: GatewayFixture;

beforeEach(async () => {
  chain = await LedgerChain.start();
  upstream = await startUpstream(sendRows([{ date: '2026-01-01', working: false, weekday: 4, holiday: '元旦' }]));
  const [rs, zw] = [await chain.register('RS'), await chain.register('ZW')];
  const sources = { [deriveResourceId(rs.id, CODE)]: httpConfig(upstream.port) };
  fixture = await GatewayFixture.start({ chain, sources, config: { auditGraceSeconds: 3_600 } });
  authority = await fixture.join(chain.authority);
  const provider = await fixture.join(rs);
  requester = await fixture.join(zw);
  granted = await fixture.grant(requester, await fixture.publish(provider, authority, sample.entry));
});
afterEach(async () => {
  await fixture.stop();
  await upstream.stop();
  await chain.stop();
});

function ownKey(): { readonly publicKey: string; readonly gateway: GatewayId; readonly account: SigningKey } {
  const { bytes } = exportPublicKey(createPublicKey(fixture.secrets.signingKey));
  const account = new Wallet(fixture.secrets.relayerKey).signingKey;
  return { publicKey: `0x${Buffer.from(bytes).toString('hex')}`, gateway: deriveGatewayId('ed25519', bytes), account };
}

async function register(): Promise<GatewayId> {
  const { publicKey, gateway, account } = ownKey();
  const act = gatewayRegistration(chain.authority, {
    publicKey: parseBytes32(publicKey),
    account: computeAddress(account.publicKey).toLowerCase(),
  });
  await fixture.act(authority, 'registerGateway', act, null);
  return gateway;
}

async function read() {
  return await fetchRows(requester.client, readOptions(granted.grantId), () => undefined);
}

async function refusal(): Promise<unknown> {
  const failure: unknown = await read().catch((error: unknown) => error);
  return (failure as { facts: { problem: { code: string } } }).facts.problem.code;
}

async function anchor(): Promise<void> {
  const { log, anchorWorker } = fixture.gateway.context;
  await log.publish();
  await anchorWorker.pass();
}

describe('AnchorWorker', () => {
  it('brings each head to the ledger, one after the other', async () => {
    await register();
    const { log, anchorWorker, standing, now } = fixture.gateway.context;
    for (let round = 1; round <= 3; round += 1) {
      await read();
      await anchor();
      expect([log.head.size, anchorWorker.anchored]).toEqual([round, round]);
      expect(standing.behindSeconds(now())).toBe(0);
    }
    expect((await requester.client.getPublic('/readyz')).body).toMatchObject({ anchored_size: 3, audit_problem: null });
  });

  it('counts receipts as not anchored while the gateway is not registered', async () => {
    await read();
    await anchor();
    const { anchorWorker, standing, now } = fixture.gateway.context;
    expect(anchorWorker.anchored).toBe(0);
    expect(standing.problem(now() + 3_599)).toBeNull();
    expect(standing.problem(now() + 3_602)).toBe('BEHIND');
  });

  it('ends every read when the gateway is retired', async () => {
    const gateway = await register();
    await read();
    await fixture.act(authority, 'retireGateway', gatewayRetirement(chain.authority, gateway), null);
    await anchor();
    expect(await refusal()).toBe('AUDIT_BACKLOG');
    const ready = await requester.client.getPublic('/readyz');
    expect([ready.status, (ready.body as { audit_problem: string }).audit_problem]).toEqual([503, 'REVOKED']);
  });

  it('ends every read when somebody shows two histories under its key', async () => {
    const gateway = await register();
    await read();
    const { account } = ownKey();
    const head = { gateway, size: 1, root: someHash(1) };
    const otherRoot = someHash(2);
    const sign = (root: typeof otherRoot): string =>
      account.sign(anchoredHeadDigest(chain.deployment, { ...head, root })).serialized;
    const proof = { head, signature: sign(head.root), otherRoot, otherSignature: sign(otherRoot) };
    await chain.send(encodeProveEquivocationCall(chain.deployment, proof));
    await expect.poll(() => fixture.gateway.context.follower.ledger.gateway(gateway)?.status).toBe('equivocated');
    await anchor();
    expect(await refusal()).toBe('AUDIT_BACKLOG');
  });

  it('serves nothing on a log that is older than the one on the ledger', async () => {
    await register();
    await read();
    await anchor();
    await fixture.stop({ keepData: true });
    const backup = mkdtempSync(join(tmpdir(), 'dxl-backup-'));
    cpSync(fixture.config.dataDir, backup, { recursive: true });
    fixture = await GatewayFixture.start({ chain, sources: sourcesOf(), like: fixture });
    await expect
      .poll(() =>
        read().then(
          () => 'served',
          () => 'refused',
        ),
      )
      .toBe('served');
    await anchor();
    await fixture.stop({ keepData: true });
    rmSync(fixture.config.dataDir, { recursive: true });
    cpSync(backup, fixture.config.dataDir, { recursive: true });
    fixture = await GatewayFixture.start({ chain, sources: sourcesOf(), like: fixture });
    await expect.poll(() => fixture.gateway.context.follower.freshness().reason).toBeNull();
    await anchor();
    expect(fixture.gateway.context.standing.problem(fixture.gateway.context.now())).toBe('FORKED');
    expect(await refusal()).toBe('AUDIT_BACKLOG');
    rmSync(backup, { recursive: true });
  });
});

function sourcesOf() {
  return { [granted.resource.resourceId]: httpConfig(upstream.port) };
}
