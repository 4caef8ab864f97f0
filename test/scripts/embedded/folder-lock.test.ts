import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { lockFolder } from '../../../scripts/embedded/folder-lock.ts';
import { identifyProcess } from '../../../scripts/embedded/process-identity.ts';

let folder: string;
const lockFile = (): string => join(folder, 'lock.json');

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'dxl-lock-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('lockFolder', () => {
  it('refuses a folder that a running process holds', () => {
    const lock = lockFolder(folder);
    expect(() => lockFolder(folder)).toThrow(expect.objectContaining({ code: 'FOLDER_IN_USE' }));
    lock.release();
  });

  it('can be taken again after release', () => {
    lockFolder(folder).release();
    const lock = lockFolder(folder);
    expect(JSON.parse(readFileSync(lockFile(), 'utf8'))).toEqual(identifyProcess(process.pid));
    lock.release();
  });

  it.each([
    ['a process that is gone', JSON.stringify({ pid: 2 ** 22 + 1, startedAtTick: '1' })],
    ['another process under the same number', JSON.stringify({ pid: process.pid, startedAtTick: '1' })],
    ['nobody, being torn', '{"pid":'],
  ])('takes over a lock of %s', (_holder, content) => {
    writeFileSync(lockFile(), content);
    const lock = lockFolder(folder);
    expect(JSON.parse(readFileSync(lockFile(), 'utf8'))).toEqual(identifyProcess(process.pid));
    lock.release();
  });
});
