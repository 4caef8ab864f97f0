/** A decoded word: small numbers as number, uint64 and uint256 as bigint, all bytes as lower-case hex. */
export type Value = number | bigint | string;

/** Decoded members by name. Which ones there are stands in the tables, so a missing one is a mistake of this program. */
export class Values {
  readonly #values: ReadonlyMap<string, Value>;

  constructor(values: ReadonlyMap<string, Value>) {
    this.#values = values;
  }

  has(name: string): boolean {
    return this.#values.has(name);
  }

  get(name: string): Value | undefined {
    return this.#values.get(name);
  }

  hex(name: string): string {
    const value = this.#values.get(name);
    if (typeof value !== 'string') throw new TypeError(`${name} is no bytes`);
    return value;
  }

  small(name: string): number {
    const value = this.#values.get(name);
    if (typeof value !== 'number') throw new TypeError(`${name} is no small number`);
    return value;
  }

  big(name: string): bigint {
    const value = this.#values.get(name);
    if (typeof value !== 'bigint') throw new TypeError(`${name} is no number`);
    return value;
  }
}
