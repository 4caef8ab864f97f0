import { describe, expect, it } from 'vitest';

import { parseCometCommit, verifyCometCommit } from '../../../ledger/finality/comet-commit.ts';
import { parseCometHeader } from '../../../ledger/finality/comet-header.ts';
import type { FinalityErrorCode } from '../../../ledger/finality/finality-error.ts';
import { type CometTrust, parseTrustedValidators } from '../../../ledger/finality/trusted-validators.ts';
import {
  ABSENT,
  buildCommit,
  buildHeader,
  type CometKey,
  cometKey,
  type CommitJson,
  hashHeader,
  type HeaderJson,
  inOrder,
  signVote,
  type Voting,
} from '../../support/comet-chain.ts';
import { refusal, refusedBy } from './refused.ts';

const KEYS = ['a', 'b', 'c', 'd'].map((name) => cometKey(name));
const APP_HASH = 'AB'.repeat(32);
const HEADER = buildHeader(KEYS, APP_HASH);
const COMMIT = buildCommit(HEADER, KEYS, ['block', 'absent', 'block', 'block']);
const OTHER_HASH = 'CD'.repeat(32);

function trustIn(keys: readonly CometKey[], chainId = 'test-net-1'): CometTrust {
  const validators = keys.map(({ publicKey, power }) => ({ publicKey, power: String(power) }));
  const trust = parseTrustedValidators(Buffer.from(JSON.stringify({ profile: 'comet', chainId, validators })));
  if (trust.profile !== 'comet') throw new TypeError('Not of CometBFT');
  return trust;
}

function verify(header: unknown, commit: unknown, trust = trustIn(KEYS)) {
  return verifyCometCommit(parseCometHeader(header), parseCometCommit(commit), trust);
}

function withSignatures(change: (signatures: CommitJson['signatures']) => CommitJson['signatures']): CommitJson {
  return { ...COMMIT, signatures: change(structuredClone(COMMIT.signatures)) };
}

/** A block by validators of these powers, each voting as said. */
function verifyPowers(powers: readonly bigint[], votes: readonly Voting[]) {
  const keys = powers.map((power, index) => cometKey(`power ${String(index)}`, power));
  const header = buildHeader(keys, APP_HASH);
  return verify(header, buildCommit(header, keys, votes, 2), trustIn(keys.toReversed()));
}

