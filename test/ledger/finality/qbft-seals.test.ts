import { concat, getBytes, id, type RlpStructuredData } from 'ethers';
import { describe, expect, it } from 'vitest';

import type { FinalityErrorCode } from '../../../ledger/finality/finality-error.ts';
import { blockHash, commitHash, parseQbftHeader } from '../../../ledger/finality/qbft-header.ts';
import { type QbftFinality, qbftQuorum, verifyQbftSeals } from '../../../ledger/finality/qbft-seals.ts';
import { QbftWalk } from '../../../ledger/finality/qbft-walk.ts';
import { parseBytes32 } from '../../../ledger/ids.ts';
import {
  addressesOf,
  buildChain,
  decodeHeader,
  encodeHeader,
  fourValidators,
  type HeaderParts,
  sealHeader,
  twinSeal,
  validatorKey,
} from '../../support/qbft-chain.ts';
import { refusal, refusedBy } from './refused.ts';

// cspell:ignoreRegExp /'[A-Z]{3,}'/g

const plan = { ...fourValidators(27), votes: new Map([[13, { proposer: 'B', recipient: 'E', adds: true }]]) };
const chain = buildChain({ ...plan, sets: plan.sets.slice(0, 1) });
const SET = addressesOf('ABCD');
/** One block of each fork, with 15 to 23 fields; 13 has a vote, 12 and 25 a later round. */
const NUMBERS = [1, 5, 9, 12, 13, 17, 21, 25];

/** Proves block `number` after its predecessors, with the header changed. */
function verifyChanged(number: number, change: (parts: HeaderParts) => HeaderParts): QbftFinality {
  const parent = chain.blocks[number - 1]!;
  const walk = new QbftWalk({
    profile: 'qbft',
    // Each block ends one, so that no vote from before it counts.
    epochLength: 1,
    block: { number: number - 1, hash: parseBytes32(parent.hash) },
    validators: SET,
  });
  return walk.advance(parseQbftHeader(encodeHeader(change(decodeHeader(chain.blocks[number]!.bytes)))));
}

function withField(index: number, value: RlpStructuredData): (parts: HeaderParts) => HeaderParts {
  return ({ fields, extra }) => ({ fields: fields.with(index, value), extra });
}

function withExtra(index: number, value: RlpStructuredData): (parts: HeaderParts) => HeaderParts {
  return ({ fields, extra }) => ({ fields, extra: extra.with(index, value) });
}

function withSeals(change: (seals: string[]) => string[]): (parts: HeaderParts) => HeaderParts {
  return ({ fields, extra }) => ({ fields, extra: extra.with(4, change(extra[4] as string[])) });
}

/** The same length, another value. */
function flipLastBit(value: string): string {
  return `${value.slice(0, -2)}${(Number(`0x${value.slice(-2)}`) ^ 1).toString(16).padStart(2, '0')}`;
}

