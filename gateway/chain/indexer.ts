import type { LedgerIndex } from '../stores/ledger-index.ts';
import type { AppliedBlock, Follower } from './follower.ts';

/**
 * Writes the followed events into the index, in their order and one block at a time. What could not be written is
 * written with the next block, so that the index never has a hole.
 */
export class Indexer {
  readonly #index: LedgerIndex;
  readonly #onProblem: (error: unknown) => void;
  #tail: Promise<void> = Promise.resolve();
  #missed: AppliedBlock['events'] = [];
  #mustClear = false;

  constructor(index: LedgerIndex, onProblem: (error: unknown) => void) {
    this.#index = index;
    this.#onProblem = onProblem;
  }

  follow(follower: Follower): void {
    follower.onApplied((applied) => {
      this.#tail = this.#tail.then(async () => {
        await this.#write(applied);
      });
    });
  }

  /** Resolves when all that was applied before this call is in the index, or has failed and will be tried again. */
  async whenWritten(): Promise<void> {
    await this.#tail;
  }

  async #write({ block, events, rebuilt }: AppliedBlock): Promise<void> {
    const pending = rebuilt ? events : [...this.#missed, ...events];
    this.#mustClear ||= rebuilt;
    try {
      if (this.#mustClear) await this.#index.clear();
      this.#mustClear = false;
      await this.#index.apply({ blockNumber: block.number, blockHash: block.hash }, pending);
      this.#missed = [];
    } catch (error) {
      this.#missed = pending;
      this.#onProblem(error);
    }
  }
}
