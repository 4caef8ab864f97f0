import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Most of what a child does is to load its modules. */
const COMPILE_CACHE = join(tmpdir(), 'dxl-compile-cache');

/** How a child ended: it did all, or it was killed at its crash point. Anything else fails the test. */
export type ChildEnd = 'done' | 'killed';

export async function runChild(script: string, args: readonly string[], crashAt: number): Promise<ChildEnd> {
  const path = new URL(script, import.meta.url).pathname;
  const child = spawn(process.execPath, [path, ...args], {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { ...process.env, DXL_CRASH_AT: String(crashAt), NODE_COMPILE_CACHE: COMPILE_CACHE },
  });
  let complaint = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (complaint += text));
  await once(child, 'close');
  if (child.signalCode === 'SIGKILL') return 'killed';
  if (child.exitCode === 0) return 'done';
  throw new TypeError(`${script} ended with ${String(child.exitCode)}: ${complaint}`);
}
