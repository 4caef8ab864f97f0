import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { buildCommit, buildHeader, cometKey } from '../support/comet-chain.ts';
import { buildStorage } from '../support/comet-storage-proof.ts';
import { addressesOf, buildChain, fourValidators } from '../support/qbft-chain.ts';

const MAIN = join(import.meta.dirname, '..', '..', 'cli', 'main.ts');
const plan = fourValidators(20);
const chain = buildChain({ ...plan, sets: plan.sets.slice(0, 2) });
const LAST = chain.blocks.length - 1;
const KEYS = ['a', 'b', 'c', 'd'].map((name) => cometKey(name));
const STORED = buildStorage(`0x${'a2'.repeat(20)}`, `0x${'00'.repeat(32)}`, `0x${'00'.repeat(31)}0f`);

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'dxl-verify-'));
  const trust = {
    profile: 'qbft',
    chainId: 1337,
    epochLength: plan.epochLength,
    validators: addressesOf(chain.setAt(0)),
  };
  write('genesis.json', { ...trust, block: { number: 0, hash: chain.blocks[0]!.hash } });
  write('set.json', { ...trust, block: null });
  write('list.json', trust.validators);
  write('stranger.json', { ...trust, block: null, validators: addressesOf('Z') });
  const validators = KEYS.map(({ publicKey, power }) => ({ publicKey, power: String(power) }));
  write('comet-set.json', { profile: 'comet', chainId: 'test-net-1', validators });
  const lines = chain.blocks.map(({ bytes }) => Buffer.from(bytes).toString('hex'));
  write('headers.txt', `${lines.slice(0, LAST).join('\n')}\n`);
  write('gap.txt', lines.toSpliced(LAST, 1).toSpliced(7, 1).join('\r\n'));
  write('changed.txt', lines.slice(0, LAST).with(7, lines[7]!.replace('01c9c380', '01c9c381')).join('\n'));
  for (const number of [0, 1, 2, 3, LAST]) write(`${String(number)}.hex`, `0x${lines[number]!}\n`);
  writeFileSync(join(folder, '3.rlp'), chain.blocks[3]!.bytes);
  write('3-marked.hex', `\ufeff${lines[3]!}`);
  writeFileSync(join(folder, '3-utf16.hex'), Buffer.from(`\ufeff${lines[3]!}`, 'utf16le'));
  write('3-changed.hex', lines[3]!.replace('01c9c380', '01c9c381'));
  const header = buildHeader(KEYS, STORED.appHash);
  const commit = buildCommit(header, KEYS, ['block', 'nil', 'block', 'block']);
  write('commit.json', { header, commit });
  write('slot.json', { header, commit, ...STORED.storage, validators: [] });
  write('slot-changed.json', { header, commit, ...STORED.storage, slot: `0x${'00'.repeat(31)}01` });
  write('half.json', { header, commit, slot: STORED.storage.slot });
  write('commit-changed.json', { header: { ...header, time: '2026-11-23T04:05:13Z' }, commit });
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

function write(name: string, value: unknown): void {
  writeFileSync(join(folder, name), typeof value === 'string' ? value : JSON.stringify(value));
}

/** Runs `dxl verify header` in the folder of the files, where there is no profile. */
function verify(...args: readonly string[]) {
  const words = [MAIN, 'verify', 'header', ...args];
  const { status, stdout, stderr } = spawnSync(process.execPath, words, {
    cwd: folder,
    encoding: 'utf8',
    env: { HOME: folder },
  });
  return { status, stdout, stderr };
}

function verifyJson(...args: readonly string[]): { status: number | null; body: unknown } {
  const { status, stdout } = verify('--json', ...args);
  return { status, body: JSON.parse(stdout) };
}

const qbft = (validators: string, header: string, ...more: readonly string[]) => {
  return ['--profile', 'qbft', '--validators', validators, '--header', header, ...more];
};
const comet = (header: string, ...more: readonly string[]) => {
  return ['--profile', 'comet', '--validators', 'comet-set.json', '--header', header, ...more];
};

describe('dxl verify header --profile qbft', () => {
  it('names block, hash and signers, from hex and from bytes', () => {
    for (const file of ['3.hex', '3.rlp']) {
      const { status, stdout, stderr } = verify(...qbft('set.json', file));
      expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
      expect(stdout).toContain('sound');
      expect(stdout).toMatch(/^block +3$/m);
      expect(stdout).toContain(chain.blocks[3]!.hash);
      expect(stdout).toContain('3 of 4 validators');
    }
  });

  it('takes the bare list that a node answers', () => {
    expect(verifyJson(...qbft('list.json', '3.hex'))).toMatchObject({ status: 0, body: { number: 3, validators: 4 } });
    const { status, stderr } = verify(...qbft('list.json', '3.hex', '--previous', '2.hex'));
    expect({ status, stderr }).toEqual({ status: 2, stderr: expect.stringContaining('names no block') as string });
  });

  it('follows headers from the trusted block through a change of the set', () => {
    expect(verifyJson(...qbft('genesis.json', `${String(LAST)}.hex`, '--headers', 'headers.txt'))).toMatchObject({
      status: 0,
      body: { result: 'sound', number: LAST, hash: chain.blocks[LAST]!.hash, validators: 5, headers: LAST + 1 },
    });
    expect(verifyJson(...qbft('genesis.json', '3.hex', '--previous', '1.hex', '2.hex'))).toMatchObject({
      status: 0,
      body: { result: 'sound', number: 3, headers: 3 },
    });
  });

  it('says what is wrong, where, and with which values', () => {
    expect(verifyJson(...qbft('set.json', '3-changed.hex'))).toMatchObject({
      status: 1,
      body: { result: 'findings', findings: [{ code: 'SEAL_FOREIGN', block: 3, seal: 0, file: '3-changed.hex' }] },
    });
    expect(verifyJson(...qbft('stranger.json', '3.hex'))).toMatchObject({
      status: 1,
      body: { findings: [{ code: 'VALIDATORS_DIFFER', block: 3 }] },
    });
    expect(verifyJson(...qbft('genesis.json', `${String(LAST)}.hex`, '--headers', 'changed.txt'))).toMatchObject({
      status: 1,
      body: { findings: [{ code: 'SEAL_FOREIGN', block: 7, file: 'changed.txt', line: 8 }] },
    });
    const { status, stdout } = verify(...qbft('set.json', '3-changed.hex'));
    expect(status).toBe(1);
    expect(stdout).toMatch(/^code +SEAL_FOREIGN$/m);
  });

  it('does not decide when a header in between is missing', () => {
    expect(verifyJson(...qbft('genesis.json', '3.hex'))).toMatchObject({
      status: 2,
      body: { error: { code: 'UNCHECKABLE', reason: 'HEADER_GAP', block: 3, expected: 1 } },
    });
    expect(verifyJson(...qbft('genesis.json', `${String(LAST)}.hex`, '--headers', 'gap.txt'))).toMatchObject({
      status: 2,
      body: { error: { code: 'UNCHECKABLE', block: 8, file: 'gap.txt', line: 8 } },
    });
  });
});

