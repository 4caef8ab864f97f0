import { createHash, sign } from 'node:crypto';

import { beforeEach, describe, expect, it } from 'vitest';

import { hashDocument } from '../../ledger/document-hash.ts';
import { confirmationBytes, type DeliveryConfirmation } from '../../ledger/receipts/confirmation.ts';
import type { EvidenceLine } from '../../ledger/evidence/evidence-line.ts';
import { type AccessReceipt, receiptHash } from '../../ledger/receipts/receipt.ts';
import { parseAccessKeyId, parseBytes32, parseDepartmentId } from '../../ledger/ids.ts';
import type { Finding } from '../../verifier/findings.ts';
import { type BundleShape, bundleLines, exporterOf, verifyBytes, writeBundle } from './evidence-bundle.ts';
import { KeptWorld } from './kept-world.ts';
import { PaperGateway, READ } from './paper-gateway.ts';

const world = new KeptWorld();

beforeEach(() => {
  world.enterGateway();
});

async function reportOf(shape: BundleShape = {}, copies: readonly AccessReceipt[] = []) {
  const bytes = await writeBundle(await bundleLines(world, shape), exporterOf(world.gateway));
  return await verifyBytes(bytes, { copies: copies.map((receipt) => ({ source: 'copy', receipt })) });
}

async function findingsOf(shape: BundleShape = {}): Promise<readonly Finding[]> {
  return (await reportOf(shape)).findings;
}

const afterwards = () => ({ block: world.afterSuspension, at: world.afterSuspension.timestamp });

describe('decisions', () => {
  it('names the receipt of a read that the ledger did not permit', async () => {
    world.gateway.deliver(world.read());
    const { receipt } = world.gateway.deliver(world.read({ grantId: world.suspendedGrantId, ...afterwards() }));

    const [finding] = await findingsOf();

    expect(finding).toMatchObject({ code: 'OVER_GRANT', id: receipt.receiptId });
    expect(finding?.facts).toMatchObject({ decision: 'PERMIT', expected: 'NOT_ACTIVE', leaf: receiptHash(receipt) });
  });

  it('permits what was in force at its block, whatever came later', async () => {
    world.gateway.deliver(world.read({ grantId: world.suspendedGrantId }));

    expect(await findingsOf()).toEqual([]);
  });

  it.each([
    ['purpose', { purpose: 'STATISTICS' }, 'PURPOSE_MISMATCH'],
    ['system', { system: 'SI-OTHER' }, 'SYSTEM_MISMATCH'],
    ['case number', { caseNumber: null }, 'CASE_MISSING'],
    ['field', { fields: ['secret'] }, 'FIELD_NOT_GRANTED'],
    ['region', { region: '99' }, 'ROW_OUT_OF_SCOPE'],
  ])('finds a read permitted for another %s', async (_name, changes, code) => {
    world.gateway.deliver(world.read(), {}, { ...READ, ...changes });

    expect(await findingsOf()).toMatchObject([{ code: 'OVER_GRANT', facts: { expected: code } }]);
  });

  it('finds a refusal whose reason did not hold', async () => {
    world.gateway.refuse(world.read(), 'NOT_ACTIVE');
    world.gateway.refuse(world.read(), 'PURPOSE_MISMATCH');

    const findings = await findingsOf();

    expect(findings.map(({ code }) => code)).toEqual(['WRONG_REFUSAL', 'WRONG_REFUSAL']);
  });

  it('finds a read beyond the quota by the usage that the receipt admits', async () => {
    const usage = { second: 0, day: 100, total: 100, bytesToday: 0 };
    world.gateway.deliver(world.read(), { usage });

    expect(await findingsOf()).toMatchObject([{ code: 'OVER_GRANT', facts: { expected: 'QUOTA_DAY' } }]);
  });

  it('counts what it cannot replay when contexts are withheld, and still finds what needs none', async () => {
    world.gateway.deliver(world.read());
    world.gateway.deliver(world.read({ grantId: world.suspendedGrantId, ...afterwards() }));
    world.gateway.refuse(world.read(), 'NOT_ACTIVE');

    const report = await reportOf({ withholdContexts: true });

    expect(report.findings.map(({ code }) => code)).toEqual(['OVER_GRANT', 'WRONG_REFUSAL']);
    expect(report.checked).toMatchObject({ judged: 2, notReplayable: 1, withheldContexts: 3 });
    expect(report.notProved).toContain('WITHHELD');
  });

  it('does not replay under documents that are withheld', async () => {
    world.gateway.deliver(world.read());

    const report = await reportOf({ withheld: world.documents.map(hashDocument) });

    expect(report.verdict).toBe('sound');
    expect(report.checked).toMatchObject({ notReplayable: 1, withheldDocuments: 10, documents: 0 });
  });
});

