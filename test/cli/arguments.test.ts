import { describe, expect, it } from 'vitest';

import { deadlineArgument } from '../../cli/arguments.ts';

describe('deadlineArgument', () => {
  it.each([
    ['2026-02-28', Date.UTC(2026, 1, 28, 16) / 1000],
    ['2028-02-29', Date.UTC(2028, 1, 29, 16) / 1000],
    ['1790211600', 1_790_211_600],
  ])('takes %s, the end of a day in Shanghai or seconds', (text, seconds) => {
    expect(deadlineArgument(text)).toBe(seconds);
  });

  it.each(['2026-02-29', '2026-02-30', '2026-04-31', '2026-13-01', '2026-00-10', 'tomorrow'])(
    'refuses %s, which is no day',
    (text) => {
      expect(() => deadlineArgument(text)).toThrow(expect.objectContaining({ code: 'commander.invalidArgument' }));
    },
  );
});
