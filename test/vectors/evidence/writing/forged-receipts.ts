import { createHash, sign } from 'node:crypto';

import { parseAccessKeyId, parseBytes32 } from '../../../../ledger/ids.ts';
import type { JsonValue } from '../../../../ledger/json/strict-json.ts';
import { confirmationBytes, type DeliveryConfirmation } from '../../../../ledger/receipts/confirmation.ts';
import { type AccessReceipt, receiptHash } from '../../../../ledger/receipts/receipt.ts';
import { type BundleShape, bundleLines, encodeLines, exporterOf, writeBundle } from '../../../verifier/evidence-bundle.ts';
import type { EvidenceWorld } from '../../../verifier/evidence-world.ts';
import { PaperGateway, READ } from '../../../verifier/paper-gateway.ts';
import { finish, targetOf } from '../../../verifier/tampering.ts';
import type { VectorFolder } from './vector-folder.ts';

const MONTH = 2_592_000;

type Deed = (gateway: PaperGateway) => void;

/** What a gateway can write into its own log and sign, although it is not so. */
export async function writeForgedReceipts(folder: VectorFolder, world: EvidenceWorld): Promise<void> {
  const after = { block: world.afterSuspension, at: world.afterSuspension.timestamp };
  const later = { block: { number: 1_000_000, hash: `0x${'31'.repeat(32)}` } };
  const used = (total: number) => ({ usage: { second: 0, day: 0, total, bytesToday: 0 } });
  const deeds: Readonly<Record<string, readonly [string, Deed]>> = {
    'over-grant-after-suspension': ['OVER_GRANT', (gateway) => gateway.deliver(world.read(after))],
    'over-grant-for-another-purpose': [
      'OVER_GRANT',
      (gateway) => gateway.deliver(world.read(), {}, { ...READ, purpose: 'STATISTICS' }),
    ],
    'refused-without-reason': ['WRONG_REFUSAL', (gateway) => gateway.refuse(world.read(), 'NOT_ACTIVE')],
    'refused-for-a-purpose-that-is-granted': [
      'WRONG_REFUSAL',
      (gateway) => gateway.refuse(world.read(), 'PURPOSE_MISMATCH'),
    ],
    'refused-as-if-there-were-no-grant': ['WRONG_REFUSAL', (gateway) => gateway.refuse(world.read(after), 'NO_GRANT')],
    'more-rows-than-granted': ['TERMS_EXCEEDED', (gateway) => gateway.deliver(world.read(), { rows: 11 })],
    'block-that-is-not-there': ['RECEIPT_BLOCK_UNKNOWN', (gateway) => gateway.deliver(world.read(later))],
    'key-that-is-not-there': [
      'KEY_NOT_VALID',
      (gateway) => gateway.deliver(world.read({ keyId: parseAccessKeyId(`0x${'32'.repeat(32)}`) })),
    ],
    'read-long-after-its-block': [
      'RECEIPT_TIME_MISMATCH',
      (gateway) => gateway.deliver(world.read({ grantId: world.suspendedGrantId, at: after.at + MONTH })),
    ],
    'read-long-before-its-block': [
      'RECEIPT_TIME_MISMATCH',
      (gateway) => gateway.deliver(world.read({ at: world.inForce.timestamp - MONTH })),
    ],
    'receipt-older-than-the-one-before': [
      'RECEIPT_TIME_MISMATCH',
      (gateway) => {
        gateway.deliver(world.read());
        const ending = { block: null, endedBy: { code: 'REQUEST_INVALID', block: null } };
        gateway.refuse(world.read({ at: world.inForce.timestamp - MONTH }), 'REQUEST_INVALID', ending);
      },
    ],
    'audit-of-a-grant': [
      'RECEIPT_INVALID',
      (gateway) => {
        const { receipt } = gateway.deliver(world.read(after));
        gateway.replace(0, { ...receipt, decision: 'AUDIT', rows: 1_000_000 });
      },
    ],
    'rows-of-an-end-that-nobody-saw': [
      'RECEIPT_INVALID',
      (gateway) => {
        const unknown = { outcome: 'UNKNOWN', status: null, endedBy: null } as const;
        const { receipt } = gateway.refuse(world.read(after), 'NOT_ACTIVE', unknown);
        gateway.replace(0, { ...receipt, rows: 1_000_000 });
      },
    ],
    'refused-on-no-block': [
      'RECEIPT_INVALID',
      (gateway) => gateway.refuse(world.read(), 'NOT_ACTIVE', { endedBy: { code: 'NOT_ACTIVE', block: null } }),
    ],
    'refused-under-no-grant': [
      'RECEIPT_INVALID',
      (gateway) => gateway.refuse(world.read(), 'NOT_ACTIVE', { grantId: null, sequence: null }),
    ],
    'audit-by-no-key': [
      'KEY_NOT_VALID',
      (gateway) => {
        const keyId = parseAccessKeyId(`0x${'32'.repeat(32)}`);
        gateway.deliver(world.read({ keyId }), { decision: 'AUDIT', grantId: null, sequence: null, rows: 0 });
      },
    ],
    'usage-that-falls': [
      'USAGE_FALLS',
      (gateway) => {
        gateway.deliver(world.read(), used(5));
        gateway.deliver(world.read({ at: world.inForce.timestamp + 10 }), used(2));
      },
    ],
    'more-calls-than-granted': [
      'QUOTA_EXCEEDED',
      (gateway) => {
        for (let call = 0; call < 4; call += 1) gateway.deliver(world.read(), used(Math.min(call, 2)));
      },
    ],
    'sequence-with-gap': [
      'RECEIPT_SEQUENCE',
      (gateway) => {
        gateway.deliver(world.read());
        gateway.deliver(world.read(), { sequence: 3 });
      },
    ],
    'sequence-left-out': [
      'RECEIPT_SEQUENCE',
      (gateway) => gateway.deliver(world.read(), { sequence: null, previous: null }),
    ],
  };
  for (const [name, [expected, deed]] of Object.entries(deeds)) {
    world.gateway.forget();
    deed(world.gateway);
    await folder.defective(name, await bundle(world), expected);
  }
}

