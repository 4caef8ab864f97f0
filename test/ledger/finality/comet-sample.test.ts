import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, it } from 'vitest';

import { parseCometCommit, verifyCometCommit } from '../../../ledger/finality/comet-commit.ts';
import { parseCometHeader } from '../../../ledger/finality/comet-header.ts';
import { parseCometStorage, verifyCometStorage } from '../../../ledger/finality/comet-storage.ts';
import type { FinalityErrorCode } from '../../../ledger/finality/finality-error.ts';
import { parseTrustedValidators } from '../../../ledger/finality/trusted-validators.ts';
import type { SignatureJson } from '../../support/comet-chain.ts';
import type { StorageJson } from '../../support/comet-storage-proof.ts';
import { refusal } from './refused.ts';

// cspell:ignore bftevm

/** Taken from a running network of four; it lies beside the repository, where there is one. */
const SAMPLE = join(import.meta.dirname, '../../../../shared/reference/bft-network/js/evidence-sample.json');

interface Sample extends StorageJson {
  header: Record<string, string>;
  commit: { height: string; signatures: SignatureJson[] };
  validators: { pub_key: { value: string }; voting_power: string }[];
}

function readSample(): Sample {
  return JSON.parse(readFileSync(SAMPLE, 'utf8')) as Sample;
}

function verify(sample: Sample, chainId = 'bftevm-1') {
  const validators = sample.validators.map(({ pub_key: key, voting_power: power }) => ({
    publicKey: key.value,
    power,
  }));
  const trust = parseTrustedValidators(Buffer.from(JSON.stringify({ profile: 'comet', chainId, validators })));
  if (trust.profile !== 'comet') throw new TypeError('Not of CometBFT');
  const header = parseCometHeader(sample.header);
  const finality = verifyCometCommit(header, parseCometCommit(sample.commit), trust);
  return { finality, slot: verifyCometStorage(parseCometStorage(sample), header) };
}

function flipBit(text: string | null): string {
  const bytes = Buffer.from(text ?? '', 'base64');
  return Buffer.from(bytes.with(3, bytes[3]! ^ 1)).toString('base64');
}

describe.skipIf(!existsSync(SAMPLE))('a commit and a slot of a real CometBFT network', () => {
  it('are proved', () => {
    const { finality, slot } = verify(readSample());
    expect(finality).toMatchObject({
      number: 97,
      hash: '0x01bc14f69e53e3b870fe6f3e14677a6e0280e480651b584407aa2c0c81bc72b3',
      power: 3n,
      totalPower: 4n,
    });
    expect(slot).toMatchObject({ number: 96, value: `0x${'00'.repeat(31)}0f` });
  });

  it('are refused under the name of another chain', () => {
    expect(refusal(() => verify(readSample(), 'bftevm-2'))).toBe('CHAIN_ID_DIFFERS');
  });

  it.each<[what: string, change: (sample: Sample) => void, code: FinalityErrorCode]>([
    ['time', ({ header }) => (header['time'] = '2026-11-23T04:05:14.475909398Z'), 'HASH_DIFFERS'],
    ['app hash', ({ header }) => (header['app_hash'] = '00'.repeat(32)), 'HASH_DIFFERS'],
    ['height', ({ commit }) => (commit.height = '98'), 'HEIGHT_DIFFERS'],
    [
      'signature',
      ({
        commit: {
          signatures: [first],
        },
      }) => (first!.signature = flipBit(first!.signature)),
      'SEAL_INVALID',
    ],
    ['set', ({ validators: [first] }) => (first!.voting_power = '100'), 'VALIDATORS_DIFFER'],
    ['word', ({ query }) => (query.value = flipBit(query.value)), 'VALUE_DIFFERS'],
    ['count of signatures', ({ commit: { signatures } }) => signatures.splice(2, 1, signatures[1]!), 'POWER_MISSED'],
    ['voter twice', ({ commit: { signatures } }) => signatures.splice(1, 1, signatures[0]!), 'SEAL_DOUBLED'],
  ])('are refused with another %s', (_what, change, code) => {
    const sample = readSample();
    change(sample);
    expect(refusal(() => verify(sample))).toBe(code);
  });
});
