import { describe, expect, it } from 'vitest';

import { parseHeaderTrust, parseTrustedValidators } from '../../../ledger/finality/trusted-validators.ts';
import { addressesOf } from '../../support/qbft-chain.ts';
import { refusedBy } from './refused.ts';

const KEY = Buffer.alloc(32, 7).toString('base64');
const OTHER_KEY = Buffer.alloc(32, 8).toString('base64');
const HASH = `0x${'ab'.repeat(32)}`;
const QBFT = {
  profile: 'qbft',
  chainId: 1337,
  epochLength: 30_000,
  block: { number: 0, hash: HASH },
  validators: addressesOf('ABCD'),
};
const COMET = { profile: 'comet', chainId: 'net-1', validators: [{ publicKey: KEY, power: '1' }] };

const parse = (value: unknown) => parseTrustedValidators(Buffer.from(JSON.stringify(value)));

describe('parseTrustedValidators', () => {
  it('reads both kinds, addresses in any order and case', () => {
    const upper = QBFT.validators.toReversed().map((address) => `0x${address.slice(2).toUpperCase()}`);
    expect(parse({ ...QBFT, validators: upper })).toEqual(QBFT);
    expect(parse({ ...QBFT, block: null })).toEqual({ ...QBFT, block: null });
    const validators = [{ publicKey: Buffer.from(KEY, 'base64'), power: 1n }];
    expect(parse(COMET)).toEqual({ ...COMET, validators });
  });

  /** Neither is UTF-8: as text both are the same. */
  it('tells keys apart by their bytes', () => {
    const keys = [0xfe, 0xff].map((byte) => Buffer.alloc(32, byte).toString('base64'));
    const validators = keys.map((publicKey) => ({ publicKey, power: '1' }));
    expect(() => parse({ ...COMET, validators })).not.toThrow();
  });

  it.each<[path: string, value: unknown]>([
    ['/profile', { ...QBFT, profile: 'dev' }],
    ['/chainId', { ...QBFT, chainId: 0 }],
    ['/chainId', { ...QBFT, chainId: '1337' }],
    ['/epochLength', { ...QBFT, epochLength: 0 }],
    ['/epochLength', { ...QBFT, epochLength: 1.5 }],
    ['/block', { ...QBFT, block: undefined }],
    ['/block/hash', { ...QBFT, block: { number: 0, hash: '0x' } }],
    ['/block/number', { ...QBFT, block: { number: -1, hash: HASH } }],
    ['/validators', { ...QBFT, validators: [] }],
    ['/validators', { ...QBFT, validators: [QBFT.validators[0], `0x${QBFT.validators[0]!.slice(2).toUpperCase()}`] }],
    [
      '/validators',
      { ...QBFT, validators: Array.from({ length: 1_001 }, (_, index) => `0x${String(index).padStart(40, '0')}`) },
    ],
    ['/validators/0', { ...QBFT, validators: ['0x12'] }],
    ['/more', { ...QBFT, more: 1 }],
    ['/chainId', { ...COMET, chainId: '' }],
    ['/validators', { ...COMET, validators: [] }],
    ['/validators', { ...COMET, validators: [...COMET.validators, { publicKey: KEY, power: '2' }] }],
    ['/validators/0/publicKey', { ...COMET, validators: [{ publicKey: KEY.slice(0, -4), power: '1' }] }],
    // The same bytes, another text.
    ['/validators/0/publicKey', { ...COMET, validators: [{ publicKey: KEY.replace('c=', 'd='), power: '1' }] }],
    ['/validators/0/power', { ...COMET, validators: [{ publicKey: KEY, power: '0' }] }],
    ['/validators/0/power', { ...COMET, validators: [{ publicKey: KEY, power: 1 }] }],
    [
      '/validators',
      {
        ...COMET,
        validators: [
          { publicKey: KEY, power: '1152921504606846975' },
          { publicKey: OTHER_KEY, power: '1' },
        ],
      },
    ],
  ])('refuses another form of %s', (path, value) => {
    expect(refusedBy(() => parse(value))).toMatchObject({ code: 'VALIDATORS_INVALID', details: { path } });
  });

  it('knows nothing of a list without its chain', () => {
    expect(refusedBy(() => parse(QBFT.validators))).toMatchObject({ code: 'VALIDATORS_INVALID' });
    expect(refusedBy(() => parse({ validators: QBFT.validators }))).toMatchObject({ code: 'VALIDATORS_INVALID' });
  });

  it('reads strict JSON only', () => {
    const text = JSON.stringify(QBFT).replace('"chainId":1337', '"chainId":1,"chainId":1337');
    expect(refusedBy(() => parseTrustedValidators(Buffer.from(text)))).toMatchObject({
      code: 'VALIDATORS_INVALID',
      details: { reason: 'DUPLICATE_KEY' },
    });
  });
});

describe('parseHeaderTrust', () => {
  const parseForHeader = (value: unknown) => parseHeaderTrust(Buffer.from(JSON.stringify(value)));

  it('takes the set of one header as a node answers it', () => {
    const { chainId, ...start } = { ...QBFT, block: null };
    expect(parseForHeader(QBFT.validators.toReversed())).toEqual(start);
    expect(parseForHeader({ validators: QBFT.validators })).toEqual(start);
    expect(parseForHeader({ ...start, chainId })).toEqual({ ...start, chainId });
  });

  it.each<[path: string, value: unknown]>([
    ['', []],
    ['/1', [QBFT.validators[0], '0x12']],
    ['', [QBFT.validators[0], QBFT.validators[0]]],
    ['/profile', {}],
    ['/profile', { validators: null }],
    ['', null],
    ['', 'A'],
    ['/profile', { validators: QBFT.validators, block: QBFT.block }],
    ['/epochLength', { ...QBFT, epochLength: undefined }],
  ])('refuses at %j what is %j', (path, value) => {
    expect(refusedBy(() => parseForHeader(value))).toMatchObject({ code: 'VALIDATORS_INVALID', details: { path } });
  });
});
