import { describe, expect, it } from 'vitest';

import { existenceRoot, type Ics23Spec } from '../../../ledger/finality/ics23.ts';
import { numberField, partField, sha, varint } from '../../support/comet-chain.ts';
import {
  encodeExistence,
  type Existence,
  IAVL_LEAF,
  iavlNode,
  LEAF_OP,
  rootOf,
  SIMPLE_LEAF,
  simpleNode,
} from '../../support/comet-storage-proof.ts';
import { refusal } from './refused.ts';

const KEY = Buffer.from('key');
const VALUE = Buffer.from('value');
const HASH = sha(VALUE);
const IAVL: Existence = {
  key: KEY,
  value: VALUE,
  leafPrefix: IAVL_LEAF,
  path: [iavlNode(1, 2, 'a', 'left'), iavlNode(2, 3, 'b', 'right')],
};
const SIMPLE: Existence = {
  key: KEY,
  value: VALUE,
  leafPrefix: SIMPLE_LEAF,
  path: [simpleNode('a', 'left'), simpleNode('b', 'right')],
};

function prove(spec: Ics23Spec, existence: Existence): Uint8Array {
  return existenceRoot(spec, encodeExistence(existence), KEY, VALUE);
}

function iavlPrefix(height: bigint, size: bigint, ...rest: readonly Uint8Array[]): Buffer {
  return Buffer.concat([varint(height * 2n), varint(size * 2n), varint(192n), ...rest]);
}

