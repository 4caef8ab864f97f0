import { readFileSync } from 'node:fs';

/** The text of a small file named in the configuration, without its final line break. Read at start-up, and anew per use. */
export function readSecret(path: string): string {
  return readFileSync(path, 'utf8').replace(/\r?\n$/, '');
}

/** Null when the file can be read and holds something. */
export function secretFileProblem(path: string): string | null {
  try {
    return readSecret(path) === '' ? 'is an empty file' : null;
  } catch {
    return 'cannot be read';
  }
}
