import { join } from 'node:path';

import { parseDecimal } from '../../ledger/log/checkpoint.ts';
import { listIfPresent, readIfPresent, writeAtomically } from '../stores/durable-file.ts';

const NAME = /^([0-9]+)\.tsr$/;

/** Answers of the authority as they came, `timestamps/<size>.tsr` beside the checkpoint; none is ever written twice. */
export class TimestampFiles {
  readonly #folder: string;

  constructor(logFolder: string) {
    this.#folder = join(logFolder, 'timestamps');
  }

  async read(size: number): Promise<Uint8Array | null> {
    return await readIfPresent(this.#path(size));
  }

  /** Durable when it resolves. */
  async write(size: number, answer: Uint8Array): Promise<void> {
    await writeAtomically(this.#path(size), answer);
  }

  /** The largest size that was stamped; 0 for none. */
  async newest(): Promise<number> {
    const sizes = (await listIfPresent(this.#folder)).map((name) => parseDecimal(NAME.exec(name)?.[1] ?? '') ?? 0);
    return sizes.reduce((one, other) => Math.max(one, other), 0);
  }

  #path(size: number): string {
    return join(this.#folder, `${String(size)}.tsr`);
  }
}
