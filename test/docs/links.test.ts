import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, it } from 'vitest';

const ROOT = join(import.meta.dirname, '..', '..');
const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');

/** Paths of the repository in backticks; a placeholder such as <Name> does not match. */
const NAMED_PATH = /`((?:contracts|ledger|gateway|cli|scripts|test|bench|docs|examples)\/[\w./-]*)`/g;

describe('links of the documents', () => {
  const pages = readdirSync(join(ROOT, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.md'))
    .map((path) => join('docs', path));

  const everyPage = [...pages, 'README.md', 'CONTRIBUTING.md'];

  it.each(everyPage)('%s leads only to files that exist', (page) => {
    const targets = [...read(page).matchAll(/\]\(([^)#\s]+)(?:#[^)]*)?\)/g)].map(([, target = '']) => target);
    const local = targets.filter((target) => !/^[a-z]+:/.test(target));
    expect(local.filter((target) => !existsSync(join(ROOT, page, '..', target)))).toEqual([]);
  });

  it.each(everyPage)('%s names only files and folders that exist', (page) => {
    const named = [...read(page).matchAll(NAMED_PATH)].map(([, path = '']) => path);
    expect(named.filter((path) => !existsSync(join(ROOT, path)))).toEqual([]);
  });
});
