import { closeSync, openSync, readSync } from 'node:fs';

import { CliError } from './cli-error.ts';

/**
 * A file that somebody names. Never more than one byte too many is read: what a pipe or a device has is known to nobody
 * before.
 * @throws CliError FILE_UNUSABLE
 */
export function readSmallFile(file: string, maxBytes: number): Buffer {
  const bytes = Buffer.alloc(maxBytes + 1);
  let length = 0;
  try {
    const descriptor = openSync(file, 'r');
    try {
      for (let read = -1; read !== 0 && length < bytes.length; length += read) {
        read = readSync(descriptor, bytes, length, bytes.length - length, null);
      }
    } finally {
      closeSync(descriptor);
    }
  } catch (cause) {
    throw new CliError('FILE_UNUSABLE', `The file ${file} cannot be read`, {}, cause);
  }
  if (length === 0 || length > maxBytes) throw new CliError('FILE_UNUSABLE', `The file ${file} is empty or too long`);
  return bytes.subarray(0, length);
}
