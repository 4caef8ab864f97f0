// cspell:ignore ABCE
import { beforeAll, describe, expect, it } from 'vitest';

import { parseQbftHeader } from '../../../ledger/finality/qbft-header.ts';
import type { QbftFinality } from '../../../ledger/finality/qbft-seals.ts';
import { QbftWalk } from '../../../ledger/finality/qbft-walk.ts';
import type { QbftTrust } from '../../../ledger/finality/trusted-validators.ts';
import { parseBytes32 } from '../../../ledger/ids.ts';
import {
  addressesOf,
  buildBlock,
  buildChain,
  type ChainPlan,
  decodeHeader,
  encodeHeader,
  fourValidators,
  parseVotes,
  type QbftChain,
  sevenValidators,
} from '../../support/qbft-chain.ts';
import { refusal, refusedBy } from './refused.ts';

const LENGTH = 1_000;

/** Trust in block `number` of a chain. */
function trustIn({ blocks, plan, setAt }: QbftChain, number: number): QbftTrust {
  const hash = parseBytes32(blocks[number]!.hash);
  const validators = addressesOf(setAt(number));
  return { profile: 'qbft', chainId: 1337, epochLength: plan.epochLength, block: { number, hash }, validators };
}

function advance(walk: QbftWalk, { blocks }: QbftChain, number: number): QbftFinality {
  return walk.advance(parseQbftHeader(blocks[number]!.bytes));
}

/** Walks from one block to another, both included. */
function walkAll(chain: QbftChain, trust: QbftTrust, from: number, to: number): QbftFinality[] {
  const walk = new QbftWalk(trust);
  return chain.blocks.slice(from, to + 1).map(({ bytes }) => walk.advance(parseQbftHeader(bytes)));
}

/** Blocks at which another set begins. */
function changes({ sets }: ChainPlan): number[] {
  return sets.slice(1).map(([fromBlock]) => fromBlock);
}

describe.each([
  ['four validators', fourValidators],
  ['seven validators', sevenValidators],
])('QbftWalk over a chain of %s', (_name, planOf) => {
  let chain: QbftChain;

  beforeAll(() => {
    chain = buildChain(planOf(LENGTH));
  });

  it('follows 1,000 blocks from genesis through every change of the set', () => {
    const walked = walkAll(chain, trustIn(chain, 0), 0, LENGTH);
    expect(walked.map(({ hash }) => hash)).toEqual(chain.blocks.map(({ hash }) => hash));
    expect(walked.map(({ validators }) => validators)).toEqual(
      chain.blocks.map((_block, number) => addressesOf(chain.setAt(number))),
    );
    expect(walked.filter(({ round }) => round > 0).length).toBeGreaterThan(50);
    expect(walked.slice(1).every(({ signers, validators }) => signers.length >= (2 * validators.length) / 3)).toBe(
      true,
    );
  });

  it('starts at the block after the trusted one too', () => {
    expect(walkAll(chain, trustIn(chain, 0), 1, 40)).toHaveLength(40);
  });

  it('starts at the last block of an epoch, whose votes count for nothing', () => {
    const { epochLength } = chain.plan;
    const next = changes(chain.plan).find((fromBlock) => fromBlock > epochLength)!;
    expect(walkAll(chain, trustIn(chain, epochLength), epochLength + 1, next)).toHaveLength(next - epochLength);
  });

  it('does not take a block for granted whose set was changed by votes that it did not see', () => {
    for (const first of changes(chain.plan)) {
      const trust = trustIn(chain, first - 2);
      const refused = refusedBy(() => walkAll(chain, trust, first - 1, LENGTH));
      expect(refused).toMatchObject({ code: 'VOTES_UNSEEN', details: { block: first } });
    }
  });

  it('refuses every block that is left out', () => {
    for (const left of [1, 10, 16]) {
      const walk = new QbftWalk(trustIn(chain, 0));
      for (let number = 0; number < left; number += 1) advance(walk, chain, number);
      expect(refusal(() => advance(walk, chain, left + 1))).toBe('HEADER_GAP');
      expect(refusal(() => advance(walk, chain, left - 1))).toBe('HEADER_GAP');
      // A refusal leaves the walk where it was.
      expect(advance(walk, chain, left).number).toBe(left);
    }
  });

  it('refuses a set that is not the one of the chain, at the first block', () => {
    const validators = addressesOf(`${chain.setAt(0).slice(1)}Z`);
    for (const first of [0, 1]) {
      expect(refusal(() => walkAll(chain, { ...trustIn(chain, 0), validators }, first, 3))).toBe('VALIDATORS_DIFFER');
    }
  });
});

