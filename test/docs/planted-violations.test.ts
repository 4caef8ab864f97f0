import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const ROOT = join(import.meta.dirname, '..', '..');
const CONFIGS = ['.solhint.json', 'eslint.config.js', '.dependency-cruiser.cjs', 'tsconfig.json', 'package.json'];

interface Plant {
  /** Where the violation stands, and what it is written in. */
  readonly path: string;
  readonly text: string;
  readonly rule: string;
}

const EMPTY = 'export const value = 1;\n';
const importing = (specifier: string): string => `import { value } from '${specifier}';\n\nexport const own = value;\n`;

const ARROWS: readonly Plant[] = [
  { path: 'ledger/plant-up.ts', text: importing('../gateway/target.ts'), rule: 'ledger-stands-alone' },
  { path: 'ledger/plant-io.ts', text: "import 'node:http';\n", rule: 'ledger-has-no-io' },
  { path: 'ledger/decide.ts', text: importing('./events.ts'), rule: 'decide-is-pure' },
  { path: 'ledger/plant-barrel.ts', text: importing('./index.ts'), rule: 'no-barrel-from-inside' },
  { path: 'ledger/circle-a.ts', text: importing('./circle-b.ts'), rule: 'no-circular' },
  { path: 'gateway/plant-script.ts', text: importing('../scripts/target.ts'), rule: 'gateway-is-production' },
  { path: 'gateway/plant-hardhat.ts', text: "import 'hardhat';\n", rule: 'gateway-is-production' },
  { path: 'gateway/plant-express.ts', text: "import 'express';\n", rule: 'express-at-the-edge' },
  { path: 'gateway/plant-dev.ts', text: "import 'fast-check';\n", rule: 'not-declared' },
  {
    path: 'gateway/plant-bindings.ts',
    text: importing('../ledger/__generated__/abi.ts'),
    rule: 'generated-has-few-readers',
  },
  { path: 'gateway/plant-index.ts', text: importing('./relay/index.ts'), rule: 'one-barrel' },
  { path: 'gateway/plant-nowhere.ts', text: importing('./nowhere.ts'), rule: 'not-resolvable' },
  { path: 'cli/plant-gateway.ts', text: importing('../gateway/target.ts'), rule: 'cli-never-gateway' },
  { path: 'verifier/plant-gateway.ts', text: importing('../gateway/target.ts'), rule: 'verifier-never-gateway' },
  { path: 'scripts/plant-test.ts', text: importing('../test/target.ts'), rule: 'scripts-never-tests' },
];

const SYNTAX: readonly Plant[] = [
  {
    path: 'gateway/throws.ts',
    text: "export function f(): void {\n  throw new Error('x');\n}\n",
    rule: 'no-restricted-syntax',
  },
  {
    path: 'gateway/in-array.ts',
    text: 'export const f = (x: number): boolean => x in [1, 2];\n',
    rule: 'no-restricted-syntax',
  },
  { path: 'gateway/environment.ts', text: "export const home = process.env['HOME'];\n", rule: 'no-restricted-syntax' },
  { path: 'gateway/default-export.ts', text: 'export default 1;\n', rule: 'no-restricted-syntax' },
  { path: 'gateway/re-export.ts', text: "export * from './target.ts';\n", rule: 'no-restricted-syntax' },
  { path: 'gateway/long-file.ts', text: EMPTY.replace('value', 'a') + '\n'.repeat(300), rule: 'max-lines' },
  {
    path: 'gateway/long-function.ts',
    text: `export function f(): number {\n  let n = 0;\n${'  n += 1;\n'.repeat(40)}  return n;\n}\n`,
    rule: 'max-lines-per-function',
  },
  {
    path: 'gateway/assertion.ts',
    text: 'export const f = (x: unknown): string => x as string;\n',
    rule: '@typescript-eslint/consistent-type-assertions',
  },
  {
    path: 'gateway/any.ts',
    text: 'export const f = (x: any): boolean => x === 1;\n',
    rule: '@typescript-eslint/no-explicit-any',
  },
  {
    path: 'gateway/non-null.ts',
    text: 'export const f = (x: string | null): number => x!.length;\n',
    rule: '@typescript-eslint/no-non-null-assertion',
  },
  {
    path: 'gateway/floating.ts',
    text: 'export function f(p: Promise<void>): void {\n  p;\n}\n',
    rule: '@typescript-eslint/no-floating-promises',
  },
  {
    path: 'gateway/truthy.ts',
    text: 'export const f = (x: string | undefined): number => (x ? 1 : 2);\n',
    rule: '@typescript-eslint/strict-boolean-expressions',
  },
  {
    path: 'gateway/switch.ts',
    text: "export function f(x: 'a' | 'b'): number {\n  switch (x) {\n    case 'a':\n      return 1;\n  }\n  return 2;\n}\n",
    rule: '@typescript-eslint/switch-exhaustiveness-check',
  },
  {
    path: 'gateway/not-awaited.ts',
    text: 'export async function f(p: Promise<number>): Promise<number> {\n  await p;\n  return p;\n}\n',
    rule: '@typescript-eslint/return-await',
  },
  { path: 'gateway/console.ts', text: "console.log('x');\n", rule: 'no-console' },
  {
    path: 'gateway/undescribed.ts',
    text: '/* eslint-disable no-console */\nexport const one = 1;\n',
    rule: 'dxl/described-disables',
  },
  {
    path: 'gateway/ignored.ts',
    text: "// @ts-ignore\nexport const one: number = '1';\n",
    rule: 'dxl/described-disables',
  },
];

