import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, it } from 'vitest';

const ROOT = join(import.meta.dirname, '..', '..');
const SECTIONS = {
  'At run time': 'dependencies',
  Optional: 'optionalDependencies',
  'For development': 'devDependencies',
} as const;

const manifest = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as Record<string, Record<string, string>>;

function packagesUnder(heading: string): string[] {
  const text = readFileSync(join(ROOT, 'docs', 'dependencies.md'), 'utf8');
  const section = text.split(/^## /m).find((part) => part.startsWith(`${heading}\n`)) ?? '';
  return [...section.matchAll(/^\| `([^`]+)` \| \S/gm)].map(([, name = '']) => name);
}

describe('docs/dependencies.md', () => {
  it.each(Object.entries(SECTIONS))('lists under "%s" what package.json has as %s', (heading, key) => {
    expect(packagesUnder(heading).sort()).toEqual(Object.keys(manifest[key] ?? {}).sort());
  });

  it('describes exact versions only', () => {
    const ranges = Object.values(SECTIONS)
      .flatMap((key) => Object.values(manifest[key] ?? {}))
      .filter((version) => !/^\d+\.\d+\.\d+$/.test(version));
    expect(ranges).toEqual([]);
  });
});
