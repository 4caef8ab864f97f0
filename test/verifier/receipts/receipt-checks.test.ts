import { createHash, createPublicKey, generateKeyPairSync, sign } from 'node:crypto';

import { beforeEach, describe, expect, it } from 'vitest';

import type { EvidenceLine, EvidenceLineOf } from '../../../ledger/evidence/evidence-line.ts';
import { departmentIdToHex, parseBytes32, parseDepartmentId } from '../../../ledger/ids.ts';
import { type DeliveryConfirmation, confirmationBytes } from '../../../ledger/receipts/confirmation.ts';
import { contentHash } from '../../../ledger/receipts/content-hash.ts';
import { exportPublicKey } from '../../../ledger/signatures/signature-key.ts';
import type { BundleReport } from '../../../verifier/report.ts';
import { Findings } from '../../../verifier/findings.ts';
import { World } from '../../../verifier/ledger/world.ts';
import { checkConfirmation } from '../../../verifier/receipts/confirmations.ts';
import type { ShownReceipt } from '../../../verifier/receipts/shown-receipt.ts';
import { bundleLines, exporterOf, verifyBytes, writeBundle } from '../evidence-bundle.ts';
import { KeptWorld } from '../kept-world.ts';
import { CALLER, GATEWAY, GRANT, KEY, OPENED, shownReceipt } from './shown.ts';

const world = new KeptWorld();

beforeEach(() => {
  world.enterGateway();
  for (let count = 0; count < 3; count += 1) world.gateway.deliver(world.read());
});

/** The report on a bundle in which the receipts, counted from 0, are changed. */
async function reportOn(
  change: (receipts: readonly EvidenceLineOf<'receipt'>[]) => readonly object[],
  shape: Parameters<typeof bundleLines>[1] = {},
): Promise<BundleReport> {
  const lines = await bundleLines(world, shape);
  const first = lines.findIndex(({ type }) => type === 'receipt');
  const changed = change(lines.slice(first) as EvidenceLineOf<'receipt'>[]);
  const all = [...lines.slice(0, first), ...changed] as EvidenceLine[];
  return await verifyBytes(await writeBundle(all, exporterOf(world.gateway)));
}

const codesOf = ({ findings }: BundleReport): readonly string[] => findings.map(({ code }) => code);
const withReceipt = (line: EvidenceLineOf<'receipt'>, changes: object): object => ({
  ...line,
  receipt: { ...(line.receipt as object), ...changes },
});

