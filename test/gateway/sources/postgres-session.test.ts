import { Pool } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { GatewayError } from '../../../gateway/errors.ts';
import { PostgresSession } from '../../../gateway/sources/postgres-session.ts';
import { startPostgres, type TestDatabase } from '../../support/postgres.ts';

let database: TestDatabase;
let pool: Pool;

beforeAll(async () => {
  database = await startPostgres();
  const { host, port, user, database: name } = database;
  pool = new Pool({ host, port, user, database: name });
});
afterAll(async () => {
  await pool.end();
  await database.stop();
});

describe('a session whose query cannot be cancelled', () => {
  it('ends all the same, tells so, and drops its connection', async () => {
    let ended = 0;
    const session = new PostgresSession(await pool.connect(), {
      statementTimeoutMs: 60_000,
      cancel: async () => await Promise.reject(new GatewayError('SOURCE_FAILED', 'The file cannot be read')),
      onEnd: () => (ended += 1),
    });
    await session.begin();
    const stuck = { text: 'SELECT pg_sleep(5)', values: [], fields: [] };
    const reading = session.rows(stuck, new AbortController().signal).next();
    const failed = expect(reading).rejects.toMatchObject({ name: 'GatewayError' });
    await expect(session.end()).resolves.toBeUndefined();
    await failed;
    expect([ended, pool.totalCount]).toEqual([1, 0]);
  });
});
