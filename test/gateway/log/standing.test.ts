import { createPublicKey } from 'node:crypto';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { computeAddress, Wallet } from 'ethers';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { fetchRows } from '../../../cli/fetch-rows.ts';
import { deriveGatewayId, deriveResourceId, type GatewayId, parseBytes32 } from '../../../ledger/ids.ts';
import { exportPublicKey } from '../../../ledger/signatures/signature-key.ts';
import { sampleResources } from '../../../scripts/samples/resources.ts';
import { gatewayRegistration, gatewayRetirement } from '../../support/act-factory.ts';
import { GatewayFixture, type Granted, type Member, readOptions } from '../../support/gateway-fixture.ts';
import { LedgerChain } from '../../support/ledger-chain.ts';
import { httpConfig, sendRows, startUpstream, type Upstream } from '../../support/upstream-server.ts';

const CODE = '301004/000009';
const { entry } = sampleResources().find((sample) => sample.entry.resourceCode === CODE)!;
/** Only what happens at the start and on a block makes a pass. */
const config = { anchorMs: 3_600_000 };

let chain: LedgerChain;
let upstream: Upstream;
let requester: Member;
let authority: Member;
let granted: Granted;
let fixture: GatewayFixture;
/** Of the gateway's log. */
let lines: string[];

beforeEach(async () => {
  chain = await LedgerChain.start();
  lines = [];
  const logger = pino({ level: 'warn' }, { write: (line: string) => lines.push(line) });
  upstream = await startUpstream(sendRows([{ date: '2026-01-01', working: false, weekday: 4, holiday: '元旦' }]));
  const [rs, zw] = [await chain.register('RS'), await chain.register('ZW')];
  const sources = { [deriveResourceId(rs.id, CODE)]: httpConfig(upstream.port) };
  fixture = await GatewayFixture.start({ chain, sources, config, logger });
  authority = await fixture.join(chain.authority);
  const provider = await fixture.join(rs);
  requester = await fixture.join(zw);
  granted = await fixture.grant(requester, await fixture.publish(provider, authority, entry));
});

afterEach(async () => {
  await fixture.stop();
  await upstream.stop();
  await chain.stop();
});

async function register(accountKey = fixture.secrets.relayerKey): Promise<GatewayId> {
  const { bytes } = exportPublicKey(createPublicKey(fixture.secrets.signingKey));
  const act = gatewayRegistration(chain.authority, {
    publicKey: parseBytes32(`0x${Buffer.from(bytes).toString('hex')}`),
    account: computeAddress(new Wallet(accountKey).signingKey.publicKey).toLowerCase(),
  });
  await fixture.act(authority, 'registerGateway', act, null);
  return deriveGatewayId('ed25519', bytes);
}

/** `served`, or the code of the refusal. */
async function outcomeOfRead(): Promise<string> {
  try {
    await fetchRows(requester.client, readOptions(granted.grantId), () => undefined);
    return 'served';
  } catch (error) {
    return (error as { facts: { problem?: { code: string } } }).facts.problem?.code ?? String(error);
  }
}

async function anchor(): Promise<void> {
  const { log, anchorWorker } = fixture.gateway.context;
  await log.publish();
  await anchorWorker.pass();
}

async function startAgain(changes: { readonly auditGraceSeconds?: number } = {}): Promise<void> {
  const sources = { [granted.resource.resourceId]: httpConfig(upstream.port) };
  fixture = await GatewayFixture.start({ chain, sources, like: fixture, config: { ...config, ...changes } });
}

it('serves nothing from the block on that retires it', { timeout: 60_000 }, async () => {
  const gateway = await register();
  expect(await outcomeOfRead()).toBe('served');
  await anchor();
  await fixture.act(authority, 'retireGateway', gatewayRetirement(chain.authority, gateway), null);

  expect(fixture.gateway.context.follower.ledger.gateway(gateway)?.status).toBe('retired');
  expect(await outcomeOfRead()).toBe('AUDIT_BACKLOG');
});

it('serves at once after a restart when all that it has is anchored', { timeout: 60_000 }, async () => {
  await register();
  expect(await outcomeOfRead()).toBe('served');
  await anchor();
  await fixture.stop({ keepData: true });
  // By the journal alone the first receipt would be too old.
  await startAgain({ auditGraceSeconds: 0 });

  expect(await outcomeOfRead()).toBe('served');
});

it('tells of a tree head that the ledger refuses', { timeout: 60_000 }, async () => {
  await register(Wallet.createRandom().privateKey);
  expect(await outcomeOfRead()).toBe('served');
  lines = [];
  await anchor();

  expect(lines.map((line) => (JSON.parse(line) as { err?: { code?: string } }).err?.code)).toEqual(['ANCHOR_REFUSED']);
  expect(fixture.gateway.context.anchorWorker.anchored).toBe(0);
});

describe('a gateway whose folder was put back from an older copy', () => {
  it('neither serves nor signs anything', { timeout: 120_000 }, async () => {
    await register();
    expect(await outcomeOfRead()).toBe('served');
    await anchor();
    await fixture.stop({ keepData: true });
    const copy = mkdtempSync(join(tmpdir(), 'dxl-copy-'));
    cpSync(fixture.config.dataDir, copy, { recursive: true });
    await startAgain();
    expect(await outcomeOfRead()).toBe('served');
    await anchor();
    expect(fixture.gateway.context.log.head.size).toBe(2);
    await fixture.stop({ keepData: true });
    rmSync(fixture.config.dataDir, { recursive: true });
    cpSync(copy, fixture.config.dataDir, { recursive: true });
    rmSync(copy, { recursive: true });
    await startAgain();

    // Refusals have receipts too, and the second one would be signed over as another second receipt.
    for (let count = 0; count < 2; count += 1) expect(await outcomeOfRead()).toBe('AUDIT_BACKLOG');
    const { context } = fixture.gateway;
    await context.log.publish();
    expect([context.log.head.size, context.standing.problem(context.now())]).toEqual([1, 'FORKED']);
    expect((await requester.client.getPublic('/readyz')).body).toMatchObject({ audit_problem: 'FORKED' });
  });
});
