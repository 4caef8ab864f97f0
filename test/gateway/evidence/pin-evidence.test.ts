import { createPublicKey } from 'node:crypto';

import { computeAddress, Wallet } from 'ethers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { fetchRows } from '../../../cli/fetch-rows.ts';
import { type EvidenceContext, exportEvidence } from '../../../gateway/evidence/export-evidence.ts';
import { type EvidencePoint, pinEvidence } from '../../../gateway/evidence/pin-evidence.ts';
import type { EvidenceLine } from '../../../ledger/evidence/evidence-line.ts';
import type { EvidenceScope } from '../../../ledger/evidence/scope.ts';
import { deriveResourceId, parseBytes32 } from '../../../ledger/ids.ts';
import { exportPublicKey } from '../../../ledger/signatures/signature-key.ts';
import { sampleResources } from '../../../scripts/samples/resources.ts';
import { gatewayRegistration } from '../../support/act-factory.ts';
import { GatewayFixture, type Granted, type Member, readOptions } from '../../support/gateway-fixture.ts';
import { judgeBytesIndependently } from '../../support/independent-verifier.ts';
import { LedgerChain } from '../../support/ledger-chain.ts';
import { httpConfig, sendRows, startUpstream, type Upstream } from '../../support/upstream-server.ts';
import { verifyBytes } from '../../verifier/evidence-bundle.ts';

const CODE = '301004/000009';
const sample = sampleResources().find(({ entry }) => entry.resourceCode === CODE);
if (sample === undefined) throw new TypeError('The sample is missing');

let chain: LedgerChain;
let upstream: Upstream;
let fixture: GatewayFixture;
let requester: Member;
let granted: Granted;
/** Exported before there was a receipt. */
let empty: Buffer;

beforeAll(async () => {
  chain = await LedgerChain.start();
  upstream = await startUpstream(sendRows([{ date: '2026-01-01', working: false, weekday: 4, holiday: '元旦' }]));
  const [rs, zw] = [await chain.register('RS'), await chain.register('ZW')];
  const sources = { [deriveResourceId(rs.id, CODE)]: httpConfig(upstream.port) };
  fixture = await GatewayFixture.start({ chain, sources });
  const authority = await fixture.join(chain.authority);
  const provider = await fixture.join(rs);
  requester = await fixture.join(zw);
  const { bytes } = exportPublicKey(createPublicKey(fixture.secrets.signingKey));
  const registration = gatewayRegistration(chain.authority, {
    publicKey: parseBytes32(`0x${Buffer.from(bytes).toString('hex')}`),
    account: computeAddress(new Wallet(fixture.secrets.relayerKey).signingKey.publicKey).toLowerCase(),
  });
  await fixture.act(authority, 'registerGateway', registration, null);
  granted = await fixture.grant(requester, await fixture.publish(provider, authority, sample.entry));
  empty = await exportAt(await pinEvidence(fixture.gateway.context));
  await read();
});

afterAll(async () => {
  await fixture.stop();
  await upstream.stop();
  await chain.stop();
});

async function read(): Promise<void> {
  await fetchRows(requester.client, readOptions(granted.grantId), () => undefined);
}

/** A read that is decided on a block that was not there before, with its receipt under a head that is anchored. */
async function readOnLaterBlock(): Promise<void> {
  const { log, anchorWorker } = fixture.gateway.context;
  await fixture.join(requester.actor);
  await read();
  await log.publish();
  await anchorWorker.pass();
}

async function exportAt(
  point: EvidencePoint,
  scope: EvidenceScope = { kind: 'gateway', gateway: parseBytes32(fixture.gateway.context.gatewayKey.keyId) },
  context: EvidenceContext = fixture.gateway.context,
): Promise<Buffer> {
  const order = {
    scope,
    grantOfCase: null,
    point,
    maySee: () => Promise.resolve(true),
    maySeeContext: () => true,
    withContentSalts: true,
  } as const;
  const lines: Uint8Array[] = [];
  for await (const line of exportEvidence(context, order)) lines.push(line);
  return Buffer.concat(lines);
}

function receiptsIn(file: Buffer): number {
  const lines = file.toString('utf8').trimEnd().split('\n');
  return lines.filter((line) => (JSON.parse(line) as EvidenceLine).type === 'receipt').length;
}

describe('the point of a bundle', () => {
  it('is signed also while the log is empty', async () => {
    expect(await verifyBytes(empty)).toMatchObject({ verdict: 'sound', findings: [], checked: { receipts: 0 } });
    expect(await judgeBytesIndependently(empty)).toEqual({ verdict: 'sound', codes: [] });
  });

  it('keeps out what is decided, and anchored, on blocks that come while it is written', async () => {
    const point = await pinEvidence(fixture.gateway.context);
    await readOnLaterBlock();

    const file = await exportAt(point);

    expect(await verifyBytes(file)).toMatchObject({ verdict: 'sound', findings: [] });
    expect(receiptsIn(file)).toBe(point.head.size);
    expect(fixture.gateway.context.log.head.size).toBeGreaterThan(point.head.size);
  });

  it('is looked for again when a larger log was anchored in between', async () => {
    const { context } = fixture.gateway;
    const older = context.log.head;
    await readOnLaterBlock();
    let looks = 0;
    // The log as it stood before, for whoever looked just before the anchor.
    const log = {
      publish: async () => await context.log.publish(),
      get head() {
        looks += 1;
        return looks === 1 ? older : context.log.head;
      },
    };

    const point = await pinEvidence({ ...context, log });

    expect(point.head.size).toBeGreaterThan(older.size);
    expect(await verifyBytes(await exportAt(point))).toMatchObject({ verdict: 'sound', findings: [] });
  });

  it('is none for a gateway whose log is smaller than the one on the ledger', async () => {
    const { context } = fixture.gateway;
    const older = context.log.head;
    await readOnLaterBlock();
    const log = { publish: async () => await context.log.publish(), head: older };

    await expect(pinEvidence({ ...context, log })).rejects.toMatchObject({ code: 'AUDIT_BACKLOG' });
  });
});

describe('evidence of one receipt', () => {
  it('reads the journal from this receipt on, and no further', async () => {
    for (let count = 0; count < 3; count += 1) await read();
    const { context } = fixture.gateway;
    const point = await pinEvidence(context);
    const index = point.head.size - 2;
    const { receipts } = context;
    const first = await receipts.receiptsFrom(index).next();
    if (first.done === true) throw new TypeError('There is no such receipt');
    const { receiptId } = first.value.saved.receipt;
    const seen: number[] = [];
    async function* receiptsFrom(from: number): ReturnType<typeof receipts.receiptsFrom> {
      for await (const found of receipts.receiptsFrom(from)) {
        seen.push(found.leaf);
        yield found;
      }
    }
    const watched = {
      receiptsFrom,
      leafOf: async (id: string) => await receipts.leafOf(id),
    };

    const file = await exportAt(point, { kind: 'receipt', receiptId }, { ...context, receipts: watched });

    expect(seen).toEqual([index]);
    expect(await verifyBytes(file)).toMatchObject({ verdict: 'sound', findings: [], checked: { receipts: 1 } });
  });
});
