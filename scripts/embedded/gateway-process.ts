import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdirSync, openSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { EmbeddedError } from './embedded-error.ts';
import { endOrphan, writePidFile } from './pid-file.ts';

const READY_TIMEOUT_MS = 60_000;
/** Longer than the gateway takes: 25 s for answers under way, 5 s to record their ends. */
const STOP_TIMEOUT_MS = 35_000;
const LOG_TAIL_LENGTH = 2_000;

export interface GatewayOptions {
  /** Where it keeps its store and its journal, and where its log and pid file go. */
  readonly folder: string;
  /** Preferred port; another free one is taken when it is in use. */
  readonly port: number;
  /** The DXL_* variables but for those that follow from the members above. */
  readonly environment: Readonly<Record<string, string>>;
  readonly onUnexpectedExit?: () => void;
}

export interface RunningGateway {
  readonly url: string;
  readonly logFile: string;
  stop(): Promise<void>;
}

/**
 * Runs gateway/main.ts as a process of its own, as in production, and waits until it is ready.
 * @throws EmbeddedError GATEWAY_EXITED, GATEWAY_NOT_READY with the end of its log
 */
export async function startGatewayProcess(options: GatewayOptions): Promise<RunningGateway> {
  mkdirSync(options.folder, { recursive: true, mode: 0o700 });
  const pidFile = join(options.folder, 'gateway.pid.json');
  const logFile = join(options.folder, 'gateway.log');
  await endOrphan(pidFile, STOP_TIMEOUT_MS);
  const port = await choosePort(options.port);
  const child = spawnGateway(options, port, logFile);
  if (child.pid !== undefined) writePidFile(pidFile, child.pid);
  const url = `http://127.0.0.1:${String(port)}`;
  const gateway = { url, logFile, stop: keepUntilStopped(child, pidFile, options.onUnexpectedExit) };
  try {
    await waitUntilReady(url, child, logFile);
    return gateway;
  } catch (error) {
    await gateway.stop();
    throw error;
  }
}

function spawnGateway(options: GatewayOptions, port: number, logFile: string): ChildProcess {
  const log = openSync(logFile, 'a', 0o600);
  // Its own process group: the Ctrl-C of a terminal reaches us only, and we end the parts in their order.
  const child = spawn(process.execPath, [resolve(import.meta.dirname, '../../gateway/main.ts')], {
    stdio: ['ignore', log, log],
    detached: true,
    env: {
      ...options.environment,
      DXL_DATA_DIR: options.folder,
      DXL_AUTHORITY: `127.0.0.1:${String(port)}`,
      DXL_SCHEME: 'http',
      DXL_LISTEN_HOST: '127.0.0.1',
      DXL_LISTEN_PORT: String(port),
    },
  });
  closeSync(log);
  return child;
}

function keepUntilStopped(child: ChildProcess, pidFile: string, onUnexpectedExit?: () => void): () => Promise<void> {
  const endWithUs = (): void => void child.kill('SIGTERM');
  process.once('exit', endWithUs);
  const exited = once(child, 'exit');
  let stopping: Promise<void> | null = null;
  void exited.then(() => {
    if (stopping === null) onUnexpectedExit?.();
  });
  const stop = async (): Promise<void> => {
    child.kill('SIGTERM');
    const killer = setTimeout(() => child.kill('SIGKILL'), STOP_TIMEOUT_MS);
    await exited;
    clearTimeout(killer);
    process.off('exit', endWithUs);
    rmSync(pidFile, { force: true });
  };
  return async () => await (stopping ??= stop());
}

async function waitUntilReady(url: string, child: ChildProcess, logFile: string): Promise<void> {
  const deadline = Date.now() + READY_TIMEOUT_MS;
  let last = 'it does not listen';
  while (Date.now() < deadline) {
    if (child.exitCode !== null || child.signalCode !== null) {
      throw new EmbeddedError('GATEWAY_EXITED', `The gateway ended. Its log, ${logFile}, says:\n${tailOf(logFile)}`);
    }
    try {
      const answer = await fetch(`${url}/readyz`, { signal: AbortSignal.timeout(2_000) });
      last = await answer.text();
      if (answer.ok) return;
    } catch {
      // Not listening yet.
    }
    await sleep(50);
  }
  throw new EmbeddedError('GATEWAY_NOT_READY', `The gateway is not ready: ${last}\nIts log is ${logFile}`);
}

function tailOf(file: string): string {
  return readFileSync(file, 'utf8').slice(-LOG_TAIL_LENGTH);
}

async function choosePort(preferred: number): Promise<number> {
  return (await tryPort(preferred)) ?? (await tryPort(0)) ?? preferred;
}

async function tryPort(port: number): Promise<number | null> {
  const server = createServer().listen(port, '127.0.0.1');
  try {
    await once(server, 'listening');
  } catch {
    return null;
  }
  const address = server.address();
  server.close();
  await once(server, 'close');
  return typeof address === 'object' && address !== null ? address.port : null;
}