describe('dxl verify header --profile comet', () => {
  it('proves a block, and a slot where one is asked about', () => {
    expect(verifyJson(...comet('commit.json'))).toMatchObject({
      status: 0,
      body: { result: 'sound', number: 97, validators: 4, power: '3', totalPower: '4', storage: null },
    });
    expect(verifyJson(...comet('slot.json'))).toMatchObject({
      status: 0,
      body: { storage: { contract: STORED.storage.contract, value: `0x${'00'.repeat(31)}0f`, number: 96 } },
    });
    const { status, stdout } = verify(...comet('slot.json'));
    expect(status).toBe(0);
    expect(stdout).toMatch(/^value +0x0{62}0f$/m);
    expect(stdout).toMatch(/^power +3 of 4$/m);
  });

  it.each([
    ['commit-changed.json', 'HASH_DIFFERS'],
    ['slot-changed.json', 'PROOF_INVALID'],
    ['half.json', 'PROOF_MALFORMED'],
  ])('finds what is wrong in %s', (file, code) => {
    expect(verifyJson(...comet(file))).toMatchObject({ status: 1, body: { findings: [{ code }] } });
  });
});

describe('dxl verify header', () => {
  it.each<[what: string, args: string[], code: string]>([
    ['a header that is not there', qbft('set.json', 'none.hex'), 'FILE_UNUSABLE'],
    ['a header that is no hex', qbft('set.json', 'set.json'), 'FILE_UNUSABLE'],
    ['validators that are not there', qbft('none.json', '3.hex'), 'FILE_UNUSABLE'],
    ['validators that are none', qbft('commit.json', '3.hex'), 'FILE_UNUSABLE'],
    ['validators that are no JSON', qbft('3.hex', '3.hex'), 'FILE_UNUSABLE'],
    ['validators of another engine', qbft('comet-set.json', '3.hex'), 'INPUT_INVALID'],
    ['headers without a block to begin at', qbft('set.json', '3.hex', '--previous', '2.hex'), 'INPUT_INVALID'],
    ['headers that are not there', qbft('genesis.json', '3.hex', '--headers', 'none.txt'), 'FILE_UNUSABLE'],
    ['headers that are no hex', qbft('genesis.json', '3.hex', '--headers', 'set.json'), 'FILE_UNUSABLE'],
    ['headers before one of CometBFT', comet('commit.json', '--headers', 'headers.txt'), 'INPUT_INVALID'],
    ['a commit that is not there', comet('none.json'), 'FILE_UNUSABLE'],
    ['a commit without a header', comet('comet-set.json'), 'FILE_UNUSABLE'],
    ['no engine', ['--validators', 'set.json', '--header', '3.hex'], 'INPUT_INVALID'],
    [
      'an engine that nobody knows',
      ['--profile', 'dev', '--validators', 'set.json', '--header', '3.hex'],
      'INPUT_INVALID',
    ],
    ['one of two headers', qbft('set.json', '3.hex', '--header', '2.hex'), 'INPUT_INVALID'],
    ['a header with a byte order mark', qbft('set.json', '3-marked.hex'), 'FILE_UNUSABLE'],
    ['a header in UTF-16', qbft('set.json', '3-utf16.hex'), 'FILE_UNUSABLE'],
    ['a header without end', qbft('set.json', '/dev/zero'), 'FILE_UNUSABLE'],
    ['validators without end', qbft('/dev/zero', '3.hex'), 'FILE_UNUSABLE'],
    ['block 0 by seals', qbft('list.json', '0.hex'), 'UNCHECKABLE'],
    ['no header', ['--profile', 'qbft', '--validators', 'set.json'], 'INPUT_INVALID'],
  ])('cannot check %s', (_what, args, code) => {
    expect(verifyJson(...args)).toMatchObject({ status: 2, body: { error: { code } } });
  });

  it('says its exit codes in its help', () => {
    const { status, stdout } = verify('--help');
    expect(status).toBe(0);
    expect(stdout).toContain('Exit codes: 0 sound, 1 wrong');
  });
});
