import { spawn, spawnSync } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';

import { BenchError } from './bench-error.ts';

const STOP_TIMEOUT_MS = 20_000;
/** Unit of the times in /proc/<pid>/stat; 100 per second on every Linux that Node supports. */
const TICKS_PER_SECOND = 100;

export const CAN_PIN = spawnSync('taskset', ['--version']).status === 0;

/** A process of its own on one core, where the system can do that. */
export class PinnedProcess {
  readonly child: ChildProcess;

  private constructor(child: ChildProcess) {
    this.child = child;
  }

  /** Runs `node ...args` with exactly this environment. */
  static start(
    core: number,
    args: readonly string[],
    environment: Readonly<Record<string, string>> = {},
  ): PinnedProcess {
    const [command, prefix] = CAN_PIN ? ['taskset', ['-c', String(core), process.execPath]] : [process.execPath, []];
    const child = spawn(command, [...prefix, ...args], {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: { PATH: '/usr/bin:/bin', ...environment },
    });
    process.once('exit', () => child.kill('SIGKILL'));
    return new PinnedProcess(child);
  }

  /** The port that the process prints as its first line. */
  async readPort(): Promise<number> {
    if (this.child.stdout === null) throw new BenchError('SETUP_FAILED', 'No output');
    const lines = createInterface({ input: this.child.stdout });
    const line = await Promise.race([once(lines, 'line'), once(this.child, 'exit').then(() => null)]);
    const port = Number(line?.[0]);
    if (Number.isSafeInteger(port) && port > 0) return port;
    throw new BenchError('PROCESS_ENDED', `${this.child.spawnargs.join(' ')} did not say its port`);
  }

  /** User and system time of all its threads so far. */
  cpuSeconds(): number {
    if (this.child.pid === undefined) throw new BenchError('PROCESS_ENDED', 'The process never ran');
    const stat = readFileSync(`/proc/${String(this.child.pid)}/stat`, 'utf8');
    // The name, in parentheses, may hold spaces; utime and stime are the 12th and 13th field after it.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
  }

  async stop(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const exited = once(this.child, 'exit');
    this.child.kill('SIGTERM');
    const killer = setTimeout(() => this.child.kill('SIGKILL'), STOP_TIMEOUT_MS);
    await exited;
    clearTimeout(killer);
  }
}

/** Moves this process, the load generator, away from the one that is measured. */
export function pinThisProcess(core: number): void {
  if (CAN_PIN) spawnSync('taskset', ['-a', '-c', '-p', String(core), String(process.pid)]);
}