describe('a receipt', () => {
  it('is taken as it is', async () => {
    const report = await reportOn((receipts) => receipts);
    expect(codesOf(report)).toEqual([]);
    expect(report.checked).toMatchObject({ receipts: 3, delivered: 3, withheldContexts: 0, judged: 3, unconfirmed: 3 });
  });

  it('that is none is invalid, and counted', async () => {
    const report = await reportOn(([one, two, three]) => [one!, withReceipt(two!, { rows: -1 }), three!]);
    expect(report.findings[0]).toMatchObject({ code: 'RECEIPT_INVALID', id: null, facts: { path: '/rows' } });
    expect(report.checked).toMatchObject({ receipts: 3, delivered: 2 });
  });

  it.each<[string, object, string | null]>([
    [
      'a block behind the last',
      { block: { number: world.blockOf().number + 1, hash: parseBytes32(`0x${'11'.repeat(32)}`) } },
      'RECEIPT_BLOCK_UNKNOWN',
    ],
    [
      'an end in a block behind the last',
      {
        outcome: 'ABORTED',
        endedBy: {
          code: 'SOURCE_FAILED',
          block: { number: world.blockOf().number + 1, hash: parseBytes32(`0x${'11'.repeat(32)}`) },
        },
      },
      'RECEIPT_BLOCK_UNKNOWN',
    ],
    ['an end after its beginning', { closedAt: world.inForce.timestamp + 1 }, null],
    ['an end before its beginning', { closedAt: world.inForce.timestamp - 1 }, 'RECEIPT_INVALID'],
  ])('with %s', async (_, changes, code) => {
    world.enterGateway();
    world.gateway.deliver(world.read(), changes);
    const codes = codesOf(await reportOn((receipts) => receipts));
    expect(codes).toEqual(code === null ? [] : expect.arrayContaining([code]));
  });

  it.each<[string, object, string | null]>([
    ['its block', { endedBy: { code: 'NOT_ACTIVE', block: null } }, 'RECEIPT_INVALID'],
    ['its grant', { grantId: null, sequence: null }, 'RECEIPT_INVALID'],
    ['its caller', { caller: null }, 'RECEIPT_INVALID'],
    ['its context', { contextHash: null }, 'RECEIPT_INVALID'],
    ['its end', { outcome: 'UNKNOWN', endedBy: null }, 'RECEIPT_INVALID'],
    ['nothing, and has another reason', {}, 'WRONG_REFUSAL'],
  ])('that refuses by the rules and leaves out %s', async (_, changes, code) => {
    world.enterGateway();
    const { receipt } = world.gateway.refuse(world.read(), 'NOT_ACTIVE', changes);
    const report = await reportOn((receipts) => receipts);
    expect(report.findings).toContainEqual(expect.objectContaining({ code, id: receipt.receiptId }));
  });

  it('that was cut by the rules names the block', async () => {
    const cut = { outcome: 'ABORTED', endedBy: { code: 'EXPIRED', block: null } } as const;
    world.gateway.deliver(world.read(), cut);
    world.gateway.deliver(world.read(), { ...cut, endedBy: { code: 'STALE_CHAIN', block: null } });
    const { findings } = await reportOn((receipts) => receipts);
    expect(findings[0]).toMatchObject({
      code: 'RECEIPT_INVALID',
      id: 'receipt-000000000003',
      facts: { path: '/endedBy', rule: 'REFUSAL_IS_COMPLETE' },
    });
    expect(findings.filter(({ code }) => code === 'RECEIPT_INVALID')).toHaveLength(1);
  });

  it('is of a gateway whose log is shown', async () => {
    const other = `0x${'ff'.repeat(32)}`;
    const report = await reportOn((receipts) => [
      ...receipts,
      withReceipt(receipts[2]!, { gateway: other, sequence: 1, previous: null }),
    ]);
    expect(report.findings).toContainEqual(
      expect.objectContaining({ code: 'GATEWAY_UNKNOWN', facts: { gateway: other } }),
    );
  });

  it('stands once, in the order of the log', async () => {
    const scope = { kind: 'grant', grantId: parseBytes32(world.grantId) } as const;
    const shape = { scope, indexes: [0, 1, 2] };
    expect(codesOf(await reportOn((receipts) => receipts, shape))).toEqual([]);
    expect(codesOf(await reportOn(([one, two, three]) => [one!, two!, two!, three!], shape))).toContain('LINE_ORDER');
    expect(codesOf(await reportOn(([one, two, three]) => [two!, one!, three!], shape))).toContain('LINE_ORDER');
  });

  it('may be without a context, which is then not withheld', async () => {
    world.enterGateway();
    world.gateway.deliver(world.read());
    world.gateway.refuse(world.read(), 'REQUEST_INVALID', { contextHash: null });
    const report = await reportOn(([one, two]) => [
      { ...one!, context: null, contextSalt: null },
      { ...two!, context: null, contextSalt: null },
    ]);
    expect(report.checked).toMatchObject({ withheldContexts: 1, receipts: 2 });
  });

  it('that was refused delivers nothing', async () => {
    const at = world.afterSuspension.timestamp;
    world.gateway.refuse(
      world.read({ grantId: world.suspendedGrantId, block: world.afterSuspension, at }),
      'NOT_ACTIVE',
    );
    const report = await reportOn((receipts) => receipts);
    expect(codesOf(report)).toEqual([]);
    expect(report.checked).toMatchObject({ receipts: 4, delivered: 3, judged: 4 });
  });
});

