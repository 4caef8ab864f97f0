import { spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '..', '..', '..');
const SCRIPT = join(ROOT, 'examples', 'python', 'fetch.py');
const VENV = join(ROOT, 'cache', 'python-client');
const TIME_LIMIT_MS = 120_000;

class PythonMissing extends Error {
  override readonly name = 'PythonMissing';
}

function hasCryptography(python: string): boolean {
  return spawnSync(python, ['-c', 'import cryptography']).status === 0;
}

/** A Python that has `cryptography`: the one of the machine, or a virtual environment made for the tests. */
export function findPython(): string {
  const version = spawnSync('python3', ['-c', 'import sys; print(sys.version_info >= (3, 11))'], { encoding: 'utf8' });
  if (version.status !== 0 || version.stdout.trim() !== 'True') {
    throw new PythonMissing('The cross-check needs python3 of at least 3.11 on the PATH; it is never skipped.');
  }
  if (hasCryptography('python3')) return 'python3';
  const python = join(VENV, 'bin', 'python');
  if (!existsSync(python)) spawnSync('python3', ['-m', 'venv', VENV]);
  if (!hasCryptography(python)) spawnSync(python, ['-m', 'pip', 'install', '--quiet', 'cryptography']);
  if (hasCryptography(python)) return python;
  throw new PythonMissing('The cross-check needs the Python package "cryptography": pip install cryptography.');
}

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
