import { randomBytes } from 'node:crypto';
import { lstat, open, realpath, rename, rm, stat } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';

import { CliError } from './cli-error.ts';

const PRIVATE_FILE = 0o600;
const PROGRESS_MS = 200;

/** Appends to the file that is being written. @throws CliError FILE_UNUSABLE */
export type Append = (bytes: Uint8Array) => Promise<void>;

/**
 * Writes a file that appears under its name only when `write` has resolved and all of it is on the disk. That it can be
 * written is found out before `write` is called, which may cost a read, its quota and a receipt.
 * @throws CliError FILE_UNUSABLE, and what `write` throws
 */
export async function writeNewFile<Result>(path: string, write: (append: Append) => Promise<Result>): Promise<Result> {
  const target = await requireFile(path);
  const partial = `${target}.${randomBytes(6).toString('hex')}.partial`;
  const file = await attempt(path, open(partial, 'wx', PRIVATE_FILE));
  try {
    const result = await write(appendTo(file, path));
    await attempt(path, file.sync());
    await attempt(path, file.close());
    await attempt(path, rename(partial, target));
    return result;
  } catch (error) {
    await file.close().catch(() => undefined);
    await rm(partial, { force: true }).catch(() => undefined);
    throw error;
  }
}

/** The file that links lead to; never a folder, a device or a pipe, the place of which it would take. @throws CliError FILE_UNUSABLE */
export async function requireFile(path: string, option = 'The path'): Promise<string> {
  const target = await realpath(path).catch(() => path);
  // What is there and leads nowhere is a link.
  const found = await stat(target).catch(async () => await lstat(target).catch(() => null));
  if (path === '' || found?.isFile() === false) throw new CliError('FILE_UNUSABLE', `${option} "${path}" is no file`);
  return target;
}

/** `FileHandle.write` takes a part of the bytes where a disk becomes full; `writeFile` takes all or fails. */
function appendTo(file: FileHandle, path: string): Append {
  let written = 0;
  let shownAt = Date.now();
  return async (bytes) => {
    await attempt(path, file.writeFile(bytes));
    written += bytes.length;
    if (!process.stderr.isTTY || Date.now() - shownAt < PROGRESS_MS) return;
    shownAt = Date.now();
    process.stderr.write(`\r${(written / 1024).toFixed(0)} KiB `);
  };
}

async function attempt<Result>(path: string, step: Promise<Result>): Promise<Result> {
  try {
    return await step;
  } catch (cause) {
    throw new CliError('FILE_UNUSABLE', `The file ${path} cannot be written`, {}, cause);
  }
}
