import { createWriteStream, existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { mkdir, open } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';

/**
 * The files in which anvil's state survives it. Anvil writes `exit` itself when it is asked to end, not atomically;
 * the other two change by rename only, so that one of them is always whole.
 */
export interface ChainStateFiles {
  readonly exit: string;
  readonly current: string;
  readonly previous: string;
  /** Unix seconds of the chain's first block, the same at every start. */
  readonly genesisTime: number;
}

/** @param beginsAt Unix seconds of the first block of a new chain */
export async function openChainState(
  folder: string,
  beginsAt = Math.floor(Date.now() / 1000),
): Promise<ChainStateFiles> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  return {
    exit: join(folder, 'exit.json'),
    current: join(folder, 'state.json'),
    previous: join(folder, 'state.previous.json'),
    genesisTime: readGenesisTime(join(folder, 'genesis-time'), beginsAt),
  };
}

/**
 * Anvil makes a first block of its own at every start, even when it then loads a state with another one, keeps both and
 * answers with either. Made with the same time they are the same block.
 */
function readGenesisTime(path: string, beginsAt: number): number {
  if (!existsSync(path)) {
    writeFileSync(`${path}.tmp`, String(beginsAt));
    renameSync(`${path}.tmp`, path);
  }
  return Number(readFileSync(path, 'utf8'));
}

/** What to load, newest first. Empty for a folder that never held a chain. */
export function loadableStates(files: ChainStateFiles): string[] {
  return [files.current, files.previous].filter((path) => existsSync(path));
}

/** Makes what anvil wrote on its way out the current state. */
export async function adoptExitState(files: ChainStateFiles): Promise<void> {
  if (!existsSync(files.exit)) return;
  await syncFile(files.exit);
  await replaceCurrent(files, files.exit);
}

/** Makes a dump (0x, hex of gzip, as `anvil_dumpState` answers) the current state. */
export async function writeDump(files: ChainStateFiles, dump: string): Promise<void> {
  const temporary = `${files.current}.tmp`;
  const compressed = Buffer.from(dump.slice(2), 'hex');
  await pipeline(Readable.from([compressed]), createGunzip(), createWriteStream(temporary, { mode: 0o600 }));
  await syncFile(temporary);
  await replaceCurrent(files, temporary);
}

/** Puts a state aside that the chain refused to load; it is kept for whoever wants to look into it. */
export function setAside(path: string): void {
  renameSync(path, `${path}.unreadable`);
}

async function replaceCurrent(files: ChainStateFiles, newer: string): Promise<void> {
  if (existsSync(files.current)) renameSync(files.current, files.previous);
  renameSync(newer, files.current);
  await syncFile(join(files.current, '..'));
}

async function syncFile(path: string): Promise<void> {
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
