import { setTimeout as sleep } from 'node:timers/promises';

/** The calls under way: one whose client has left still has its end to record. */
export class RunningCalls {
  readonly #running = new Set<Promise<unknown>>();

  get size(): number {
    return this.#running.size;
  }

  /** Passes the work on, and knows of it until it has ended. */
  track<Result>(work: Promise<Result>): Promise<Result> {
    this.#running.add(work);
    const forget = (): void => {
      this.#running.delete(work);
    };
    work.then(forget, forget);
    return work;
  }

  /** Resolves when no call is under way, or after `timeoutMs`; true when none is. */
  async idle(timeoutMs: number): Promise<boolean> {
    const timeout = new AbortController();
    const over = sleep(timeoutMs, null, { signal: timeout.signal }).catch(() => null);
    await Promise.race([Promise.allSettled(this.#running), over]);
    timeout.abort();
    return this.#running.size === 0;
  }
}
