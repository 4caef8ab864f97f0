import { readFileSync } from 'node:fs';

/** File -> line number -> whether it was executed. */
export type LineHits = ReadonlyMap<string, ReadonlyMap<number, boolean>>;

export function readLineHits(path: string): LineHits {
  const files = new Map<string, Map<number, boolean>>();
  let current = new Map<number, boolean>();
  for (const line of readFileSync(path, 'utf8').split('\n')) {
    if (line.startsWith('SF:')) {
      current = new Map();
      files.set(line.slice(3), current);
    }
    const [, number, count] = /^DA:(\d+),(\d+)/.exec(line) ?? [];
    if (number !== undefined) current.set(Number(number), Number(count) > 0);
  }
  return files;
}
