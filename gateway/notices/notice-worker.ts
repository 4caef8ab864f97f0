import type { DepartmentId } from '../../ledger/ids.ts';
import type { NoticeRow, NoticeStore } from './notice-store.ts';
import { LONGEST_ATTEMPT_MS, type SendProblem } from './notice-sender.ts';

/** What the worker needs of a NoticeSender. */
export interface Sender {
  send(id: string, body: string, now: number, signal: AbortSignal): Promise<SendProblem>;
}

export interface NoticeWorkerOptions {
  readonly store: NoticeStore;
  readonly senders: ReadonlyMap<DepartmentId, Sender>;
  /** Called with what a pass could not do; the pass is repeated. */
  readonly onProblem: (error: unknown) => void;
  readonly onSettled: (result: 'delivered' | 'failed', notice: NoticeRow, problem: SendProblem) => void;
  readonly nowMs?: () => number;
  readonly random?: () => number;
  readonly pollMs?: number;
  readonly maxInFlight?: number;
  readonly firstBackoffMs?: number;
  readonly longestBackoffMs?: number;
  readonly giveUpAfterMs?: number;
  /** How long a notice is left alone once an attempt began: longer than any can take. */
  readonly claimMs?: number;
  /** How long attempts under way may take to end once the worker is told to stop. */
  readonly stopMs?: number;
}

const DEFAULTS = {
  nowMs: Date.now,
  random: Math.random,
  pollMs: 1_000,
  maxInFlight: 16,
  firstBackoffMs: 1_000,
  longestBackoffMs: 3_600_000,
  giveUpAfterMs: 3 * 86_400_000,
  claimMs: LONGEST_ATTEMPT_MS,
  stopMs: 2_000,
};
/** A receiver that hangs must leave room for the others. */
export const MAX_PER_RECIPIENT = 2;

/**
 * Sends queued notices, each until its receiver has taken it or three days are over. Only rows of the table count: a
 * worker that dies is followed by one that goes on, and a receiver may get a notice twice, under the same id.
 */
export class NoticeWorker {
  readonly #options: Required<NoticeWorkerOptions>;
  readonly #inFlight = new Map<string, Promise<void>>();
  readonly #busy = new Map<DepartmentId, number>();
  readonly #abort = new AbortController();
  #running: Promise<void> | null = null;
  #stopping = false;
  #wake: (() => void) | null = null;
  #isWoken = false;

  constructor(options: NoticeWorkerOptions) {
    this.#options = { ...DEFAULTS, ...options };
  }

  start(): void {
    if (this.#options.senders.size > 0) this.#running ??= this.#run();
  }

  /** Ends after the attempts under way, which are cut when they take too long and tried again at the next start. */
  async stop(): Promise<void> {
    this.#stopping = true;
    this.wake();
    await this.#running;
    const cut = setTimeout(() => this.#abort.abort(), this.#options.stopMs);
    await Promise.all(this.#inFlight.values());
    clearTimeout(cut);
  }

  /** Something was queued. */
  wake(): void {
    this.#isWoken = true;
    this.#wake?.();
  }

  async #run(): Promise<void> {
    while (!this.#stopping) {
      this.#isWoken = false;
      try {
        await this.#pass();
      } catch (error) {
        this.#options.onProblem(error);
      }
      await this.#pause();
    }
  }

  /** Until woken, or the poll time is over. */
  #pause(): Promise<void> {
    if (this.#isWoken) return Promise.resolve();
    return new Promise((resolve) => {
      const done = (): void => {
        clearTimeout(timer);
        this.#wake = null;
        resolve();
      };
      const timer = setTimeout(done, this.#options.pollMs);
      this.#wake = done;
    });
  }

  async #pass(): Promise<void> {
    const { store, senders, maxInFlight, claimMs, nowMs } = this.#options;
    // Those with the fewest attempts under way first, so that no order of the configuration starves anybody.
    const waiting = [...senders].sort(([left], [right]) => this.#busyOf(left) - this.#busyOf(right));
    for (const [recipient, sender] of waiting) {
      const room = Math.min(MAX_PER_RECIPIENT - this.#busyOf(recipient), maxInFlight - this.#inFlight.size);
      if (room <= 0) continue;
      for (const row of await store.due(recipient, nowMs(), room)) {
        if (this.#stopping) return;
        if (await store.claim(row, nowMs() + claimMs)) this.#begin(recipient, sender, row);
      }
    }
  }

  #busyOf(recipient: DepartmentId): number {
    return this.#busy.get(recipient) ?? 0;
  }

  #begin(recipient: DepartmentId, sender: Sender, row: NoticeRow): void {
    this.#busy.set(recipient, this.#busyOf(recipient) + 1);
    const attempt = this.#attempt(sender, row)
      .catch(this.#options.onProblem)
      .finally(() => {
        this.#inFlight.delete(row.id);
        this.#busy.set(recipient, this.#busyOf(recipient) - 1);
        this.wake();
      });
    this.#inFlight.set(row.id, attempt);
  }

  async #attempt(sender: Sender, row: NoticeRow): Promise<void> {
    const { store, nowMs, giveUpAfterMs, onSettled } = this.#options;
    const problem = await sender.send(row.id, row.body, Math.floor(nowMs() / 1000), this.#abort.signal);
    if (problem === null) {
      await store.delivered(row.id, nowMs());
      onSettled('delivered', row, null);
    } else if (nowMs() - row.createdAtMs >= giveUpAfterMs) {
      await store.givenUp(row.id, nowMs());
      onSettled('failed', row, problem);
    } else {
      await store.tryAgain(row.id, nowMs() + this.#backoffMs(row.attempts));
    }
  }

  /** Twice as long each time, less up to half of it: receivers that come back are not met by all at once. */
  #backoffMs(attempts: number): number {
    const { firstBackoffMs, longestBackoffMs, random } = this.#options;
    const longest = Math.min(firstBackoffMs * 2 ** (attempts + 1), longestBackoffMs);
    return Math.ceil(longest / 2 + (random() * longest) / 2);
  }
}
