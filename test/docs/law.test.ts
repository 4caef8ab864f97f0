import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, it } from 'vitest';

const ROOT = join(import.meta.dirname, '..', '..');
const INTERFACES = 'contracts/interfaces';
const WORDS: readonly string[] = ['enforced', 'timed', 'shown', 'advisory', 'outside'];
/** Rules of which nothing can be shown, because nothing holds them. */
const NOT_HELD: readonly string[] = ['advisory', 'outside'];

const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');
const page = read('docs/law.md');

interface Row {
  readonly id: string;
  readonly cells: readonly string[];
}

/** `file#symbol`, where a file of sources may have several symbols, separated by commas. */
interface Citation {
  readonly file: string;
  readonly name: string;
}

function rowsOf(id: RegExp): Row[] {
  return page
    .split('\n')
    .filter((line) => line.startsWith('| '))
    .map((line) => line.split('|').map((cell) => cell.trim()))
    .map(([, first = '', ...cells]) => ({ id: first, cells }))
    .filter((row) => id.test(row.id));
}

function citationsIn(text: string): Citation[] {
  return [...text.matchAll(/`([\w./-]+)#([^`]+)`/g)].flatMap(([, file = '', names = '']) =>
    (file.startsWith('test/') ? [names] : names.split(',')).map((name) => ({ file, name })),
  );
}

function isTrue({ file, name }: Citation): boolean {
  if (!existsSync(join(ROOT, file))) return false;
  return file.startsWith('test/') && file.endsWith('.ts') ? hasTitle(read(file), name) : declares(read(file), name);
}

/** The whole title, or a whole cell of the table that titles are made of. */
function hasTitle(text: string, title: string): boolean {
  return [`'${title}'`, `"${title}"`, `\`${title}\``].some((quoted) => text.includes(quoted));
}

function declares(text: string, name: string): boolean {
  return new RegExp(`\\b(?:function|contract|constant|const|class|interface|type) ${name}\\b`).test(text);
}

const textOf = ({ file, name }: Citation): string => `${file}#${name}`;
const falseOnes = (text: string): string[] =>
  citationsIn(text)
    .filter((citation) => !isTrue(citation))
    .map(textOf);
const numbered = (letter: string, count: number): string[] =>
  Array.from({ length: count }, (_, index) => letter + String(index + 1));

describe('docs/law.md', () => {
  const rules = rowsOf(/^R\d+$/);

  it('has each rule once, in order', () => {
    expect(rules.map(({ id }) => id)).toEqual(numbered('R', 39));
  });

  it('says of each rule by one word of the list how it is held', () => {
    expect(rules.filter(({ cells }) => !WORDS.includes(cells[1] ?? '')).map(({ id }) => id)).toEqual([]);
    const legend = page.slice(0, page.indexOf('## Rules'));
    const explained = [...legend.matchAll(/^\| (\w+) \| [a-z]/gm)].map(([, word]) => word);
    expect(explained).toEqual(WORDS);
  });

  it('names for each rule that is held what holds it and the test that shows it, and says of the others why', () => {
    const lacking = rules.filter(({ cells: [, word = '', heldBy = '', shownBy = ''] }) => {
      if (NOT_HELD.includes(word)) return heldBy.length < 40;
      const tests = citationsIn(shownBy);
      return (
        citationsIn(heldBy).length === 0 || tests.length === 0 || tests.some(({ file }) => !file.startsWith('test/'))
      );
    });
    expect(lacking.map(({ id }) => id)).toEqual([]);
  });

  it('names a test for each invariant, or the part that it is left to', () => {
    const invariants = rowsOf(/^I\d+$/);
    expect(invariants.map(({ id }) => id)).toEqual(numbered('I', 14));
    const untested = invariants.filter(({ cells: [, tests = ''] }) => {
      return citationsIn(tests).length === 0 && !/^Part \d/.test(tests);
    });
    expect(untested.map(({ id }) => id)).toEqual([]);
  });

  it('cites only what is there', () => {
    expect(citationsIn(page).length).toBeGreaterThan(150);
    expect(falseOnes(page)).toEqual([]);
  });

  it('gives every act of the contracts a rule', () => {
    const acts = readdirSync(join(ROOT, INTERFACES)).flatMap((file) =>
      [...read(join(INTERFACES, file)).matchAll(/function (\w+BySig)\b/g)].map(([, name = '']) => name),
    );
    expect(acts.length).toBeGreaterThan(40);
    const cited = new Set(rules.flatMap(({ cells: [, , heldBy = ''] }) => citationsIn(heldBy).map(({ name }) => name)));
    expect(acts.filter((name) => !cited.has(name))).toEqual([]);
  });
});

/** The checks themselves: each must see the mistake that it is there for. */
describe('a citation', () => {
  const contract = 'contracts/ShareLedger.sol';
  const test = 'test/contracts/ShareAnswer.t.sol';

  it.each([
    ['a file that is not there', `\`contracts/Nothing.sol#agreeBySig\``],
    ['a symbol that is not there', `\`${contract}#agreeBySignature\``],
    ['a symbol that is only used there', `\`${contract}#addWorkingDays\``],
    ['one symbol of two that is not there', `\`${contract}#agreeBySig,revokeBySig\``],
    ['a test that is not there', `\`${test}#test_agreeBySig_doesEverything\``],
    ['a part of a title', '`test/ledger/history.test.ts#starts from`'],
  ])('of %s is false', (_what, text) => {
    expect(falseOnes(text)).toHaveLength(1);
  });

  it.each([
    ['functions', `\`${contract}#agreeBySig,_end\``],
    ['constants', `\`${contract}#DELIVERY_DAYS\``],
    ['a test of a contract', `\`${test}#test_agreeBySig_issuesTheGrant\``],
    ['a title', '`test/ledger/history.test.ts#starts from zero`'],
  ])('of %s is true', (_what, text) => {
    expect(citationsIn(text).length).toBeGreaterThan(0);
    expect(falseOnes(text)).toEqual([]);
  });
});
