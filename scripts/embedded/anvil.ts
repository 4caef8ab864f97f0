import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { join } from 'node:path';

import { z } from 'zod';

import { DEV_CHAIN_ID, spawnAnvil, type RunningAnvil } from './anvil-process.ts';
import {
  adoptExitState,
  loadableStates,
  openChainState,
  setAside,
  writeDump,
  type ChainStateFiles,
} from './chain-state.ts';
import { EmbeddedError } from './embedded-error.ts';
import { callChain, readBlockNumber } from './json-rpc.ts';
import { endOrphan, writePidFile } from './pid-file.ts';

const STOP_TIMEOUT_MS = 60_000;
const DUMP_TIMEOUT_MS = 120_000;
const DUMP_CHECK_MS = 5_000;
/** A dump costs time in proportion to the whole chain; resting 100 times as long keeps it at 1 % of a core. */
const DUMP_REST_FACTOR = 100;
const DUMP_REST_MINIMUM_MS = 15_000;

export interface AnvilOptions {
  /** Where the chain keeps its state between runs. The caller holds its lock. */
  readonly folder: string;
  /** Preferred port; another free one is taken when it is in use. */
  readonly port: number;
  /** Unix seconds at which the clock of a new chain begins, for stories of another day; now by default. */
  readonly beginsAt?: number;
  /** Told once when the chain ends without having been asked to. */
  readonly onUnexpectedExit?: () => void;
}

export interface EmbeddedChain {
  readonly chainId: number;
  readonly url: string;
  readonly webSocketUrl: string;
  readonly pid: number;
  /** Height that was found in the folder; null for a new chain. */
  readonly resumedAt: number | null;
  /** True when the newest state could not be loaded and an older one was: the chain may have lost its tail. */
  readonly lostTail: boolean;
  /** Writes the state now, so that not even a kill -9 loses what was recorded before. */
  save(): Promise<void>;
  /** Writes the state and ends the chain. */
  stop(): Promise<void>;
}

/**
 * The dev chain: anvil, mining on demand, kept in `folder`. After a kill -9 it comes back as it was at the last save;
 * after `stop` nothing is lost. Only the newest block answers `eth_call` after a restart; all blocks and logs are there.
 * @throws EmbeddedError CHAIN_STATE_UNREADABLE rather than start a new chain over an old one
 */
export async function startAnvil(options: AnvilOptions): Promise<EmbeddedChain> {
  const files = await openChainState(options.folder, options.beginsAt);
  const pidFile = join(options.folder, 'anvil.pid.json');
  // An anvil whose starter was killed still holds the newest state: let it write that first.
  await endOrphan(pidFile, STOP_TIMEOUT_MS);
  await adoptExitState(files);
  const { anvil, loaded, lostTail } = await launch(options.port, files);
  writePidFile(pidFile, anvil.pid);
  const url = `http://127.0.0.1:${String(anvil.port)}`;
  // The clock began at the genesis time; nobody knows the port yet, so no block was made by it.
  await callChain(url, 'anvil_setTime', [options.beginsAt === undefined ? Date.now() : options.beginsAt * 1000]);
  await callChain(url, 'anvil_setLoggingEnabled', [false]);
  return {
    chainId: DEV_CHAIN_ID,
    url,
    webSocketUrl: `ws://127.0.0.1:${String(anvil.port)}`,
    pid: anvil.pid,
    resumedAt: loaded ? await readBlockNumber(url) : null,
    lostTail,
    ...keep(anvil, url, files, pidFile, options.onUnexpectedExit),
  };
}

interface Launched {
  readonly anvil: RunningAnvil;
  readonly loaded: boolean;
  readonly lostTail: boolean;
}

async function launch(port: number, files: ChainStateFiles): Promise<Launched> {
  const states = loadableStates(files);
  for (const [index, state] of states.entries()) {
    const anvil = await spawnOnFreePort(port, state, files);
    if (anvil !== null) return { anvil, loaded: true, lostTail: index > 0 };
    setAside(state);
  }
  const anvil = states.length === 0 ? await spawnOnFreePort(port, null, files) : null;
  if (anvil !== null) return { anvil, loaded: false, lostTail: false };
  throw new EmbeddedError(
    'CHAIN_STATE_UNREADABLE',
    `No state of the chain can be loaded; see ${files.current}.unreadable`,
  );
}

/** Null when anvil cannot read the state. */
async function spawnOnFreePort(
  port: number,
  load: string | null,
  files: ChainStateFiles,
): Promise<RunningAnvil | null> {
  const first = await spawnAnvil(port, load, files.exit, files.genesisTime);
  const result = first === 'port' ? await spawnAnvil(0, load, files.exit, files.genesisTime) : first;
  if (result === 'port') throw new EmbeddedError('CHAIN_EXITED', 'anvil found no free port');
  return result === 'state' ? null : result;
}

function keep(
  anvil: RunningAnvil,
  url: string,
  files: ChainStateFiles,
  pidFile: string,
  onUnexpectedExit?: () => void,
): Pick<EmbeddedChain, 'save' | 'stop'> {
  const saver = createSaver(url, files);
  const timer = setInterval(() => void saver.saveIfDue(), DUMP_CHECK_MS).unref();
  const exited = once(anvil.child, 'exit');
  let stopping: Promise<void> | null = null;
  const stop = async (): Promise<void> => {
    clearInterval(timer);
    await saver.settled();
    anvil.child.kill('SIGTERM');
    const killer = setTimeout(() => anvil.child.kill('SIGKILL'), STOP_TIMEOUT_MS);
    await exited;
    clearTimeout(killer);
    await adoptExitState(files);
    rmSync(pidFile, { force: true });
  };
  void exited.then(() => {
    clearInterval(timer);
    if (stopping === null) onUnexpectedExit?.();
  });
  return { save: () => saver.save(), stop: async () => await (stopping ??= stop()) };
}

/** Dumps one after the other, and by itself only when there are new blocks and the last dump is long enough ago. */
function createSaver(url: string, files: ChainStateFiles) {
  let running: Promise<void> = Promise.resolve();
  let savedAt = -1;
  let restUntilMs = Date.now() + DUMP_REST_MINIMUM_MS;

  const dump = async (): Promise<void> => {
    const startedMs = Date.now();
    const height = await readBlockNumber(url);
    if (height === savedAt) return;
    await writeDump(files, z.string().parse(await callChain(url, 'anvil_dumpState', [], DUMP_TIMEOUT_MS)));
    savedAt = height;
    const endedMs = Date.now();
    restUntilMs = endedMs + Math.max(DUMP_REST_MINIMUM_MS, (endedMs - startedMs) * DUMP_REST_FACTOR);
  };
  const save = async (): Promise<void> => {
    const mine = running.then(dump);
    running = mine.catch(() => undefined);
    await mine;
  };
  return {
    save,
    /** A failure here costs nothing yet: the next check tries again, and the caller learns of a dead chain by itself. */
    saveIfDue: async (): Promise<void> => {
      if (Date.now() >= restUntilMs) await save().catch(() => undefined);
    },
    settled: async (): Promise<void> => await running,
  };
}
