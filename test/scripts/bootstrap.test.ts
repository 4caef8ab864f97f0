import { spawn } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { identifyProcess, isAlive } from '../../scripts/embedded/process-identity.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const WAIT = { timeout: 60_000, interval: 50 };
/** Ends by itself, lest a failed test leave it behind. */
const SERVER =
  "process.on('SIGTERM', () => process.exit(0));\nsetTimeout(() => 0, 120_000);\nconsole.log(process.pid);\n";

let folder: string;

/** A checkout whose `npm start` is a server that waits. */
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'dxl-bootstrap-'));
  mkdirSync(join(folder, 'scripts'));
  for (const file of ['scripts/bootstrap.mjs', 'package-lock.json']) cpSync(join(ROOT, file), join(folder, file));
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
  writeFileSync(join(folder, 'scripts/start.ts'), SERVER);
  const scripts = { start: 'node scripts/bootstrap.mjs scripts/start.ts' };
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ name: 'waits', type: 'module', scripts }));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('scripts/bootstrap.mjs', () => {
  it('ends what it runs when npm is killed', { timeout: 150_000 }, async () => {
    const npm = spawn('npm', ['--silent', 'start'], { cwd: folder, stdio: ['ignore', 'pipe', 'inherit'] });
    let output = '';
    npm.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
    await expect.poll(() => output, WAIT).toMatch(/^\d+\n$/);
    const server = identifyProcess(Number(output));
    expect(isAlive(server)).toBe(true);
    npm.kill('SIGTERM');
    await expect.poll(() => isAlive(server), WAIT).toBe(false);
  });
});
