import { storeFailed } from './store-failed.ts';

export interface GroupCommitOptions<Job, Result> {
  /** Completes "Could not ..." when there is no room. */
  readonly action: string;
  /** Makes a batch durable and answers each job in its place; a rejection rejects every job of the batch. */
  readonly commit: (jobs: readonly Job[]) => Promise<readonly Result[]>;
  readonly maxBatch: number;
  /** More waiting jobs than this are refused at once. */
  readonly maxWaiting: number;
}

interface Waiting<Job, Result> {
  readonly job: Job;
  readonly resolve: (result: Result) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * One commit for all that waits: the next begins when the previous has ended. Under no load a job is committed at
 * once, under load batches grow by themselves; a timer would only add latency (measured, see docs).
 */
export class GroupCommit<Job, Result> {
  readonly #options: GroupCommitOptions<Job, Result>;
  #waiting: Waiting<Job, Result>[] = [];
  #running: Promise<void> | null = null;

  constructor(options: GroupCommitOptions<Job, Result>) {
    this.#options = options;
  }

  get waiting(): number {
    return this.#waiting.length;
  }

  /** @throws GatewayError STORE_FAILED when too many wait, else what `commit` throws */
  submit(job: Job): Promise<Result> {
    if (this.#waiting.length >= this.#options.maxWaiting) {
      return Promise.reject(storeFailed(this.#options.action, 'too much work is waiting'));
    }
    const answer = new Promise<Result>((resolve, reject) => {
      this.#waiting.push({ job, resolve, reject });
    });
    this.#running ??= this.#run();
    return answer;
  }

  /** Resolves when nothing is waiting or under way; what was submitted has been answered by then. */
  async idle(): Promise<void> {
    await this.#running;
  }

  async #run(): Promise<void> {
    // Jobs submitted in this turn of the event loop join the first batch.
    await Promise.resolve();
    while (this.#waiting.length > 0) {
      const batch = this.#waiting.splice(0, this.#options.maxBatch);
      await this.#commit(batch);
    }
    this.#running = null;
  }

  async #commit(batch: readonly Waiting<Job, Result>[]): Promise<void> {
    try {
      const results = await this.#options.commit(batch.map(({ job }) => job));
      for (const [index, { resolve, reject }] of batch.entries()) {
        const result = results[index];
        if (result === undefined) reject(storeFailed(this.#options.action, 'the commit gave no answer'));
        else resolve(result);
      }
    } catch (error) {
      for (const { reject } of batch) reject(error);
    }
  }
}