describe('receipts', () => {
  it.each([
    ['rows', { rows: 11 }, 'TERMS_EXCEEDED'],
    ['bytes', { bytes: 100_001 }, 'TERMS_EXCEEDED'],
    [
      'a later block',
      { block: { number: 1_000_000, hash: parseBytes32(`0x${'11'.repeat(32)}`) } },
      'RECEIPT_BLOCK_UNKNOWN',
    ],
    ['no such key', { keyId: parseAccessKeyId(`0x${'22'.repeat(32)}`) }, 'KEY_NOT_VALID'],
    ['a sequence that jumps', { sequence: 7 }, 'RECEIPT_SEQUENCE'],
    ['a predecessor that is none', { previous: parseBytes32(`0x${'33'.repeat(32)}`) }, 'RECEIPT_SEQUENCE'],
    ['no sequence', { sequence: null, previous: null }, 'RECEIPT_SEQUENCE'],
  ])('with %s are found although the gateway signed for them', async (_name, changes: Partial<AccessReceipt>, code) => {
    world.gateway.deliver(world.read());
    const { receipt } = world.gateway.deliver(world.read(), changes);

    const findings = await findingsOf();

    expect(findings).toContainEqual(expect.objectContaining({ code, id: receipt.receiptId }));
  });

  it('with an end before its beginning are found although the gateway signed for them', async () => {
    world.gateway.deliver(world.read(), { openedAt: 1_900_000_000 });

    expect(await findingsOf()).toContainEqual(
      expect.objectContaining({ code: 'RECEIPT_INVALID', facts: { path: '/closedAt', rule: 'WINDOW_ORDERED' } }),
    );
  });

  it('of another caller are over-granting', async () => {
    const caller = parseDepartmentId(world.provider.id);
    world.gateway.deliver(world.read({ caller }));

    expect((await findingsOf()).map(({ code }) => code)).toEqual(['OVER_GRANT', 'KEY_NOT_VALID']);
  });

  it('that were left out between two are missed', async () => {
    for (let count = 0; count < 3; count += 1) world.gateway.deliver(world.read());

    const scope = { kind: 'grant', grantId: parseBytes32(world.grantId) } as const;

    expect(await findingsOf({ scope, indexes: [0, 1, 2] })).toEqual([]);
    expect((await findingsOf({ scope, indexes: [0, 2] })).map(({ code }) => code)).toEqual(['RECEIPT_SEQUENCE']);
    expect((await findingsOf({ scope, indexes: [1, 2] })).map(({ code }) => code)).toEqual(['RECEIPT_SEQUENCE']);
  });

  it('of a range are all there', async () => {
    for (let count = 0; count < 4; count += 1) world.gateway.deliver(world.read());

    const scope = { kind: 'range', gateway: parseBytes32(world.gateway.id), first: 1, end: 3 } as const;

    expect(await findingsOf({ scope, indexes: [1, 2] })).toEqual([]);
    expect((await findingsOf({ scope, indexes: [1] })).map(({ code }) => code)).toEqual(['SCOPE_INCOMPLETE']);
    expect((await findingsOf({ scope, indexes: [1, 2, 3] })).map(({ code }) => code)).toContain('RECEIPT_OUT_OF_SCOPE');
  });

  it('of one gateway are its whole log', async () => {
    for (let count = 0; count < 3; count += 1) world.gateway.deliver(world.read());
    const scope = { kind: 'gateway', gateway: parseBytes32(world.gateway.id) } as const;
    const unknown = { kind: 'gateway', gateway: parseBytes32(new PaperGateway().id) } as const;
    const lines = await bundleLines(world, { scope });
    const codesOf = async (shown: readonly EvidenceLine[]): Promise<readonly string[]> =>
      (await verifyBytes(await writeBundle(shown, exporterOf(world.gateway)))).findings.map(({ code }) => code);

    expect(await findingsOf({ scope })).toEqual([]);
    expect(await codesOf(lines.slice(0, -1))).toEqual(['SCOPE_INCOMPLETE']);
    expect(await codesOf(lines.filter(({ type }) => type !== 'checkpoint' && type !== 'receipt'))).toEqual([
      'SCOPE_INCOMPLETE',
    ]);
    expect(await codesOf(lines.filter(({ type }) => type !== 'document'))).toContain('SCOPE_INCOMPLETE');
    expect((await findingsOf({ scope, indexes: [0, 1, 2] })).map(({ code }) => code)).toEqual(['SCOPE_INCOMPLETE']);
    expect(new Set((await findingsOf({ scope: unknown })).map(({ code }) => code))).toEqual(
      new Set(['SCOPE_UNKNOWN', 'RECEIPT_OUT_OF_SCOPE', 'SCOPE_INCOMPLETE']),
    );
  });

  it('can be one alone', async () => {
    world.gateway.deliver(world.read());
    const { receipt } = world.gateway.deliver(world.read());
    const scope = { kind: 'receipt', receiptId: receipt.receiptId } as const;

    expect(await findingsOf({ scope, indexes: [1] })).toEqual([]);
    expect((await findingsOf({ scope, indexes: [0] })).map(({ code }) => code)).toContain('RECEIPT_OUT_OF_SCOPE');
    expect((await findingsOf({ scope, indexes: [] })).map(({ code }) => code)).toEqual(['SCOPE_INCOMPLETE']);
  });

  it('of a gateway that was retired before are found', async () => {
    world.gateway.deliver(world.read());
    world.stage = 'gatewayRetired';
    const { receipt } = world.gateway.deliver(world.read({ block: world.blockOf() }));

    // By then the key was revoked too, and its department suspended.
    expect(await findingsOf()).toMatchObject([
      { code: 'OVER_GRANT', facts: { expected: 'NOT_ACTIVE' } },
      { code: 'GATEWAY_NOT_ACTIVE', id: receipt.receiptId, facts: { status: 'retired' } },
      { code: 'KEY_NOT_VALID' },
    ]);
  });

  it('under terms that allow a thousand reads are counted', async () => {
    const first = world.read();
    for (let count = 0; count < 101; count += 1) {
      world.gateway.deliver(
        { ...first, at: first.at },
        { usage: { second: 0, day: count % 100, total: count, bytesToday: 0 } },
      );
    }

    const findings = await findingsOf();

    expect(findings.map(({ code }) => code)).toContain('QUOTA_EXCEEDED');
  });

  it('whose usage falls are found', async () => {
    const { timestamp } = world.inForce;
    world.gateway.deliver(world.read(), { usage: { second: 0, day: 5, total: 5, bytesToday: 0 } });
    const at = timestamp + 10;
    world.gateway.deliver(world.read({ at }), { usage: { second: 0, day: 2, total: 2, bytesToday: 0 } });

    expect((await findingsOf()).map(({ code }) => code)).toEqual(['USAGE_FALLS']);
  });
});

