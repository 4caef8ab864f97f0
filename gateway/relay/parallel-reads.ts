import { GatewayError } from '../errors.ts';

/** Reads of one department under way at once; more would let one department starve the others. */
export const MAX_PARALLEL_READS = 8;

/** Connections of one source that one department may hold: half of them, and never the last of several. */
export function sourceShare(maxConnections: number): number {
  return Math.max(1, Math.floor(maxConnections / 2));
}

/** Counts the reads under way, by department or by department and source. */
export class ParallelReads {
  readonly #counts = new Map<string, number>();

  /**
   * Takes one of `most` places; call the returned function once, when the read has ended.
   * @throws GatewayError TOO_MANY_REQUESTS
   */
  enter(key: string, most: number): () => void {
    const count = this.#counts.get(key) ?? 0;
    if (count >= most) throw new GatewayError('TOO_MANY_REQUESTS', `At most ${String(most)} reads at once`);
    this.#counts.set(key, count + 1);
    return () => {
      const left = (this.#counts.get(key) ?? 1) - 1;
      if (left > 0) this.#counts.set(key, left);
      else this.#counts.delete(key);
    };
  }
}
