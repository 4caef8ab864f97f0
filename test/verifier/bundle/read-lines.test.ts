import { describe, expect, it } from 'vitest';

import { MAX_LINE_BYTES } from '../../../ledger/evidence/limits.ts';
import { type RawLine, readLines } from '../../../verifier/bundle/read-lines.ts';

async function* chunksOf(...chunks: readonly (string | Uint8Array)[]): AsyncGenerator<Uint8Array> {
  for (const chunk of chunks) yield await Promise.resolve(Buffer.from(chunk));
}

async function read(
  ...chunks: readonly (string | Uint8Array)[]
): Promise<readonly (readonly [number, string, RawLine['problem']])[]> {
  const lines: (readonly [number, string, RawLine['problem']])[] = [];
  for await (const { line, bytes, problem } of readLines(chunksOf(...chunks))) {
    lines.push([line, Buffer.from(bytes).toString(), problem]);
  }
  return lines;
}

describe('readLines', () => {
  it.each<[string, readonly string[]]>([
    ['at once', ['one\n\ntwo\n']],
    ['in pieces', ['o', 'ne', '\n', '\ntw', 'o\n']],
    ['byte by byte', Array.from('one\n\ntwo\n')],
    ['with empty pieces', ['', 'one\n', '', '\ntwo', '', '\n']],
  ])('cuts lines that come %s', async (_, chunks) => {
    expect(await read(...chunks)).toEqual([
      [1, 'one', null],
      [2, '', null],
      [3, 'two', null],
    ]);
  });

  it('reads nothing out of nothing', async () => {
    expect(await read()).toEqual([]);
    expect(await read('')).toEqual([]);
  });

  it('finds a last line that does not end', async () => {
    expect(await read('one\ntw', 'o')).toEqual([
      [1, 'one', null],
      [2, '', 'BUNDLE_TRUNCATED'],
    ]);
    expect(await read('o')).toEqual([[1, '', 'BUNDLE_TRUNCATED']]);
  });

  it('takes the longest line, and gives up one that is longer', async () => {
    const longest = 'x'.repeat(MAX_LINE_BYTES);
    const half = longest.slice(0, MAX_LINE_BYTES / 2);
    expect((await read(`${longest}\n`, 'y\n')).map(([line, text]) => [line, text.length])).toEqual([
      [1, MAX_LINE_BYTES],
      [2, 1],
    ]);
    expect((await read(half, `${half}\ny\n`)).map(([line, text]) => [line, text.length])).toEqual([
      [1, MAX_LINE_BYTES],
      [2, 1],
    ]);
    expect(await read(`a\n${longest}x\nb\n`)).toEqual([
      [1, 'a', null],
      [2, '', 'LINE_TOO_LONG'],
    ]);
    expect(await read('a\n', half, `${half}x\nb\n`)).toEqual([
      [1, 'a', null],
      [2, '', 'LINE_TOO_LONG'],
    ]);
    expect(await read('a\n', half, half, 'x', 'b\n')).toEqual([
      [1, 'a', null],
      [2, '', 'LINE_TOO_LONG'],
    ]);
  });

  it('counts each line for itself', async () => {
    const half = 'x'.repeat(MAX_LINE_BYTES / 2 + 1);
    const lines = await read(half, '\n', half, '\n', half, '\n');
    expect(lines.map(([line, text, problem]) => [line, text.length, problem])).toEqual([
      [1, half.length, null],
      [2, half.length, null],
      [3, half.length, null],
    ]);
  });

  it('keeps what it was given, also if that is written into again', async () => {
    const shared = Buffer.from('abc');
    async function* reused(): AsyncGenerator<Uint8Array> {
      yield await Promise.resolve(shared);
      shared.write('xyz');
      yield Buffer.from('\n');
    }
    const lines: string[] = [];
    for await (const { bytes } of readLines(reused())) lines.push(Buffer.from(bytes).toString());
    expect(lines).toEqual(['abc']);
  });
});
