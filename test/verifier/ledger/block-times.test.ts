import { describe, expect, it } from 'vitest';

import { BlockTimes } from '../../../verifier/ledger/block-times.ts';

describe('BlockTimes', () => {
  it('knows nothing at first', () => {
    const times = new BlockTimes();
    expect([times.upTo(7), times.behind(7)]).toEqual([null, null]);
  });

  it('gives the times around a block', () => {
    const times = new BlockTimes();
    times.take(5, 50n);
    times.take(5, 50n);
    times.take(8, 80n);
    expect([4, 5, 7, 8, 9].map((block) => times.upTo(block))).toEqual([null, 50n, 50n, 80n, 80n]);
    expect([4, 5, 7, 8, 9].map((block) => times.behind(block))).toEqual([50n, 80n, 80n, null, null]);
  });
});
