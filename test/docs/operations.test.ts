import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, it } from 'vitest';

import { AUDIT_PROBLEMS } from '../../gateway/log/audit-standing.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');

function matches(text: string, pattern: RegExp): string[] {
  return [...new Set([...text.matchAll(pattern)].map(([, found = '']) => found))].sort();
}

describe('docs/operations.md', () => {
  const page = read('docs/operations.md');

  it('lists each setting of the gateway, and no other', () => {
    const settings = matches(read('gateway/config/env.ts'), /^ {2}(DXL_\w+):/gm);
    expect(settings).toContain('DXL_NODE_URL');
    expect(matches(page, /^\| `(DXL_\w+)` \|/gm)).toEqual(settings);
    expect(matches(page, /\b(DXL_\w+)/g)).toEqual(settings);
  });

  it('lists each metric of the gateway, and no other', () => {
    const metrics = matches(read('gateway/metrics.ts'), /'(dxl_\w+[a-z])'/g);
    expect(metrics).toContain('dxl_outbox_depth');
    expect(matches(page, /^\| `(dxl_\w+)` \|/gm)).toEqual(metrics);
  });

  it('explains each reason of STALE_CHAIN, and no other', () => {
    const union = /export type StaleReason =([^;]*);/.exec(read('gateway/chain/freshness.ts'))?.[1] ?? '';
    const reasons = matches(union, /'([A-Z_]+)'/g);
    expect(reasons).toContain('NODE_BEHIND');
    const section = page.slice(page.indexOf('`stale_reason` says why'), page.indexOf('**The chain lost its tail**'));
    expect(matches(section, /^\| `([A-Z_]+)` \|/gm)).toEqual(reasons);
  });

  it('explains each reason of AUDIT_BACKLOG, and no other', () => {
    const section = page.slice(page.indexOf('`audit_problem` in'), page.indexOf('**An inspector asks for proof.**'));
    expect(matches(section, /^\| `([A-Z_]+)` \|/gm)).toEqual(AUDIT_PROBLEMS.toSorted());
  });
});
