/** A value over blocks: what it is after all logs of a block, for any block that has passed. */
export class Timeline<Value> {
  readonly #blocks: number[] = [];
  readonly #values: Value[] = [];

  constructor(block: number, value: Value) {
    this.set(block, value);
  }

  /** Blocks never fall. */
  set(block: number, value: Value): void {
    if (this.#blocks.at(-1) === block) this.#values.pop();
    else this.#blocks.push(block);
    this.#values.push(value);
  }

  get now(): Value | undefined {
    return this.#values.at(-1);
  }

  /** Undefined before there was one. */
  at(block: number): Value | undefined {
    let low = 0;
    let high = this.#blocks.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#blocks[middle] ?? Infinity) <= block) low = middle + 1;
      else high = middle;
    }
    return this.#values[low - 1];
  }
}
