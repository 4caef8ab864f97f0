import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';

import { makeGatewayKey, makeKey, type TestKey, type Wire } from '../../ledger/request-signature.factory.ts';
import { findPython } from '../../support/find-python.ts';
import { makeContext, present, refusalOf } from './authentication-factory.ts';
import { runFetch, type PythonResult } from './python-client.ts';
import { ROWS, startSigningServer, type Fault, type SigningServer } from './signing-server.ts';

const GRANT = `0x${'5'.repeat(64)}`;
const EXIT = { done: 0, refused: 1, usage: 2, unverified: 3, network: 4 };
const client = { ed25519: makeKey('ed25519'), p256: makeKey('ecdsa-p256-sha256') };
const gateway = makeGatewayKey();
let python: string;
let folder: string;
let server: SigningServer;

beforeAll(async () => {
  python = findPython('cryptography');
  folder = mkdtempSync(join(tmpdir(), 'dxl-python-'));
  for (const [name, key] of Object.entries(client)) {
    writeFileSync(join(folder, `${name}.pem`), key.signing.privateKey.export({ format: 'pem', type: 'pkcs8' }));
  }
  server = await startSigningServer(Object.values(client), gateway);
});

afterEach(() => {
  server.fault = 'none';
  server.isStreamed = false;
});

afterAll(async () => {
  await server.close();
  rmSync(folder, { recursive: true });
});

function arguments_(name: keyof typeof client, change: Record<string, string | null> = {}): string[] {
  const options: Record<string, string | null> = {
    '--gateway': `http://${server.authority}`,
    '--grant': GRANT,
    '--key': join(folder, `${name}.pem`),
    '--key-id': client[name].signing.keyId,
    '--gateway-key': Buffer.from(gateway.publicBytes).toString('hex'),
    '--purpose': 'BUSINESS_COLLAB',
    ...change,
  };
  return Object.entries(options).flatMap(([option, value]) => (value === null ? [] : [option, value]));
}

async function fetchWith(fault: Fault, change: Record<string, string | null> = {}): Promise<PythonResult> {
  server.fault = fault;
  return await runFetch(python, arguments_('ed25519', change));
}

function parsePrinted(text: string): Wire {
  const [line = '', ...rest] = text.trim().split(/\r?\n/);
  const [method = '', target = ''] = line.split(' ');
  const headers = rest.map((header): [string, string] => {
    const cut = header.indexOf(': ');
    return [header.slice(0, cut), header.slice(cut + 2)];
  });
  return { method, target, headers, body: null };
}

