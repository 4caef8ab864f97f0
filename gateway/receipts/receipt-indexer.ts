import type { IndexPlace, IndexedReceipt, ReceiptIndex, SaltedReceipt } from '../stores/receipt-index.ts';

const MAX_BATCH = 500;
/** A commit of the index stops this process for a moment (SQLite), so many receipts share one; nobody waits for it. */
const DELAY_MS = 25;
const RETRY_MS = 1_000;

/** A complete receipt that is durable in the journal; `end` is where the next line begins. */
export interface PendingReceipt extends IndexedReceipt {
  readonly end: IndexPlace;
}

/**
 * Brings what the journal holds into the index, in order and behind the answers. What cannot be written stays here,
 * can be found here, and is tried again; a crash loses nothing, since the journal is read from the cursor on.
 */
export class ReceiptIndexer {
  readonly #index: ReceiptIndex;
  readonly #journal: string;
  readonly #onProblem: (error: unknown) => void;
  readonly #pending = new Map<string, PendingReceipt>();
  #running: Promise<void> | null = null;
  #timer: NodeJS.Timeout | null = null;
  #isStopped = false;

  constructor(index: ReceiptIndex, journal: string, onProblem: (error: unknown) => void) {
    this.#index = index;
    this.#journal = journal;
    this.#onProblem = onProblem;
  }

  /** Receipts that are not in the index yet. */
  get backlog(): number {
    return this.#pending.size;
  }

  add(pending: PendingReceipt): void {
    this.#pending.set(pending.receipt.receiptId, pending);
    this.#startAfter(DELAY_MS);
  }

  find(receiptId: string): SaltedReceipt | null {
    const pending = this.#pending.get(receiptId);
    return pending === undefined ? null : { receipt: pending.receipt, contentSalt: pending.contentSalt };
  }

  /** Writes now what is pending; resolves when it is written, or an attempt has failed. */
  async flush(): Promise<void> {
    this.#clearTimer();
    this.#running ??= this.#run();
    await this.#running;
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    await this.flush();
    this.#clearTimer();
  }

  #startAfter(delayMs: number): void {
    if (this.#isStopped || this.#timer !== null || this.#running !== null) return;
    this.#timer = setTimeout(() => void this.flush(), delayMs);
  }

  #clearTimer(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
  }

  async #run(): Promise<void> {
    // Lets the caller note the promise before it is forgotten below.
    await Promise.resolve();
    let isWritable = true;
    while (isWritable && this.#pending.size > 0) {
      isWritable = await this.#write([...this.#pending.values()].slice(0, MAX_BATCH));
    }
    this.#running = null;
    if (!isWritable) this.#startAfter(RETRY_MS);
  }

  async #write(batch: readonly PendingReceipt[]): Promise<boolean> {
    const last = batch.at(-1);
    if (last === undefined) return true;
    try {
      await this.#index.add(this.#journal, batch, last.end);
    } catch (error) {
      this.#onProblem(error);
      return false;
    }
    for (const { receipt } of batch) this.#pending.delete(receipt.receiptId);
    return true;
  }
}
