import { createHash, generateKeyPairSync, sign } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';

import { beforeAll, beforeEach, describe, expect, it } from 'vitest';

import type { GatewayClient } from '../../cli/gateway-client.ts';
import { saveEvidence } from '../../cli/save-evidence.ts';
import { canonicalBytes } from '../../ledger/canonical-json.ts';
import { endStatement } from '../../ledger/evidence/end-statement.ts';
import { MAX_LINE_BYTES } from '../../ledger/evidence/limits.ts';
import { createGatewayKey } from '../../ledger/signatures/signature-key.ts';
import { rawReceipt } from '../ledger/receipts/receipt.factory.ts';
import { type LyingGateway, startWithClient } from './lying-gateway.ts';

const LINES = Buffer.from('{"type":"header"}\n{"type":"block"}\n');

let folder: string;
let file: string;
let gateway: LyingGateway;
let client: GatewayClient;

beforeAll(async () => {
  const started = await startWithClient();
  ({ gateway, client } = started);
  return started.stop;
});
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'dxl-save-'));
  file = join(folder, 'evidence.ndjson');
  return () => rmSync(folder, { recursive: true });
});

/** The last line, by the gateway's key unless another is given. */
function endOf(changes: Readonly<Record<string, number | string>> = {}, by = gateway.key): Buffer {
  const said = { lines: 2, sha256: `0x${createHash('sha256').update(LINES).digest('hex')}`, ...changes };
  const signature = `0x${sign(null, endStatement(said.lines, said.sha256), by.privateKey).toString('hex')}`;
  const end = { type: 'end', exporter: by.keyId, signature, ...said };
  return Buffer.concat([canonicalBytes(end), Buffer.of(0x0a)]);
}

const stranger = createGatewayKey(generateKeyPairSync('ed25519').privateKey);
const whole = (...parts: readonly Uint8Array[]): Buffer => Buffer.concat([LINES, ...parts]);

describe('saveEvidence', () => {
  it('keeps what the gateway signed, for its owner alone', async () => {
    gateway.lies.evidence = whole(endOf());
    const saved = await saveEvidence(client, '/v1/evidence', file);
    const { length } = gateway.lies.evidence;
    expect(saved).toEqual({ lines: 3, bytes: length, receiptId: rawReceipt().receiptId });
    expect(readFileSync(file)).toEqual(gateway.lies.evidence);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(readdirSync(folder)).toEqual(['evidence.ndjson']);
  });

  it.each<[string, () => Uint8Array]>([
    ['nothing', () => Buffer.alloc(0)],
    ['no end', () => LINES],
    ['an end without its line feed', () => whole(endOf().subarray(0, -1))],
    ['something behind the end', () => whole(endOf(), Buffer.from('{}\n'))],
    ['a part of a line behind the end', () => whole(endOf(), Buffer.from('{'))],
    ['two ends', () => whole(endOf(), endOf())],
    ['an end of fewer lines', () => whole(endOf({ lines: 1 }))],
    ['an end of other lines', () => whole(endOf({ sha256: `0x${'5a'.repeat(32)}` }))],
    ['an end that another gateway signed', () => whole(endOf({}, stranger))],
    ['an end that another signed for this one', () => whole(endOf({ exporter: gateway.key.keyId }, stranger))],
    ['an end without a signature', () => whole(endOf({ signature: '0x' }))],
    ['a line that is too long', () => whole(Buffer.alloc(MAX_LINE_BYTES + 1, 'x'), Buffer.from('\n'), endOf())],
    ['a line without end', () => Buffer.alloc(4 * MAX_LINE_BYTES, 'x')],
  ])('keeps no file with %s', async (_, evidence) => {
    gateway.lies.evidence = evidence();
    await expect(saveEvidence(client, '/v1/evidence', file)).rejects.toMatchObject({ code: 'ANSWER_UNVERIFIED' });
    expect(readdirSync(folder)).toEqual([]);
  });

  it.each<[string, () => string]>([
    ['is a folder', () => folder],
    ['is in a folder that is not there', () => join(folder, 'none', 'evidence.ndjson')],
  ])('asks nothing of the gateway for a file that %s', async (_, path) => {
    const before = gateway.exports();
    await expect(saveEvidence(client, '/v1/evidence', path())).rejects.toMatchObject({ code: 'FILE_UNUSABLE' });
    expect(gateway.exports()).toBe(before);
    const beside = readdirSync(tmpdir()).filter((name) => name.startsWith(`${basename(folder)}.`));
    expect([...readdirSync(folder), ...beside]).toEqual([]);
  });
});
