/** The most that was counted in one unit of time, and in two that follow each other. */
export interface Most {
  readonly one: number;
  readonly two: number;
}

/** Amounts by days or seconds. What lies across two units may be of either; across more it is of none that is known. */
export class WindowCounts {
  readonly #within = new Map<number, number>();
  readonly #across = new Map<number, number>();

  /** Counts what happened between two units, both included; what there is now in the windows that hold it. */
  take(first: number, last: number, amount: number): Most {
    if (last - first > 1) return { one: 0, two: 0 };
    const counts = first === last ? this.#within : this.#across;
    const one = (counts.get(first) ?? 0) + amount;
    counts.set(first, one);
    if (first !== last) return { one: 0, two: this.#twoFrom(first) };
    return { one, two: Math.max(this.#twoFrom(first - 1), this.#twoFrom(first)) };
  }

  forgetBefore(unit: number): void {
    for (const counts of [this.#within, this.#across]) {
      for (const known of counts.keys()) if (known < unit) counts.delete(known);
    }
  }

  get size(): number {
    return this.#within.size + this.#across.size;
  }

  #twoFrom(unit: number): number {
    return (this.#within.get(unit) ?? 0) + (this.#within.get(unit + 1) ?? 0) + (this.#across.get(unit) ?? 0);
  }
}
