import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';

vi.setConfig({ testTimeout: 60_000 });

const ROOT = resolve(import.meta.dirname, '../..');
const LAUNCHER = join(ROOT, 'cli', 'dxl.mjs');

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'dxl-launcher-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Runs `dxl` as a shell does: by its own first line, in a folder of the caller. */
function dxl(...args: readonly string[]) {
  const { status, stdout, stderr } = spawnSync(LAUNCHER, args, { cwd: folder, encoding: 'utf8' });
  return { status, stdout, stderr };
}

describe('cli/dxl.mjs', () => {
  it('starts from any folder', () => {
    const { status, stdout, stderr } = dxl('--help');
    expect([status, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(/^Usage: dxl /);
  });

  it('starts by the link that npm makes for it', () => {
    const link = join(folder, 'dxl');
    symlinkSync(LAUNCHER, link);
    expect(spawnSync(link, ['--help'], { cwd: folder }).status).toBe(0);
  });

  it('says its version', () => {
    const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { version: string };
    expect(dxl('--version')).toEqual({ status: 0, stdout: `${version}\n`, stderr: '' });
  });

  it('shows the options of the program in the help of each command', () => {
    const { stdout } = dxl('grant', 'show', '--help');
    expect(stdout).toContain('--profile <file>');
    expect(stdout).toContain('--json');
  });

  it.each([
    [['department', 'erase']],
    [['grant', 'show']],
    [['fetch', 'x', '--no-such-option']],
    [['grant', 'list', '--limit', 'abc']],
    [['grant', 'revoke', `0x${'1'.repeat(64)}`, '--reason', 'ANY', '--text', 'x']],
  ])('answers the wrong usage %j with one JSON text when asked for JSON', (args) => {
    const { status, stdout } = dxl('--json', ...args);
    expect(status).toBe(2);
    expect(JSON.parse(stdout)).toMatchObject({ error: { code: 'INPUT_INVALID' } });
  });

  it('ends quietly when nobody reads any further', async () => {
    const child = spawn(LAUNCHER, ['--help'], { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
    child.stdout.destroy();
    let complaint = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => (complaint += text));
    await new Promise((done) => child.once('close', done));
    expect(complaint).toBe('');
  });

  const HASH = `0x${'1'.repeat(64)}`;
  const ACCOUNT = `0x${'1'.repeat(40)}`;
  const USCC = '11990100MB00000435';
  it.each([
    [['grant', 'show', '0x12'], 'grant-id'],
    [['fetch', 'grant'], 'grant-id'],
    [['request', 'show', 'x'], 'request-id'],
    [['resource', 'show', 'x'], 'resource-id'],
    [['receipt', 'show', '../x'], 'receipt-id'],
    [['key', 'revoke', '0xzz'], 'key-id'],
    [['department', 'show', '123'], 'uscc'],
    [['resource', 'publish', HASH, '--version', 'abc', '--document', HASH], '--version'],
    [['resource', 'publish', HASH, '--version', '1', '--document', 'abc'], '--document'],
    [['department', 'register', ...register({ office: '0x123' })], '--office'],
    [['department', 'register', ...register({ head: 'me' })], '--head'],
    [['department', 'register', ...register({ region: '99' })], '--region'],
    [['department', 'register', ...register({ uscc: '99' })], '--uscc'],
    [['department', 'register', ...register({ kind: 'ministry' })], '--kind'],
    [['fetch', HASH, '--limit', '-1'], '--limit'],
    [['fetch', HASH, '--where', 'no-value'], '--where'],
    [['fetch', HASH, '--out', '.'], '--out'],
  ])('names what is wrong in %j, before anything is asked', (args, name) => {
    const { status, stderr, stdout } = dxl('--profile', 'none.json', ...args);
    expect([status, stdout]).toEqual([2, '']);
    expect(stderr).toContain(name);
    expect(stderr).not.toContain('none.json');
  });

  function register(changes: Readonly<Record<string, string>>): string[] {
    const options = { uscc: USCC, region: '990100', office: ACCOUNT, head: ACCOUNT, ...changes };
    return Object.entries(options).flatMap(([name, value]) => [`--${name}`, value]);
  }
});
