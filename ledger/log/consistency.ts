import { hashNode, isHash, isSameHash, isTreeHead, isTreeSize, treeInvalid } from './merkle-tree.ts';
import type { TreeHash, TreeHead } from './merkle-tree.ts';
import { hashRange, splitPoint, type LeafRange, type SubtreeReader } from './subtree.ts';

export interface ConsistencyClaim {
  readonly from: TreeHead;
  readonly to: TreeHead;
  readonly proof: readonly TreeHash[];
}

/**
 * Whether the tree of `to` begins with all leaves of the tree of `from` (RFC 9162 section 2.1.4.2). All of it may be
 * attacker-controlled. Equal sizes want equal roots and no proof; so does an empty `from`, whose root is EMPTY_ROOT.
 */
export function verifyConsistency({ from, to, proof }: ConsistencyClaim): boolean {
  if (!isTreeHead(from) || !isTreeHead(to) || from.size > to.size || !proof.every(isHash)) return false;
  if (from.size === to.size) return proof.length === 0 && isSameHash(from.root, to.root);
  if (from.size === 0) return proof.length === 0;
  return leadsToBoth(from, to, consistencyPath(from, proof));
}

/**
 * SUBPROOF(from, D_to, false) of RFC 9162 section 2.1.4.1, which the contract takes: the proof with the first hash of
 * the path, which is left out of it where `from` is one complete subtree, since whoever has its root has that hash.
 */
export function consistencyPath(from: TreeHead, proof: readonly TreeHash[]): readonly TreeHash[] {
  return isPowerOfTwo(from.size) ? [from.root, ...proof] : proof;
}

function leadsToBoth(from: TreeHead, to: TreeHead, path: readonly TreeHash[]): boolean {
  const [seed, ...siblings] = path;
  if (seed === undefined) return false;
  let oldRoot = seed;
  let newRoot = seed;
  let node = from.size - 1;
  let last = to.size - 1;
  const goUp = (): void => {
    node = Math.floor(node / 2);
    last = Math.floor(last / 2);
  };
  while (node % 2 === 1) goUp();
  for (const sibling of siblings) {
    if (last === 0) return false;
    if (node % 2 === 1 || node === last) {
      oldRoot = hashNode(sibling, oldRoot);
      newRoot = hashNode(sibling, newRoot);
      // Without a right neighbour the node goes up as it is, until it is a right child itself.
      while (node % 2 === 0 && node !== 0) goUp();
    } else {
      newRoot = hashNode(newRoot, sibling);
    }
    goUp();
  }
  return last === 0 && isSameHash(oldRoot, from.root) && isSameHash(newRoot, to.root);
}

/**
 * PROOF(from, D_to) of RFC 9162 section 2.1.4.1; empty from an empty tree and between equal sizes.
 * @throws LedgerError TREE_INVALID for sizes that are none, or when `from` is more than `to`
 */
export async function proveConsistency(read: SubtreeReader, from: number, to: number): Promise<readonly TreeHash[]> {
  if (!isTreeSize(from) || !isTreeSize(to) || from > to) throw treeInvalid('SIZE');
  if (from === 0) return [];
  return await Promise.all(pathRanges(from, to).map(async (range) => await hashRange(read, range)));
}

/** What the hashes of the proof are of, from the innermost range to the child of the root. */
function pathRanges(from: number, to: number): readonly LeafRange[] {
  const ranges: LeafRange[] = [];
  let range: LeafRange = { begin: 0, end: to };
  while (range.end !== from) {
    const { begin, end } = range;
    const middle = splitPoint(range);
    const isLeft = from <= middle;
    ranges.push(isLeft ? { begin: middle, end } : { begin, end: middle });
    range = isLeft ? { begin, end: middle } : { begin: middle, end };
  }
  // What begins at the first leaf is the old tree itself, whose root the verifier has.
  if (range.begin > 0) ranges.push(range);
  return ranges.reverse();
}

function isPowerOfTwo(size: number): boolean {
  if (size === 0) return false;
  let rest = size;
  while (rest % 2 === 0) rest /= 2;
  return rest === 1;
}
