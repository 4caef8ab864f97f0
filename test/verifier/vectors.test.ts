import { readdirSync, readFileSync } from 'node:fs';

import { describe, expect, it } from 'vitest';

import { verifyBytes } from './evidence-bundle.ts';

const FOLDER = 'test/vectors/evidence';
const index = JSON.parse(readFileSync(`${FOLDER}/index.json`, 'utf8')) as Readonly<Record<string, string>>;

describe('the evidence vectors', () => {
  it('are all in the index', () => {
    const files = ['valid', 'invalid'].flatMap((kind) =>
      readdirSync(`${FOLDER}/${kind}`).map((name) => `${kind}/${name}`),
    );

    expect(files.toSorted()).toEqual(Object.keys(index).toSorted());
  });

  it.each(Object.entries(index))('%s has the verdict or finding %s', async (file, expected) => {
    const { verdict, findings } = await verifyBytes(readFileSync(`${FOLDER}/${file}`));

    expect([verdict, ...findings.map(({ code }) => code)]).toContain(expected);
  });
});
