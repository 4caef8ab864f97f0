import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { Wallet } from 'ethers';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { openKeyFolder } from '../../../scripts/samples/key-folder.ts';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'dxl-keys-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('openKeyFolder', () => {
  it('makes keys once and finds them again', async () => {
    const first = openKeyFolder(folder);
    const second = openKeyFolder(folder);
    const { address } = await first.wallet('MZ/head');
    expect((await second.wallet('MZ/head')).address).toBe(address);
    expect(await openKeyFolder(folder).address('MZ/head')).toBe(address.toLowerCase());
    expect((await first.wallet('MZ/office')).address).not.toBe((await first.wallet('MZ/head')).address);
    const exported = (keys: typeof first): unknown => keys.accessKey('MZ/access', 'ed25519').export({ format: 'jwk' });
    expect(exported(second)).toEqual(exported(first));
  });

  it('writes what common tools read', async () => {
    const keys = openKeyFolder(folder);
    const { address } = await keys.wallet('GA/office');
    const password = readFileSync(keys.passwordFile, 'utf8').trimEnd();
    const opened = await Wallet.fromEncryptedJson(readFileSync(keys.walletFile('GA/office'), 'utf8'), password);
    expect(opened.address).toBe(address);
    expect(keys.accessKey('GA/access', 'p256').asymmetricKeyDetails).toMatchObject({ namedCurve: 'prime256v1' });
    expect(readFileSync(keys.accessKeyFile('GA/access'), 'utf8')).toContain('BEGIN PRIVATE KEY');
  });

  it('lets only the owner read, and leaves nothing unfinished', async () => {
    const keys = openKeyFolder(folder);
    await keys.wallet('GA/office');
    keys.accessKey('GA/access', 'p256');
    const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((name) => join(folder, name));
    expect(files.filter((file) => file.endsWith('.tmp'))).toEqual([]);
    for (const file of files) expect(statSync(file).mode & 0o077).toBe(0);
    expect(files).toHaveLength(4);
  });
});