describe('copies of counterparties', () => {
  it('show a tail that was cut off, and a receipt that was changed', async () => {
    const kept = world.gateway.deliver(world.read()).receipt;
    const cut = { ...kept, receiptId: 'receipt-that-was-cut' };
    const changed = { ...kept, rows: 2 };

    expect((await reportOf({}, [kept])).checked.copies).toBe(1);
    expect((await reportOf({}, [cut])).findings).toMatchObject([{ code: 'COPY_MISSING', id: cut.receiptId }]);
    expect((await reportOf({}, [changed])).findings).toMatchObject([{ code: 'COPY_DIFFERS' }]);
  });
});

describe('confirmations', () => {
  function confirm(changes: Partial<DeliveryConfirmation> = {}): {
    type: string;
    confirmation: unknown;
    signature: string;
  } {
    const { receipt, content } = world.gateway.receipts[0]!;
    const confirmation: DeliveryConfirmation = {
      type: 'DeliveryConfirmation',
      schema: 'dxl/confirmation/1',
      gateway: parseBytes32(receipt.gateway),
      receiptId: receipt.receiptId,
      grantId: receipt.grantId!,
      leaf: receiptHash(receipt),
      department: receipt.caller!,
      keyId: receipt.keyId!,
      contentDigest: parseBytes32(`0x${createHash('sha256').update(content).digest('hex')}`),
      bytes: content.length,
      receivedAt: receipt.closedAt,
      ...changes,
    };
    const signature = sign(null, confirmationBytes(confirmation), world.keyPair);
    return { type: 'confirmation', confirmation, signature: `0x${signature.toString('hex')}` };
  }

  it('by the caller are counted', async () => {
    world.gateway.deliver(world.read());
    const report = await reportOf({ confirmations: new Map([[0, confirm() as never]]) });

    expect(report.findings).toEqual([]);
    expect(report.checked).toMatchObject({ confirmed: 1, unconfirmed: 0 });
  });

  it('are not missed where the salt of the content is withheld', async () => {
    for (let count = 0; count < 3; count += 1) world.gateway.deliver(world.read());
    const confirmations = new Map([[0, confirm() as never]]);
    const shown = await reportOf({ confirmations });
    const withheld = await reportOf({ confirmations, withholdContents: true });

    expect(shown.checked).toMatchObject({ confirmed: 1, unconfirmed: 2 });
    expect(withheld.checked).toMatchObject({ confirmed: 1, unconfirmed: 0 });
    expect(withheld.findings).toEqual([]);
  });

  it.each([
    ['other bytes', { bytes: 1 }, 'CONFIRMATION_MISMATCH'],
    ['another content', { contentDigest: parseBytes32(`0x${'44'.repeat(32)}`) }, 'CONFIRMATION_MISMATCH'],
    ['another leaf', { leaf: parseBytes32(`0x${'44'.repeat(32)}`) }, 'CONFIRMATION_MISMATCH'],
    ['a time before the key', { receivedAt: 1 }, 'CONFIRMATION_INVALID'],
    ['another key', { keyId: parseAccessKeyId(`0x${'44'.repeat(32)}`) }, 'CONFIRMATION_INVALID'],
  ])('of %s are found', async (_name, changes, code) => {
    world.gateway.deliver(world.read());
    const confirmations = new Map([[0, confirm(changes) as never]]);

    expect((await findingsOf({ confirmations })).map((finding) => finding.code)).toEqual([code]);
  });
});

