import type { GrantId } from '../../ledger/ids.ts';
import { linkReceipt, receiptHash } from '../../ledger/receipts/receipt.ts';
import type { AccessReceipt, ChainEnd, UnlinkedReceipt } from '../../ledger/receipts/receipt.ts';

/** Grants whose chains are remembered; beyond it those that nobody holds are forgotten and looked up again. */
const MAX_REMEMBERED = 100_000;

export interface GrantChainsOptions {
  /** The last receipt of a grant in this journal, as far as the index knows; null for none. */
  readonly lookUp: (grantId: GrantId) => Promise<AccessReceipt | null>;
  /** Whether the index knows all that the journal holds. */
  readonly isIndexed: () => boolean;
  readonly maxRemembered?: number;
}

/**
 * Where the chain of each grant ends. A chain is held from before its receipt is opened until it is written, so that
 * nothing has to be looked up, and can fail, while a line is being written.
 */
export class GrantChains {
  readonly #options: GrantChainsOptions;
  readonly #ends = new Map<GrantId, ChainEnd | null>();
  readonly #held = new Map<GrantId, number>();

  constructor(options: GrantChainsOptions) {
    this.#options = options;
  }

  /** @throws GatewayError STORE_FAILED when the end of the chain cannot be looked up; then nothing is held */
  async hold(grantId: GrantId | null): Promise<void> {
    if (grantId === null) return;
    this.#held.set(grantId, (this.#held.get(grantId) ?? 0) + 1);
    if (this.#ends.has(grantId)) return;
    try {
      const last = await this.#options.lookUp(grantId);
      // Meanwhile another call may have looked it up too, and gone on.
      if (!this.#ends.has(grantId)) this.#ends.set(grantId, last === null ? null : endOf(last));
    } catch (error) {
      this.release(grantId);
      throw error;
    }
  }

  release(grantId: GrantId | null): void {
    if (grantId === null) return;
    const left = (this.#held.get(grantId) ?? 1) - 1;
    if (left > 0) this.#held.set(grantId, left);
    else this.#held.delete(grantId);
    this.#forgetSome();
  }

  /** Gives a receipt the next place in the chain of its grant, which must be held. Receipts are linked as they are written. */
  link(receipt: UnlinkedReceipt): AccessReceipt {
    const { grantId } = receipt;
    const linked = linkReceipt(receipt, grantId === null ? null : (this.#ends.get(grantId) ?? null));
    if (grantId !== null) this.#ends.set(grantId, endOf(linked));
    return linked;
  }

  #forgetSome(): void {
    const { isIndexed, maxRemembered = MAX_REMEMBERED } = this.#options;
    if (this.#ends.size <= maxRemembered || !isIndexed()) return;
    for (const grantId of this.#ends.keys()) if (!this.#held.has(grantId)) this.#ends.delete(grantId);
  }
}

function endOf(receipt: AccessReceipt): ChainEnd | null {
  return receipt.sequence === null ? null : { sequence: receipt.sequence, hash: receiptHash(receipt) };
}
