import { open, rename, rm, stat } from 'node:fs/promises';
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
  await assertNoFolder(path);
  const partial = `${path}.partial`;
  const file = await attempt(partial, open(partial, 'w', PRIVATE_FILE));
  try {
    const result = await write(appendTo(file, partial));
    await attempt(partial, file.sync());
    await attempt(partial, file.close());
    await attempt(path, rename(partial, path));
    return result;
  } catch (error) {
    await file.close().catch(() => undefined);
    await rm(partial, { force: true });
    throw error;
  }
}

/** @throws CliError FILE_UNUSABLE */
export async function assertNoFolder(path: string): Promise<void> {
  const found = await stat(path).catch(() => null);
  if (found?.isDirectory() === true) throw new CliError('FILE_UNUSABLE', `${path} is a folder`);
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
