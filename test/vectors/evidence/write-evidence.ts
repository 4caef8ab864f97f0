import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { hashDocument } from '../../../ledger/document-hash.ts';
import type { JsonObject } from '../../../ledger/json/strict-json.ts';
import { parseBytes32 } from '../../../ledger/ids.ts';
import { LedgerChain } from '../../support/ledger-chain.ts';
import { type BundleShape, bundleLines, encodeLines, exporterOf, writeBundle } from '../../verifier/evidence-bundle.ts';
import { EvidenceWorld, SMALL_CALENDAR } from '../../verifier/evidence-world.ts';
import { finish, type Target, targetOf } from '../../verifier/tampering.ts';

/**
 * Writes the evidence vectors anew, from a real chain with fresh keys: `node test/vectors/evidence/write-evidence.ts`.
 * The name of an invalid one says its defect; index.json says which finding it must have.
 */
const folder = import.meta.dirname;
const index: Record<string, string> = {};

async function write(kind: 'valid' | 'invalid', name: string, bytes: Uint8Array, expected: string): Promise<void> {
  await writeFile(join(folder, kind, `${name}.ndjson`), bytes);
  index[`${kind}/${name}.ndjson`] = expected;
}

async function bundle(world: EvidenceWorld, shape: BundleShape = {}): Promise<Buffer> {
  return await writeBundle(await bundleLines(world, shape), exporterOf(world.gateway));
}

async function writeValid(world: EvidenceWorld): Promise<Target> {
  const whole = await bundle(world);
  const scope = { kind: 'grant', grantId: parseBytes32(world.grantId) } as const;
  await write('valid', 'whole-ledger', whole, 'sound');
  await write('valid', 'grant-with-proofs', await bundle(world, { scope, indexes: [0, 1, 2] }), 'sound');
  const withheld = world.documents.map(hashDocument);
  await write('valid', 'withheld', await bundle(world, { withheld, withholdContexts: true }), 'sound');
  const receiptId = world.gateway.receipts[1]!.receipt.receiptId;
  await write('valid', 'one-receipt', await bundle(world, { scope: { kind: 'receipt', receiptId }, indexes: [1] }), 'sound');
  return targetOf(whole, world.gateway);
}

type Change = (lines: readonly JsonObject[]) => readonly unknown[];

/** What somebody without the exporter's key can do to the file. */
async function writeChanged(target: Target): Promise<void> {
  const body = target.values.slice(0, -1);
  const logAt = (nth: number): number => body.findIndex(({ type }) => type === 'log') + nth;
  const lastOf = (type: string): number => body.findLastIndex((line) => line['type'] === type);
  const changes: Readonly<Record<string, readonly [string, Change]>> = {
    'entry-dropped': ['HISTORY_GAP', (lines) => lines.toSpliced(logAt(3), 1)],
    'entries-swapped': ['LOG_ORDER', (lines) => lines.with(logAt(0), lines[logAt(1)]!).with(logAt(1), lines[logAt(0)]!)],
    'act-changed': ['HISTORY_HEAD_MISMATCH', (lines) => withData(lines, lastOf('log') - 1)],
    'signature-dropped': ['SIGNATURE_MISSING', (lines) => lines.toSpliced(lastOf('log'), 1)],
    'head-changed': ['HISTORY_INCOMPLETE', (lines) => lines.with(2, withHead(lines[2]!))],
    'receipt-dropped': ['SCOPE_INCOMPLETE', (lines) => lines.slice(0, -1)],
    'receipt-rows-changed': ['RECEIPT_NOT_INCLUDED', (lines) => lines.with(-1, withRows(lines.at(-1)!))],
    'document-dropped': ['SCOPE_INCOMPLETE', (lines) => lines.toSpliced(lastOf('document'), 1)],
    'receipt-before-header': ['LINE_ORDER', (lines) => [lines[0], lines.at(-1), ...lines.slice(1)]],
    'member-added': ['LINE_INVALID', (lines) => lines.with(1, { ...lines[1], note: 1 })],
    'number-with-fraction': ['LINE_NOT_CANONICAL', (lines) => lines.with(1, { ...lines[1], timestamp: 0.5 })],
  };
  for (const [name, [expected, change]] of Object.entries(changes)) {
    await write('invalid', name, finish(target, encodeLines(change(body)), 'recomputed'), expected);
  }
  const { bytes } = target;
  await write('invalid', 'end-missing', bytes.subarray(0, bytes.lastIndexOf(0x0a, -2) + 1), 'BUNDLE_TRUNCATED');
  await write('invalid', 'end-signature-reused', finish(target, encodeLines(body.toSpliced(lastOf('receipt'), 1)), 'recomputed'), 'EXPORT_SIGNATURE');
  await write('invalid', 'member-twice', Buffer.from(bytes.toString().replace('{"hash"', '{"hash":"0x","hash"')), 'LINE_NOT_CANONICAL');
  await write('invalid', 'nested-too-deeply', Buffer.concat([bytes.subarray(0, bytes.indexOf(0x0a) + 1), Buffer.from(`${'['.repeat(40)}\n`)]), 'LINE_NOT_CANONICAL');
  await write('invalid', 'empty', Buffer.alloc(0), 'cannot-check');
}

