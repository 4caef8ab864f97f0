import { mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

import type { VectorGiven } from '../../../verifier/evidence-vectors.ts';

const KINDS = ['valid', 'invalid', 'given'];
/** Small enough to be read in a review and to be kept in the repository. */
const MOST_BYTES = 60 * 1024;

/** The vectors as they are written, with what each must come to. */
export class VectorFolder {
  readonly #root: string;
  readonly #index: Record<string, string> = {};
  readonly #given: Record<string, VectorGiven> = {};

  private constructor(root: string) {
    this.#root = root;
  }

  static async clear(root: string): Promise<VectorFolder> {
    for (const kind of KINDS) {
      await rm(join(root, kind), { recursive: true, force: true });
      await mkdir(join(root, kind), { recursive: true });
    }
    return new VectorFolder(root);
  }

  async sound(name: string, bytes: Uint8Array, given: VectorGiven = {}): Promise<void> {
    await this.#write(`valid/${name}.ndjson`, bytes, 'sound', given);
  }

  /** `expected`: a finding that it must have, or the verdict. */
  async defective(name: string, bytes: Uint8Array, expected: string, given: VectorGiven = {}): Promise<void> {
    await this.#write(`invalid/${name}.ndjson`, bytes, expected, given);
  }

  /** A file that a reader has besides the bundle; gives its name for `VectorGiven`. */
  async besides(name: string, value: unknown): Promise<string> {
    const path = `given/${name}`;
    await mkdir(dirname(join(this.#root, path)), { recursive: true });
    await writeFile(join(this.#root, path), `${JSON.stringify(value, null, 2)}\n`);
    return path;
  }

  async finish(): Promise<void> {
    await writeFile(join(this.#root, 'index.json'), `${JSON.stringify(this.#index, null, 2)}\n`);
    await writeFile(join(this.#root, 'given.json'), `${JSON.stringify(this.#given, null, 2)}\n`);
  }

  async #write(path: string, bytes: Uint8Array, expected: string, given: VectorGiven): Promise<void> {
    if (bytes.length > MOST_BYTES) throw new RangeError(`${path} has ${String(bytes.length)} bytes`);
    await writeFile(join(this.#root, path), bytes);
    this.#index[path] = expected;
    if (Object.keys(given).length > 0) this.#given[path] = given;
  }
}
