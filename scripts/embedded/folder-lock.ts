import { mkdirSync } from 'node:fs';

import { JournalError } from '../../gateway/receipts/journal-error.ts';
import { SingleWriterLock } from '../../gateway/receipts/single-writer-lock.ts';
import { EmbeddedError } from './embedded-error.ts';

export interface FolderLock {
  release(): void;
}

/**
 * Takes a folder for this process until it is released or the process ends, however that ends.
 * @throws EmbeddedError FOLDER_IN_USE
 */
export function lockFolder(folder: string): FolderLock {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  try {
    return new SingleWriterLock(folder);
  } catch (cause) {
    if (!(cause instanceof JournalError)) throw cause;
    throw new EmbeddedError('FOLDER_IN_USE', `${folder} is in use by another process`, cause);
  }
}