describe('existenceRoot', () => {
  it('computes the root, of a tree with one leaf too', () => {
    for (const existence of [IAVL, { ...IAVL, path: [] }]) expect(prove('iavl', existence)).toEqual(rootOf(existence));
    for (const existence of [SIMPLE, { ...SIMPLE, path: [] }]) {
      expect(prove('simple', existence)).toEqual(rootOf(existence));
    }
  });

  it('refuses another key and another value', () => {
    expect(refusal(() => existenceRoot('iavl', encodeExistence(IAVL), VALUE, VALUE))).toBe('PROOF_INVALID');
    expect(refusal(() => existenceRoot('iavl', encodeExistence(IAVL), KEY, KEY))).toBe('VALUE_DIFFERS');
  });

  it('refuses an empty key or value, which no tree has', () => {
    const none = Buffer.alloc(0);
    const noKey = encodeExistence({ ...IAVL, key: none });
    const noValue = encodeExistence({ ...IAVL, value: none });
    expect(refusal(() => existenceRoot('iavl', noKey, none, VALUE))).toBe('PROOF_MALFORMED');
    expect(refusal(() => existenceRoot('iavl', noValue, KEY, none))).toBe('PROOF_MALFORMED');
  });

  it('does not take the proof of one tree for one of the other', () => {
    expect(refusal(() => prove('simple', IAVL))).toBe('PROOF_MALFORMED');
    expect(refusal(() => prove('iavl', SIMPLE))).toBe('PROOF_MALFORMED');
  });

  it.each(['hash', 'prehashKey', 'prehashValue', 'length'] as const)('refuses a leaf with another %s', (member) => {
    for (const number of [0, 1, 2].filter((value) => value !== LEAF_OP[member])) {
      for (const [spec, existence] of [
        ['iavl', IAVL],
        ['simple', SIMPLE],
      ] as const) {
        expect(refusal(() => prove(spec, { ...existence, leafOp: { ...LEAF_OP, [member]: number } }))).toBe(
          'PROOF_MALFORMED',
        );
      }
    }
  });

  it.each<[what: string, spec: Ics23Spec, leafPrefix: Uint8Array]>([
    ['an inner node for a leaf', 'iavl', iavlPrefix(1n, 2n)],
    ['a leaf of size 2', 'iavl', iavlPrefix(0n, 2n)],
    ['a leaf with more in its prefix', 'iavl', iavlPrefix(0n, 1n, Buffer.of(1))],
    ['a leaf with a cut prefix', 'iavl', Buffer.of(0, 2)],
    ['a leaf with a negative version', 'iavl', Buffer.of(0, 2, 1)],
    ['an inner node for a leaf', 'simple', Buffer.of(1)],
    ['a leaf with more in its prefix', 'simple', Buffer.of(0, 0)],
  ])('refuses %s (%s)', (_what, spec, leafPrefix) => {
    expect(refusal(() => prove(spec, { ...(spec === 'iavl' ? IAVL : SIMPLE), leafPrefix }))).toBe('PROOF_MALFORMED');
  });

  const one = Buffer.of(32);
  const none = Buffer.alloc(0);
  it.each<[what: string, prefix: Uint8Array, suffix: Uint8Array]>([
    ['the height of a leaf', iavlPrefix(0n, 2n, one), Buffer.concat([one, HASH])],
    ['the height of the one below', iavlPrefix(1n, 5n, one), Buffer.concat([one, HASH])],
    ['the size of the one below', iavlPrefix(3n, 2n, one), Buffer.concat([one, HASH])],
    ['one child', iavlPrefix(2n, 3n, one), none],
    ['three children', iavlPrefix(2n, 3n, one, HASH, one), Buffer.concat([one, HASH])],
    ['a short child', iavlPrefix(2n, 3n, one), Buffer.concat([one, HASH.subarray(1)])],
    ['a child of another length', iavlPrefix(2n, 3n, one), Buffer.concat([Buffer.of(31), HASH])],
    ['a child before it of another length', iavlPrefix(2n, 3n, Buffer.of(31), HASH, one), none],
    ['no length before the child below', iavlPrefix(2n, 3n), Buffer.concat([one, HASH])],
    [
      'a height that is not minimal',
      Buffer.concat([Buffer.of(0x84, 0), varint(6n), varint(2n), one]),
      Buffer.concat([one, HASH]),
    ],
  ])('refuses a node of IAVL with %s', (_what, prefix, suffix) => {
    const path = [iavlNode(1, 2, 'a', 'left'), { prefix, suffix }];
    expect(refusal(() => prove('iavl', { ...IAVL, path }))).toBe('PROOF_MALFORMED');
  });

  it.each<[what: string, prefix: Uint8Array, suffix: Uint8Array]>([
    ['the prefix of a leaf', Buffer.of(0), HASH],
    ['one child', Buffer.of(1), none],
    ['three children', Buffer.concat([Buffer.of(1), HASH]), HASH],
    ['a long child', Buffer.of(1), Buffer.concat([HASH, one])],
    ['no prefix', none, HASH],
  ])('refuses a node of the tree over stores with %s', (_what, prefix, suffix) => {
    expect(refusal(() => prove('simple', { ...SIMPLE, path: [{ prefix, suffix }] }))).toBe('PROOF_MALFORMED');
  });

  it('refuses nodes that are hashed otherwise, and a path longer than any', () => {
    expect(refusal(() => prove('iavl', { ...IAVL, innerHash: 2 }))).toBe('PROOF_MALFORMED');
    const path = Array.from({ length: 129 }, () => simpleNode('a', 'left'));
    expect(refusal(() => prove('simple', { ...SIMPLE, path }))).toBe('PROOF_MALFORMED');
  });

  it.each<[what: string, bytes: Uint8Array]>([
    ['nothing', none],
    ['a proof of absence', partField(2, encodeExistence(IAVL))],
    ['two proofs', Buffer.concat([encodeExistence(IAVL), encodeExistence(IAVL)])],
    ['a number for a proof', numberField(1, 5)],
    ['a proof without a leaf', partField(1, partField(1, KEY), partField(2, VALUE))],
    ['bytes after it', Buffer.concat([encodeExistence(IAVL), Buffer.of(0)])],
    ['a member that is not known', Buffer.concat([encodeExistence(IAVL), numberField(9, 1)])],
    ['a cut', encodeExistence(IAVL).subarray(0, -1)],
  ])('refuses %s', (_what, bytes) => {
    expect(refusal(() => existenceRoot('iavl', bytes, KEY, VALUE))).toBe('PROOF_MALFORMED');
  });
});
