import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { ConfigError } from '../../../gateway/config/config-error.ts';
import { readNoticesConfig } from '../../../gateway/notices/notices-config.ts';
import { PROVIDER } from '../stores/store-factory.ts';
import { SECRET, SECRET_TEXT } from './recipient.ts';

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'dxl-notices-'));
  put('secret', `${SECRET_TEXT}\n`);
  put('short', `whsec_${Buffer.alloc(31, 1).toString('base64')}\n`);
  put('plain', 'a secret that is long enough but has another form');
  put('public', SECRET_TEXT);
  chmodSync(join(folder, 'public'), 0o644);
});
afterAll(() => rmSync(folder, { recursive: true }));

function put(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text, { mode: 0o600 });
  return path;
}

function entry(changes: Record<string, unknown> = {}): Record<string, unknown> {
  const url = 'https://notices.example/dxl';
  return { department: PROVIDER, url, secretFile: join(folder, 'secret'), allowedCidrs: ['10.20.0.0/16'], ...changes };
}

function problemsOf(...notices: readonly unknown[]): readonly string[] {
  try {
    readNoticesConfig(put('notices.json', JSON.stringify({ notices })));
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
}

describe('readNoticesConfig', () => {
  it('reads who is told, where, and the bytes of the secret', () => {
    expect(readNoticesConfig(put('notices.json', JSON.stringify({ notices: [entry()] })))).toEqual([
      {
        ...{ department: PROVIDER, url: 'https://notices.example/dxl', secret: SECRET },
        ...{ allowedCidrs: ['10.20.0.0/16'], allowLoopback: false, caFile: null },
      },
    ]);
  });

  it.each([
    ['a secret of 31 bytes', { secretFile: 'short' }, 'secretFile'],
    ['a secret in another form', { secretFile: 'plain' }, 'secretFile'],
    ['a secret that others can read', { secretFile: 'public' }, 'secretFile'],
    ['a secret that is not there', { secretFile: 'nothing' }, 'secretFile'],
    ['a folder for a secret', { secretFile: '.' }, 'secretFile'],
    ['no department', { department: '91990000MA00000029' }, 'department'],
    ['plain http', { url: 'http://notices.example/dxl' }, 'url'],
    ['plain http on loopback that is not allowed', { url: 'http://127.0.0.1:8080/dxl' }, 'url'],
    ['plain http to a name, although loopback is', { url: 'http://localhost/dxl', allowLoopback: true }, 'url'],
    ['a password in the address', { url: 'https://me:pass@notices.example/dxl' }, 'url'],
    ['a placeholder in the address', { url: 'https://notices.example/{x}' }, 'url'],
    ['everywhere', { allowedCidrs: ['0.0.0.0/0'] }, 'allowedCidrs.0'],
    ['nowhere', { allowedCidrs: [] }, 'allowedCidrs'],
    ['what it does not know', { retries: 3 }, ''],
  ])('refuses %s', (_what, changes: Record<string, unknown>, place) => {
    const { secretFile = 'secret' } = changes;
    const problems = problemsOf(entry({ ...changes, secretFile: join(folder, String(secretFile)) }));
    expect(problems).toEqual([
      expect.stringMatching(`^DXL_NOTICES: notices\\.0${place === '' ? '' : `\\.${place}`}: `),
    ]);
  });

  it('refuses a department that is there twice', () => {
    expect(problemsOf(entry(), entry())).toEqual(['DXL_NOTICES: notices.1.department: is there twice']);
  });

  it('takes plain http on loopback when that is said', () => {
    const allowed = { allowedCidrs: ['127.0.0.0/8'], allowLoopback: true };
    expect(problemsOf(entry({ url: 'http://127.0.0.1:8080/dxl', ...allowed }))).toEqual([]);
  });

  it('refuses a file that is missing or no JSON', () => {
    expect(() => readNoticesConfig(join(folder, 'nothing.json'))).toThrow(ConfigError);
    expect(() => readNoticesConfig(put('notices.json', '{'))).toThrow(ConfigError);
  });
});
