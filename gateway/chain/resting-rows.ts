interface Rest {
  /** When the node first refused the row; null for one that only waits for another. */
  readonly refusedSinceMs: number | null;
  readonly untilMs: number;
}

/** Queued rows that are passed over for a while, so that they hold back no others. */
export class RestingRows {
  readonly #restMs: number;
  readonly #rests = new Map<string, Rest>();

  constructor(restMs: number) {
    this.#restMs = restMs;
  }

  idsAt(nowMs: number): readonly string[] {
    return [...this.#rests].filter(([, { untilMs }]) => untilMs > nowMs).map(([id]) => id);
  }

  /** How long the node has been refusing the row. */
  refused(id: string, nowMs: number): number {
    const refusedSinceMs = this.#rests.get(id)?.refusedSinceMs ?? nowMs;
    this.#rests.set(id, { refusedSinceMs, untilMs: nowMs + this.#restMs });
    return nowMs - refusedSinceMs;
  }

  waits(id: string, nowMs: number): void {
    const refusedSinceMs = this.#rests.get(id)?.refusedSinceMs ?? null;
    this.#rests.set(id, { refusedSinceMs, untilMs: nowMs + this.#restMs });
  }

  /** The row rests no more, and whatever may have waited for it is asked about at once. */
  moved(id: string): void {
    if (!this.#rests.delete(id)) return;
    for (const [other, rest] of this.#rests) {
      if (rest.refusedSinceMs === null) this.#rests.delete(other);
    }
  }
}
