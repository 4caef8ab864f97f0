import { join } from 'node:path';

import Sqlite from 'better-sqlite3';

import { JournalError } from './journal-error.ts';

/**
 * Keeps a second process out of a folder. The lock is one of the operating system, held through an empty SQLite file,
 * so it ends with the process however that ends; Node itself offers no file locks.
 */
export class SingleWriterLock {
  readonly #database: Sqlite.Database;

  /** @throws JournalError JOURNAL_IN_USE */
  constructor(folder: string) {
    this.#database = new Sqlite(join(folder, 'lock'), { timeout: 0 });
    try {
      this.#database.exec('pragma journal_mode = off; begin exclusive');
    } catch (cause) {
      this.#database.close();
      throw new JournalError('JOURNAL_IN_USE', 'Another process has the receipt journal open', null, cause);
    }
  }

  release(): void {
    this.#database.close();
  }
}
