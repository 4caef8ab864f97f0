import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, it } from 'vitest';

import { ACTS } from '../../ledger/acts/act-definitions.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');

describe('docs/protocol.md', () => {
  const page = read('docs/protocol.md');

  it('lists each act with its contract, type, signatures and document, and no other', () => {
    const section = page.slice(page.indexOf('## 12. Acts'));
    const listed = section
      .split('\n')
      .filter((line) => /^\| `\w+` \| [A-Z]\w+ \| [A-Z]/.test(line))
      .map((line) => line.slice(2, -2).split(' | '));
    const expected = Object.entries(ACTS).map(([name, { contract, primaryType, signers, document }]) => {
      const accounts = signers.map(({ role, department }) => `${role} of \`${department}\``);
      return [`\`${name}\``, contract, primaryType, accounts.join(', '), document ?? 'none'];
    });
    expect(listed).toEqual(expected);
  });

  it('names each address of the gateway', () => {
    const routes = [...read('gateway/app.ts').matchAll(/\['(?:get|post)', '([^']+)'/g)].map(([, path = '']) => path);
    expect(routes).toContain('/v1/scorecards/:id');
    const named = page.replaceAll(/\{\w+\}/g, ':');
    expect(routes.filter((path) => !named.includes(`${path.replaceAll(/[:*]\w+/g, ':')}\``))).toEqual([]);
  });
});
