import { hash } from 'node:crypto';

import { LedgerError } from '../errors.ts';

/** 32 bytes of SHA-256; never written to once it is made. */
export type TreeHash = Uint8Array;

/** What one number of leaves comes to: RFC 9162 calls it the tree head. */
export interface TreeHead {
  readonly size: number;
  readonly root: TreeHash;
}

export const HASH_BYTES = 32;

/** Leaves and inner nodes are hashed apart, so that neither can be passed off as the other (RFC 9162 section 2.1.1). */
const LEAF_PREFIX = 0x00;
const NODE_PREFIX = 0x01;
const LEFT = 1;
const RIGHT = LEFT + HASH_BYTES;

/** The root of a tree without leaves: SHA-256 of nothing. */
export const EMPTY_ROOT: TreeHash = hash('sha256', '', 'buffer');

/** One block for every node: hashing is synchronous, and a million allocations would cost as much as the hashes. */
const nodeBytes = new Uint8Array(RIGHT + HASH_BYTES).fill(NODE_PREFIX, 0, LEFT);

/** SHA-256(0x00 || leaf) */
export function hashLeaf(leaf: Uint8Array): TreeHash {
  const bytes = new Uint8Array(1 + leaf.length);
  bytes[0] = LEAF_PREFIX;
  bytes.set(leaf, 1);
  return hash('sha256', bytes, 'buffer');
}

/**
 * SHA-256(0x01 || left || right)
 * @throws LedgerError TREE_INVALID unless both are hashes
 */
export function hashNode(left: TreeHash, right: TreeHash): TreeHash {
  if (!isHash(left) || !isHash(right)) throw treeInvalid('HASH');
  nodeBytes.set(left, LEFT);
  nodeBytes.set(right, RIGHT);
  return hash('sha256', nodeBytes, 'buffer');
}

export function isHash(bytes: Uint8Array): bytes is TreeHash {
  return bytes.length === HASH_BYTES;
}

/** Nothing here is secret, so the comparison may end early. */
export function isSameHash(one: TreeHash, other: TreeHash): boolean {
  return Buffer.compare(one, other) === 0;
}

/** A number of leaves, or the index of one: whole, not negative, and exact as a JavaScript number. */
export function isTreeSize(size: number): boolean {
  return Number.isSafeInteger(size) && size >= 0;
}

/** Whether the two can be the head of one tree: without leaves there is only one root. */
export function isTreeHead({ size, root }: TreeHead): boolean {
  return isTreeSize(size) && isHash(root) && (size > 0 || isSameHash(root, EMPTY_ROOT));
}

/** What is wrong with something that should belong to a tree. */
export type TreeFlaw = 'ENTRY' | 'FULL' | 'HASH' | 'INDEX' | 'PATH' | 'PEAKS' | 'SIZE' | 'WIDTH';

export function treeInvalid(reason: TreeFlaw): LedgerError {
  return new LedgerError('TREE_INVALID', 'Not a part of a receipt tree', { reason });
}