describe('examples/python/fetch.py', () => {
  it.each(['ed25519', 'p256'] as const)('signs with %s what our verifier accepts', async (name) => {
    const key: TestKey = client[name];
    const options = arguments_(name, { '--gateway': 'https://GW.dxl.example:443' });
    const more = ['--case-number', '(2026)苏01民初1号', '--system', 'SI-1', '--where', 'name=张 三', '--fields', 'a,b'];
    const { exitCode, stdout } = await runFetch(python, [...options, ...more, '--dry-run']);
    expect(exitCode).toBe(EXIT.done);
    const now = (): number => Math.floor(Date.now() / 1000);
    const context = makeContext([key], { authority: 'gw.dxl.example', now });
    context.keys.set(key.signing.keyId, {
      ...context.keys.get(key.signing.keyId)!,
      notBefore: 0,
      notAfter: now() + 60,
    });
    const wire = parsePrinted(stdout);
    const caller = await present(context, wire);
    expect(caller.signedFields).toEqual({
      purpose: 'BUSINESS_COLLAB',
      caseNumber: '(2026)%E8%8B%8F01%E6%B0%91%E5%88%9D1%E5%8F%B7',
      system: 'SI-1',
      idempotencyKey: null,
    });
    const forged = { ...wire, target: wire.target.replace('a,b', 'a,c') };
    expect(await refusalOf(context, forged)).toBe('SIGNATURE_INVALID');
  });

  it.each([
    ['ed25519', false],
    ['ed25519', true],
    ['p256', false],
    ['p256', true],
  ] as const)('reads with %s and verifies (streamed: %s)', async (name, isStreamed) => {
    server.isStreamed = isStreamed;
    const seen = server.callers.length;
    const receipt = join(folder, 'receipt.json');
    const { exitCode, stdout, stderr } = await runFetch(python, arguments_(name, { '--receipt': receipt }));
    expect({ exitCode, stdout, stderr }).toMatchObject({ exitCode: EXIT.done, stdout: ROWS });
    const stored = JSON.parse(readFileSync(receipt, 'utf8')) as { receipt: { requestHash: string } };
    expect(server.callers.slice(seen).map((caller) => caller.keyId)).toEqual(Array(2).fill(client[name].signing.keyId));
    expect(stored.receipt.requestHash).toBe(server.callers[seen]!.requestHash);
  });

  it('waits for a receipt that is not closed yet', async () => {
    expect((await fetchWith('receipt-late')).exitCode).toBe(EXIT.done);
  });

  it('takes the gateway key from the gateway, with a warning, when none is pinned', async () => {
    const { exitCode, stderr } = await fetchWith('none', { '--gateway-key': null });
    expect(exitCode).toBe(EXIT.done);
    expect(stderr).toContain('not pinned');
  });

  it.each<[Fault, boolean]>([
    ['body-changed', false],
    ['body-changed', true],
    ['digest-wrong', false],
    ['header-changed', false],
    ['other-request', false],
    ['receipt-aborted', true],
    ['receipt-digest', true],
    ['receipt-request', false],
    ['receipt-salt', true],
    ['status-changed', false],
    ['unsigned', false],
  ])('does not believe: %s (streamed: %s)', async (fault, isStreamed) => {
    server.isStreamed = isStreamed;
    const output = join(folder, 'rows.ndjson');
    expect((await fetchWith(fault, { '--output': output })).exitCode).toBe(EXIT.unverified);
    expect(existsSync(output) || existsSync(`${output}.part`)).toBe(false);
  });

  it('does not believe another gateway key', async () => {
    const other = Buffer.from(makeGatewayKey().publicBytes).toString('hex');
    expect((await fetchWith('none', { '--gateway-key': other })).exitCode).toBe(EXIT.unverified);
  });

  it('moves the rows into place once they are proved', async () => {
    const output = join(folder, 'proved.ndjson');
    const { exitCode, stdout } = await fetchWith('none', { '--output': output });
    expect({ exitCode, stdout }).toEqual({ exitCode: EXIT.done, stdout: '' });
    expect(readFileSync(output, 'utf8')).toBe(ROWS);
  });

  it.each([true, false])('says that the network failed when the answer is cut (streamed: %s)', async (isStreamed) => {
    server.isStreamed = isStreamed;
    expect((await fetchWith('cut')).exitCode).toBe(EXIT.network);
  });

  it('says that the network failed when nobody listens', async () => {
    expect((await fetchWith('none', { '--gateway': 'http://127.0.0.1:1' })).exitCode).toBe(EXIT.network);
  });

  it('tells why it was refused', async () => {
    const denied = await fetchWith('refused');
    expect(denied.exitCode).toBe(EXIT.refused);
    expect(denied.stderr).toContain('deny_code: EXPIRED');
    const unknown = await fetchWith('none', { '--key-id': `0x${'7'.repeat(64)}` });
    expect(unknown.exitCode).toBe(EXIT.refused);
    expect(unknown.stderr).toContain('KEY_UNKNOWN');
  });

  it.each([
    ['--grant', '0x1'],
    ['--gateway', 'ftp://gw.example'],
    ['--key', '/nowhere.pem'],
    ['--gateway-key', 'zz'],
  ])('calls %s %s a usage error', async (option, value) => {
    expect((await fetchWith('none', { [option]: value })).exitCode).toBe(EXIT.usage);
  });
});
