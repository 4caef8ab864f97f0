import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { z } from 'zod';

import { EmbeddedError } from './embedded-error.ts';
import { identifyProcess, isAlive } from './process-identity.ts';

const LOCK_FILE = 'lock.json';
const lockSchema = z.object({ pid: z.number().int(), startedAtTick: z.string().nullable() });

export interface FolderLock {
  release(): void;
}

/**
 * Takes a data folder for this process; a lock left behind by a process that is gone is taken over.
 * @throws EmbeddedError FOLDER_IN_USE
 */
export function lockFolder(folder: string): FolderLock {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const path = join(folder, LOCK_FILE);
  const content = JSON.stringify(identifyProcess(process.pid));
  if (!writeNew(path, content)) {
    refuseIfHeld(path, folder);
    rmSync(path, { force: true });
    if (!writeNew(path, content)) throw inUse(folder, 'another process');
  }
  const release = (): void => rmSync(path, { force: true });
  process.once('exit', release);
  return {
    release: () => {
      process.off('exit', release);
      release();
    },
  };
}

function writeNew(path: string, content: string): boolean {
  try {
    writeFileSync(path, content, { flag: 'wx' });
    return true;
  } catch {
    return false;
  }
}

function refuseIfHeld(path: string, folder: string): void {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch {
    return;
  }
  const holder = parseHolder(text);
  if (holder !== null && isAlive(holder)) throw inUse(folder, `process ${String(holder.pid)}`);
}

/** A torn lock file, from a power cut say, holds nobody. */
function parseHolder(text: string): z.infer<typeof lockSchema> | null {
  try {
    return lockSchema.parse(JSON.parse(text));
  } catch {
    return null;
  }
}

function inUse(folder: string, holder: string): EmbeddedError {
  return new EmbeddedError('FOLDER_IN_USE', `${folder} is in use by ${holder}`);
}