export async function bundle(world: EvidenceWorld, shape: BundleShape = {}): Promise<Buffer> {
  return await writeBundle(await bundleLines(world, shape), exporterOf(world.gateway));
}

/** Scopes, gateways, confirmations and copies. */
export async function writeAroundReceipts(folder: VectorFolder, world: EvidenceWorld): Promise<void> {
  const { gateway } = world;
  gateway.forget();
  for (let count = 0; count < 3; count += 1) gateway.deliver(world.read());
  const receipts = gateway.receipts.map(({ receipt }) => receipt);
  const [first, second] = [receipts[0]!, receipts[1]!];
  const one = { kind: 'receipt', receiptId: second.receiptId } as const;
  await folder.sound('one-receipt', await bundle(world, { scope: one, indexes: [1] }));
  await folder.defective('another-receipt', await bundle(world, { scope: one, indexes: [0] }), 'RECEIPT_OUT_OF_SCOPE');
  const range = { kind: 'range', gateway: parseBytes32(gateway.id), first: 1, end: 3 } as const;
  await folder.sound('range', await bundle(world, { scope: range, indexes: [1, 2] }));
  await folder.defective('range-with-gap', await bundle(world, { scope: range, indexes: [2] }), 'SCOPE_INCOMPLETE');
  await folder.defective('range-left-short', await bundle(world, { scope: range, indexes: [1] }), 'SCOPE_INCOMPLETE');
  await writeConfirmed(folder, world);
  await writeCopies(folder, world, [first, second]);
  const stranger = new PaperGateway();
  const lines = await bundleLines(world);
  await folder.defective('exported-by-a-stranger', await writeBundle(lines, exporterOf(stranger)), 'EXPORTER_UNKNOWN');
  const target = targetOf(await bundle(world), gateway);
  const deployment = { ...(target.values[0]!['deployment'] as object), chainId: 1 };
  const other = await folder.besides('another-ledger.json', deployment);
  await folder.defective('another-ledger', target.bytes, 'DEPLOYMENT_MISMATCH', { deployment: other });
  const unknown = target.values.slice(0, -1).map((line) => {
    return line['type'] === 'checkpoint' ? { ...line, gateway: stranger.id } : line;
  });
  await folder.defective('gateway-unknown', finish(target, encodeLines(unknown), 'signed'), 'GATEWAY_UNKNOWN');
  await world.retireGateway();
  await folder.sound('gateway-retired-since', await bundle(world));
  gateway.deliver(world.read({ block: await world.chain.block() }));
  await folder.defective('gateway-retired-before', await bundle(world), 'GATEWAY_NOT_ACTIVE');
}

