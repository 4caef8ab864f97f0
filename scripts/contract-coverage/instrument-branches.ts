import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';

import { z } from 'zod';

/** One outcome of a decision, and the line whose execution shows it. */
export interface Branch {
  /** `contracts/X.sol:12` */
  readonly place: string;
  readonly outcome: boolean;
  readonly probe: { readonly file: string; readonly line: number };
}

interface Decision {
  readonly file: string;
  readonly line: number;
  /** In bytes from the start of the file. */
  readonly start: number;
  readonly end: number;
}

const PROBES = 'contracts/Branches.sol';
const PROJECT = 'project/';

const buildOutput = z.object({
  output: z.object({ sources: z.record(z.string(), z.object({ ast: z.unknown() })).optional() }),
});
const node = z.looseObject({ nodeType: z.string() });
const expression = z.looseObject({ src: z.string() });
const named = z.object({ name: z.string() });

/**
 * Wraps every decision (`if`, `require`, `?:`) of the contracts below `root` in a function of its own, which has one
 * line for each outcome. Needs the build information of the unchanged contracts.
 */
export function instrumentBranches(root: string): Branch[] {
  const decisions = [...readSyntaxTrees(root)].flatMap(([file, tree]) => findDecisions(root, file, tree));
  const files = new Set(decisions.map(({ file }) => file));
  for (const file of files) wrapDecisions(root, file, decisions);
  return writeProbes(root, decisions);
}

function readSyntaxTrees(root: string): Map<string, unknown> {
  const folder = join(root, 'artifacts', 'build-info');
  const trees = new Map<string, unknown>();
  for (const name of readdirSync(folder).filter((entry) => entry.endsWith('.output.json'))) {
    const { output } = buildOutput.parse(JSON.parse(readFileSync(join(folder, name), 'utf8')));
    for (const [source, { ast }] of Object.entries(output.sources ?? {})) {
      if (source.startsWith(`${PROJECT}contracts/`)) trees.set(source.slice(PROJECT.length), ast);
    }
  }
  return trees;
}

function findDecisions(root: string, file: string, tree: unknown): Decision[] {
  const bytes = readFileSync(join(root, file));
  return conditionsIn(tree).map((src) => {
    const [start = 0, length = 0] = src.split(':').map(Number);
    const line = bytes.subarray(0, start).filter((byte) => byte === 0x0a).length + 1;
    return { file, line, start, end: start + length };
  });
}

/** Source ranges of all conditions below a node of the syntax tree. */
function conditionsIn(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(conditionsIn);
  if (typeof value !== 'object' || value === null) return [];
  const below = Object.values(value).flatMap(conditionsIn);
  const condition = conditionOf(value);
  return condition === null ? below : [condition, ...below];
}

function conditionOf(value: object): string | null {
  const parsed = node.safeParse(value);
  if (!parsed.success) return null;
  const { nodeType, condition, expression: callee, arguments: args } = parsed.data;
  if (nodeType === 'IfStatement' || nodeType === 'Conditional') return expression.parse(condition).src;
  const isRequire = nodeType === 'FunctionCall' && named.safeParse(callee).data?.name === 'require';
  return isRequire ? expression.parse(z.array(z.unknown()).parse(args)[0]).src : null;
}

function wrapDecisions(root: string, file: string, decisions: readonly Decision[]): void {
  let text = readFileSync(join(root, file));
  const insertions = decisions.flatMap((decision, index) =>
    decision.file === file
      ? [
          { at: decision.start, text: `Branches.b${index}(` },
          { at: decision.end, text: ')' },
        ]
      : [],
  );
  // From the end, so that earlier positions stay true.
  for (const { at, text: inserted } of insertions.sort((a, b) => b.at - a.at)) {
    text = Buffer.concat([text.subarray(0, at), Buffer.from(inserted), text.subarray(at)]);
  }
  const path = relative(dirname(file), PROBES);
  const specifier = path.startsWith('.') ? path : `./${path}`;
  // On the same line, so that line numbers stay true.
  const withImport = text.toString('utf8').replace(/^pragma .*;$/m, `$& import {Branches} from "${specifier}";`);
  writeFileSync(join(root, file), withImport);
}

const HEAD = '// SPDX-License-Identifier: Apache-2.0\npragma solidity 0.8.37;\n\nlibrary Branches {\n';
const HEAD_LINES = 4;

function writeProbes(root: string, decisions: readonly Decision[]): Branch[] {
  const probes = decisions.map(
    (_, index) =>
      `function b${index}(bool value) internal pure returns (bool) {\nif (value) {\nreturn true;\n}\nreturn false;\n}\n`,
  );
  writeFileSync(join(root, PROBES), `${HEAD}${probes.join('')}}\n`);
  return decisions.flatMap(({ file, line }, index) => {
    const first = HEAD_LINES + index * 6 + 1;
    return [
      { place: `${file}:${line}`, outcome: true, probe: { file: PROBES, line: first + 2 } },
      { place: `${file}:${line}`, outcome: false, probe: { file: PROBES, line: first + 4 } },
    ];
  });
}
