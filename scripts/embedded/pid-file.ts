import { readFileSync, rmSync, writeFileSync } from 'node:fs';

import { z } from 'zod';

import { identifyProcess, isAlive, waitForEnd, type ProcessIdentity } from './process-identity.ts';

const identitySchema = z.object({ pid: z.number().int(), startedAtTick: z.string().nullable() });

/** Remembers a child process, so that the next start finds it should this one be killed. */
export function writePidFile(path: string, pid: number): void {
  writeFileSync(path, JSON.stringify(identifyProcess(pid)));
}

/** Ends a child of an earlier start that was killed, giving it time to write what it holds. */
export async function endOrphan(path: string, timeoutMs: number): Promise<void> {
  const orphan = readPidFile(path);
  if (orphan !== null && isAlive(orphan)) {
    process.kill(orphan.pid, 'SIGTERM');
    if (!(await waitForEnd(orphan, timeoutMs))) process.kill(orphan.pid, 'SIGKILL');
  }
  rmSync(path, { force: true });
}

function readPidFile(path: string): ProcessIdentity | null {
  try {
    return identitySchema.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch {
    return null;
  }
}
