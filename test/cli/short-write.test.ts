import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const CHILD = join(import.meta.dirname, 'short-write-child.ts');

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'dxl-short-write-'));
});

afterAll(() => {
  rmSync(folder, { recursive: true });
});

/** Files may have so many KiB: as on a full disk, a write takes a part, and only the next one fails. */
function saveWithin(file: string, limit: string): unknown {
  const command = `ulimit -f ${limit}; exec "${process.execPath}" "${CHILD}" "${file}"`;
  return JSON.parse(spawnSync('bash', ['-c', command], { encoding: 'utf8' }).stdout);
}

describe('a file that the disk has no room for', () => {
  it('is not there, and the command fails', () => {
    const file = join(folder, 'cut.ndjson');
    expect(saveWithin(file, '4')).toEqual({ code: 'FILE_UNUSABLE' });
    expect([existsSync(file), existsSync(`${file}.partial`)]).toEqual([false, false]);
  });

  it('is there where it fits', () => {
    const file = join(folder, 'whole.ndjson');
    expect(saveWithin(file, '64')).toEqual({ bytes: statSync(file).size });
  });
});
