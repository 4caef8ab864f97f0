import { closeSync, openSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

import Sqlite from 'better-sqlite3';
import { CamelCasePlugin, CompiledQuery, Kysely, PostgresDialect, SqliteDialect, SqliteDriver } from 'kysely';
import type { DatabaseConnection, SqliteDialectConfig } from 'kysely';
import pg from 'pg';

import { migrate } from './migrations.ts';
import type { StoreDialect } from './migrations.ts';
import type { Database } from './schema.ts';
import { inStore, storeFailed } from './store-failed.ts';

/** How long a writer waits for the writer of another process. SQLite blocks this process meanwhile. */
const BUSY_TIMEOUT_MS = 5_000;
/** How often a new file is asked again for its write-ahead log while another process is making it. */
const WAL_RETRY_MS = 20;
const CONNECT_TIMEOUT_MS = 5_000;
const STATEMENT_TIMEOUT_MS = 10_000;
const MAX_CONNECTIONS = 8;

/**
 * Opens a store and brings its tables to this version.
 *
 * @param url a file path or `sqlite:` and a path, or a `postgres://` or `postgresql://` address
 * @throws GatewayError STORE_FAILED, also for a store of a newer version or one that cannot be durable
 */
export async function openDatabase(url: string): Promise<Kysely<Database>> {
  const dialect: StoreDialect = /^postgres(ql)?:\/\//.test(url) ? 'postgres' : 'sqlite';
  return await inStore('open the store', async () => {
    const db = new Kysely<Database>({
      dialect: dialect === 'postgres' ? postgresDialect(url) : await sqliteDialect(url.replace(/^sqlite:/, '')),
      plugins: [new CamelCasePlugin()],
    });
    try {
      await migrate(db, dialect);
      return db;
    } catch (error) {
      await db.destroy();
      throw error;
    }
  });
}

async function sqliteDialect(path: string): Promise<SqliteDialect> {
  createPrivateFile(path);
  const database = new Sqlite(path, { timeout: BUSY_TIMEOUT_MS });
  try {
    await requireWriteAheadLog(database);
    database.pragma('synchronous = FULL');
    return new ImmediateSqliteDialect({ database });
  } catch (error) {
    database.close();
    throw error;
  }
}

/**
 * The file holds documents and caller ids: it is made private before SQLite would make it public. One that is there is
 * not opened: closing it again would release the locks that this process may hold on it.
 */
function createPrivateFile(path: string): void {
  try {
    closeSync(openSync(path, 'wx', 0o600));
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
  }
}

/**
 * SQLite does not wait for another writer when it changes the journal mode, whatever the busy timeout says: two
 * processes that open a new file together would otherwise fail.
 */
async function requireWriteAheadLog(database: Sqlite.Database): Promise<void> {
  const deadline = performance.now() + BUSY_TIMEOUT_MS;
  for (;;) {
    try {
      if (database.pragma('journal_mode = WAL', { simple: true }) === 'wal') return;
      throw storeFailed('open the store', 'the file system does not allow a write-ahead log');
    } catch (error) {
      const isBusy = error instanceof Sqlite.SqliteError && error.code === 'SQLITE_BUSY';
      if (!isBusy || performance.now() > deadline) throw error;
    }
    await sleep(WAL_RETRY_MS);
  }
}

/**
 * Takes the write lock when a transaction begins. Taken later, after a read, SQLite would refuse it at once (busy
 * snapshot) instead of waiting for the other process.
 */
class ImmediateSqliteDialect extends SqliteDialect {
  readonly #config: SqliteDialectConfig;

  constructor(config: SqliteDialectConfig) {
    super(config);
    this.#config = config;
  }

  override createDriver(): SqliteDriver {
    return new ImmediateSqliteDriver(this.#config);
  }
}

class ImmediateSqliteDriver extends SqliteDriver {
  override async beginTransaction(connection: DatabaseConnection): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw('begin immediate'));
  }
}

function postgresDialect(url: string): PostgresDialect {
  const pool = new pg.Pool({
    connectionString: url,
    max: MAX_CONNECTIONS,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    statement_timeout: STATEMENT_TIMEOUT_MS,
    idle_in_transaction_session_timeout: STATEMENT_TIMEOUT_MS,
    types: typeParsers(),
  });
  // An idle connection that breaks is replaced by the pool; without a listener it would end the process.
  pool.on('error', () => undefined);
  return new PostgresDialect({ pool, onCreateConnection: requireDurableCommits });
}

/** pg gives `bigint` as text unless told otherwise; our counts and times are below 2^53. */
function typeParsers(): InstanceType<typeof pg.TypeOverrides> {
  const parsers = new pg.TypeOverrides();
  parsers.setTypeParser(pg.types.builtins.INT8, Number);
  return parsers;
}

/** What is promised durable must not be lost with the server: an asynchronous commit is made synchronous. */
const DURABLE_COMMITS = `select set_config('synchronous_commit', 'on', false)
  where current_setting('synchronous_commit') = 'off'`;

async function requireDurableCommits(connection: DatabaseConnection): Promise<void> {
  await connection.executeQuery(CompiledQuery.raw(DURABLE_COMMITS));
}
