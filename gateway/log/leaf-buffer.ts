/** A complete receipt: its number among all of this gateway, from 0, and the bytes of its leaf. */
export interface Leaf {
  readonly number: number;
  readonly bytes: Uint8Array;
}

/** Leaves that wait for a checkpoint; beyond it they are read back from the journal. */
const MAX_LEAVES = 20_000;

/** Leaves between the journal and the tree. They are told in any order, and taken in theirs. */
export class LeafBuffer {
  readonly #leaves = new Map<number, Uint8Array>();
  readonly #maxLeaves: number;
  #next: number;
  #told: number;

  /**
   * @param next number of the leaf that the tree takes next
   * @param told how many leaves the journal has; those from `next` on are not in the buffer
   */
  constructor(next: number, told: number, maxLeaves = MAX_LEAVES) {
    this.#next = next;
    this.#told = told;
    this.#maxLeaves = maxLeaves;
  }

  /** How many leaves there are, those included that it had no room for. */
  get told(): number {
    return this.#told;
  }

  add({ number, bytes }: Leaf): void {
    this.#told = Math.max(this.#told, number + 1);
    if (number >= this.#next && this.#leaves.size < this.#maxLeaves) this.#leaves.set(number, bytes);
  }

  /** Those that follow on what was taken before. */
  *take(): Generator<Uint8Array> {
    for (;;) {
      const bytes = this.#leaves.get(this.#next);
      if (bytes === undefined) return;
      this.#leaves.delete(this.#next);
      this.#next += 1;
      yield bytes;
    }
  }

  /** The tree has all before `next` from elsewhere. */
  skipTo(next: number): void {
    for (; this.#next < next; this.#next += 1) this.#leaves.delete(this.#next);
  }
}
