import { spawn, type ChildProcess } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';

import { EmbeddedError } from './embedded-error.ts';

export const DEV_CHAIN_ID = 20990;

const STARTUP_TIMEOUT_MS = 60_000;

/** How anvil says that the port is taken (1) and that it cannot read the state file (2); other codes are unknown. */
export type AnvilRefusal = 'port' | 'state';

const FLAGS = [
  ...['--host', '127.0.0.1', '--chain-id', String(DEV_CHAIN_ID), '--hardfork', 'osaka', '--accounts', '0'],
  ...['--block-base-fee-per-gas', '0', '--gas-price', '0', '--order', 'fifo', '--no-cors'],
  // Without it anvil writes each state beyond the 500th to the home folder: 270 MB for 1,500 of our blocks.
  ...['--prune-history', '256'],
  // Without it anvil overwrites its dump every minute, and after a kill -9 that dump would pass for the newest state.
  ...['--state-interval', String(365 * 86_400)],
];

export interface RunningAnvil {
  readonly child: ChildProcess;
  readonly pid: number;
  readonly port: number;
}

/**
 * Starts anvil and waits until it listens, or says why it did not.
 *
 * @param port 0 takes any free one
 * @param load state file, null for a new chain
 * @param dump file that is written when anvil is asked to end
 * @param genesisTime Unix seconds of block 0, where the clock begins too (see `anvil_setTime`); null for now
 */
export async function spawnAnvil(
  port: number,
  load: string | null,
  dump: string,
  genesisTime: number | null = null,
): Promise<RunningAnvil | AnvilRefusal> {
  const state = [
    ...(load === null ? [] : ['--load-state', load]),
    ...(genesisTime === null ? [] : ['--timestamp', String(genesisTime)]),
    ...['--dump-state', dump],
  ];
  // Its own process group: the Ctrl-C of a terminal reaches us only, and we end the chain last.
  const child = spawn(anvilBinary(), [...FLAGS, '--port', String(port), ...state], {
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
    env: {},
  });
  // At once: this process may be ended while the chain still loads its state.
  const endWithUs = (): void => void child.kill('SIGTERM');
  process.once('exit', endWithUs);
  child.once('exit', () => process.off('exit', endWithUs));
  const exited = new Promise<number | null>((resolve) => {
    // Not `exit`, after which what it complained of may still be under way.
    child.once('close', resolve);
    child.once('error', () => resolve(null));
  });
  const complaint = collect(child.stderr);
  const listening = await Promise.race([readPort(child.stdout), exited.then(() => null)]);
  child.stdout.resume();
  if (listening !== null && child.pid !== undefined) return { child, pid: child.pid, port: listening };
  child.kill('SIGKILL');
  const code = await exited;
  if (code === 1 && complaint().includes('Address already in use')) return 'port';
  if (code === 2 && complaint().includes('-state')) return 'state';
  throw new EmbeddedError('CHAIN_EXITED', `anvil did not start: ${complaint()}`);
}

/** The program itself: the package's own launcher leaves it running when it is killed. */
function anvilBinary(): string {
  const arch = process.arch === 'x64' ? 'amd64' : process.arch;
  const name = `@foundry-rs/anvil-${process.platform}-${arch}`;
  try {
    const launcher = createRequire(import.meta.url).resolve('@foundry-rs/anvil/package.json');
    return join(dirname(createRequire(launcher).resolve(`${name}/package.json`)), 'bin', 'anvil');
  } catch (cause) {
    throw new EmbeddedError('CHAIN_NOT_INSTALLED', `${name} is not installed: no embedded chain on this system`, cause);
  }
}

/** Null when the output ends, or the time is over, before anvil listens. */
async function readPort(stdout: Readable): Promise<number | null> {
  const lines = createInterface({ input: stdout, signal: AbortSignal.timeout(STARTUP_TIMEOUT_MS) });
  for await (const line of lines) {
    const port = /^Listening on 127\.0\.0\.1:(\d+)/.exec(line)?.[1];
    if (port !== undefined) return Number(port);
  }
  return null;
}

/** The beginning of what anvil complains about; the rest is read and dropped so that it never blocks. */
function collect(stderr: Readable): () => string {
  let text = '';
  stderr.setEncoding('utf8').on('data', (chunk: string) => {
    if (text.length < 2_000) text += chunk;
  });
  return () => text.trim();
}
