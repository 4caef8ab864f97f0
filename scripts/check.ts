import { endAsWrongUsage, parseOptions } from './parse-options.ts';
import { runTool } from './run-tool.ts';

const FOLDERS = ['ledger', 'gateway', 'verifier', 'cli', 'scripts', 'test', 'bench'];

interface Step {
  readonly name: string;
  readonly proves: string;
  readonly command: readonly [tool: string, ...args: string[]];
}

interface Result {
  readonly step: Step;
  readonly passed: boolean;
  readonly seconds: number;
}

const STEPS: readonly Step[] = [
  {
    name: 'format',
    proves: 'prettier would change nothing',
    command: ['prettier', '--check', '--log-level', 'warn', '.'],
  },
  { name: 'lint', proves: 'ESLint, typed rules', command: ['eslint', '--max-warnings', '0', '.'] },
  { name: 'types', proves: 'the compiler is content', command: ['tsc', '-p', '.'] },
  { name: 'page-types', proves: 'the same of what runs in a browser', command: ['tsc', '-p', 'verifier/page'] },
  {
    name: 'boundaries',
    proves: 'imports go one way',
    command: ['depcruise', '--config', '.dependency-cruiser.cjs', ...FOLDERS],
  },
  { name: 'dead-code', proves: 'no unused file, export or dependency', command: ['knip'] },
  {
    name: 'spelling',
    proves: 'cspell over code and documents',
    command: ['cspell', '--no-progress', '--no-summary', '--gitignore', '--dot', '.'],
  },
  {
    name: 'solhint',
    proves: 'Solidity rules, zero warnings',
    command: ['solhint', '--disc', '--noPoster', '--max-warnings', '0', 'contracts/**/*.sol'],
  },
  {
    name: 'bindings',
    proves: 'ledger/__generated__ is current',
    command: ['node', 'scripts/generate-bindings.ts', '--check'],
  },
  {
    name: 'openapi',
    proves: 'the OpenAPI document is current',
    command: ['node', 'scripts/generate-openapi.ts', '--check'],
  },
  { name: 'tests', proves: 'Solidity and TypeScript tests', command: ['node', 'scripts/test.ts'] },
  { name: 'gas', proves: 'gas snapshot unchanged', command: ['hardhat', 'test', 'solidity', '--snapshot-check'] },
  { name: 'coverage', proves: 'contract lines and branches covered', command: ['node', 'scripts/check-coverage.ts'] },
];

const HELP = `Usage: npm run check -- [--only NAME[,NAME]]

Runs every check, also when one fails, and exits 1 if any did.

${STEPS.map((step) => `  ${step.name.padEnd(12)} ${step.proves}`).join('\n')}
`;

const options = { only: { type: 'string' }, help: { type: 'boolean', default: false } } as const;

async function main(): Promise<number> {
  const { values } = parseOptions({ options });
  if (values.help) {
    process.stdout.write(HELP);
    return 0;
  }
  const wanted = selectSteps(values.only);
  const results: Result[] = [];
  for (const step of wanted) results.push(await runStep(step));
  printSummary(results);
  return results.every((result) => result.passed) ? 0 : 1;
}

function selectSteps(only: string | undefined): readonly Step[] {
  if (only === undefined) return STEPS;
  const names = only.split(',');
  const unknown = names.filter((name) => !STEPS.some((step) => step.name === name));
  if (unknown.length > 0) return endAsWrongUsage(`--only: there is no check ${unknown.join(', ')}`);
  return STEPS.filter((step) => names.includes(step.name));
}

async function runStep(step: Step): Promise<Result> {
  process.stdout.write(`\n== ${step.name}: ${step.proves}\n`);
  const startedAtMs = performance.now();
  const [tool, ...args] = step.command;
  const { exitCode } = await runTool(tool, args);
  return { step, passed: exitCode === 0, seconds: (performance.now() - startedAtMs) / 1000 };
}

function printSummary(results: readonly Result[]): void {
  process.stdout.write('\n');
  for (const { step, passed, seconds } of results) {
    process.stdout.write(
      `${passed ? 'ok    ' : 'FAILED'}  ${step.name.padEnd(12)} ${seconds.toFixed(1).padStart(7)} s\n`,
    );
  }
}

process.exitCode = await main();
