import { randomInt } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { z } from 'zod';

import { endAsWrongUsage, parseOptions } from './parse-options.ts';
import { runTool } from './run-tool.ts';

const HELP = `Usage: npm test -- [options] [filters for vitest]

Runs the Solidity tests (Hardhat) and the TypeScript tests (vitest). The last line is the sum of what both report.

  --long            more fuzz runs, crash points and trials (sets DXL_LONG=1), and a new seed, which is printed
                    (DXL_SEED=<number> takes that one)
  --only RUNNER     "solidity" or "vitest"
  --help            this text
`;

interface Totals {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

const NOTHING: Totals = { passed: 0, failed: 0, skipped: 0 };

const vitestReport = z.object({
  numPassedTests: z.number(),
  numFailedTests: z.number(),
  numPendingTests: z.number(),
  numTodoTests: z.number(),
  testResults: z.array(z.object({ status: z.string(), assertionResults: z.array(z.object({ status: z.string() })) })),
});

const options = {
  long: { type: 'boolean', default: false },
  only: { type: 'string' },
  help: { type: 'boolean', default: false },
} as const;

async function main(): Promise<number> {
  const { values, positionals } = parseOptions({ options, allowPositionals: true });
  if (values.help) {
    process.stdout.write(HELP);
    return 0;
  }
  if (values.only !== undefined && values.only !== 'solidity' && values.only !== 'vitest') {
    return endAsWrongUsage(`--only is solidity or vitest, not ${values.only}`);
  }
  const environment = { ...process.env, ...(values.long ? longRun() : {}) };
  const solidityWanted = values.only !== 'vitest' && positionals.length === 0;
  const solidity = solidityWanted ? await runSolidityTests(environment) : null;
  const vitest = values.only === 'solidity' ? null : await runVitest(positionals, environment);
  return report([
    ['Solidity', solidity],
    ['vitest', vitest],
  ]);
}

function longRun(): NodeJS.ProcessEnv {
  const seed = process.env['DXL_SEED'] ?? String(randomInt(2 ** 31));
  process.stdout.write(`Seed of the property tests: DXL_SEED=${seed}\n`);
  return { DXL_LONG: '1', DXL_SEED: seed };
}

async function runSolidityTests(environment: NodeJS.ProcessEnv): Promise<Totals> {
  const plain = { ...environment, NO_COLOR: '1', FORCE_COLOR: '0' };
  const { exitCode, output } = await runTool('hardhat', ['test', 'solidity'], { environment: plain, capture: true });
  const totals = {
    passed: sumOf(output, /^\s*(\d+) passing\b/gm),
    failed: sumOf(output, /^\s*(\d+) failing\b/gm),
    skipped: sumOf(output, /^\s*(\d+) skipped\b/gm),
  };
  return withExitCode(totals, exitCode);
}

async function runVitest(filters: readonly string[], environment: NodeJS.ProcessEnv): Promise<Totals> {
  const folder = await mkdtemp(join(tmpdir(), 'dxl-test-'));
  try {
    const file = join(folder, 'vitest.json');
    const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${file}`];
    const { exitCode } = await runTool('vitest', ['run', ...reporters, ...filters], { environment });
    return withExitCode(await readVitestReport(file), exitCode);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function readVitestReport(file: string): Promise<Totals> {
  const text = await readFile(file, 'utf8').catch(() => null);
  if (text === null) return NOTHING;
  const report = vitestReport.parse(JSON.parse(text));
  const brokenFiles = report.testResults.filter(
    (file) => file.status === 'failed' && !file.assertionResults.some(({ status }) => status === 'failed'),
  );
  return {
    passed: report.numPassedTests,
    // A file that cannot be loaded, or whose set-up fails, has no failed test to count; it is one failure.
    failed: report.numFailedTests + brokenFiles.length,
    skipped: report.numPendingTests + report.numTodoTests,
  };
}

/** A runner that ends badly without naming a failed test (a crash, a build error) counts as one failure. */
function withExitCode(totals: Totals, exitCode: number): Totals {
  return exitCode !== 0 && totals.failed === 0 ? { ...totals, failed: 1 } : totals;
}

function report(results: readonly (readonly [string, Totals | null])[]): number {
  const ran = results.flatMap(([name, totals]) => (totals === null ? [] : [{ name, ...totals }]));
  process.stdout.write('\n');
  for (const { name, passed, failed, skipped } of ran) {
    process.stdout.write(`${name}: ${passed} passed, ${failed} failed, ${skipped} skipped\n`);
  }
  const passed = ran.reduce((sum, totals) => sum + totals.passed, 0);
  const failed = ran.reduce((sum, totals) => sum + totals.failed, 0);
  const ranNothing = ran.some((totals) => totals.passed + totals.failed === 0);
  if (ranNothing) process.stdout.write('A runner found no tests.\n');
  process.stdout.write(`${passed} passed, ${failed} failed\n`);
  return failed > 0 || ranNothing ? 1 : 0;
}

function sumOf(text: string, pattern: RegExp): number {
  return [...text.matchAll(pattern)].reduce((sum, match) => sum + Number(match[1]), 0);
}

process.exitCode = await main();
