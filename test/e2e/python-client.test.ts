import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { deriveResourceId } from '../../ledger/ids.ts';
import { sampleResources } from '../../scripts/samples/resources.ts';
import { runFetch, type PythonResult } from '../gateway/authn/python-client.ts';
import { findPython } from '../support/find-python.ts';
import { GatewayFixture, type Granted, type Member } from '../support/gateway-fixture.ts';
import { LedgerChain } from '../support/ledger-chain.ts';
import { sendRows, startUpstream, type Upstream } from '../support/upstream-server.ts';

const CODE = '301004/000009';
const sample = sampleResources().find(({ entry }) => entry.resourceCode === CODE);
if (sample === undefined) throw new TypeError('The sample is missing');

/** Some 200 KiB, so that the answer is streamed and proved by its receipt. */
const ROWS = Array.from({ length: 3_000 }, (_, index) => ({
  date: new Date(Date.UTC(2026, 0, 1) + index * 86_400_000).toISOString().slice(0, 10),
  working: index % 7 < 5,
  weekday: (index % 7) + 1,
  holiday: '',
}));

let chain: LedgerChain;
let upstream: Upstream;
let fixture: GatewayFixture;
let granted: Granted;
let folder: string;
const members: Record<string, Member> = {};

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'dxl-python-'));
  chain = await LedgerChain.start();
  upstream = await startUpstream(sendRows(ROWS));
  const rs = await chain.register('RS');
  const zw = await chain.register('ZW');
  const source = {
    kind: 'http',
    url: `http://127.0.0.1:${String(upstream.port)}/rows`,
    allowedCidrs: ['127.0.0.0/8'],
    allowLoopback: true,
    format: 'ndjson',
  };
  fixture = await GatewayFixture.start({ chain, sources: { [deriveResourceId(rs.id, CODE)]: source } });
  const authority = await fixture.join(chain.authority);
  const provider = await fixture.join(rs);
  members['ed25519'] = await fixture.join(zw);
  members['p256'] = await fixture.join(zw, 'p256');
  const resource = await fixture.publish(provider, authority, sample.entry);
  granted = await fixture.grant(members['ed25519'], resource);
});

afterAll(async () => {
  await fixture.stop();
  await upstream.stop();
  await chain.stop();
  await rm(folder, { recursive: true, force: true });
});

async function fetchWithPython(algorithm: string, ...more: string[]): Promise<PythonResult> {
  const member = members[algorithm];
  if (member === undefined) throw new TypeError('no such member');
  const keyFile = join(folder, `${algorithm}.pem`);
  await writeFile(keyFile, member.key.privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600 });
  const identity = [
    '--gateway',
    fixture.url,
    '--grant',
    granted.grantId,
    '--key',
    keyFile,
    '--key-id',
    member.key.keyId,
  ];
  const use = ['--purpose', 'BUSINESS_COLLAB', '--case-number', 'CASE-1', '--system', 'SI-TEST-01'];
  return await runFetch(findPython('cryptography'), [...identity, ...use, ...more]);
}

describe('an independent client in Python, written from docs/protocol.md alone', () => {
  it.each(['ed25519', 'p256'])('fetches under a grant with a %s key, and proves what it got', async (algorithm) => {
    const receipt = join(folder, `${algorithm}-receipt.json`);
    const { exitCode, stdout, stderr } = await fetchWithPython(algorithm, '--receipt', receipt);
    expect([exitCode, stderr.includes('Traceback')]).toEqual([0, false]);
    expect(stdout.trimEnd().split('\n')).toHaveLength(ROWS.length);
    const outcome: unknown = JSON.parse(await readFile(receipt, 'utf8'));
    const told = { outcome: 'DELIVERED', rows: ROWS.length, grantId: granted.grantId };
    expect(outcome).toMatchObject({ receipt: told });
  });

  it('takes a short answer that carries its signed digest', async () => {
    const { exitCode, stdout } = await fetchWithPython('ed25519', '--limit', '3', '--fields', 'date,working');
    expect(exitCode).toBe(0);
    expect(stdout.trimEnd().split('\n')).toEqual(
      ROWS.slice(0, 3).map(({ date, working }) => JSON.stringify({ date, working })),
    );
  });

  it('tells a refusal from a failure by its exit code', async () => {
    const { exitCode, stderr } = await fetchWithPython('ed25519', '--fields', 'date,salary');
    expect([exitCode, stderr.includes('FIELD_NOT_GRANTED')]).toEqual([1, true]);
  });
});
