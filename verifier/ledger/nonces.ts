/** A nonce is a key, times 2^64, plus how often the department used that key in the contract before. */
const SEQUENCE_BITS = 64n;
const KEY_RADIX = 36;
const SEQUENCE_MASK = (1n << SEQUENCE_BITS) - 1n;

export class Nonces {
  /** By contract and department: an account may use millions of keys. */
  readonly #used = new Map<string, Map<string, number>>();

  /** False if this is not the next nonce under its key. */
  use(contract: string, department: string, nonce: bigint): boolean {
    const key = (nonce >> SEQUENCE_BITS).toString(KEY_RADIX);
    const account = `${contract}${department}`;
    let used = this.#used.get(account);
    if (used === undefined) this.#used.set(account, (used = new Map<string, number>()));
    const next = used.get(key) ?? 0;
    if ((nonce & SEQUENCE_MASK) !== BigInt(next)) return false;
    used.set(key, next + 1);
    return true;
  }
}
