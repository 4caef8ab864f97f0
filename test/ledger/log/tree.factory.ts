import { hashLeaf, hashNode, type TreeHash, type TreeHead } from '../../../ledger/log/merkle-tree.ts';
import type { SubtreeReader } from '../../../ledger/log/subtree.ts';
import { ReferenceTree } from './reference-tree.ts';

/** Powers of two with their neighbours, where trees change their shape. */
export const BOUNDARY_SIZES: readonly number[] = [
  ...new Set(Array.from({ length: 11 }, (_, level) => [2 ** level - 1, 2 ** level, 2 ** level + 1]).flat()),
];

/** The leaves of the vectors. */
export const leafOf = (index: number): Uint8Array => Buffer.from(`leaf-${index}`);

export function makeTree(size: number): ReferenceTree {
  return new ReferenceTree(Array.from({ length: size }, (_, index) => leafOf(index)));
}

export function headOf(tree: ReferenceTree, size: number): TreeHead {
  return { size, root: tree.root(0, size) };
}

export function readerOf(tree: ReferenceTree): SubtreeReader {
  return (level, index) => Promise.resolve(tree.root(index * 2 ** level, (index + 1) * 2 ** level));
}

/** A tree of any size: its leaves are all the same, so that a subtree is known by its level. */
export function makeUniformReader(): SubtreeReader {
  const levels: TreeHash[] = [hashLeaf(leafOf(0))];
  for (let level = 0; level < 53; level += 1) levels.push(hashNode(levels[level]!, levels[level]!));
  return (level) => Promise.resolve(levels[level]!);
}

export function withBitFlipped(bytes: Uint8Array, bit: number): Uint8Array {
  const flipped = Uint8Array.from(bytes);
  const place = Math.floor(bit / 8) % flipped.length;
  flipped[place]! ^= 1 << (bit % 8);
  return flipped;
}

export type Proof = readonly TreeHash[];

/** Proofs that are not `proof` any more: each says what was done to it. `seed` chooses where. */
export function tamperedProofs(proof: Proof, seed: number): readonly (readonly [string, Proof])[] {
  const stranger = hashLeaf(Buffer.from(`stranger-${seed}`));
  const place = proof.length === 0 ? 0 : seed % proof.length;
  const always: (readonly [string, Proof])[] = [
    ['one more', [...proof, stranger]],
    ['one more in front', [stranger, ...proof]],
  ];
  if (proof.length === 0) return always;
  const swapped = [...proof];
  const next = (place + 1) % proof.length;
  [swapped[place], swapped[next]] = [swapped[next]!, swapped[place]!];
  return [
    ...always,
    ['a bit flipped', proof.with(place, withBitFlipped(proof[place]!, seed))],
    ['another hash', proof.with(place, stranger)],
    ['one left out', proof.toSpliced(place, 1)],
    ['one twice', proof.toSpliced(place, 0, proof[place]!)],
    ['a byte cut off', proof.with(place, proof[place]!.subarray(1))],
    ['a byte more', proof.with(place, Buffer.concat([proof[place]!, Buffer.alloc(1)]))],
    ...(proof.length > 1 ? [['two swapped', swapped] as const, ['reversed', proof.toReversed()] as const] : []),
  ];
}
