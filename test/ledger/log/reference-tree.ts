import { createHash } from 'node:crypto';

/** The definitions of RFC 9162 section 2.1, written down as they stand there, with no code of the log. */
export class ReferenceTree {
  readonly #leaves: readonly Buffer[];
  readonly #roots = new Map<string, Buffer>();

  constructor(leaves: readonly Uint8Array[]) {
    this.#leaves = leaves.map((leaf) => Buffer.from(leaf));
  }

  get size(): number {
    return this.#leaves.length;
  }

  leafHash(index: number): Buffer {
    return this.root(index, index + 1);
  }

  /** MTH(D[begin:end]) */
  root(begin: number, end: number): Buffer {
    const key = `${begin}-${end}`;
    const known = this.#roots.get(key);
    if (known !== undefined) return known;
    const root = this.#computeRoot(begin, end);
    this.#roots.set(key, root);
    return root;
  }

  /** PATH(index - begin, D[begin:end]) */
  path(index: number, begin: number, end: number): readonly Buffer[] {
    if (end - begin === 1) return [];
    const middle = begin + largestPowerBelow(end - begin);
    return index < middle
      ? [...this.path(index, begin, middle), this.root(middle, end)]
      : [...this.path(index, middle, end), this.root(begin, middle)];
  }

  /** PROOF(from, D_to) */
  proof(from: number, to: number): readonly Buffer[] {
    return from === 0 ? [] : this.#subProof(from, 0, to, true);
  }

  #subProof(from: number, begin: number, end: number, isOldTree: boolean): readonly Buffer[] {
    if (from === end) return isOldTree ? [] : [this.root(begin, end)];
    const middle = begin + largestPowerBelow(end - begin);
    return from <= middle
      ? [...this.#subProof(from, begin, middle, isOldTree), this.root(middle, end)]
      : [...this.#subProof(from, middle, end, false), this.root(begin, middle)];
  }

  #computeRoot(begin: number, end: number): Buffer {
    if (begin === end) return createHash('sha256').digest();
    const leaf = this.#leaves[begin];
    if (leaf !== undefined && end - begin === 1) return createHash('sha256').update('\0').update(leaf).digest();
    const middle = begin + largestPowerBelow(end - begin);
    return createHash('sha256').update('\x01').update(this.root(begin, middle)).update(this.root(middle, end)).digest();
  }
}

function largestPowerBelow(count: number): number {
  let power = 1;
  while (power * 2 < count) power *= 2;
  return power;
}
