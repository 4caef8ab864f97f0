import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Why receipts cannot be relied on. BEHIND: not anchored for too long. FORKED: the ledger has another history under the
 * key of this gateway; REVOKED: has the gateway no more; TAKEN: has the key for another account. UNKNOWN: since it
 * started, this gateway has not learned yet what the ledger has of its log.
 */
export const AUDIT_PROBLEMS = ['BEHIND', 'FORKED', 'REVOKED', 'TAKEN', 'UNKNOWN'] as const;
export type AuditProblem = (typeof AUDIT_PROBLEMS)[number];

/** When anchoring has failed for this long, the gateway stops serving (DESIGN.md 5). */
export const AUDIT_GRACE_SECONDS = 4 * 3_600;

/** Whether the receipts of this gateway are anchored soon enough. Times in Unix seconds. */
export class AuditStanding {
  readonly #graceSeconds: number;
  #oldest: number | null;
  #problem: Exclude<AuditProblem, 'BEHIND'> | null = 'UNKNOWN';
  readonly #known = Promise.withResolvers<true>();

  /**
   * @param oldest when the first receipt of all was complete; null for none. What the ledger has is not known at first:
   * until then nothing counts as anchored.
   */
  constructor(oldest: number | null, graceSeconds = AUDIT_GRACE_SECONDS) {
    this.#oldest = oldest;
    this.#graceSeconds = graceSeconds;
  }

  /** A receipt is complete. */
  completed(closedAt: number): void {
    this.#oldest ??= closedAt;
  }

  /** @param oldest when the first receipt that the ledger does not have was complete; null for none */
  anchored(oldest: number | null): void {
    this.#problem = null;
    this.#oldest = oldest;
    this.#known.resolve(true);
  }

  refuse(problem: 'FORKED' | 'REVOKED' | 'TAKEN'): void {
    this.#problem = problem;
    this.#known.resolve(true);
  }

  get isKnown(): boolean {
    return this.#problem !== 'UNKNOWN';
  }

  /** Resolves once it is known what the ledger has, or after `timeoutMs`. */
  async whenKnown(timeoutMs: number): Promise<void> {
    if (this.isKnown) return;
    const end = new AbortController();
    const late = sleep(timeoutMs, undefined, { signal: end.signal, ref: false }).catch(() => undefined);
    await Promise.race([this.#known.promise, late]);
    end.abort();
  }

  /**
   * Whether this log may be the one that the ledger has: a head that is signed before that is known, or of another
   * history, could convict the gateway of keeping two. What another account anchored under the key says nothing of that.
   */
  get maySign(): boolean {
    return this.#problem === null || this.#problem === 'REVOKED';
  }

  /** Seconds since the oldest receipt that is not anchored was complete; 0 for none. */
  behindSeconds(now: number): number {
    return this.#oldest === null ? 0 : Math.max(0, now - this.#oldest);
  }

  /** Why no answer may begin; null while one may. A time that is no number denies. */
  problem(now: number): AuditProblem | null {
    if (this.#problem !== null) return this.#problem;
    if (!Number.isFinite(now)) return 'BEHIND';
    return this.behindSeconds(now) <= this.#graceSeconds ? null : 'BEHIND';
  }
}