describe('verifyCometCommit', () => {
  it('proves a block that more than two thirds signed', () => {
    const signers = inOrder(KEYS).map(({ address }) => address);
    expect(verify(HEADER, COMMIT)).toEqual({
      number: 97,
      hash: `0x${hashHeader(HEADER).toString('hex')}`,
      appHash: `0x${'ab'.repeat(32)}`,
      round: 0,
      signers: [signers[0], signers[2], signers[3]],
      validators: 4,
      power: 3n,
      totalPower: 4n,
    });
  });

  it('takes the known validators in any order', () => {
    expect(verify(HEADER, COMMIT, trustIn(KEYS.toReversed())).power).toBe(3n);
    expect(verifyPowers([1n, 5n, 3n, 5n], ['block', 'block', 'absent', 'absent'])).toMatchObject({
      power: 10n,
      totalPower: 14n,
    });
  });

  it.each<[powers: number[], votes: Voting[]]>([
    [
      [1, 1, 1],
      ['block', 'block', 'absent'],
    ],
    [
      [1, 1, 1, 1],
      ['block', 'block', 'absent', 'absent'],
    ],
    [
      [1, 1, 1, 1],
      ['block', 'block', 'nil', 'nil'],
    ],
    [
      [4, 1, 1],
      ['block', 'absent', 'absent'],
    ],
    [
      [6, 1, 1, 1],
      ['absent', 'block', 'block', 'block'],
    ],
    [[1], ['absent']],
    [
      [1, 1, 1, 1],
      ['nil', 'nil', 'nil', 'nil'],
    ],
  ])('refuses powers %j that voted %j', (powers, votes) => {
    expect(refusal(() => verifyPowers(powers.map(BigInt), votes))).toBe('POWER_MISSED');
  });

  it('lets votes for no block stand, without counting them', () => {
    const finality = verifyPowers([1n, 1n, 1n, 1n], ['block', 'nil', 'block', 'block']);
    expect(finality).toMatchObject({ power: 3n, round: 2 });
    expect(finality.signers).toHaveLength(3);
  });

  it.each<[field: keyof HeaderJson, value: unknown, code: FinalityErrorCode]>([
    ['version', { block: '12', app: '3' }, 'HASH_DIFFERS'],
    ['version', { block: '11' }, 'HASH_DIFFERS'],
    ['chain_id', 'test-net-2', 'CHAIN_ID_DIFFERS'],
    ['height', '98', 'HEIGHT_DIFFERS'],
    ['time', '2026-11-23T04:05:13.4758Z', 'HASH_DIFFERS'],
    ['time', '2026-11-23T04:05:13Z', 'HASH_DIFFERS'],
    ['last_block_id', { hash: OTHER_HASH, parts: HEADER.last_block_id.parts }, 'HASH_DIFFERS'],
    ['last_block_id', { ...HEADER.last_block_id, parts: { ...HEADER.last_block_id.parts, total: 3 } }, 'HASH_DIFFERS'],
    ['last_block_id', { hash: '', parts: { total: 0, hash: '' } }, 'HASH_DIFFERS'],
    ['last_commit_hash', OTHER_HASH, 'HASH_DIFFERS'],
    ['data_hash', OTHER_HASH, 'HASH_DIFFERS'],
    ['validators_hash', OTHER_HASH, 'VALIDATORS_DIFFER'],
    ['next_validators_hash', OTHER_HASH, 'HASH_DIFFERS'],
    ['consensus_hash', OTHER_HASH, 'HASH_DIFFERS'],
    ['app_hash', OTHER_HASH, 'HASH_DIFFERS'],
    ['app_hash', '', 'HEADER_MALFORMED'],
    ['last_results_hash', OTHER_HASH, 'HASH_DIFFERS'],
    ['evidence_hash', OTHER_HASH, 'HASH_DIFFERS'],
    ['evidence_hash', '', 'HASH_DIFFERS'],
    ['proposer_address', 'CD'.repeat(20), 'HASH_DIFFERS'],
  ])('refuses another %s (%j)', (field, value, code) => {
    expect(refusal(() => verify({ ...HEADER, [field]: value }, COMMIT))).toBe(code);
  });

  it('refuses a changed header with its own hash in the commit, since nobody signed that', () => {
    const header = { ...HEADER, app_hash: OTHER_HASH };
    const hash = hashHeader(header).toString('hex').toUpperCase();
    expect(refusal(() => verify(header, { ...COMMIT, block_id: { ...COMMIT.block_id, hash } }))).toBe('SEAL_INVALID');
  });

  it('refuses another round, height, part set and vote time', () => {
    const parts = { ...COMMIT.block_id.parts, total: 2 };
    expect(refusal(() => verify(HEADER, { ...COMMIT, round: 1 }))).toBe('SEAL_INVALID');
    expect(refusal(() => verify(HEADER, { ...COMMIT, height: '98' }))).toBe('HEIGHT_DIFFERS');
    expect(refusal(() => verify(HEADER, { ...COMMIT, block_id: { ...COMMIT.block_id, parts } }))).toBe('SEAL_INVALID');
    const later = withSignatures(([first, ...rest]) => [{ ...first!, timestamp: '2026-11-23T04:05:15Z' }, ...rest]);
    expect(refusal(() => verify(HEADER, later))).toBe('SEAL_INVALID');
  });

  it('refuses each signature with a bit changed, cut, or exchanged for another', () => {
    for (const index of [0, 2, 3]) {
      const signature = Buffer.from(COMMIT.signatures[index]!.signature!, 'base64');
      const others = [
        signature.with(3, signature[3]! ^ 1),
        signature.with(63, signature[63]! ^ 128),
        signature.subarray(0, 63),
      ];
      others.push(Buffer.from(COMMIT.signatures[index === 0 ? 2 : 0]!.signature!, 'base64'), Buffer.alloc(0));
      for (const other of others) {
        const text = Buffer.from(other).toString('base64');
        const commit = withSignatures((all) => all.with(index, { ...all[index]!, signature: text }));
        expect(refusedBy(() => verify(HEADER, commit))).toMatchObject({
          code: 'SEAL_INVALID',
          details: { block: 97, seal: index },
        });
      }
    }
  });

  it('refuses two signatures, and a third by one who signed already', () => {
    expect(
      refusal(() =>
        verify(
          HEADER,
          withSignatures((all) => all.with(2, ABSENT)),
        ),
      ),
    ).toBe('POWER_MISSED');
    const doubled = withSignatures((all) => all.with(2, ABSENT).with(1, all[0]!));
    expect(refusedBy(() => verify(HEADER, doubled))).toMatchObject({ code: 'SEAL_DOUBLED', details: { seal: 1 } });
  });

  it('refuses signatures in other places, and places too many or too few', () => {
    const moved = withSignatures(([first, second, ...rest]) => [second!, first!, ...rest]);
    expect(refusal(() => verify(HEADER, moved))).toBe('COMMIT_MALFORMED');
    expect(
      refusal(() =>
        verify(
          HEADER,
          withSignatures((all) => [...all, ABSENT]),
        ),
      ),
    ).toBe('COMMIT_MALFORMED');
    expect(
      refusal(() =>
        verify(
          HEADER,
          withSignatures((all) => all.toSpliced(1, 1)),
        ),
      ),
    ).toBe('COMMIT_MALFORMED');
    expect(
      refusal(() =>
        verify(
          HEADER,
          withSignatures((all) => all.slice(0, 3)),
        ),
      ),
    ).toBe('COMMIT_MALFORMED');
  });

  it('refuses a stranger beside a quorum', () => {
    const vote = signVote('test-net-1', COMMIT, cometKey('z'), 'block', 1);
    expect(
      refusal(() =>
        verify(
          HEADER,
          withSignatures((all) => all.with(1, vote)),
        ),
      ),
    ).toBe('SEAL_FOREIGN');
  });

  it('refuses a vote for no block that counts as one for it, and one that is not signed', () => {
    const votes = buildCommit(HEADER, KEYS, ['block', 'nil', 'nil', 'block']);
    const counted = votes.signatures.map((vote) => ({ ...vote, block_id_flag: 2 }));
    expect(refusal(() => verify(HEADER, { ...votes, signatures: counted }))).toBe('SEAL_INVALID');
    const nil = { ...signVote('test-net-1', COMMIT, inOrder(KEYS)[1]!, 'block', 1), block_id_flag: 3 };
    expect(
      refusal(() =>
        verify(
          HEADER,
          withSignatures((all) => all.with(1, nil)),
        ),
      ),
    ).toBe('SEAL_INVALID');
  });

  it('refuses every other set of validators', () => {
    const [first, ...rest] = KEYS;
    const sets = [rest, [...KEYS, cometKey('z')], [cometKey('z'), ...rest], [{ ...first!, power: 100n }, ...rest]];
    for (const set of sets) expect(refusal(() => verify(HEADER, COMMIT, trustIn(set)))).toBe('VALIDATORS_DIFFER');
  });

  it('refuses a block of the same validators on another chain', () => {
    expect(refusal(() => verify(HEADER, COMMIT, trustIn(KEYS, 'test-net-2')))).toBe('CHAIN_ID_DIFFERS');
    const header = { ...HEADER, chain_id: 'test-net-2' };
    const commit = { ...buildCommit(header, KEYS, []), signatures: buildCommit(HEADER, KEYS, []).signatures };
    expect(refusal(() => verify(header, commit, trustIn(KEYS, 'test-net-2')))).toBe('SEAL_INVALID');
  });
});

