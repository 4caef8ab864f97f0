import { readdirSync, statSync } from 'node:fs';

import { describe, expect, it } from 'vitest';

import { FINDING_CODES } from '../../verifier/finding-codes.ts';
import { VECTORS, vectorIndex, verifyVector } from './evidence-vectors.ts';

const index = vectorIndex();

describe('the evidence vectors', () => {
  it('are all in the index, and small', () => {
    const files = ['valid', 'invalid'].flatMap((kind) =>
      readdirSync(`${VECTORS}/${kind}`).map((name) => `${kind}/${name}`),
    );

    expect(files.toSorted()).toEqual(Object.keys(index).toSorted());
    expect(files.filter((file) => statSync(`${VECTORS}/${file}`).size > 60 * 1024)).toEqual([]);
  });

  /** A line that is too long would be a megabyte: `independent.test.ts` makes one. */
  it('have every finding', () => {
    const expected = new Set(Object.values(index));

    expect(Object.keys(FINDING_CODES).filter((code) => !expected.has(code))).toEqual(['LINE_TOO_LONG']);
  });

  it.each(Object.entries(index))('%s has the verdict or finding %s', async (file, expected) => {
    const { verdict, findings } = await verifyVector(file);

    expect([verdict, ...findings.map(({ code }) => code)]).toContain(expected);
  });
});
