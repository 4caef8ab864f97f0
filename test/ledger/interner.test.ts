import { describe, expect, it } from 'vitest';

import { Interner } from '../../ledger/interner.ts';

describe('Interner', () => {
  it('gives equal pairs one number, and others the next', () => {
    const interner = new Interner<string, number>();
    expect([
      interner.intern('a', 1),
      interner.intern('b', 1),
      interner.intern('a', 2),
      interner.intern('a', 1),
    ]).toEqual([0, 1, 2, 0]);
    expect(interner.valueOf(2)).toEqual({ text: 'a', qualifier: 2 });
  });

  it('works without qualifiers', () => {
    const interner = new Interner<string, null>();
    expect([interner.intern('a', null), interner.intern('a', null)]).toEqual([0, 0]);
    expect(interner.valueOf(0).text).toBe('a');
  });

  it('does not answer for a number that it never gave out', () => {
    expect(() => new Interner<string, null>().valueOf(0)).toThrow(RangeError);
  });
});
