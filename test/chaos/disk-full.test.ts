import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { expect, it } from 'vitest';

const INJECTIONS = process.env['DXL_LONG'] === '1' ? 500 : 30;
const TIMEOUT_MS = process.env['DXL_LONG'] === '1' ? 1_800_000 : 280_000;
const CHILD = new URL('./disk-full-child.ts', import.meta.url).pathname;

it(
  `loses nothing that was answered and says STORE_FAILED, on ${String(INJECTIONS)} full disks`,
  () => {
    const folder = mkdtempSync(join(tmpdir(), 'dxl-full-'));
    const output = execFileSync(process.execPath, [CHILD, folder, String(INJECTIONS)], { encoding: 'utf8' });
    const injections = JSON.parse(output) as {
      answered: number;
      refusedWith: string[];
      lost: number;
      recovered: boolean;
    }[];
    rmSync(folder, { recursive: true });
    expect(injections).toHaveLength(INJECTIONS);
    expect(injections.filter(({ lost }) => lost > 0)).toEqual([]);
    expect(injections.filter(({ recovered }) => !recovered)).toEqual([]);
    expect(new Set(injections.flatMap(({ refusedWith }) => refusedWith))).toEqual(new Set(['STORE_FAILED']));
    expect(injections.filter(({ refusedWith }) => refusedWith.length === 0)).toEqual([]);
    expect(injections.filter(({ answered }) => answered > 0).length).toBeGreaterThan(INJECTIONS / 2);
  },
  TIMEOUT_MS,
);
