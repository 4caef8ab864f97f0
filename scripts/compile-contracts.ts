import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import type { ArtifactManager } from 'hardhat/types/artifacts';
import type { HardhatRuntimeEnvironment } from 'hardhat/types/hre';

import { EmbeddedError } from './embedded/embedded-error.ts';
import { type FolderLock, lockFolder } from './embedded/folder-lock.ts';

const ROOT = join(import.meta.dirname, '..');
const CACHE = join(ROOT, 'cache');
const STAMP = join(CACHE, 'contracts.sha256');
const INPUTS = ['hardhat.config.ts', 'package-lock.json'];
const LOCK_POLL_MS = 200;

/** Compiles the contracts if they changed; the artifacts stay in artifacts/. */
export async function build(): Promise<ArtifactManager> {
  await buildIfChanged();
  return (await openProject()).artifacts;
}

/**
 * Does not even load Hardhat when artifacts and sources are those of the last build. One process compiles at a time:
 * Hardhat writes its cache under one name, and the second of two would fail.
 */
export async function buildIfChanged(): Promise<void> {
  if (isBuilt()) return;
  const lock = await lockCache();
  try {
    if (isBuilt()) return;
    await (await openProject()).tasks.getTask('compile').run({ quiet: true, noTests: true });
    writeFileSync(STAMP, hashOfBuild());
  } finally {
    lock.release();
  }
}

function isBuilt(): boolean {
  try {
    return readFileSync(STAMP, 'utf8') === hashOfBuild();
  } catch {
    return false;
  }
}

/** Sources and artifacts: other tools compile as well, and may have left the artifacts of other sources. */
function hashOfBuild(): string {
  const hash = createHash('sha256');
  for (const path of [...INPUTS, ...filesIn('contracts', '.sol'), ...filesIn('artifacts', '.json')].sort()) {
    hash
      .update(path)
      .update('\0')
      .update(readFileSync(join(ROOT, path)))
      .update('\0');
  }
  return hash.digest('hex');
}

function filesIn(folder: string, extension: string): string[] {
  return readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith(extension))
    .map((path) => join(folder, path));
}

/** Waits for whoever compiles; a process that is gone holds nothing. */
async function lockCache(): Promise<FolderLock> {
  for (;;) {
    try {
      return lockFolder(CACHE);
    } catch (error) {
      if (!(error instanceof EmbeddedError) || error.code !== 'FOLDER_IN_USE') throw error;
      await sleep(LOCK_POLL_MS);
    }
  }
}

/** Imported only now: Hardhat takes a second to load. */
async function openProject(): Promise<HardhatRuntimeEnvironment> {
  const { createHardhatRuntimeEnvironment } = await import('hardhat/hre');
  const { default: config } = await import('../hardhat.config.ts');
  return await createHardhatRuntimeEnvironment(config, {}, ROOT);
}
