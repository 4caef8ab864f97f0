import { readFileSync } from 'node:fs';

import { describe, expect, it, vi } from 'vitest';

import { MAX_LINE_DEPTH } from '../../../ledger/evidence/limits.ts';
import { parseLine } from '../../../verifier/bundle/parse-line.ts';

const lines = readFileSync('test/vectors/evidence/valid/whole-ledger.ndjson', 'utf8').trimEnd().split('\n');
const blockText = lines[1]!;

function problemOf(text: string | Uint8Array): readonly unknown[] {
  const parsed = parseLine(Buffer.from(text));
  return parsed.code === null ? [null] : [parsed.code, parsed.facts['why'] ?? parsed.facts['path']];
}

const NOT_CANONICAL = 'LINE_NOT_CANONICAL';
describe('parseLine', () => {
  it('takes every line of a bundle', () => {
    for (const text of lines) {
      const parsed = parseLine(Buffer.from(text));
      expect(parsed.code).toBeNull();
      expect(parsed).toMatchObject({ line: JSON.parse(text) as object });
    }
  });

  it.each<[string, string | Uint8Array, readonly unknown[]]>([
    ['nothing', '', [NOT_CANONICAL, 'SYNTAX']],
    ['half a line', blockText.slice(0, -1), [NOT_CANONICAL, 'SYNTAX']],
    ['bytes that are no UTF-8', Uint8Array.of(0x22, 0xff, 0x22), [NOT_CANONICAL, 'UTF8']],
    ['a byte order mark', `\ufeff${blockText}`, [NOT_CANONICAL, 'SYNTAX']],
    ['a space', blockText.replace(':', ': '), [NOT_CANONICAL, 'NOT_CANONICAL']],
    ['a fraction', '{"a":0.5}', [NOT_CANONICAL, 'VALUE']],
    ['a fraction further inside', '{"a":[{"b":0.5}]}', [NOT_CANONICAL, 'VALUE']],
    ['2^53', '{"a":9007199254740992}', [NOT_CANONICAL, 'VALUE']],
    ['half a surrogate pair', String.raw`{"a":"\ud800"}`, [NOT_CANONICAL, 'NOT_CANONICAL']],
    ['a member twice', '{"a":1,"a":1}', [NOT_CANONICAL, 'NOT_CANONICAL']],
    ['characters that are not composed', '{"a":"e\u0301"}', [NOT_CANONICAL, 'CHARACTERS']],
    ['a noncharacter', '{"a":"\ufdd0"}', [NOT_CANONICAL, 'CHARACTERS']],
    ['more than 30 marks in a row', `{"a":"x${'\u0316'.repeat(31)}"}`, [NOT_CANONICAL, 'CHARACTERS']],
    ['30 marks in a row', `{"a":"x${'\u0316'.repeat(30)}\u65e5${'\u0316'.repeat(30)}"}`, ['LINE_INVALID', '/type']],
    ['characters that are composed', '{"a":"\u00e9日"}', ['LINE_INVALID', '/type']],
    ['a mark behind an escape', '{"a":"\\n\u0301"}', ['LINE_INVALID', '/type']],
    ['one in a name', '{"\\n\u0301":[null,{"b":"\\t\u030c"},1]}', ['LINE_INVALID', '/type']],
    ['a mark behind an escape and one behind a letter', '{"a":["\\n\u0301","e\u0301"]}', [NOT_CANONICAL, 'CHARACTERS']],
    ['the same in names', '{"\\n\u0301":{"e\u0301":1}}', [NOT_CANONICAL, 'CHARACTERS']],
    ['the same further inside', '{"a":[null,{"b":["\\n\u0301",{"c":"e\u0301"}]}]}', [NOT_CANONICAL, 'CHARACTERS']],
    ['null', 'null', ['LINE_INVALID', '']],
    ['a number', '7', ['LINE_INVALID', '']],
    ['another type', '{"type":"note"}', ['LINE_INVALID', '/type']],
    ['a number where a text belongs', blockText.replace(/"hash":"[^"]*"/, '"hash":7'), ['LINE_INVALID', '/hash']],
  ])('refuses %s', (_, text, problem) => {
    expect(problemOf(text)).toEqual(problem);
  });

  it('normalizes no long run of marks, which would take time by its square', () => {
    const normalize = vi.spyOn(String.prototype, 'normalize');
    const text = `"a${'\u0301'.repeat(1_000)}${'\u0316'.repeat(1_000)}"`;
    expect(problemOf(text)).toEqual([NOT_CANONICAL, 'CHARACTERS']);
    expect(normalize).not.toHaveBeenCalled();
    normalize.mockRestore();
  });

  it.each([
    ['as deep as it may be', `${'['.repeat(MAX_LINE_DEPTH)}${']'.repeat(MAX_LINE_DEPTH)}`, ['LINE_INVALID', '']],
    ['side by side', `[${Array.from({ length: 100 }, () => '[{}]').join(',')}]`, ['LINE_INVALID', '']],
    ['in a text', `{"a":"${'[{'.repeat(100)}"}`, ['LINE_INVALID', '/type']],
    ['behind a quote in a text', `{"a":"\\"${'[{'.repeat(100)}"}`, ['LINE_INVALID', '/type']],
    ['behind a text that ends with a backslash', `{"a":"\\\\","b":${'['.repeat(100)}`, [NOT_CANONICAL, 'DEPTH']],
  ])('counts brackets %s', (_, text, problem) => {
    expect(problemOf(text)).toEqual(problem);
  });

  it('finds depth before anything is nested', () => {
    expect(problemOf('['.repeat(1_000_000))).toEqual([NOT_CANONICAL, 'DEPTH']);
    expect(problemOf(`${']'.repeat(100)}${'['.repeat(MAX_LINE_DEPTH + 1)}`)).toEqual([NOT_CANONICAL, 'SYNTAX']);
  });
});
