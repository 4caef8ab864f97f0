import { describe, expect, it } from 'vitest';

import { EMPTY_ROOT, hashLeaf, hashNode, isTreeHead, isTreeSize } from '../../../ledger/log/merkle-tree.ts';
import { refusalOf } from '../refusal-of.ts';

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

describe('hashes of the receipt tree', () => {
  it('are those of RFC 6962 implementations', () => {
    expect(hex(EMPTY_ROOT)).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
    expect(hex(hashLeaf(Buffer.alloc(0)))).toBe('6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d');
    const pair = hashNode(hashLeaf(Buffer.alloc(0)), hashLeaf(Buffer.alloc(1)));
    expect(hex(pair)).toBe('fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125');
  });

  it('do not change when another node is hashed', () => {
    const first = hashNode(EMPTY_ROOT, EMPTY_ROOT);
    const before = hex(first);
    hashNode(first, first);
    expect(hex(first)).toBe(before);
  });

  it.each([
    ['a short left', Buffer.alloc(31), Buffer.alloc(32)],
    ['a long left', Buffer.alloc(33), Buffer.alloc(32)],
    ['a short right', Buffer.alloc(32), Buffer.alloc(31)],
    ['a long right', Buffer.alloc(32), Buffer.alloc(33)],
  ])('refuse %s', (_, left, right) => {
    expect(refusalOf(() => hashNode(left, right))).toMatchObject({
      code: 'TREE_INVALID',
      details: { reason: 'HASH' },
    });
  });
});

describe('isTreeSize', () => {
  it.each([0, 1, 2 ** 53 - 1])('takes %d', (size) => {
    expect(isTreeSize(size)).toBe(true);
  });

  it.each([-1, 0.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53])('refuses %d', (size) => {
    expect(isTreeSize(size)).toBe(false);
  });
});

describe('isTreeHead', () => {
  it('knows that the empty tree has one root', () => {
    expect(isTreeHead({ size: 0, root: EMPTY_ROOT })).toBe(true);
    expect(isTreeHead({ size: 0, root: new Uint8Array(32) })).toBe(false);
    expect(isTreeHead({ size: 1, root: new Uint8Array(32) })).toBe(true);
    expect(isTreeHead({ size: 1, root: new Uint8Array(31) })).toBe(false);
  });
});
