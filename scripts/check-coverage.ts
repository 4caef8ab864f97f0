import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

import { instrumentBranches, type Branch } from './contract-coverage/instrument-branches.ts';
import { readLineHits, type LineHits } from './contract-coverage/lcov.ts';

const ROOT = join(import.meta.dirname, '..');
/** Inside the repository, so that imports find its node_modules. */
const COPY = join(ROOT, 'cache', 'coverage');
const INPUTS = ['contracts', 'test/contracts', 'package.json', 'tsconfig.json'];
/** The same configuration, but code made larger by counting may be larger than a chain takes. */
const CONFIG = `import config from '../../hardhat.config.ts';
export default { ...config, plugins: config.plugins.filter(({ id }) => id !== 'warnings-are-errors') };
`;
const MINIMUM_LINES = 1;
const MINIMUM_BRANCHES = 0.97;

const HELP = `Usage: node scripts/bootstrap.mjs scripts/check-coverage.ts

Measures what the Solidity tests cover: every line, and both outcomes of at least ${MINIMUM_BRANCHES * 100} % of all decisions
(if, require and ?:). Hardhat counts lines only, so the decisions are counted on a copy in which each is wrapped in a
function of its own.
`;

function main(): number {
  if (process.argv.includes('--help')) {
    process.stdout.write(HELP);
    return 0;
  }
  copyProject();
  hardhat('build', '--no-tests');
  const branches = instrumentBranches(COPY);
  hardhat('test', 'solidity', '--coverage');
  const hits = readLineHits(join(COPY, 'coverage', 'lcov.info'));
  return report(branches, hits);
}

function copyProject(): void {
  rmSync(COPY, { recursive: true, force: true });
  for (const path of INPUTS) {
    mkdirSync(dirname(join(COPY, path)), { recursive: true });
    cpSync(join(ROOT, path), join(COPY, path), { recursive: true });
  }
  writeFileSync(join(COPY, 'hardhat.config.ts'), CONFIG);
}

class CoverageRunFailed extends Error {
  override readonly name = 'CoverageRunFailed';
}

function hardhat(...args: readonly string[]): void {
  const cli = join(ROOT, 'node_modules', 'hardhat', 'dist', 'src', 'cli.js');
  const { status, stdout, stderr } = spawnSync(process.execPath, [cli, ...args], { cwd: COPY, encoding: 'utf8' });
  if (status !== 0) throw new CoverageRunFailed(`hardhat ${args.join(' ')} failed\n${stdout}\n${stderr}`);
}

function report(branches: readonly Branch[], hits: LineHits): number {
  const lines = [...hits]
    .filter(([file]) => file.startsWith('contracts/') && !branches.some((branch) => branch.probe.file === file))
    .flatMap(([file, found]) => [...found].map(([line, hit]) => ({ place: `${file}:${line}`, hit })));
  const outcomes = branches.map(({ place, outcome, probe }) => ({
    place: `${place} never ${outcome}`,
    hit: hits.get(probe.file)?.get(probe.line) === true,
  }));
  const linesOk = reportKind('lines', lines, MINIMUM_LINES);
  const branchesOk = reportKind('branches', outcomes, MINIMUM_BRANCHES);
  return linesOk && branchesOk ? 0 : 1;
}

function reportKind(kind: string, items: readonly { place: string; hit: boolean }[], minimum: number): boolean {
  const covered = items.filter(({ hit }) => hit).length;
  for (const { place } of items.filter(({ hit }) => !hit)) process.stdout.write(`  not covered: ${place}\n`);
  const share = items.length === 0 ? 0 : covered / items.length;
  const percent = (share * 100).toFixed(2);
  process.stdout.write(`${kind}: ${covered} of ${items.length} = ${percent} % (at least ${minimum * 100} %)\n`);
  return share >= minimum;
}

process.exitCode = main();
