import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync, truncateSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { lockFolder } from '../../../scripts/embedded/folder-lock.ts';

const MODULE = join(import.meta.dirname, '../../../scripts/embedded/folder-lock.ts');

let folder: string;
let holder: ChildProcess | null = null;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'dxl-lock-'));
});
afterEach(async () => {
  await killHolder();
  rmSync(folder, { recursive: true, force: true });
});

/** Another process that holds the folder until it is killed. */
async function holdElsewhere(): Promise<void> {
  const source = `import { lockFolder } from ${JSON.stringify(MODULE)};
    globalThis.lock = lockFolder(${JSON.stringify(folder)});
    console.log('held');
    setInterval(() => undefined, 1_000);`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', source], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  holder = child;
  await once(child.stdout, 'data');
}

async function killHolder(): Promise<void> {
  if (holder === null) return;
  const exited = once(holder, 'exit');
  holder.kill('SIGKILL');
  await exited;
  holder = null;
}

describe('lockFolder', () => {
  it('refuses a folder that this process holds', () => {
    const lock = lockFolder(folder);
    expect(() => lockFolder(folder)).toThrow(expect.objectContaining({ code: 'FOLDER_IN_USE' }));
    lock.release();
  });

  it('refuses a folder that another process holds, even if its files lost their content', async () => {
    await holdElsewhere();
    for (const name of readdirSync(folder)) truncateSync(join(folder, name));
    expect(() => lockFolder(folder)).toThrow(expect.objectContaining({ code: 'FOLDER_IN_USE' }));
  });

  it('takes a folder whose holder was killed, and only once', async () => {
    await holdElsewhere();
    await killHolder();
    const lock = lockFolder(folder);
    expect(() => lockFolder(folder)).toThrow(expect.objectContaining({ code: 'FOLDER_IN_USE' }));
    lock.release();
  });

  it('can be taken again after release', () => {
    lockFolder(folder).release();
    const lock = lockFolder(folder);
    expect(() => lockFolder(folder)).toThrow(expect.objectContaining({ code: 'FOLDER_IN_USE' }));
    lock.release();
  });
});