describe('parseCometHeader', () => {
  it.each<[path: string, change: Record<string, unknown>]>([
    ['/more', { more: '' }],
    ['/version/block', { version: { block: 11 } }],
    ['/chain_id', { chain_id: 'x'.repeat(51) }],
    ['/height', { height: 97 }],
    ['/height', { height: '0' }],
    ['/height', { height: '1000000000000000' }],
    ['/time', { time: '2026-11-23T04:05:13.47590Z' }],
    ['/time', { time: '2026-11-23T04:05:13+00:00' }],
    ['/time', { time: '2026-02-30T04:05:13Z' }],
    ['/time', { time: '2026-13-01T04:05:13Z' }],
    ['/last_block_id/parts/total', { last_block_id: { hash: '', parts: { total: -1, hash: '' } } }],
    ['/app_hash', { app_hash: 'ab'.repeat(32) }],
    ['/app_hash', { app_hash: 'AB'.repeat(31) }],
    ['/proposer_address', { proposer_address: '' }],
  ])('refuses another form of %s', (path, change) => {
    expect(refusedBy(() => parseCometHeader({ ...HEADER, ...change }))).toMatchObject({
      code: 'HEADER_MALFORMED',
      details: { path },
    });
  });
});

describe('parseCometCommit', () => {
  const [vote] = COMMIT.signatures;

  it.each<[what: string, commit: unknown]>([
    ['a member more', { ...COMMIT, more: 1 }],
    ['a round that is a text', { ...COMMIT, round: '0' }],
    ['a flag that is none', withSignatures((all) => all.with(0, { ...vote!, block_id_flag: 4 }))],
    ['an absent validator with a signature', withSignatures((all) => all.with(0, { ...vote!, block_id_flag: 1 }))],
    [
      'an absent validator with an address',
      withSignatures((all) => all.with(1, { ...ABSENT, validator_address: vote!.validator_address })),
    ],
    ['a vote without a signature', withSignatures((all) => all.with(0, { ...vote!, signature: null }))],
    ['loose base64', withSignatures((all) => all.with(0, { ...vote!, signature: ` ${vote!.signature!}` }))],
    ['more signatures than any set has', { ...COMMIT, signatures: Array.from({ length: 1_001 }, () => ABSENT) }],
  ])('refuses %s', (_what, commit) => {
    expect(refusal(() => parseCometCommit(commit))).toBe('COMMIT_MALFORMED');
  });
});