async function writeCopies(
  folder: VectorFolder,
  world: EvidenceWorld,
  [first, second]: readonly [AccessReceipt, AccessReceipt],
): Promise<void> {
  const keep = async (name: string, receipt: AccessReceipt): Promise<{ readonly copies: string }> => {
    await folder.besides(`${name}/receipt.json`, { receipt });
    return { copies: `given/${name}` };
  };
  const bytes = await bundle(world);
  await folder.sound('copy-kept', bytes, await keep('copy-kept', first));
  const cut = { ...first, receiptId: 'receipt-that-was-cut' };
  await folder.defective('copy-of-a-receipt-left-out', bytes, 'COPY_MISSING', await keep('copy-left-out', cut));
  const scope = { kind: 'grant', grantId: parseBytes32(world.grantId) } as const;
  const lines = (await bundleLines(world, { scope, indexes: [] })).filter(({ type }) => type !== 'checkpoint');
  const without = await writeBundle(lines, exporterOf(world.gateway));
  await folder.defective('copy-without-its-log', without, 'COPY_MISSING', await keep('copy-without-log', first));
  const other = { ...second, rows: 2 };
  await folder.defective('copy-that-differs', bytes, 'COPY_DIFFERS', await keep('copy-that-differs', other));
}

async function writeConfirmed(folder: VectorFolder, world: EvidenceWorld): Promise<void> {
  const confirmed: Readonly<Record<string, readonly [string, Partial<DeliveryConfirmation>]>> = {
    'confirmed': ['sound', {}],
    'confirmation-of-other-bytes': ['CONFIRMATION_MISMATCH', { bytes: 1 }],
    'confirmation-before-its-read': ['CONFIRMATION_MISMATCH', { receivedAt: world.inForce.timestamp - 301 }],
    'confirmation-of-another-content': ['CONFIRMATION_MISMATCH', { contentDigest: parseBytes32(`0x${'41'.repeat(32)}`) }],
    'confirmation-before-its-key': ['CONFIRMATION_INVALID', { receivedAt: 1 }],
    'confirmation-by-no-key': ['CONFIRMATION_INVALID', { keyId: parseAccessKeyId(`0x${'42'.repeat(32)}`) }],
  };
  for (const [name, [expected, changes]] of Object.entries(confirmed)) {
    const bytes = await bundle(world, { confirmations: new Map([[0, confirmationOf(world, changes)]]) });
    if (expected === 'sound') await folder.sound(name, bytes);
    else await folder.defective(name, bytes, expected);
  }
}

function confirmationOf(world: EvidenceWorld, changes: Partial<DeliveryConfirmation>): JsonValue {
  const { receipt, content } = world.gateway.receipts[0]!;
  const confirmation: DeliveryConfirmation = {
    type: 'DeliveryConfirmation',
    schema: 'dxl/confirmation/1',
    gateway: receipt.gateway,
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
  const signature = sign(null, confirmationBytes(confirmation), world.keyPair).toString('hex');
  return { type: 'confirmation', confirmation, signature: `0x${signature}` };
}
