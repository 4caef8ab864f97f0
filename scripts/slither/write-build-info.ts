import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

import { z } from 'zod';

/** What the compiler's package offers; it brings no types. */
interface Solc {
  compile(input: string, callbacks: { import: (path: string) => { contents: string } }): string;
  version(): string;
}

const compilerOutput = z.object({
  sources: z.record(z.string(), z.object({ ast: z.unknown(), id: z.number() })),
  errors: z.array(z.object({ severity: z.string(), formattedMessage: z.string() })).default([]),
});

const ROOT = join(import.meta.dirname, '..', '..');
const FOLDER = join(ROOT, 'cache', 'slither', 'build-info');
const solc = z.custom<Solc>().parse(createRequire(import.meta.url)('solc'));

/**
 * Writes the syntax trees of all contracts as one build, as slither.config.json names it. Those of Hardhat are
 * three, since two contracts have settings of their own; Slither would then take for unused what only another uses.
 */
function writeBuildInfo(): void {
  const input = { language: 'Solidity', sources: contracts(), settings: { outputSelection: { '*': { '': ['ast'] } } } };
  const output = compilerOutput.parse(JSON.parse(solc.compile(JSON.stringify(input), { import: readPackage })));
  const errors = output.errors.filter(({ severity }) => severity === 'error');
  if (errors.length > 0) throw new SyntaxError(errors.map((error) => error.formattedMessage).join('\n'));
  const solcVersion = solc.version().split('+')[0];
  mkdirSync(FOLDER, { recursive: true });
  writeFileSync(join(FOLDER, 'contracts.json'), JSON.stringify({ solcVersion, input, output }));
}

function contracts(): Record<string, { content: string }> {
  const paths = readdirSync(join(ROOT, 'contracts'), { recursive: true, encoding: 'utf8' });
  const sources = paths.filter((path) => path.endsWith('.sol')).map((path) => `contracts/${path}`);
  return Object.fromEntries(sources.map((path) => [path, { content: readFileSync(join(ROOT, path), 'utf8') }]));
}

function readPackage(path: string): { contents: string } {
  return { contents: readFileSync(join(ROOT, 'node_modules', path), 'utf8') };
}

writeBuildInfo();
