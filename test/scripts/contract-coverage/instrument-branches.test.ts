import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { instrumentBranches } from '../../../scripts/contract-coverage/instrument-branches.ts';
import { readLineHits } from '../../../scripts/contract-coverage/lcov.ts';

const solc = createRequire(import.meta.url)('solc') as { compile: (input: string) => string };

const CONTRACT = `// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

// 政务: positions count bytes, not characters
contract Sample {
    error Refused(uint256 value);

    function f(uint256 a) external pure returns (uint256) {
        require(a != 1, Refused(a));
        if (a > 5 && a < 9) return a == 6 ? (a > 7 ? 1 : 2) : 3;
        return a;
    }
}
`;

interface Output {
  readonly errors?: readonly { readonly severity: string; readonly message: string }[];
}

function compile(files: Readonly<Record<string, string>>): Output {
  const sources = Object.fromEntries(Object.entries(files).map(([path, content]) => [path, { content }]));
  const outputSelection = { '*': { '': ['ast'], '*': ['evm.bytecode.object'] } };
  const input = { language: 'Solidity', sources, settings: { outputSelection } };
  return JSON.parse(solc.compile(JSON.stringify(input))) as Output;
}

describe('instrumentBranches', () => {
  let root = '';

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'dxl-branches-'));
    mkdirSync(join(root, 'contracts'));
    mkdirSync(join(root, 'artifacts', 'build-info'), { recursive: true });
    writeFileSync(join(root, 'contracts', 'Sample.sol'), CONTRACT);
    const output = compile({ 'project/contracts/Sample.sol': CONTRACT });
    writeFileSync(join(root, 'artifacts', 'build-info', 'one.output.json'), JSON.stringify({ output }));
  });

  afterEach(() => {
    rmSync(root, { recursive: true, force: true });
  });

  it('gives each decision a line for either outcome, in code that still compiles', () => {
    const branches = instrumentBranches(root);
    const places = [
      'contracts/Sample.sol:10',
      'contracts/Sample.sol:10',
      'contracts/Sample.sol:10',
      'contracts/Sample.sol:9',
    ];
    expect(
      branches
        .filter(({ outcome }) => outcome)
        .map(({ place }) => place)
        .sort(),
    ).toEqual(places);
    expect(branches.filter(({ outcome }) => !outcome)).toHaveLength(places.length);

    const files = ['Sample.sol', 'Branches.sol'].map((name) => `contracts/${name}`);
    const texts = files.map((path) => readFileSync(join(root, path), 'utf8'));
    const { errors = [] } = compile(Object.fromEntries(files.map((path, index) => [path, texts[index] ?? ''])));
    expect(errors.filter(({ severity }) => severity === 'error')).toEqual([]);
    expect(texts[0]?.split('\n')).toHaveLength(CONTRACT.split('\n').length);

    const probes = texts[1]?.split('\n') ?? [];
    for (const { outcome, probe } of branches) expect(probes[probe.line - 1]).toBe(`return ${String(outcome)};`);
  });

  it('reads which lines were executed', () => {
    const file = join(root, 'lcov.info');
    writeFileSync(
      file,
      'TN:\nSF:contracts/A.sol\nDA:3,1\nDA:4,0\nend_of_record\nSF:contracts/B.sol\nDA:1,7\nend_of_record\n',
    );
    const hits = readLineHits(file);
    expect(hits.get('contracts/A.sol')).toEqual(
      new Map([
        [3, true],
        [4, false],
      ]),
    );
    expect(hits.get('contracts/B.sol')).toEqual(new Map([[1, true]]));
  });
});
