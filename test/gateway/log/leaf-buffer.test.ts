import { describe, expect, it } from 'vitest';

import { LeafBuffer } from '../../../gateway/log/leaf-buffer.ts';
import { leaf } from './log-fixture.ts';

const textsOf = (buffer: LeafBuffer): string[] => [...buffer.take()].map((bytes) => Buffer.from(bytes).toString());
const texts = (...numbers: readonly number[]): string[] =>
  numbers.map((number) => Buffer.from(leaf(number).bytes).toString());

describe('LeafBuffer', () => {
  it('gives each leaf once, in order, up to the first that is missing', () => {
    const buffer = new LeafBuffer(2, 2);
    for (const number of [3, 2, 5, 2]) buffer.add(leaf(number));
    expect(textsOf(buffer)).toEqual(texts(2, 3));
    expect(textsOf(buffer)).toEqual([]);
    buffer.add(leaf(4));
    expect(textsOf(buffer)).toEqual(texts(4, 5));
    expect(buffer.told).toBe(6);
  });

  it('takes no more than it has room for, and remembers how many there are', () => {
    const buffer = new LeafBuffer(0, 0, 2);
    for (const number of [0, 1, 2, 3]) buffer.add(leaf(number));
    expect(textsOf(buffer)).toEqual(texts(0, 1));
    expect(buffer.told).toBe(4);
    buffer.add(leaf(3));
    buffer.skipTo(3);
    expect(textsOf(buffer)).toEqual(texts(3));
  });

  it('knows of those that were there before it', () => {
    expect(new LeafBuffer(0, 7).told).toBe(7);
  });
});
