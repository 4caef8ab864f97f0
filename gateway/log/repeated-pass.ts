export interface RepeatedPassOptions {
  readonly work: () => Promise<void>;
  /** From the end of one pass to the begin of the next. */
  readonly everyMs: number;
  readonly onProblem: (error: unknown) => void;
}

/** Work that is done again and again, never twice at once, whatever became of it. */
export class RepeatedPass {
  readonly #options: RepeatedPassOptions;
  #running: Promise<void> | null = null;
  #timer: NodeJS.Timeout | null = null;
  #isStopped = false;

  constructor(options: RepeatedPassOptions) {
    this.#options = options;
  }

  start(): void {
    this.#passAfter(0);
  }

  /** Resolves when a pass under way has ended. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#clearTimer();
    await this.#running;
  }

  /** One pass now, or the one under way; resolves when it has ended or failed. */
  async pass(): Promise<void> {
    this.#clearTimer();
    this.#running ??= this.#run();
    await this.#running;
  }

  #passAfter(delayMs: number): void {
    if (this.#isStopped || this.#timer !== null || this.#running !== null) return;
    this.#timer = setTimeout(() => void this.pass(), delayMs);
  }

  #clearTimer(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
  }

  async #run(): Promise<void> {
    // Lets the caller note the promise before it is forgotten below.
    await Promise.resolve();
    try {
      await this.#options.work();
    } catch (error) {
      this.#options.onProblem(error);
    }
    this.#running = null;
    this.#passAfter(this.#options.everyMs);
  }
}
