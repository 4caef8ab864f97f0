import { spawnSync } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { encryptKeystoreJson, Wallet } from 'ethers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { rawDeployment } from '../ledger/deployment.factory.ts';

const MAIN = join(import.meta.dirname, '..', '..', 'gateway', 'main.ts');

let folder: string;
let environment: NodeJS.ProcessEnv;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'dxl-main-'));
  const write = (name: string, text: string): string => {
    writeFileSync(join(folder, name), text, { mode: 0o600 });
    return join(folder, name);
  };
  const { address, privateKey } = Wallet.createRandom();
  const light = { scrypt: { N: 1024, r: 8, p: 1 } };
  const pem = generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  environment = {
    DXL_DATA_DIR: folder,
    DXL_DEPLOYMENT: write('deployment.json', JSON.stringify(rawDeployment())),
    DXL_NODE_URL: 'ws://127.0.0.1:1',
    DXL_AUTHORITY: 'gateway.dxl.example',
    DXL_SOURCES: write('sources.json', '{"sources": {"301001/000001": {"kind": "file"}}}'),
    DXL_SIGNING_KEY_FILE: write('signing.pem', pem),
    DXL_RELAYER_KEYSTORE: write('relayer.json', await encryptKeystoreJson({ address, privateKey }, 'password', light)),
    DXL_RELAYER_PASSWORD_FILE: write('password', 'password'),
  };
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('gateway/main.ts', () => {
  it('names the setting behind a sources file that is not valid', { timeout: 60_000 }, () => {
    const { status, stderr } = spawnSync(process.execPath, [MAIN], { env: environment, encoding: 'utf8' });
    expect(status).toBe(2);
    expect(stderr).toContain('DXL_SOURCES');
  });

  it('names every file that cannot be read', { timeout: 60_000 }, () => {
    const files = Object.keys(environment).filter((name) => /FILE|KEYSTORE|SOURCES|DEPLOYMENT/.test(name));
    const named = [...files, 'DXL_NOTICES', 'DXL_WITNESSES', 'DXL_TIMESTAMP'];
    const changes = Object.fromEntries(named.map((name) => [name, join(folder, 'none')]));
    const changed = { ...environment, ...changes, DXL_NOTICES: folder, DXL_DATA_DIR: environment['DXL_SOURCES'] };
    const { status, stderr } = spawnSync(process.execPath, [MAIN], { env: changed, encoding: 'utf8' });
    const lines = stderr.split('\n').filter((line) => line.startsWith('- '));
    expect(status).toBe(2);
    expect(lines.map((line) => line.slice(2).split(':')[0]).toSorted()).toEqual([...named, 'DXL_DATA_DIR'].toSorted());
  });

  it('says by its code why it cannot run, and what the system said', { timeout: 60_000 }, () => {
    const sources = join(folder, 'no-sources.json');
    writeFileSync(sources, '{"sources": {}}');
    const changed = { ...environment, DXL_SOURCES: sources, DXL_STORE_URL: join(folder, 'none', 'store.sqlite') };
    const { status, stderr } = spawnSync(process.execPath, [MAIN], { env: changed, encoding: 'utf8' });
    expect(status).toBe(1);
    expect(stderr).toMatch(/^- STORE_FAILED: Could not open the store \(.+\)$/m);
  });
});