describe('checkConfirmation', () => {
  const CONTENT = Buffer.from('{"row":1}\n');
  const SALT = 'A'.repeat(43);
  const digest = createHash('sha256').update(CONTENT).digest();
  const shown = shownReceipt({ bytes: CONTENT.length, contentHash: contentHash(SALT, digest) }, { contentSalt: SALT });
  const ed25519 = generateKeyPairSync('ed25519');
  const p256 = generateKeyPairSync('ec', { namedCurve: 'P-256' });

  function worldWith(changes: object = {}, isP256 = false): World {
    const known = new World();
    const { bytes } = exportPublicKey(createPublicKey(isP256 ? p256.privateKey : ed25519.privateKey));
    const point = Buffer.from(bytes).toString('hex');
    known.keys.set(KEY, {
      department: departmentIdToHex(CALLER),
      algorithm: isP256 ? 2 : 1,
      publicKey: `0x${point}`,
      notBefore: BigInt(OPENED - 10),
      notAfter: BigInt(OPENED + 10),
      since: 1,
      revoked: null,
      ...changes,
    });
    return known;
  }

  const confirmation = (changes: Partial<DeliveryConfirmation> = {}): DeliveryConfirmation => ({
    type: 'DeliveryConfirmation',
    schema: 'dxl/confirmation/1',
    gateway: GATEWAY,
    receiptId: shown.receipt.receiptId,
    grantId: GRANT,
    leaf: parseBytes32(shown.leaf),
    department: CALLER,
    keyId: KEY,
    contentDigest: parseBytes32(`0x${digest.toString('hex')}`),
    bytes: CONTENT.length,
    receivedAt: OPENED,
    ...changes,
  });

  function found(
    changes: Partial<DeliveryConfirmation> = {},
    beside: { readonly world?: World; readonly receipt?: ShownReceipt; readonly signature?: string } = {},
  ): readonly string[] {
    const { world: known = worldWith(), receipt = shown, signature = '' } = beside;
    const findings = new Findings();
    const value = confirmation(changes);
    const made =
      signature === '' ? sign(null, confirmationBytes(value), ed25519.privateKey).toString('hex') : signature;
    const line = { type: 'confirmation', confirmation: value, signature: `0x${made}` } as const;
    const fits = checkConfirmation(9, line, receipt, { world: known, findings });
    expect(fits).toBe(findings.count === 0);
    return findings.listed.map(({ code, line, id }) => `${code} ${String(line)} ${String(id)}`);
  }
  const invalid = [`CONFIRMATION_INVALID 9 ${shown.receipt.receiptId}`];
  const mismatch = [`CONFIRMATION_MISMATCH 9 ${shown.receipt.receiptId}`];

  it('takes what the caller signed about the receipt', () => {
    expect(found()).toEqual([]);
    expect(found({}, { receipt: { ...shown, contentSalt: null } })).toEqual([]);
  });

  it('takes P-256', () => {
    const made = sign('sha256', confirmationBytes(confirmation()), { key: p256.privateKey, dsaEncoding: 'ieee-p1363' });
    const order = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;
    const s = BigInt(`0x${made.toString('hex', 32)}`);
    const low = (s > order / 2n ? order - s : s).toString(16).padStart(64, '0');
    const signature = made.toString('hex', 0, 32) + low;
    expect(found({}, { world: worldWith({}, true), signature })).toEqual([]);
    expect(found({ bytes: 11 }, { world: worldWith({}, true), signature })).toEqual(invalid);
    expect(found({}, { world: worldWith(), signature })).toEqual(invalid);
  });

  it.each<[string, object]>([
    ['of another department', { department: `0x${'01'.repeat(18)}` }],
    ['that begins later', { notBefore: BigInt(OPENED + 1) }],
    ['that has ended', { notAfter: BigInt(OPENED - 1) }],
    ['that was revoked then', { revoked: { block: 1, at: BigInt(OPENED) } }],
    ['with another key', { publicKey: `0x${'01'.repeat(32)}` }],
  ])('refuses a key %s', (_, changes) => {
    expect(found({}, { world: worldWith(changes) })).toEqual(invalid);
  });

  it.each<[string, object]>([
    ['that begins then', { notBefore: BigInt(OPENED) }],
    ['that ends then', { notAfter: BigInt(OPENED) }],
    ['that was revoked a second later', { revoked: { block: 1, at: BigInt(OPENED + 1) } }],
  ])('takes a key %s', (_, changes) => {
    expect(found({}, { world: worldWith(changes) })).toEqual([]);
  });

  it('refuses a key that is not there, and what is no confirmation', () => {
    expect(found({}, { world: new World() })).toEqual(invalid);
    expect(found({ schema: 'dxl/confirmation/2' as never })).toEqual(invalid);
    expect(found({ department: parseDepartmentId('11990100MB0000019L') })).toEqual(invalid);
  });

  it.each<[string, Partial<DeliveryConfirmation>]>([
    ['gateway', { gateway: GRANT }],
    ['receipt', { receiptId: 'receipt-000000000002' }],
    ['grant', { grantId: GATEWAY as never }],
    ['leaf', { leaf: parseBytes32(`0x${'44'.repeat(32)}`) }],
    ['number of bytes', { bytes: CONTENT.length + 1 }],
    ['content', { contentDigest: parseBytes32(`0x${'44'.repeat(32)}`) }],
  ])('refuses what is about another %s', (_, changes) => {
    expect(found(changes)).toEqual(mismatch);
  });

  it('takes what came before the read by the clock of the other side, but not long before', () => {
    const openedAt = OPENED + 300;
    const later = shownReceipt({ ...shown.receipt, openedAt, closedAt: openedAt }, { contentSalt: SALT });
    const leaf = parseBytes32(later.leaf);
    expect(found({ leaf }, { receipt: later })).toEqual([]);
    expect(found({ leaf, receivedAt: OPENED - 1 }, { receipt: later })).toEqual(mismatch);
  });

  it('refuses what another department signed about the receipt', () => {
    const other = parseDepartmentId('11990100MB0000019L');
    expect(found({ department: other }, { world: worldWith({ department: departmentIdToHex(other) }) })).toEqual(
      mismatch,
    );
  });
});
