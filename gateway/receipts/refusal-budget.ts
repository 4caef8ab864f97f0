import type { DepartmentId } from '../../ledger/ids.ts';

/** Refusals of one department that may leave a receipt at once (an hour's worth), and how many more may each second. */
export const REFUSAL_BURST = 3_600;
const REFUSALS_PER_SECOND = 1;

interface Budget {
  left: number;
  /** Unix seconds up to which `left` has grown. */
  at: number;
  suppressed: number;
}

/**
 * Bounds what one department can write to the journal by reads that are refused: each receipt is durable for years.
 * Refusals beyond the budget are counted for the next receipt of the department; a crash loses that count.
 */
export class RefusalBudget {
  readonly #budgets = new Map<DepartmentId, Budget>();

  /** True when the refusal is to have a receipt of its own; otherwise it has been counted. `now` in Unix seconds. */
  spend(department: DepartmentId, now: number): boolean {
    const budget = this.#budgets.get(department) ?? { left: REFUSAL_BURST, at: now, suppressed: 0 };
    this.#budgets.set(department, budget);
    budget.left = Math.min(REFUSAL_BURST, budget.left + Math.max(0, now - budget.at) * REFUSALS_PER_SECOND);
    budget.at = Math.max(budget.at, now);
    const isLeft = budget.left >= 1;
    if (isLeft) budget.left -= 1;
    else budget.suppressed += 1;
    return isLeft;
  }

  /** Writes a receipt with the refusals that it is to name; if it cannot be written, the next one names them. */
  async report<Result>(department: DepartmentId, write: (suppressed: number) => Promise<Result>): Promise<Result> {
    const budget = this.#budgets.get(department);
    if (budget === undefined) return await write(0);
    const { suppressed } = budget;
    budget.suppressed = 0;
    try {
      return await write(suppressed);
    } catch (error) {
      budget.suppressed += suppressed;
      throw error;
    }
  }
}
