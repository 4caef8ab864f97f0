import { describe, expect, it } from 'vitest';

import { REFUSAL_BURST, RefusalBudget } from '../../../gateway/receipts/refusal-budget.ts';
import { PROVIDER, REQUESTER } from '../stores/store-factory.ts';

const NOW = 1_000;

function spendAll(budget: RefusalBudget, now = NOW): void {
  for (let count = 0; count < REFUSAL_BURST; count += 1) budget.spend(REQUESTER, now);
}

const reported = async (budget: RefusalBudget): Promise<number> =>
  await budget.report(REQUESTER, (suppressed) => Promise.resolve(suppressed));

describe('RefusalBudget', () => {
  it('lets a burst have receipts, then one a second, for each department', () => {
    const budget = new RefusalBudget();
    const spend = (times: number, now: number) => Array.from({ length: times }, () => budget.spend(REQUESTER, now));
    expect(spend(REFUSAL_BURST, NOW)).not.toContain(false);
    expect(spend(2, NOW)).toEqual([false, false]);
    expect(budget.spend(PROVIDER, NOW)).toBe(true);
    expect(spend(2, NOW + 1)).toEqual([true, false]);
    expect(spend(REFUSAL_BURST + 1, NOW + 10_000).filter(Boolean)).toHaveLength(REFUSAL_BURST);
  });

  it('gives nothing when the clock goes back and forth', () => {
    const budget = new RefusalBudget();
    spendAll(budget);
    expect([NOW - 100, NOW].map((now) => budget.spend(REQUESTER, now))).toEqual([false, false]);
  });

  it('names what it suppressed in one receipt', async () => {
    const budget = new RefusalBudget();
    expect(await reported(budget)).toBe(0);
    spendAll(budget);
    for (let count = 0; count < 3; count += 1) budget.spend(REQUESTER, NOW);
    expect([await reported(budget), await reported(budget)]).toEqual([3, 0]);
  });

  it('names it in the next one when a receipt could not be written', async () => {
    const budget = new RefusalBudget();
    spendAll(budget);
    budget.spend(REQUESTER, NOW);
    const failing = budget.report(REQUESTER, () => Promise.reject(new RangeError('disk')));
    budget.spend(REQUESTER, NOW);
    await expect(failing).rejects.toBeInstanceOf(RangeError);
    expect(await reported(budget)).toBe(2);
  });
});
