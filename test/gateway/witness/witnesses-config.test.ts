import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { ConfigError } from '../../../gateway/config/config-error.ts';
import { readWitnessesConfig } from '../../../gateway/witness/witnesses-config.ts';

const GATEWAY = `0x${'a1'.repeat(32)}`;
let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'dxl-witnesses-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

function put(text: string): string {
  const path = join(folder, 'witnesses.json');
  writeFileSync(path, text);
  return path;
}

function entry(changes: Record<string, unknown> = {}): Record<string, unknown> {
  const url = 'https://gateway.example/log/witness';
  return { gateway: GATEWAY, url, allowedCidrs: ['10.20.0.0/16'], ...changes };
}

function problemsOf(...witnesses: readonly unknown[]): readonly string[] {
  try {
    readWitnessesConfig(put(JSON.stringify({ witnesses })));
    return [];
  } catch (error) {
    if (error instanceof ConfigError && error.code === 'WITNESSES_INVALID') return error.problems;
    throw error;
  }
}

describe('readWitnessesConfig', () => {
  it('reads who is asked, and where', () => {
    expect(readWitnessesConfig(put(JSON.stringify({ witnesses: [entry()] })))).toEqual([
      { ...entry(), allowLoopback: false, caFile: null },
    ]);
    expect(readWitnessesConfig(put('{"witnesses":[]}'))).toEqual([]);
  });

  it.each([
    ['an id that is none', { gateway: '0xa1' }, 'gateway'],
    ['an id in upper case', { gateway: GATEWAY.toUpperCase().replace('0X', '0x') }, 'gateway'],
    ['plain http', { url: 'http://gateway.example/log/witness' }, 'url'],
    ['plain http on loopback that is not allowed', { url: 'http://127.0.0.1:8480/log/witness' }, 'url'],
    ['a query', { url: 'https://gateway.example/log/witness?a=1' }, 'url'],
    ['a placeholder in the address', { url: 'https://gateway.example/{x}' }, 'url'],
    ['everywhere', { allowedCidrs: ['0.0.0.0/0'] }, 'allowedCidrs.0'],
    ['nowhere', { allowedCidrs: [] }, 'allowedCidrs'],
    ['certificates that are not there', { caFile: '/nothing/ca.pem' }, 'caFile'],
    ['what it does not know', { secretFile: '/etc/secret' }, ''],
  ])('refuses %s', (_what, changes: Record<string, unknown>, place) => {
    expect(problemsOf(entry(changes))).toEqual([
      expect.stringMatching(`^DXL_WITNESSES: witnesses\\.0${place === '' ? '' : `\\.${place}`}: `),
    ]);
  });

  it('lists every problem at once', () => {
    const twice = problemsOf(entry(), entry());
    expect(twice).toEqual(['DXL_WITNESSES: witnesses.1.gateway: is there twice']);
    expect(problemsOf(entry({ gateway: 'a' }), entry({ url: 'b', allowedCidrs: [] }))).toHaveLength(3);
  });

  it('refuses more witnesses than every reader of notes takes', () => {
    const many = Array.from({ length: 15 }, (_, index) => entry({ gateway: `0x${String(index).padStart(64, '0')}` }));
    expect(problemsOf(...many)).toHaveLength(1);
    expect(problemsOf(...many.slice(1))).toEqual([]);
  });

  it('refuses a file that is missing or no JSON', () => {
    const codeOf = (path: string): unknown => {
      try {
        return readWitnessesConfig(path);
      } catch (error) {
        return (error as ConfigError).code;
      }
    };
    expect(codeOf(join(folder, 'nothing.json'))).toBe('FILE_UNREADABLE');
    expect(codeOf(put('{'))).toBe('WITNESSES_INVALID');
  });
});
