import { EMPTY_ROOT, hashNode, isHash, isTreeSize, treeInvalid, type TreeHash } from './merkle-tree.ts';

/** What is enough to go on appending: one hash for each binary one of the size, the largest subtree first. */
export interface FrontierState {
  readonly size: number;
  readonly peaks: readonly TreeHash[];
}

/** An append-only tree of which only the complete subtrees along its right edge are kept: O(log n) memory. */
export class Frontier {
  #size: number;
  readonly #peaks: TreeHash[];

  /** @throws LedgerError TREE_INVALID for peaks that are not those of a tree of this size */
  constructor(state: FrontierState = { size: 0, peaks: [] }) {
    if (!isTreeSize(state.size)) throw treeInvalid('SIZE');
    if (state.peaks.length !== countOnes(state.size)) throw treeInvalid('PEAKS');
    if (!state.peaks.every(isHash)) throw treeInvalid('HASH');
    this.#size = state.size;
    this.#peaks = [...state.peaks];
  }

  get size(): number {
    return this.#size;
  }

  get peaks(): readonly TreeHash[] {
    return [...this.#peaks];
  }

  /**
   * Keeps `leafHash` itself, not a copy of it.
   * @throws LedgerError TREE_INVALID
   */
  append(leafHash: TreeHash): void {
    if (!isHash(leafHash)) throw treeInvalid('HASH');
    if (!isTreeSize(this.#size + 1)) throw treeInvalid('FULL');
    this.#peaks.push(leafHash);
    for (let rest = this.#size; rest % 2 === 1; rest = (rest - 1) / 2) this.#mergeLastTwo();
    this.#size += 1;
  }

  root(): TreeHash {
    return foldPeaks(this.#peaks);
  }

  /** Two subtrees of one size become one of twice the size, as a carry does in binary addition. */
  #mergeLastTwo(): void {
    const right = this.#peaks.pop();
    const left = this.#peaks.pop();
    if (left === undefined || right === undefined) throw treeInvalid('PEAKS');
    this.#peaks.push(hashNode(left, right));
  }
}

/** The root over complete subtrees, the largest first: the smaller ones hang together on the right. */
export function foldPeaks(peaks: readonly TreeHash[]): TreeHash {
  if (peaks.length === 0) return EMPTY_ROOT;
  return peaks.reduceRight((right, left) => hashNode(left, right));
}

function countOnes(size: number): number {
  let ones = 0;
  for (let rest = size; rest > 0; rest = Math.floor(rest / 2)) ones += rest % 2;
  return ones;
}
