import { spawn } from 'node:child_process';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '..', '..', '..');
const SCRIPT = join(ROOT, 'examples', 'python', 'fetch.py');
const TIME_LIMIT_MS = 120_000;

export interface PythonResult {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs fetch.py to its end; it is killed after 30 seconds. */
export async function runFetch(python: string, options: readonly string[]): Promise<PythonResult> {
  return await new Promise((resolve, reject) => {
    const child = spawn(python, [SCRIPT, ...options], { stdio: ['ignore', 'pipe', 'pipe'], timeout: TIME_LIMIT_MS });
    const out: Buffer[] = [];
    const err: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => out.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => err.push(chunk));
    child.once('error', reject);
    child.once('close', (exitCode) => {
      resolve({ exitCode, stdout: Buffer.concat(out).toString(), stderr: Buffer.concat(err).toString() });
    });
  });
}
