import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { RepeatedPass } from '../../../gateway/log/repeated-pass.ts';

const EVERY_MS = 1_000;

let begun: number;
let problems: unknown[];
/** Ends the pass under way; null while none is to wait. */
let held: PromiseWithResolvers<undefined> | null;
let failure: Error | null;
let passes: RepeatedPass;

beforeEach(() => {
  vi.useFakeTimers();
  [begun, problems, held, failure] = [0, [], null, null];
  const work = async (): Promise<void> => {
    begun += 1;
    await held?.promise;
    if (failure !== null) throw failure;
  };
  passes = new RepeatedPass({ work, everyMs: EVERY_MS, onProblem: (error) => problems.push(error) });
});
afterEach(async () => {
  await passes.stop();
  vi.useRealTimers();
});

describe('RepeatedPass', () => {
  it('does nothing before it is started, then begins at once, and once', async () => {
    await vi.advanceTimersByTimeAsync(10 * EVERY_MS);
    expect(begun).toBe(0);
    passes.start();
    passes.start();
    await vi.advanceTimersByTimeAsync(0);
    expect(begun).toBe(1);
  });

  it('waits from the end of a pass to the next, whatever became of it', async () => {
    held = Promise.withResolvers();
    passes.start();
    await vi.advanceTimersByTimeAsync(5 * EVERY_MS);
    expect(begun).toBe(1);
    failure = new RangeError('refused');
    held.resolve(undefined);
    await vi.advanceTimersByTimeAsync(EVERY_MS - 1);
    expect([begun, problems]).toEqual([1, [failure]]);
    await vi.advanceTimersByTimeAsync(1);
    expect(begun).toBe(2);
  });

  it('makes one pass for all who ask while it is under way, and counts from its end', async () => {
    passes.start();
    await vi.advanceTimersByTimeAsync(EVERY_MS / 2);
    held = Promise.withResolvers();
    const asked = [passes.pass(), passes.pass()];
    await vi.advanceTimersByTimeAsync(EVERY_MS / 2);
    expect(begun).toBe(2);
    held.resolve(undefined);
    await Promise.all(asked);
    await vi.advanceTimersByTimeAsync(EVERY_MS - 1);
    expect(begun).toBe(2);
    await vi.advanceTimersByTimeAsync(1);
    expect(begun).toBe(3);
  });

  it('stops between two passes, and after the one under way', async () => {
    passes.start();
    await vi.advanceTimersByTimeAsync(EVERY_MS);
    held = Promise.withResolvers();
    await vi.advanceTimersByTimeAsync(EVERY_MS);
    let isStopped = false;
    const stopping = passes.stop().then(() => (isStopped = true));
    await vi.advanceTimersByTimeAsync(EVERY_MS);
    expect([begun, isStopped]).toEqual([3, false]);
    held.resolve(undefined);
    await stopping;
    passes.start();
    await vi.advanceTimersByTimeAsync(10 * EVERY_MS);
    expect([begun, vi.getTimerCount()]).toEqual([3, 0]);
  });
});
