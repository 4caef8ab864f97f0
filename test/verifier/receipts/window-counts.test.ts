import { describe, expect, it } from 'vitest';

import { WindowCounts } from '../../../verifier/receipts/window-counts.ts';

describe('WindowCounts', () => {
  it('counts in one unit, and in the fuller pair around it', () => {
    const counts = new WindowCounts();
    expect(counts.take(7, 7, 3)).toEqual({ one: 3, two: 3 });
    expect(counts.take(9, 9, 1)).toEqual({ one: 1, two: 1 });
    expect(counts.take(8, 8, 2)).toEqual({ one: 2, two: 5 });
    expect(counts.take(9, 9, 5)).toEqual({ one: 6, two: 8 });
  });

  it('counts what lies across two for both of them together', () => {
    const counts = new WindowCounts();
    counts.take(7, 7, 3);
    expect(counts.take(7, 8, 2)).toEqual({ one: 0, two: 5 });
    expect(counts.take(8, 8, 1)).toEqual({ one: 1, two: 6 });
    expect(counts.take(7, 9, 100)).toEqual({ one: 0, two: 0 });
  });

  it('forgets', () => {
    const counts = new WindowCounts();
    for (const unit of [6, 7, 8]) counts.take(unit, unit, 1);
    counts.take(6, 7, 1);
    counts.forgetBefore(7);
    expect(counts.size).toBe(2);
    expect(counts.take(7, 7, 1)).toEqual({ one: 2, two: 3 });
  });
});
