import { Pool, type PoolClient } from 'pg';

import { GatewayError } from '../errors.ts';
import { describeColumns } from './postgres-columns.ts';
import { type ColumnOids, selectStatement, type Statement } from './postgres-query.ts';
import { assertReadOnlyRole } from './postgres-role.ts';
import { PostgresSession } from './postgres-session.ts';
import type { PostgresSourceConfig } from './postgres-source-config.ts';
import { COLUMN_TYPES } from './postgres-types.ts';
import { shapeRow } from './row-shape.ts';
import { readSecret } from './secret-file.ts';
import type { Row, RowQuery, Scalar, Source } from './source.ts';
import { sourceFailure } from './source-failure.ts';

const IDLE_CONNECTION_MS = 30_000;

const CANCEL_TIMEOUT_MS = 2_000;

/** The pool gives up this much later than we do: its error has no code to tell it by. */
const CONNECT_GRACE_MS = 500;

/** What a read holds until it ends. */
interface Reading {
  readonly session: PostgresSession;
  readonly statement: Statement;
  readonly oids: ColumnOids;
  readonly records: AsyncGenerator<unknown, void>;
  readonly maxRowBytes: number;
}

/**
 * Rows of one view of a PostgreSQL database, by a cursor in a read-only transaction. Every value of a request is a bound
 * parameter, and the filters are applied again to what arrives. A role that can do more than read the view is refused
 * with SOURCE_FORBIDDEN.
 *
 * Iterate the rows or abort the signal: a connection is held until then. More reads than connections wait in line.
 */
export class PostgresSource implements Source {
  readonly kind = 'postgres';
  readonly maxConnections: number;
  readonly #config: PostgresSourceConfig;
  readonly #pool: Pool;
  readonly #sessions = new Set<PostgresSession>();
  #oids: ColumnOids | null = null;

  constructor(config: PostgresSourceConfig) {
    this.#config = config;
    this.maxConnections = config.maxConnections;
    this.#pool = openPool(config);
  }

  async open(query: RowQuery): Promise<AsyncIterable<Row>> {
    const session = await this.#begin(query.signal);
    try {
      const oids = (this.#oids ??= await this.#inspect(session));
      const statement = selectStatement(this.#config, oids, query);
      if (statement === null) {
        await session.end();
        return noRows();
      }
      const records = session.rows(statement, query.signal);
      const first = await records.next();
      query.signal.addEventListener('abort', () => void session.end(), { once: true });
      const { maxRowBytes } = this.#config;
      return shapedRows({ session, statement, oids, records, maxRowBytes }, first, query);
    } catch (error) {
      this.#oids = null; // View or role may have changed: ask again.
      await session.end();
      throw sourceFailure(error);
    }
  }

  async check(): Promise<void> {
    const session = await this.#begin(new AbortController().signal);
    try {
      this.#oids = await this.#inspect(session);
    } catch (error) {
      throw sourceFailure(error);
    } finally {
      await session.end();
    }
  }

  async close(): Promise<void> {
    await Promise.all([...this.#sessions].map(async (session) => await session.end()));
    await this.#pool.end();
  }

  /** Before the first row, and again after a failure: the role must do nothing but read, the view have the columns. */
  async #inspect(session: PostgresSession): Promise<ColumnOids> {
    await session.within(assertReadOnlyRole(session.client, this.#config));
    return await session.within(describeColumns(session.client, this.#config));
  }

  async #begin(signal: AbortSignal): Promise<PostgresSession> {
    const session = new PostgresSession(await this.#connect(signal), {
      statementTimeoutMs: this.#config.statementTimeoutMs,
      cancel: async (processId) => await this.#cancel(processId),
      onEnd: () => this.#sessions.delete(session),
    });
    this.#sessions.add(session);
    try {
      await session.begin();
      return session;
    } catch (error) {
      await session.end();
      throw sourceFailure(error);
    }
  }

  /** A reader that leaves the line must not take a connection with it. */
  async #connect(signal: AbortSignal): Promise<PoolClient> {
    const connection = this.#pool.connect();
    const { promise: given, reject } = Promise.withResolvers<never>();
    const onAbort = (): void => reject(sourceFailure(signal.reason));
    const timeout = new GatewayError('SOURCE_TIMEOUT', 'No connection to the database was free in time');
    const timer = setTimeout(() => reject(timeout), this.#config.connectTimeoutMs);
    signal.addEventListener('abort', onAbort, { once: true });
    if (signal.aborted) onAbort();
    try {
      return await Promise.race([given, connection]);
    } catch (error) {
      connection.then((client) => client.release()).catch(() => undefined);
      throw sourceFailure(error);
    } finally {
      clearTimeout(timer);
      signal.removeEventListener('abort', onAbort);
    }
  }

  /** From a connection of its own. When it fails, `statement_timeout` ends the query. */
  async #cancel(processId: number): Promise<void> {
    if (processId === 0) return;
    // May throw: the files of the configuration are read anew.
    const pool = openPool({ ...this.#config, maxConnections: 1 }, CANCEL_TIMEOUT_MS);
    try {
      await pool.query('SELECT pg_cancel_backend($1)', [processId]);
    } finally {
      await pool.end();
    }
  }
}

function openPool(config: PostgresSourceConfig, queryTimeoutMs?: number): Pool {
  const { connection, maxConnections, connectTimeoutMs } = config;
  const { host, port, database, user, passwordFile, caFile } = connection;
  const pool = new Pool({
    host,
    port,
    database,
    user,
    ...(passwordFile === null ? {} : { password: () => readSecret(passwordFile) }),
    ssl: caFile === null ? false : { ca: readSecret(caFile), rejectUnauthorized: true },
    application_name: 'dxl-gateway',
    max: maxConnections,
    connectionTimeoutMillis: connectTimeoutMs + CONNECT_GRACE_MS,
    idleTimeoutMillis: IDLE_CONNECTION_MS,
    ...(queryTimeoutMs === undefined ? {} : { query_timeout: queryTimeoutMs }),
  });
  // A connection that breaks says so to the query that uses it; without a listener the process would end.
  pool.on('error', () => undefined).on('connect', (client) => client.on('error', () => undefined));
  return pool;
}

async function* noRows(): AsyncGenerator<Row, void, undefined> {
  // A filter names a value that its column cannot hold.
}

async function* shapedRows(
  { session, statement, oids, records, maxRowBytes }: Reading,
  first: IteratorResult<unknown, void>,
  query: RowQuery,
): AsyncGenerator<Row, void, undefined> {
  const index = new Map(statement.fields.map((field, position) => [field, position]));
  try {
    for (let next = first; next.done !== true; next = await records.next()) {
      const record: readonly unknown[] = Array.isArray(next.value) ? next.value : [];
      requireSize(record, maxRowBytes);
      const row = shapeRow(query, (field) => parsed(oids.get(field), record[index.get(field) ?? -1]));
      if (row !== null) yield row;
    }
  } catch (error) {
    throw sourceFailure(error);
  } finally {
    await session.end();
  }
}

function requireSize(record: readonly unknown[], maxBytes: number): void {
  let bytes = 0;
  for (const value of record) bytes += typeof value === 'string' ? Buffer.byteLength(value) : 0;
  if (bytes > maxBytes) throw new GatewayError('SOURCE_FAILED', 'The database sent a row that is too large');
}

/** Undefined, which is refused later, for anything that is not a known column's text. */
function parsed(oid: number | undefined, value: unknown): Scalar | undefined {
  if (value === null) return null;
  return typeof value === 'string' ? COLUMN_TYPES.get(oid ?? 0)?.parse(value) : undefined;
}
