import { hashNode, isHash, isSameHash, isTreeHead, isTreeSize, treeInvalid } from './merkle-tree.ts';
import type { TreeHash, TreeHead } from './merkle-tree.ts';
import { hashRange, splitPoint, type LeafRange, type SubtreeReader } from './subtree.ts';

export interface InclusionClaim {
  readonly index: number;
  readonly leafHash: TreeHash;
  readonly head: TreeHead;
  readonly proof: readonly TreeHash[];
}

/**
 * Whether the leaf is number `index` of the tree with this head (RFC 9162 section 2.1.3.2). All of it may be
 * attacker-controlled; anything that is no hash or no index is refused, and a longer proof ends where the tree does.
 */
export function verifyInclusion({ index, leafHash, head, proof }: InclusionClaim): boolean {
  if (!isTreeHead(head) || !isTreeSize(index) || index >= head.size) return false;
  if (!isHash(leafHash) || !proof.every(isHash)) return false;
  let node = index;
  let last = head.size - 1;
  let root = leafHash;
  for (const sibling of proof) {
    if (last === 0) return false;
    if (node % 2 === 1 || node === last) {
      root = hashNode(sibling, root);
      // Without a right neighbour the node goes up unhashed, until it is a right child itself.
      while (node % 2 === 0 && node !== 0) {
        node /= 2;
        last = Math.floor(last / 2);
      }
    } else {
      root = hashNode(root, sibling);
    }
    node = Math.floor(node / 2);
    last = Math.floor(last / 2);
  }
  return last === 0 && isSameHash(root, head.root);
}

/**
 * PATH(index, D_size) of RFC 9162 section 2.1.3.1: the siblings from the leaf up.
 * @throws LedgerError TREE_INVALID unless the tree has such a leaf
 */
export async function proveInclusion(read: SubtreeReader, index: number, size: number): Promise<readonly TreeHash[]> {
  if (!isTreeSize(size)) throw treeInvalid('SIZE');
  if (!isTreeSize(index) || index >= size) throw treeInvalid('INDEX');
  const siblings: LeafRange[] = [];
  for (let range: LeafRange = { begin: 0, end: size }; range.end - range.begin > 1;) {
    const { begin, end } = range;
    const middle = splitPoint(range);
    const isLeft = index < middle;
    siblings.push(isLeft ? { begin: middle, end } : { begin, end: middle });
    range = isLeft ? { begin, end: middle } : { begin: middle, end };
  }
  return await Promise.all(siblings.reverse().map(async (range) => await hashRange(read, range)));
}
