import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { beforeEach, describe, expect, it } from 'vitest';

import { writeNewFile } from '../../cli/new-file.ts';

let folder: string;
let file: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'dxl-new-file-'));
  file = join(folder, 'rows');
  return () => rmSync(folder, { recursive: true });
});

const bytes = (text: string) => Buffer.from(text);

describe('writeNewFile', () => {
  it('shows a file only when all of it is there, to its owner', async () => {
    const result = await writeNewFile(file, async (append) => {
      await append(bytes('a'));
      expect(readdirSync(folder)).toEqual([expect.stringMatching(/^rows\.\w+\.partial$/)]);
      await append(bytes('b'));
      return 2;
    });
    expect([result, readFileSync(file, 'utf8'), statSync(file).mode & 0o777]).toEqual([2, 'ab', 0o600]);
    expect(readdirSync(folder)).toEqual(['rows']);
  });

  it('leaves what was there where something fails', async () => {
    writeFileSync(file, 'before');
    const failing = writeNewFile(file, async (append) => {
      await append(bytes('after'));
      throw new RangeError('cut');
    });
    await expect(failing).rejects.toThrow('cut');
    expect([readFileSync(file, 'utf8'), readdirSync(folder)]).toEqual(['before', ['rows']]);
  });

  it('keeps two writers of one file apart', async () => {
    const write = (text: string) =>
      writeNewFile(file, async (append) => {
        for (const letter of text) await append(bytes(letter));
      });
    await Promise.all([write('1111'), write('2222')]);
    expect(readFileSync(file, 'utf8')).toMatch(/^(1111|2222)$/);
    expect(readdirSync(folder)).toEqual(['rows']);
  });

  it('writes behind a link', async () => {
    writeFileSync(join(folder, 'target'), 'before');
    symlinkSync('target', file);
    await writeNewFile(file, async (append) => await append(bytes('after')));
    expect(readFileSync(join(folder, 'target'), 'utf8')).toBe('after');
    expect(readdirSync(folder).toSorted()).toEqual(['rows', 'target']);
  });

  it.each<[string, () => string]>([
    ['a folder', () => folder],
    ['a pipe', () => (execFileSync('mkfifo', [file]), file)],
    ['a link to a pipe', () => (execFileSync('mkfifo', [`${file}.pipe`]), symlinkSync(`${file}.pipe`, file), file)],
    ['a link that leads nowhere', () => (symlinkSync(join(folder, 'none'), file), file)],
    ['nothing', () => ''],
    ['in no folder', () => join(folder, 'none', 'rows')],
  ])('takes the place of no file that is %s, and asks for nothing', async (_, path) => {
    let isAsked = false;
    const given = path();
    const before = readdirSync(folder);
    const writing = writeNewFile(given, () => Promise.resolve((isAsked = true)));
    await expect(writing).rejects.toMatchObject({ code: 'FILE_UNUSABLE' });
    expect([isAsked, readdirSync(folder)]).toEqual([false, before]);
  });
});
