import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { Frontier } from '../../../ledger/log/frontier.ts';
import { EMPTY_ROOT, isSameHash } from '../../../ledger/log/merkle-tree.ts';
import { rootOf } from '../../../ledger/log/subtree.ts';
import { runsOf } from '../../support/property-runs.ts';
import { refusalOf } from '../refusal-of.ts';
import { makeTree, makeUniformReader, readerOf } from './tree.factory.ts';

const SIZES = 600;
const LARGE = runsOf(5_000, 700);

describe('Frontier', () => {
  it('has the root of RFC 9162 at every size', () => {
    const tree = makeTree(SIZES);
    const frontier = new Frontier();
    const wrong: number[] = [];
    for (let size = 0; size <= SIZES; size += 1) {
      if (frontier.size !== size || !isSameHash(frontier.root(), tree.root(0, size))) wrong.push(size);
      if (size < SIZES) frontier.append(tree.leafHash(size));
    }
    expect(wrong).toEqual([]);
  });

  it('has it at larger sizes too, also when it goes on from kept peaks', () => {
    const tree = makeTree(LARGE);
    fc.assert(
      fc.property(fc.nat(LARGE), fc.nat(LARGE), (one, other) => {
        const [kept, size] = [Math.min(one, other), Math.max(one, other)];
        const before = new Frontier();
        for (let index = 0; index < kept; index += 1) before.append(tree.leafHash(index));
        const after = new Frontier({ size: before.size, peaks: before.peaks });
        for (let index = kept; index < size; index += 1) after.append(tree.leafHash(index));
        expect(Buffer.from(before.root())).toEqual(tree.root(0, kept));
        expect(Buffer.from(after.root())).toEqual(tree.root(0, size));
      }),
      { numRuns: runsOf(60, 10) },
    );
  });

  it('shares nothing with the peaks that it was given or gave away', () => {
    const tree = makeTree(3);
    const peaks = [tree.leafHash(0)];
    const frontier = new Frontier({ size: 1, peaks });
    peaks.pop();
    (frontier.peaks as Uint8Array[]).pop();
    frontier.append(tree.leafHash(1));
    expect(frontier.root()).toEqual(tree.root(0, 2));
  });

  it.each([
    ['a fraction', { size: 1.5, peaks: [EMPTY_ROOT] }, 'SIZE'],
    ['less than nothing', { size: -1, peaks: [] }, 'SIZE'],
    ['a size that is not exact', { size: 2 ** 53, peaks: [EMPTY_ROOT] }, 'SIZE'],
    ['a peak too few', { size: 3, peaks: [EMPTY_ROOT] }, 'PEAKS'],
    ['a peak too many', { size: 4, peaks: [EMPTY_ROOT, EMPTY_ROOT] }, 'PEAKS'],
    ['a peak that is no hash', { size: 1, peaks: [new Uint8Array(31)] }, 'HASH'],
  ])('refuses %s', (_, state, reason) => {
    expect(refusalOf(() => new Frontier(state))).toMatchObject({ code: 'TREE_INVALID', details: { reason } });
  });

  it('refuses a leaf that is no hash, and one beyond the last size', () => {
    const frontier = new Frontier();
    expect(refusalOf(() => frontier.append(new Uint8Array(33)))?.details).toEqual({ reason: 'HASH' });
    const full = new Frontier({ size: 2 ** 53 - 1, peaks: Array.from({ length: 53 }, () => EMPTY_ROOT) });
    expect(refusalOf(() => full.append(EMPTY_ROOT))?.details).toEqual({ reason: 'FULL' });
  });
});

describe('rootOf', () => {
  it('is the root at every size', async () => {
    const tree = makeTree(SIZES);
    const wrong: number[] = [];
    for (let size = 0; size <= SIZES; size += 1) {
      if (!isSameHash(await rootOf(readerOf(tree), size), tree.root(0, size))) wrong.push(size);
    }
    expect(wrong).toEqual([]);
  });

  it('is the root that a frontier of the same peaks has, also at the largest size', async () => {
    const read = makeUniformReader();
    const size = 2 ** 53 - 1;
    const peaks = await Promise.all(Array.from({ length: 53 }, async (_, place) => await read(52 - place, 0)));
    expect(await rootOf(read, size)).toEqual(new Frontier({ size, peaks }).root());
  });

  it('passes on why a subtree cannot be read, and refuses sizes that are none', async () => {
    const failure = new TypeError('unreadable');
    const broken = (level: number): Promise<Uint8Array> => {
      if (level === 0) throw failure;
      return Promise.reject(failure);
    };
    await expect(rootOf(broken, 7)).rejects.toBe(failure);
    await expect(rootOf(broken, -1)).rejects.toMatchObject({ code: 'TREE_INVALID', details: { reason: 'SIZE' } });
  });
});
