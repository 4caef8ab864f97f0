import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, it } from 'vitest';

import { TALE_NAMES } from '../../scripts/story/tales/tales.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');

describe('README.md', () => {
  const page = read('README.md');

  it('lists the stories that npm start can tell, and no other', () => {
    const [, list = ''] = /tells all of them: ([^.]*)\./.exec(page) ?? [];
    expect([...list.matchAll(/`([\w-]+)`/g)].map(([, name]) => name)).toEqual(TALE_NAMES);
  });

  it('shows the deadline that the test of the story asks for', () => {
    const asked = read('test/scripts/tales.test.ts');
    const times = [...asked.matchAll(/'(\d{4}-\d\d-\d\d \d\d:\d\d) \(UTC\+8\)'/g)].map(([, time = '']) => time);
    expect(times).toHaveLength(2);
    expect(times.filter((time) => !page.includes(time))).toEqual([]);
  });
});
