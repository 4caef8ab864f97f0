import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, it } from 'vitest';

import { GATEWAY_ERRORS } from '../../gateway/errors.ts';
import { DENY_CODES } from '../../ledger/deny-codes.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const FOLDERS = ['ledger', 'gateway', 'cli', 'scripts'];

interface Row {
  readonly code: string;
  readonly cells: readonly string[];
}

function section(heading: string): string {
  const text = readFileSync(join(ROOT, 'docs', 'errors.md'), 'utf8');
  return text.split(/^## /m).find((part) => part.startsWith(`${heading}\n`)) ?? '';
}

/** Rows of the tables under `## heading`. */
function rowsUnder(heading: string): Row[] {
  return rowsOf(section(heading));
}

/** The parts of the last section: the name of a type and its rows. */
function areas(): [string, Row[]][] {
  return section('Other areas')
    .split(/^### /m)
    .slice(1)
    .map((part) => [part.slice(0, part.indexOf('\n')), rowsOf(part)]);
}

/** Rows of tables, without head and rule. */
function rowsOf(text: string): Row[] {
  return text
    .split('\n')
    .filter((line) => line.startsWith('| `'))
    .map((line) =>
      line
        .slice(1, -1)
        .split('|')
        .map((cell) => cell.trim()),
    )
    .map(([code = '', ...cells]) => ({ code: code.replaceAll('`', ''), cells }));
}

/** The text of every TypeScript file of a folder, by its path. */
function sourcesOf(folder: string): [string, string][] {
  return readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts'))
    .map((path) => [join(folder, path), readFileSync(join(ROOT, folder, path), 'utf8')]);
}

/** Members of every `export type …ErrorCode = | 'A' | 'B'` in the sources, by the name of the type. */
function errorCodeUnions(): Map<string, string[]> {
  const unions = new Map<string, string[]>();
  for (const [, text] of FOLDERS.flatMap(sourcesOf)) {
    for (const [, name = '', body = ''] of text.matchAll(/^export type (\w+ErrorCode) =([^;]*);/gm)) {
      unions.set(
        name,
        [...body.matchAll(/'([A-Z0-9_]+)'/g)].map(([, code = '']) => code),
      );
    }
  }
  unions.delete('GatewayErrorCode');
  return unions;
}

const codesOf = (rows: readonly Row[]): string[] => rows.map((row) => row.code);

describe('docs/errors.md', () => {
  it('lists each code of the gateway with its status and titles, and no other', () => {
    const expected = Object.entries(GATEWAY_ERRORS).map(([code, { status, title, titleZh }]) => [
      code,
      String(status),
      title,
      titleZh,
    ]);
    const listed = rowsUnder('Gateway').map(({ code, cells }) => [code, ...cells.slice(0, 3)]);
    expect(listed.sort()).toEqual(expected.sort());
  });

  it('has no code of the gateway that nothing throws', () => {
    const sources = sourcesOf('gateway').filter(([path]) => path !== join('gateway', 'errors.ts'));
    const unused = Object.keys(GATEWAY_ERRORS).filter(
      (code) => !sources.some(([, text]) => text.includes(`'${code}'`)),
    );
    expect(unused).toEqual([]);
  });

  it('lists each deny code with its titles, and no other', () => {
    const expected = Object.entries(DENY_CODES).map(([code, { title, titleZh }]) => [code, title, titleZh]);
    const listed = rowsUnder('Decisions').map(({ code, cells }) => [code, ...cells.slice(0, 2)]);
    expect(listed.sort()).toEqual(expected.sort());
  });

  it('lists each code of the SDK, and no other', () => {
    const expected = errorCodeUnions().get('LedgerErrorCode') ?? [];
    expect(expected).toContain('HISTORY_GAP');
    expect(codesOf(rowsUnder('SDK')).sort()).toEqual(expected.sort());
  });

  it('lists each code of every other area under the name of its type, and no other', () => {
    const unions = errorCodeUnions();
    unions.delete('LedgerErrorCode');
    expect(unions.size).toBeGreaterThan(0);
    const listed = new Map(areas().map(([name, rows]) => [name, codesOf(rows).sort()]));
    expect(listed).toEqual(new Map([...unions].map(([name, codes]) => [name, codes.sort()])));
  });

  it('names only errors of the ledger that a contract declares', () => {
    const interfaces = readdirSync(join(ROOT, 'contracts', 'interfaces')).map((file) =>
      readFileSync(join(ROOT, 'contracts', 'interfaces', file), 'utf8'),
    );
    const declared = new Set(
      interfaces.flatMap((text) => [...text.matchAll(/^ {4}error (\w+)\(/gm)].map(([, name]) => name)),
    );
    const named = codesOf(rowsUnder('The ledger'));
    expect(named.length).toBeGreaterThan(20);
    expect(named.filter((name) => !declared.has(name))).toEqual([]);
  });

  it('says for each code why it happens and what to do', () => {
    const rows = ['Gateway', 'Decisions', 'SDK', 'Other areas'].flatMap(rowsUnder);
    expect(rows.length).toBeGreaterThan(60);
    const incomplete = rows.filter(({ cells }) => cells.length < 4 || cells.slice(-2).some((cell) => cell.length < 8));
    expect(codesOf(incomplete)).toEqual([]);
  });
});
