import { describe, expect, it } from 'vitest';

import { Nonces } from '../../../verifier/ledger/nonces.ts';
import { Timeline } from '../../../verifier/ledger/timeline.ts';
import { Values } from '../../../verifier/ledger/values.ts';

describe('Timeline', () => {
  it('has the value of each block that has passed, and none before the first', () => {
    const line = new Timeline(10, 'a');
    for (const [block, value] of [
      [12, 'b'],
      [13, 'c'],
      [20, 'd'],
      [21, 'e'],
    ] as const) {
      line.set(block, value);
    }

    const values = [0, 9, 10, 11, 12, 13, 14, 19, 20, 21, 1_000].map((block) => line.at(block));

    expect(values).toEqual([undefined, undefined, 'a', 'a', 'b', 'c', 'c', 'c', 'd', 'e', 'e']);
    expect(line.now).toBe('e');
  });

  it('has what was last in a block', () => {
    const line = new Timeline(10, 'a');
    line.set(10, 'b');
    line.set(11, 'c');
    line.set(11, 'd');
    expect([line.at(9), line.at(10), line.at(11), line.now]).toEqual([undefined, 'b', 'd', 'd']);
  });
});

describe('Nonces', () => {
  it('are counted for each contract, department and key, from 0 on', () => {
    const nonces = new Nonces();
    const key = 1n << 64n;
    expect(nonces.use('A', 'x', 1n)).toBe(false);
    expect(nonces.use('A', 'x', 0n)).toBe(true);
    expect(nonces.use('A', 'x', 0n)).toBe(false);
    expect(nonces.use('A', 'x', 2n)).toBe(false);
    expect(nonces.use('A', 'x', 1n)).toBe(true);
    expect(nonces.use('A', 'y', 0n)).toBe(true);
    expect(nonces.use('B', 'x', 0n)).toBe(true);
    expect(nonces.use('A', 'x', key + 2n)).toBe(false);
    expect(nonces.use('A', 'x', key)).toBe(true);
    expect(nonces.use('A', 'x', 35n * key)).toBe(true);
    expect(nonces.use('A', 'x', 36n * key)).toBe(true);
    expect(nonces.use('A', 'x', 2n)).toBe(true);
    expect(nonces.use('A', 'x', key + 1n)).toBe(true);
  });
});

describe('Values', () => {
  const values = new Values(
    new Map<string, number | bigint | string>([
      ['small', 1],
      ['big', 2n],
      ['hex', '0x03'],
    ]),
  );

  it('gives members by their type', () => {
    expect([values.small('small'), values.big('big'), values.hex('hex')]).toEqual([1, 2n, '0x03']);
    expect([values.has('hex'), values.has('none'), values.get('none')]).toEqual([true, false, undefined]);
  });

  it.each(['small', 'big', 'hex', 'none'] as const)('gives %s as nothing else', (name) => {
    if (name !== 'small') expect(() => values.small(name)).toThrow(TypeError);
    if (name !== 'big') expect(() => values.big(name)).toThrow(TypeError);
    if (name !== 'hex') expect(() => values.hex(name)).toThrow(TypeError);
  });
});