/** Another word in the middle of an entry. */
function withData(lines: readonly JsonObject[], at: number): readonly JsonObject[] {
  const data = lines[at]!['data'] as string;
  const place = data.length - 3 * 64 - 1;
  const changed = data.slice(0, place) + (data.charAt(place) === '0' ? '1' : '0') + data.slice(place + 1);
  return lines.with(at, { ...lines[at]!, data: changed });
}

function withHead(line: JsonObject): JsonObject {
  const contracts = line['contracts'] as JsonObject;
  return { ...line, contracts: { ...contracts, CaseBook: { seq: 1, head: `0x${'11'.repeat(32)}` } } };
}

function withRows(line: JsonObject): JsonObject {
  return { ...line, receipt: { ...(line['receipt'] as JsonObject), rows: 9 } };
}

/** What the exporter can do itself, with its key. */
async function writeForged(world: EvidenceWorld): Promise<void> {
  const at = world.afterSuspension.timestamp;
  const after = { block: world.afterSuspension, at };
  await world.enterGateway();
  world.gateway.deliver(world.read());
  world.gateway.deliver(world.read(after));
  await write('invalid', 'over-grant-after-suspension', await bundle(world), 'OVER_GRANT');
  await world.enterGateway();
  world.gateway.refuse(world.read(), 'NOT_ACTIVE');
  await write('invalid', 'refused-without-reason', await bundle(world), 'WRONG_REFUSAL');
  await world.enterGateway();
  world.gateway.deliver(world.read(), { rows: 11 });
  await write('invalid', 'more-rows-than-granted', await bundle(world), 'TERMS_EXCEEDED');
  await world.enterGateway();
  world.gateway.deliver(world.read());
  world.gateway.deliver(world.read(), { sequence: 3 });
  await write('invalid', 'sequence-with-gap', await bundle(world), 'RECEIPT_SEQUENCE');
  await world.enterGateway();
  await world.retireGateway();
  world.gateway.deliver(world.read({ block: world.inForce }));
  await write('valid', 'gateway-retired-since', await bundle(world), 'sound');
}

await using chain = await LedgerChain.start({ calendar: SMALL_CALENDAR });
const world = await EvidenceWorld.build(chain, 1);
for (let count = 0; count < 3; count += 1) world.gateway.deliver(world.read());
for (const kind of ['valid', 'invalid']) {
  await rm(join(folder, kind), { recursive: true, force: true });
  await mkdir(join(folder, kind), { recursive: true });
}
await writeChanged(await writeValid(world));
await writeForged(world);
await writeFile(join(folder, 'index.json'), `${JSON.stringify(index, null, 2)}\n`);
