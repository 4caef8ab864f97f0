import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '..');
const ARTIFACTS = join(ROOT, 'artifacts');
const STAMP = join(ROOT, 'cache', 'contracts.sha256');
const INPUTS = ['hardhat.config.ts', 'package-lock.json'];

/** Compiles the contracts once before all tests, and only when a source has changed since the last time. */
export async function setup(): Promise<void> {
  const wanted = hashOfSources();
  if (existsSync(ARTIFACTS) && existsSync(STAMP) && readFileSync(STAMP, 'utf8') === wanted) return;
  // Imported only now: Hardhat takes a second to load.
  const { build } = await import('../scripts/compile-contracts.ts');
  await build();
  mkdirSync(join(ROOT, 'cache'), { recursive: true });
  writeFileSync(STAMP, wanted);
}

function hashOfSources(): string {
  const sources = readdirSync(join(ROOT, 'contracts'), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.sol'))
    .map((path) => join('contracts', path));
  const hash = createHash('sha256');
  for (const path of [...sources, ...INPUTS].sort()) {
    hash
      .update(path)
      .update('\0')
      .update(readFileSync(join(ROOT, path)))
      .update('\0');
  }
  return hash.digest('hex');
}
