import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, it } from 'vitest';

const ROOT = join(import.meta.dirname, '..', '..');
const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');

interface Threat {
  readonly id: string;
  readonly mitigation: string;
  readonly tests: readonly string[];
  readonly later: boolean;
}

function threats(): Threat[] {
  return read('docs/threat-model.md')
    .split('\n')
    .filter((line) => /^\| T\d+ \|/.test(line))
    .map((line) => line.split('|').map((cell) => cell.trim()))
    .map(([, id = '', , mitigation = '', proof = '']) => ({
      id,
      mitigation,
      tests: [...proof.matchAll(/`([^`]+)`/g)].map(([, path = '']) => path),
      later: /^(Part \d|with the )/.test(proof),
    }));
}

describe('docs/threat-model.md', () => {
  it('numbers threats without a gap and gives each a mitigation', () => {
    const all = threats();
    expect(all.length).toBeGreaterThan(20);
    expect(all.map(({ id }) => id)).toEqual(all.map((_, index) => `T${String(index + 1)}`));
    expect(all.filter(({ mitigation }) => mitigation.length < 20)).toEqual([]);
  });

  it('names a test for every threat that is not left to a later part', () => {
    expect(threats().filter(({ tests, later }) => tests.length === 0 && !later)).toEqual([]);
  });

  it('names only tests that exist', () => {
    const named = threats().flatMap(({ id, tests }) => tests.map((path) => `${id} ${path}`));
    expect(named.filter((entry) => !existsSync(join(ROOT, entry.slice(entry.indexOf(' ') + 1))))).toEqual([]);
  });
});
