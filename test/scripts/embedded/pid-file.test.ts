import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, expect, it } from 'vitest';

import { endOrphan, writePidFile } from '../../../scripts/embedded/pid-file.ts';
import { identifyProcess, isAlive } from '../../../scripts/embedded/process-identity.ts';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'dxl-pid-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

it('returns only when an orphan that ignores its signal has ended', async () => {
  // Its memory takes the system a moment to take back, in which it still is there.
  const source = `process.on('SIGTERM', () => undefined);
    globalThis.ballast = Buffer.alloc(300_000_000, 1);
    console.log('ready');
    setInterval(() => undefined, 1_000);`;
  const child = spawn(process.execPath, ['-e', source], { stdio: ['ignore', 'pipe', 'inherit'] });
  await once(child.stdout, 'data');
  const identity = identifyProcess(child.pid!);
  const pidFile = join(folder, 'child.pid.json');
  writePidFile(pidFile, child.pid!);
  await endOrphan(pidFile, 100);
  expect(isAlive(identity)).toBe(false);
  expect(existsSync(pidFile)).toBe(false);
});