describe('QbftWalk', () => {
  const plan = { ...fourValidators(40), votes: parseVotes(['10 A+E', '12 B+E', '14 A+E', '15 C+E']) };
  const chain = buildChain({ ...plan, sets: plan.sets.slice(0, 2) });

  it('proves no block 0, which nobody seals, without a trusted one', () => {
    const walk = new QbftWalk({ ...trustIn(chain, 0), block: null });
    expect(refusal(() => advance(walk, chain, 0))).toBe('BLOCK_UNSEALED');
  });

  it.each<[what: string, votes: readonly string[], sets: ChainPlan['sets']]>([
    [
      'a vote against makes true what two wanted of three',
      ['2 A+E', '3 B+E', '4 A-D', '5 B-D', '6 C-D', '7 C-E'],
      [
        [0, 'ABCD'],
        [7, 'ABC'],
        [8, 'ABCE'],
      ],
    ],
    [
      'a vote for one drops him whom two of three had given up',
      ['2 A-C', '3 B-C', '4 A-D', '5 B-D', '6 C-D', '7 C+C'],
      [
        [0, 'ABCD'],
        [7, 'ABC'],
        [8, 'AB'],
      ],
    ],
  ])('counts as Besu does where fewer validators are left: %s', (_, votes, sets) => {
    const shrunk = buildChain({ length: 9, epochLength: 100, sets, votes: parseVotes(votes) });
    const walked = walkAll(shrunk, trustIn(shrunk, 0), 0, 9);
    expect(walked.map(({ validators }) => validators)).toEqual(
      shrunk.blocks.map((_block, number) => addressesOf(shrunk.setAt(number))),
    );
  });

  it('refuses another block than the trusted one', () => {
    const wrong: QbftTrust = { ...trustIn(chain, 0), block: { number: 0, hash: parseBytes32(chain.blocks[1]!.hash) } };
    expect(refusal(() => walkAll(chain, wrong, 0, 1))).toBe('ANCHOR_DIFFERS');
    expect(refusal(() => walkAll(chain, wrong, 1, 1))).toBe('PARENT_DIFFERS');
  });

  it('asks for the seals of a trusted block too, unless it is block 0', () => {
    expect(walkAll(chain, trustIn(chain, 5), 5, 5)[0]?.signers).toHaveLength(3);
    const { fields, extra } = decodeHeader(chain.blocks[5]!.bytes);
    const bare = encodeHeader({ fields, extra: [...extra.slice(0, 4), []] });
    expect(refusal(() => new QbftWalk(trustIn(chain, 5)).advance(parseQbftHeader(bare)))).toBe('QUORUM_MISSED');
  });

  it('refuses a block of another chain with the same validators', () => {
    const other = buildChain({ ...plan, sets: plan.sets.slice(0, 1), votes: new Map(), length: 3 });
    const twin = buildBlock({
      number: 3,
      parentHash: `0x${'11'.repeat(32)}`,
      validators: 'ABCD',
      proposer: 'A',
      signers: 'ABC',
      vote: null,
      round: 0,
      stateRoot: `0x${'22'.repeat(32)}`,
      laterFields: 1,
    });
    const walk = new QbftWalk(trustIn(other, 0));
    for (const number of [0, 1, 2]) advance(walk, other, number);
    expect(refusedBy(() => walk.advance(parseQbftHeader(twin.bytes)))).toMatchObject({
      code: 'PARENT_DIFFERS',
      details: { block: 3, expected: other.blocks[2]!.hash },
    });
  });

  it('does not begin at a block before the trusted one', () => {
    expect(refusal(() => walkAll(chain, trustIn(chain, 5), 4, 6))).toBe('HEADER_GAP');
  });

  it('takes any block that the set sealed when no block is trusted, and then only the next one', () => {
    const walk = new QbftWalk({ ...trustIn(chain, 0), block: null });
    expect(advance(walk, chain, 8).number).toBe(8);
    expect(refusal(() => advance(walk, chain, 10))).toBe('HEADER_GAP');
    expect(advance(walk, chain, 9).number).toBe(9);
  });

  it('never takes a genesis block on the word of its validators', () => {
    expect(refusal(() => walkAll(chain, { ...trustIn(chain, 0), block: null }, 0, 0))).not.toBeNull();
  });
});
