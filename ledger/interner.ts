/** Numbers the distinct pairs of an id and a qualifier from 0, so that a table can hold four bytes instead of them. */
export class Interner<Text extends string, Qualifier extends number | null> {
  readonly #numbers = new Map<string, number>();
  readonly #values: { readonly text: Text; readonly qualifier: Qualifier }[] = [];

  /** The number of the pair, a new one if it was not seen before. */
  intern(text: Text, qualifier: Qualifier): number {
    const key = qualifier === null ? text : `${text}:${String(qualifier)}`;
    const known = this.#numbers.get(key);
    if (known !== undefined) return known;
    const number = this.#values.length;
    this.#values.push({ text, qualifier });
    this.#numbers.set(key, number);
    return number;
  }

  /** @throws RangeError for a number that {@link Interner.intern} never gave out. */
  valueOf(number: number): { readonly text: Text; readonly qualifier: Qualifier } {
    const value = this.#values[number];
    if (value === undefined) throw new RangeError('No such interned value');
    return value;
  }
}
