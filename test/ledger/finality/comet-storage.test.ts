import { describe, expect, it } from 'vitest';

import { parseCometHeader } from '../../../ledger/finality/comet-header.ts';
import { parseCometStorage, verifyCometStorage } from '../../../ledger/finality/comet-storage.ts';
import type { FinalityErrorCode } from '../../../ledger/finality/finality-error.ts';
import { buildHeader, cometKey } from '../../support/comet-chain.ts';
import { buildStorage, type StorageJson } from '../../support/comet-storage-proof.ts';
import { refusal, refusedBy } from './refused.ts';

const CONTRACT = `0x${'a2'.repeat(20)}`;
const SLOT = `0x${'00'.repeat(31)}05`;
const WORD = `0x${'00'.repeat(31)}0f`;
const { appHash, storage } = buildStorage(CONTRACT, SLOT, WORD);
const HEADER = parseCometHeader(buildHeader([cometKey('a')], appHash));

function verify(value: unknown, header = HEADER) {
  return verifyCometStorage(parseCometStorage(value), header);
}

function changed(change: (storage: StorageJson) => void): StorageJson {
  const copy = structuredClone(storage);
  change(copy);
  return copy;
}

const flip = (base64: string, index: number): string => {
  const bytes = Buffer.from(base64, 'base64');
  return Buffer.from(bytes.with(index, bytes[index]! ^ 1)).toString('base64');
};

describe('verifyCometStorage', () => {
  it('proves the word of a slot in the state after the block before', () => {
    expect(verify(storage)).toEqual({ contract: CONTRACT, slot: SLOT, value: WORD, number: 96 });
  });

  it.each<[what: string, value: StorageJson, code: FinalityErrorCode]>([
    ['word', changed(({ query }) => (query.value = flip(query.value, 31))), 'VALUE_DIFFERS'],
    ['shorter word', changed(({ query }) => (query.value = 'Dw==')), 'PROOF_MALFORMED'],
    ['empty word', changed(({ query }) => (query.value = '')), 'PROOF_MALFORMED'],
    ['contract', { ...storage, contract: `0x${'a3'.repeat(20)}` }, 'PROOF_INVALID'],
    ['slot', { ...storage, slot: WORD }, 'PROOF_INVALID'],
    ['key', changed(({ query }) => (query.key = flip(query.key, 0))), 'PROOF_INVALID'],
    [
      'key of the first step',
      changed(({ query }) => (query.proofOps.ops[0]!.key = flip(query.key, 0))),
      'PROOF_INVALID',
    ],
    [
      'store',
      changed(({ query }) => (query.proofOps.ops[1]!.key = Buffer.from('bank').toString('base64'))),
      'PROOF_INVALID',
    ],
    ['height', changed(({ query }) => (query.height = '97')), 'HEIGHT_DIFFERS'],
  ])('refuses another %s', (_what, value, code) => {
    expect(refusal(() => verify(value))).toBe(code);
  });

  it('refuses the proof of another slot with the key of this one', () => {
    const other = buildStorage(CONTRACT, WORD, WORD).storage;
    const swapped = changed(({ query }) => (query.proofOps.ops[0]!.data = other.query.proofOps.ops[0]!.data));
    expect(refusal(() => verify(swapped))).toBe('PROOF_INVALID');
  });

  it('refuses another app hash', () => {
    const header = parseCometHeader(buildHeader([cometKey('a')], 'AB'.repeat(32)));
    expect(refusedBy(() => verify(storage, header))).toMatchObject({
      code: 'PROOF_INVALID',
      details: { slot: SLOT, expected: 'AB'.repeat(32), actual: appHash },
    });
  });

  it('refuses the proof with any one bit changed', () => {
    let tried = 0;
    for (const op of [0, 1]) {
      const { length } = Buffer.from(storage.query.proofOps.ops[op]!.data, 'base64');
      for (let index = 0; index < length; index += 1) {
        const value = changed(
          ({ query: { proofOps } }) => (proofOps.ops[op]!.data = flip(proofOps.ops[op]!.data, index)),
        );
        expect(refusal(() => verify(value))).not.toBeNull();
        tried += 1;
      }
    }
    expect(tried).toBeGreaterThan(300);
  });

  it.each<[what: string, value: unknown]>([
    ['no object', null],
    ['no query', { contract: CONTRACT, slot: SLOT }],
    ['an address that is none', { ...storage, contract: '0x' }],
    ['a short slot', { ...storage, slot: '0x5' }],
    ['one step', changed(({ query }) => query.proofOps.ops.pop())],
    ['three steps', changed(({ query }) => query.proofOps.ops.push(query.proofOps.ops[1]!))],
    ['the steps in another order', changed(({ query }) => query.proofOps.ops.reverse())],
    ['no height', changed(({ query }) => (query.height = '0'))],
  ])('does not read %s', (_what, value) => {
    expect(refusal(() => parseCometStorage(value))).toBe('PROOF_MALFORMED');
  });
});
