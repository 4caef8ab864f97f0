import { setTimeout as sleep } from 'node:timers/promises';

import { describe, expect, it } from 'vitest';

import { GroupCommit } from '../../../gateway/stores/group-commit.ts';

const WORD = { action: 'count', maxBatch: 4, maxWaiting: 6 };

describe('GroupCommit', () => {
  it('commits what waits together, when the commit before has ended', async () => {
    const batches: number[][] = [];
    const commits = new GroupCommit<number, number>({
      ...WORD,
      commit: async (jobs) => {
        batches.push([...jobs]);
        await sleep(5);
        return jobs.map((job) => job * 2);
      },
    });
    const first = [1, 2].map((job) => commits.submit(job));
    await sleep(1);
    const second = [3, 4, 5, 6, 7].map((job) => commits.submit(job));
    expect(await Promise.all([...first, ...second])).toEqual([2, 4, 6, 8, 10, 12, 14]);
    expect(batches).toEqual([[1, 2], [3, 4, 5, 6], [7]]);
    await commits.idle();
    expect(await commits.submit(8)).toBe(16);
  });

  it('rejects a batch that fails, whole, and goes on with the next', async () => {
    const commits = new GroupCommit<number, number>({
      ...WORD,
      commit: (jobs) => (jobs.includes(1) ? Promise.reject(new RangeError('no')) : Promise.resolve([...jobs])),
    });
    const answers = await Promise.allSettled([1, 2, 3, 4, 5].map((job) => commits.submit(job)));
    expect(answers.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected', 'rejected', 'fulfilled']);
  });

  it('refuses at once what there is no room for, and what was not answered', async () => {
    const commits = new GroupCommit<number, number>({ ...WORD, commit: () => Promise.resolve([7]) });
    const answers = await Promise.allSettled([1, 2, 3, 4, 5, 6, 7].map((job) => commits.submit(job)));
    expect(answers[0]).toMatchObject({ status: 'fulfilled', value: 7 });
    expect(answers[1]).toMatchObject({ reason: { code: 'STORE_FAILED' } });
    expect(answers[6]).toMatchObject({ reason: { code: 'STORE_FAILED' } });
    expect(commits.waiting).toBe(0);
  });
});
