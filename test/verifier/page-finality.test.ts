import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import * as commits from '../../ledger/finality/comet-commit.ts';
import * as headers from '../../ledger/finality/comet-header.ts';
import * as storages from '../../ledger/finality/comet-storage.ts';
import * as validators from '../../ledger/finality/trusted-validators.ts';
import { IN_PLACE_OF_NODE } from '../../scripts/verifier-page/bundle-page.ts';
import { buildCommit, buildHeader, cometKey, type CommitJson } from '../support/comet-chain.ts';
import { buildStorage } from '../support/comet-storage-proof.ts';

type Finality = typeof commits & typeof headers & typeof storages & typeof validators;

describe('finality by CometBFT as it is bundled for the page', () => {
  const keys = ['a', 'b', 'c', 'd'].map((name) => cometKey(name));
  const { appHash, storage } = buildStorage(`0x${'a2'.repeat(20)}`, `0x${'00'.repeat(32)}`, `0x${'00'.repeat(31)}0f`);
  const header = buildHeader(keys, appHash);
  const commit = buildCommit(header, keys, ['block', 'absent', 'block', 'block']);
  let folder: string;
  let bundled: Finality;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'dxl-page-finality-'));
    const outfile = join(folder, 'finality.mjs');
    const names = ['comet-commit', 'comet-header', 'comet-storage', 'trusted-validators'];
    const contents = names.map((name) => `export * from './ledger/finality/${name}.ts';`).join('\n');
    const stdin = { contents, resolveDir: process.cwd() };
    await build({ ...IN_PLACE_OF_NODE, stdin, outfile, bundle: true, format: 'esm', platform: 'browser' });
    bundled = (await import(pathToFileURL(outfile).href)) as Finality;
  });

  afterAll(async () => {
    await rm(folder, { recursive: true, force: true });
  });

  /** What it proves, or the code of why it does not. */
  function prove(code: Finality, votes: unknown, slot: unknown): unknown {
    const known = keys.map(({ publicKey, power }) => ({ publicKey, power: String(power) }));
    const file = { profile: 'comet', chainId: 'test-net-1', validators: known };
    const trust = code.parseTrustedValidators(Buffer.from(JSON.stringify(file)));
    if (trust.profile !== 'comet') throw new TypeError('Not of CometBFT');
    try {
      const parsed = code.parseCometHeader(header);
      const block = code.verifyCometCommit(parsed, code.parseCometCommit(votes), trust);
      return { block, word: code.verifyCometStorage(code.parseCometStorage(slot), parsed) };
    } catch (error) {
      return (error as { code: string }).code;
    }
  }

  const signed = (change: (text: string) => string): CommitJson => {
    const [first, ...others] = structuredClone(commit.signatures);
    return { ...commit, signatures: [{ ...first!, signature: change(first!.signature!) }, ...others] };
  };
  const flipped = (text: string): string => {
    const array = Buffer.from(text, 'base64');
    return Buffer.from(array.with(3, array[3]! ^ 1)).toString('base64');
  };

  it.each<[string, unknown, unknown]>([
    ['a block and a word', commit, storage],
    ['a seal that is changed', signed(flipped), storage],
    ['a seal in another spelling', signed((text) => text.replace('==', '')), storage],
    [
      'a word that is changed',
      commit,
      { ...storage, query: { ...storage.query, value: flipped(storage.query.value) } },
    ],
  ])('says the same about %s', (_name, votes, slot) => {
    expect(prove(bundled, votes, slot)).toEqual(
      prove({ ...commits, ...headers, ...storages, ...validators }, votes, slot),
    );
  });

  it('proves the block, and refuses the changed seal', () => {
    expect(prove(bundled, commit, storage)).toMatchObject({ block: { power: 3n }, word: { number: 96 } });
    expect(prove(bundled, signed(flipped), storage)).toBe('SEAL_INVALID');
  });
});