describe('verifyQbftSeals', () => {
  it('proves the blocks of every fork that nobody changed', () => {
    for (const number of NUMBERS) {
      expect(verifyChanged(number, (parts) => parts).hash).toBe(chain.blocks[number]!.hash);
    }
    expect(NUMBERS.map((number) => decodeHeader(chain.blocks[number]!.bytes).fields.length)).toEqual([
      15, 16, 17, 20, 20, 21, 22, 23,
    ]);
  });

  it('asks for two thirds, rounded up', () => {
    expect([1, 2, 3, 4, 5, 6, 7, 8, 9, 10].map(qbftQuorum)).toEqual([1, 2, 2, 3, 4, 4, 5, 6, 6, 7]);
  });

  it.each<[field: string, index: number, code: FinalityErrorCode]>([
    ['parentHash', 0, 'PARENT_DIFFERS'],
    ['ommersHash', 1, 'SEAL_FOREIGN'],
    ['coinbase', 2, 'PROPOSER_FOREIGN'],
    ['stateRoot', 3, 'SEAL_FOREIGN'],
    ['transactionsRoot', 4, 'SEAL_FOREIGN'],
    ['receiptsRoot', 5, 'SEAL_FOREIGN'],
    ['logsBloom', 6, 'SEAL_FOREIGN'],
    ['gasLimit', 9, 'SEAL_FOREIGN'],
    ['timestamp', 11, 'SEAL_FOREIGN'],
    ['mixHash', 13, 'NOT_QBFT'],
    ['nonce', 14, 'SEAL_FOREIGN'],
  ])('refuses a changed %s', (_field, index, code) => {
    for (const number of NUMBERS) {
      const value = String(decodeHeader(chain.blocks[number]!.bytes).fields[index]);
      expect(refusal(() => verifyChanged(number, withField(index, flipLastBit(value))))).toBe(code);
    }
  });

  it('refuses another difficulty, number and gas used', () => {
    for (const number of NUMBERS) {
      expect(refusal(() => verifyChanged(number, withField(7, '0x02')))).toBe('NOT_QBFT');
      expect(refusal(() => verifyChanged(number, withField(7, '0x')))).toBe('NOT_QBFT');
      expect(refusal(() => verifyChanged(number, withField(8, '0x7f')))).toBe('HEADER_GAP');
      expect(refusal(() => verifyChanged(number, withField(10, '0x5208')))).toBe('SEAL_FOREIGN');
    }
  });

  it('refuses changed, missing and added fields of later forks', () => {
    for (const number of NUMBERS) {
      const { fields } = decodeHeader(chain.blocks[number]!.bytes);
      for (const index of fields.keys()) {
        if (index < 15) continue;
        const value = String(fields[index]);
        const other = value === '0x' ? '0x01' : flipLastBit(value);
        expect(refusal(() => verifyChanged(number, withField(index, other)))).toBe('SEAL_FOREIGN');
      }
      const codes = [fields.slice(0, -1), [...fields, '0x01'], [...fields, id('more')], [...fields, []]].map(
        (changed) => refusal(() => verifyChanged(number, ({ extra }) => ({ fields: changed, extra }))),
      );
      for (const code of codes) expect(['SEAL_FOREIGN', 'HEADER_MALFORMED']).toContain(code);
    }
  });

  it('refuses another proposer of the set, and a changed, added or dropped vote', () => {
    for (const number of NUMBERS) {
      const { fields, extra } = decodeHeader(chain.blocks[number]!.bytes);
      const other = SET.find((address) => address !== fields[2])!;
      expect(refusal(() => verifyChanged(number, withField(2, other)))).toBe('SEAL_FOREIGN');
      const votes = [[], [validatorKey('E').address, '0x'], [validatorKey('F').address, '0xff']];
      for (const vote of votes) {
        if (JSON.stringify(vote) === JSON.stringify(extra[2])) continue;
        expect(refusal(() => verifyChanged(number, withExtra(2, vote)))).toBe('SEAL_FOREIGN');
      }
    }
  });

  it('refuses another vanity and another round', () => {
    for (const number of NUMBERS) {
      expect(refusal(() => verifyChanged(number, withExtra(0, id('vanity'))))).toBe('SEAL_FOREIGN');
      expect(refusal(() => verifyChanged(number, withExtra(3, '0x05')))).toBe('SEAL_FOREIGN');
    }
  });

  it('refuses a block with each of its seals left out, but for those beyond the quorum', () => {
    for (const number of NUMBERS) {
      const seals = decodeHeader(chain.blocks[number]!.bytes).extra[4] as string[];
      for (const index of seals.keys()) {
        const act = () =>
          verifyChanged(
            number,
            withSeals(() => seals.toSpliced(index, 1)),
          );
        expect(refusal(act)).toBe(seals.length > 3 ? null : 'QUORUM_MISSED');
      }
      // More than f, which GoQuorum takes.
      expect(
        refusal(() =>
          verifyChanged(
            number,
            withSeals(() => seals.slice(0, 2)),
          ),
        ),
      ).toBe('QUORUM_MISSED');
      expect(
        refusal(() =>
          verifyChanged(
            number,
            withSeals(() => []),
          ),
        ),
      ).toBe('QUORUM_MISSED');
    }
  });

  it('counts validators and not seals: a doubled seal is refused, in its other form too', () => {
    for (const number of NUMBERS) {
      for (const double of [(seal: string) => seal, twinSeal]) {
        const change = withSeals(([first = '', second = '']) => [first, second, double(first)]);
        expect(refusedBy(() => verifyChanged(number, change))).toMatchObject({
          code: 'SEAL_DOUBLED',
          details: { block: number, seal: 2 },
        });
      }
    }
  });

  it('takes a seal in both forms', () => {
    for (const number of NUMBERS) {
      expect(
        verifyChanged(
          number,
          withSeals((seals) => seals.map(twinSeal)),
        ).hash,
      ).toBe(chain.blocks[number]!.hash);
    }
  });

  it('refuses a seal by a stranger beside a quorum, and instead of one', () => {
    for (const number of NUMBERS) {
      for (const signers of ['ABZ', 'ABCZ', 'ZABC']) {
        const details = { block: number, seal: signers.indexOf('Z'), signer: validatorKey('Z').address };
        expect(refusedBy(() => verifyChanged(number, (parts) => sealHeader(parts, signers)))).toEqual({
          code: 'SEAL_FOREIGN',
          details,
        });
      }
    }
  });

  it('refuses the list of a forger, though each of his seals is good', () => {
    const forged = [addressesOf('WXYZ'), addressesOf('ABCZ'), addressesOf('ABC'), addressesOf('ABCDZ')];
    for (const number of NUMBERS) {
      for (const validators of forged) {
        const act = () =>
          verifyChanged(number, (parts) =>
            sealHeader(withField(2, validators[0]!)(withExtra(1, validators)(parts)), 'WXYZABC'),
          );
        expect(refusal(act)).toBe('VALIDATORS_DIFFER');
      }
    }
  });

  it.each([
    ['v of 27', (seal: string) => concat([seal.slice(0, 130), Uint8Array.of(27)])],
    ['v of 2', (seal: string) => concat([seal.slice(0, 130), Uint8Array.of(2)])],
    ['r of 0', (seal: string) => `0x${'00'.repeat(32)}${seal.slice(66)}`],
    [
      'r of the order',
      (seal: string) => `0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141${seal.slice(66)}`,
    ],
    ['s of 0', (seal: string) => `${seal.slice(0, 66)}${'00'.repeat(32)}${seal.slice(130)}`],
    ['s beyond the order', (seal: string) => `${seal.slice(0, 66)}${'ff'.repeat(32)}${seal.slice(130)}`],
    // x = 5 is not on the curve.
    ['r of no point', (seal: string) => `0x${'00'.repeat(31)}05${seal.slice(66)}`],
  ])('refuses a seal with %s', (_name, change) => {
    for (const number of NUMBERS) {
      const act = () =>
        verifyChanged(
          number,
          withSeals(([first = '', ...rest]) => [...rest, change(first)]),
        );
      expect(refusal(act)).toBe('SEAL_INVALID');
    }
  });

  it('gives one block one hash, whatever round and seals a node has for it', () => {
    const parts = decodeHeader(chain.blocks[9]!.bytes);
    const twins = [
      sealHeader(parts, 'ABC'),
      sealHeader(withExtra(3, '0x03')(parts), 'BCD'),
      sealHeader(withExtra(3, '0x0100')(parts), 'DCBA'),
    ].map((header) => parseQbftHeader(encodeHeader(header)));
    expect(new Set(twins.map(blockHash))).toEqual(new Set([chain.blocks[9]!.hash]));
    expect(new Set(twins.map(commitHash)).size).toBe(3);
    expect(twins.map((header) => verifyQbftSeals(header, SET).signers.length)).toEqual([3, 3, 4]);
  });

  it('refuses all when the known set is empty', () => {
    expect(refusal(() => verifyQbftSeals(parseQbftHeader(getBytes(chain.blocks[3]!.bytes)), []))).toBe(
      'VALIDATORS_DIFFER',
    );
  });
});
