import { rm } from 'node:fs/promises';

import { PGlite } from '@electric-sql/pglite';
import { PGLiteSocketServer } from '@electric-sql/pglite-socket';

import { fillTables, isFilled, READER_ROLE } from './sample-tables.ts';

/** The engine has one session that all connections share; queries of one wait while another is in a transaction. */
const MAX_CONNECTIONS = 16;

export interface EmbeddedDatabase {
  /** Connection string of the read-only role. Read inside a transaction: see {@link MAX_CONNECTIONS}. */
  readonly url: string;
  /** True when the sample data was loaded now, not found. */
  readonly filled: boolean;
  stop(): Promise<void>;
}

/**
 * A PostgreSQL inside this process with the sample data, spoken to over a socket on 127.0.0.1 like a server.
 *
 * It stands for the database of a provider, and whoever connects begins as its read-only role. That is no protection
 * against a program on this machine: the engine has no passwords. The content can be made again, so a broken folder is.
 *
 * @param report told after each table that was filled
 */
export async function startPglite(
  folder: string,
  report: (table: string, rows: number) => void,
): Promise<EmbeddedDatabase> {
  const filled = await ensureFilled(folder, report);
  const database = await PGlite.create({ dataDir: folder, username: READER_ROLE });
  const server = new PGLiteSocketServer({ db: database, host: '127.0.0.1', port: 0, maxConnections: MAX_CONNECTIONS });
  await server.start();
  const address = server.getServerConn();
  return {
    url: `postgres://${READER_ROLE}@${address}/postgres`,
    filled,
    stop: async () => {
      await server.stop();
      await database.close();
    },
  };
}

async function ensureFilled(folder: string, report: (table: string, rows: number) => void): Promise<boolean> {
  const existing = await openExisting(folder);
  if (existing !== null) {
    const filled = await isFilled(existing);
    await existing.close();
    if (filled) return false;
  }
  await rm(folder, { recursive: true, force: true });
  const database = await PGlite.create({ dataDir: folder });
  await fillTables(database, report);
  await database.close();
  return true;
}

/** Null for a folder that holds no usable database. */
async function openExisting(folder: string): Promise<PGlite | null> {
  try {
    return await PGlite.create({ dataDir: folder });
  } catch {
    return null;
  }
}