const SOLIDITY: readonly Plant[] = [
  {
    path: 'contracts/Origin.sol',
    text: '    function f() external view returns (bool) {\n        return tx.origin == msg.sender;\n    }\n',
    rule: 'avoid-tx-origin',
  },
  {
    path: 'contracts/Reason.sol',
    text: '    function f(uint256 a) external pure {\n        require(a == 1, "no");\n    }\n',
    rule: 'gas-custom-errors',
  },
  {
    path: 'contracts/Alias.sol',
    text: '    function f(uint a) external pure returns (uint) {\n        return a;\n    }\n',
    rule: 'explicit-types',
  },
];

const solidity = (path: string, body: string): string =>
  `// SPDX-License-Identifier: Apache-2.0\npragma solidity 0.8.37;\n\ncontract ${basename(path, '.sol')} {\n${body}}\n`;

const TARGETS = [
  'gateway/target.ts',
  'gateway/relay/index.ts',
  'scripts/target.ts',
  'test/target.ts',
  'ledger/index.ts',
  'ledger/events.ts',
  'ledger/__generated__/abi.ts',
];

describe('the checks of npm run check', () => {
  let folder = '';

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'dxl-plants-'));
    for (const file of CONFIGS) copyFileSync(join(ROOT, file), join(folder, file));
    symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
    for (const path of TARGETS) plant(path, EMPTY);
    plant('ledger/circle-b.ts', "import { own } from './circle-a.ts';\n\nexport const value = own;\n");
    for (const { path, text } of [...ARROWS, ...SYNTAX]) plant(path, text);
    for (const { path, text } of SOLIDITY) plant(path, solidity(path, text));
  });

  afterAll(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  function plant(path: string, text: string): void {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }

  function run(bin: string, args: readonly string[]): unknown {
    const script = join(ROOT, 'node_modules', bin);
    const { stdout } = spawnSync(process.execPath, [script, ...args], {
      cwd: folder,
      encoding: 'utf8',
      maxBuffer: 1e9,
    });
    return JSON.parse(stdout);
  }

  it('find each planted import against the arrows, and nothing else', () => {
    const folders = ['ledger', 'gateway', 'cli', 'verifier', 'scripts', 'test'];
    const args = ['--config', '.dependency-cruiser.cjs', '--output-type', 'json', ...folders];
    const { summary } = run('dependency-cruiser/bin/dependency-cruiser.mjs', args) as {
      summary: { violations: { from: string; rule: { name: string } }[] };
    };
    const found = summary.violations.map(({ from, rule }) => `${from} ${rule.name}`);
    expect([...new Set(found)].sort()).toEqual(ARROWS.map(({ path, rule }) => `${path} ${rule}`).sort());
  });

  it('find each planted piece of refused syntax', () => {
    const results = run('eslint/bin/eslint.js', ['--format', 'json', 'gateway']) as {
      filePath: string;
      messages: { ruleId: string | null }[];
    }[];
    const found = results.flatMap(({ filePath, messages }) =>
      messages.map(({ ruleId }) => `${filePath.slice(filePath.indexOf('gateway/'))} ${String(ruleId)}`),
    );
    expect(found).toEqual(expect.arrayContaining(SYNTAX.map(({ path, rule }) => `${path} ${rule}`)));
  });

  it('find each planted piece of refused Solidity, and nothing else', () => {
    const args = ['--disc', '--noPoster', '--formatter', 'json', 'contracts/**/*.sol'];
    const reports = run('solhint/solhint.js', args) as { filePath?: string; ruleId?: string }[];
    const found = reports.flatMap(({ filePath, ruleId }) =>
      filePath === undefined ? [] : [`${filePath} ${String(ruleId)}`],
    );
    expect([...new Set(found)].sort()).toEqual(SOLIDITY.map(({ path, rule }) => `${path} ${rule}`).sort());
  });
});
