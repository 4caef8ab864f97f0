import { hashLeaf, hashNode, type TreeHash, type TreeHead } from '../../ledger/log/merkle-tree.ts';

const LEAF = hashLeaf(Uint8Array.of(0));

/** Of a tree whose leaves are all there: both halves are the same, so a million leaves cost twenty hashes. */
function completeRoot(height: number): TreeHash {
  let root = LEAF;
  for (let level = 0; level < height; level += 1) root = hashNode(root, root);
  return root;
}

/** The head of a log of `size` equal leaves, at least one. */
export function equalHead(size: number): TreeHead {
  return { size, root: rootOf(size) };
}

/** SUBPROOF(from, D_to, false) of RFC 9162 section 2.1.4.1; nothing from an empty log. */
export function equalPath(from: number, to: number): readonly TreeHash[] {
  return from === 0 ? [] : subproof(from, to);
}

function rootOf(size: number): TreeHash {
  const height = Math.floor(Math.log2(size));
  const left = 2 ** height;
  return left === size ? completeRoot(height) : hashNode(completeRoot(height), rootOf(size - left));
}

function subproof(from: number, size: number): readonly TreeHash[] {
  if (from === size) return [rootOf(size)];
  const left = 2 ** Math.floor(Math.log2(size - 1));
  return from <= left
    ? [...subproof(from, left), rootOf(size - left)]
    : [...subproof(from - left, size - left), rootOf(left)];
}
