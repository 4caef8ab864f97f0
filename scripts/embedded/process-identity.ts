import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

/** A process id alone may belong to another program by now; with the time it started it may not. */
export interface ProcessIdentity {
  readonly pid: number;
  /** Clock ticks since boot at which the process started; null where the system does not tell. */
  readonly startedAtTick: string | null;
}

export function identifyProcess(pid: number): ProcessIdentity {
  return { pid, startedAtTick: readStartTick(pid) };
}

/** True when this very process still runs. */
export function isAlive(identity: ProcessIdentity): boolean {
  try {
    process.kill(identity.pid, 0);
  } catch {
    return false;
  }
  return readStartTick(identity.pid) === identity.startedAtTick && !isZombie(identity.pid);
}

/** Waits for the end of a process that need not be our child. False when it outlives `timeoutMs`. */
export async function waitForEnd(identity: ProcessIdentity, timeoutMs: number): Promise<boolean> {
  const deadline = Date.now() + timeoutMs;
  while (isAlive(identity)) {
    if (Date.now() > deadline) return false;
    await sleep(20);
  }
  return true;
}

/** Fields of /proc/<pid>/stat after the command's name, which may hold spaces and brackets itself. */
function statFields(pid: number): string[] {
  try {
    const stat = readFileSync(`/proc/${String(pid)}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  } catch {
    return [];
  }
}

function readStartTick(pid: number): string | null {
  return statFields(pid)[19] ?? null;
}

function isZombie(pid: number): boolean {
  return statFields(pid)[0] === 'Z';
}
