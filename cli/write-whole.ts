import type { FileHandle } from 'node:fs/promises';

import { CliError } from './cli-error.ts';

/**
 * Writes all bytes at the end of what was written: `FileHandle.write` takes a part of them where a disk becomes full, and
 * says so only to whoever counts.
 * @throws CliError FILE_UNUSABLE
 */
export async function writeWhole(file: FileHandle, path: string, bytes: Uint8Array): Promise<void> {
  try {
    await file.writeFile(bytes);
  } catch (cause) {
    throw new CliError('FILE_UNUSABLE', `The file ${path} cannot be written`, {}, cause);
  }
}
