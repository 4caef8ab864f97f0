import type { FileHandle } from 'node:fs/promises';

import { CliError } from './cli-error.ts';

/**
 * Writes all bytes: a disk that is full takes a part of them first, and says so only to whoever counts.
 * @throws CliError FILE_UNUSABLE
 */
export async function writeWhole(file: FileHandle, path: string, bytes: Uint8Array): Promise<void> {
  let rest = bytes;
  while (rest.length > 0) {
    const { bytesWritten } = await file.write(rest).catch((cause: unknown) => {
      throw unwritable(path, cause);
    });
    if (bytesWritten === 0) throw unwritable(path, null);
    rest = rest.subarray(bytesWritten);
  }
}

function unwritable(path: string, cause: unknown): CliError {
  return new CliError('FILE_UNUSABLE', `The file ${path} cannot be written`, {}, cause);
}
