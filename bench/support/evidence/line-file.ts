import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createReadStream, createWriteStream, type WriteStream } from 'node:fs';

import { canonicalBytes } from '../../../ledger/canonical-json.ts';
import type { EvidenceLine } from '../../../ledger/evidence/evidence-line.ts';
import { BenchError } from '../bench-error.ts';

/** Lines that are gathered before they are written. */
const LINES_AT_ONCE = 500;

/** Lines of a bundle, or a part of them, written as they come. Count and hash are kept, as the end line needs them. */
export class LineFile {
  readonly path: string;
  lines = 0;
  readonly #stream: WriteStream;
  readonly #hash = createHash('sha256');
  #waiting: string[] = [];

  constructor(path: string) {
    this.path = path;
    this.#stream = createWriteStream(path);
  }

  async add(line: EvidenceLine): Promise<void> {
    this.#waiting.push(Buffer.from(canonicalBytes(line)).toString());
    this.lines += 1;
    if (this.#waiting.length >= LINES_AT_ONCE) await this.#flush();
  }

  /** Takes over what was written apart, because something that stands before it follows from it. */
  async addPart({ path, lines }: LineFile): Promise<void> {
    await this.#flush();
    for await (const chunk of createReadStream(path)) {
      if (!(chunk instanceof Buffer)) throw new BenchError('SETUP_FAILED', 'Not bytes');
      await this.#write(chunk);
    }
    this.lines += lines;
  }

  /** Of what was added so far. */
  async sha256(): Promise<string> {
    await this.#flush();
    return `0x${this.#hash.copy().digest('hex')}`;
  }

  async close(): Promise<void> {
    await this.#flush();
    this.#stream.end();
    await once(this.#stream, 'finish');
  }

  async #flush(): Promise<void> {
    if (this.#waiting.length === 0) return;
    const bytes = Buffer.from(`${this.#waiting.join('\n')}\n`);
    this.#waiting = [];
    await this.#write(bytes);
  }

  async #write(bytes: Buffer): Promise<void> {
    this.#hash.update(bytes);
    if (!this.#stream.write(bytes)) await once(this.#stream, 'drain');
  }
}
