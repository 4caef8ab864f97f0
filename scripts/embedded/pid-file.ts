import { readFileSync, rmSync, writeFileSync } from 'node:fs';

import { z } from 'zod';

import { EmbeddedError } from './embedded-error.ts';
import { identifyProcess, isAlive, waitForEnd, type ProcessIdentity } from './process-identity.ts';

const identitySchema = z.object({ pid: z.number().int(), startedAtTick: z.string().nullable() });

/** A killed process ends at once, but for what the system takes back of it. */
const KILL_TIMEOUT_MS = 30_000;

/** Remembers a child process, so that the next start finds it should this one be killed. */
export function writePidFile(path: string, pid: number): void {
  writeFileSync(path, JSON.stringify(identifyProcess(pid)));
}

/**
 * Ends a child of an earlier start that was killed, giving it time to write what it holds, and waits for its end.
 * @throws EmbeddedError FOLDER_IN_USE when not even a kill ends it
 */
export async function endOrphan(path: string, timeoutMs: number): Promise<void> {
  const orphan = readPidFile(path);
  if (orphan !== null && isAlive(orphan)) {
    process.kill(orphan.pid, 'SIGTERM');
    if (!(await waitForEnd(orphan, timeoutMs))) await kill(orphan);
  }
  rmSync(path, { force: true });
}

async function kill(orphan: ProcessIdentity): Promise<void> {
  process.kill(orphan.pid, 'SIGKILL');
  if (await waitForEnd(orphan, KILL_TIMEOUT_MS)) return;
  throw new EmbeddedError('FOLDER_IN_USE', `Process ${String(orphan.pid)} of an earlier start does not end`);
}

function readPidFile(path: string): ProcessIdentity | null {
  try {
    return identitySchema.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch {
    return null;
  }
}
