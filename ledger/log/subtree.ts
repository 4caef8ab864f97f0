import { foldPeaks } from './frontier.ts';
import { isTreeSize, treeInvalid, type TreeHash } from './merkle-tree.ts';

/** The hash of the complete subtree of 2^level leaves with number `index`, counted from the left. */
export type SubtreeReader = (level: number, index: number) => Promise<TreeHash>;

/** Leaves `begin` to `end - 1`; `begin` is a multiple of the largest power of two that the range has room for. */
export interface LeafRange {
  readonly begin: number;
  readonly end: number;
}

/**
 * The root of the tree of the first `size` leaves.
 * @throws LedgerError TREE_INVALID
 */
export async function rootOf(read: SubtreeReader, size: number): Promise<TreeHash> {
  if (!isTreeSize(size)) throw treeInvalid('SIZE');
  return await hashRange(read, { begin: 0, end: size });
}

/** MTH(D[begin:end]) of RFC 9162 section 2.1.1, from complete subtrees. */
export async function hashRange(read: SubtreeReader, range: LeafRange): Promise<TreeHash> {
  const peaks: { level: number; index: number }[] = [];
  for (let begin = range.begin; begin < range.end; ) {
    const { level, leaves } = largestPower(range.end - begin);
    peaks.push({ level, index: begin / leaves });
    begin += leaves;
  }
  return foldPeaks(await Promise.all(peaks.map(async ({ level, index }) => await read(level, index))));
}

/** Where RFC 9162 cuts a range of more than one leaf: after the largest power of two that is less than its length. */
export function splitPoint({ begin, end }: LeafRange): number {
  return begin + largestPower(end - begin - 1).leaves;
}

/** The largest power of two that is at most `count`; `count` is at least 1. */
function largestPower(count: number): { level: number; leaves: number } {
  let level = 0;
  let leaves = 1;
  while (leaves <= count / 2) {
    level += 1;
    leaves *= 2;
  }
  return { level, leaves };
}
