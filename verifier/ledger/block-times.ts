/** When blocks were, as far as the ledger tells: by its entries, its anchored heads and the block that it reaches to. */
export class BlockTimes {
  readonly #blocks: number[] = [];
  readonly #times: bigint[] = [];

  /** Blocks and times never fall. */
  take(block: number, time: bigint): void {
    if (this.#blocks.at(-1) === block) return;
    this.#blocks.push(block);
    this.#times.push(time);
  }

  /** Of the last block that is known, up to this one; null before the first. */
  upTo(block: number): bigint | null {
    return this.#times[this.#countUpTo(block) - 1] ?? null;
  }

  /** Of the first block that is known behind this one; null where there is none. */
  behind(block: number): bigint | null {
    return this.#times[this.#countUpTo(block)] ?? null;
  }

  #countUpTo(block: number): number {
    let low = 0;
    let high = this.#blocks.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#blocks[middle] ?? Infinity) <= block) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
