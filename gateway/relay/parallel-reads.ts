import type { DepartmentId } from '../../ledger/ids.ts';
import { GatewayError } from '../errors.ts';

/** Reads of one department under way at once; more would let one department starve the others. */
export const MAX_PARALLEL_READS = 8;

/** Counts the reads under way, by department. */
export class ParallelReads {
  readonly #counts = new Map<DepartmentId, number>();

  /**
   * Takes a place; call the returned function once, when the read has ended.
   * @throws GatewayError TOO_MANY_REQUESTS
   */
  enter(department: DepartmentId): () => void {
    const count = this.#counts.get(department) ?? 0;
    if (count >= MAX_PARALLEL_READS) {
      throw new GatewayError('TOO_MANY_REQUESTS', `At most ${String(MAX_PARALLEL_READS)} reads at once`);
    }
    this.#counts.set(department, count + 1);
    return () => {
      const left = (this.#counts.get(department) ?? 1) - 1;
      if (left > 0) this.#counts.set(department, left);
      else this.#counts.delete(department);
    };
  }
}
