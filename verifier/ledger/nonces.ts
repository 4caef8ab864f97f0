/** A nonce is a key, times 2^64, plus how often the department used that key in the contract before. */
const SEQUENCE_BITS = 64n;
const SEQUENCE_MASK = (1n << SEQUENCE_BITS) - 1n;

export class Nonces {
  readonly #used = new Map<string, bigint>();

  /** False if this is not the next nonce under its key. */
  use(contract: string, department: string, nonce: bigint): boolean {
    const key = `${contract}${department}${(nonce >> SEQUENCE_BITS).toString(36)}`;
    const next = this.#used.get(key) ?? 0n;
    if ((nonce & SEQUENCE_MASK) !== next) return false;
    this.#used.set(key, next + 1n);
    return true;
  }
}