describe('histories', () => {
  it('are those of a ledger that the reader names', async () => {
    const bytes = await writeBundle(await bundleLines(world), exporterOf(world.gateway));
    const [header] = await bundleLines(world);
    const { deployment } = header as Extract<EvidenceLine, { type: 'header' }>;

    expect((await verifyBytes(bytes, { deployment })).verdict).toBe('sound');
    expect((await verifyBytes(bytes, { deployment: { ...deployment, chainId: 1 } })).findings).toMatchObject([
      { code: 'DEPLOYMENT_MISMATCH', line: 1 },
    ]);
  });

  it('are exported by a registered gateway', async () => {
    const stranger = new PaperGateway();
    const bytes = await writeBundle(await bundleLines(world), exporterOf(stranger));

    expect((await verifyBytes(bytes)).findings).toMatchObject([{ code: 'EXPORTER_UNKNOWN', id: stranger.id }]);
  });
});

describe('anchored heads', () => {
  it('are those of logs that changed since', async () => {
    for (let count = 0; count < 3; count += 1) world.gateway.deliver(world.read());
    await world.anchor();
    for (let count = 0; count < 4; count += 1) world.gateway.deliver(world.read());
    await world.anchor();
    world.gateway.deliver(world.read());
    expect(await findingsOf()).toEqual([]);

    world.gateway.replace(2, { ...world.gateway.receipts[2]!.receipt, rows: 2 });

    const codes = (await findingsOf()).map(({ code }) => code);
    expect(codes).toEqual(['ANCHOR_INCONSISTENT', 'RECEIPT_SEQUENCE']);
  });
});
