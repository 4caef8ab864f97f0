// cspell:ignore nextval rolpassword authid
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';

import { GatewayError } from '../../../gateway/errors.ts';
import { PostgresSource } from '../../../gateway/sources/postgres-source.ts';
import { postgresSourceSchema } from '../../../gateway/sources/postgres-source-config.ts';
import type { Row, RowQuery } from '../../../gateway/sources/source.ts';
import { startPglite, startPostgres, type TestDatabase } from '../../support/postgres.ts';
import { collect, rowQuery } from '../../support/upstream-server.ts';

const SCHEMA = `
  CREATE SEQUENCE counter;
  CREATE TABLE register (id_no text PRIMARY KEY, name text, age int, region varchar(6), big int8, born date, alive bool,
    amount numeric(12, 2), seen timestamptz, token uuid, padded char(4), "wei""rd" text, half float8);
  INSERT INTO register
    SELECT '99' || lpad(i::text, 6, '0'), '示例' || i, i % 90, CASE i % 3 WHEN 0 THEN '990101' WHEN 1 THEN '99_101' ELSE '98%\\x' END,
      i * 9007199254740993, '1990-01-01'::date + i, i % 2 = 0, i / 4.0, '2025-09-26 10:12:00+08',
      lpad(i::text, 32, '0')::uuid, 'ab', 'w' || i, i / 2.0
    FROM generate_series(1, 1000) AS i;
  INSERT INTO register (id_no) VALUES ('99empty');
  CREATE VIEW people AS SELECT * FROM register;
  CREATE VIEW slow AS SELECT id_no, name, pg_sleep(0.02)::text AS pause FROM register;
  CREATE VIEW stuck AS SELECT id_no, name, CASE WHEN age = 1 THEN pg_sleep(60)::text END AS pause FROM register;
  CREATE VIEW writing AS SELECT nextval('counter')::text AS id_no FROM register;
  CREATE VIEW nested AS SELECT id_no, to_jsonb(name) AS name FROM register;
`;

const COLUMNS = {
  ...{ id_no: 'id_no', name: 'name', age: 'age', region: 'region', big: 'big', born: 'born', alive: 'alive' },
  ...{ amount: 'amount', seen: 'seen', token: 'token', padded: 'padded', weird: 'wei"rd', half: 'half' },
};

const cleanups: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0)) await cleanup();
});

function openSource(database: TestDatabase, changes: Record<string, unknown> = {}, user = database.user) {
  const { host, port, database: name } = database;
  const source = new PostgresSource(
    postgresSourceSchema.parse({
      kind: 'postgres',
      connection: { host, port, database: name, user },
      view: { schema: 'public', name: 'people' },
      columns: COLUMNS,
      maxConnections: 1,
      statementTimeoutMs: 5_000,
      ...changes,
    }),
  );
  cleanups.push(async () => await source.close());
  return source;
}

async function read(source: PostgresSource, query: Partial<RowQuery> = {}): Promise<Row[]> {
  return await collect(await source.open(rowQuery(query)));
}

/** Reads one row and leaves. */
async function firstOf(rows: AsyncIterable<Row>): Promise<void> {
  const iterator = rows[Symbol.asyncIterator]();
  expect((await iterator.next()).done).toBe(false);
  await iterator.return?.();
}

/** Strings that have broken statements elsewhere. As values they match no row, or the row that has that very text. */
const INJECTIONS = [
  "' OR '1'='1",
  "' OR 1=1 --",
  "'; DROP TABLE register; --",
  "x'; DELETE FROM register WHERE '1'='1",
  '1; SELECT pg_sleep(5)',
  "' UNION SELECT rolpassword FROM pg_authid --",
  '$1',
  '$1; --',
  '$$ OR 1=1 $$',
  '\\',
  "\\' OR 1=1 --",
  '/*',
  '*/ OR 1=1',
  '"',
  'a\0b',
  '\ud800',
  '%',
  '_',
  '99000001 ',
  'Robert\'); DROP TABLE "register";--',
  "E'\\x27",
  '{1,2}',
  'NULL',
  'true',
  'ｎｕｌｌ',
  'ʼ OR 1=1',
];

describe.each([
  ['PostgreSQL', startPostgres],
  ['PGlite', startPglite],
])('rows of a view of %s', (_, start) => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await start();
    await database.query(SCHEMA);
  });
  afterAll(async () => await database.stop());

  const privileged = { allowPrivilegedRole: true };

  it.each(['text', 'varchar', 'char(2000)'])('are refused when one is larger than a row may be: %s', async (type) => {
    await database.query(`CREATE OR REPLACE VIEW wide_${type.slice(0, 4)} AS
      SELECT id_no, repeat('王', 400)::${type} AS name FROM register`);
    const wide = { ...privileged, view: { schema: 'public', name: `wide_${type.slice(0, 4)}` }, maxRowBytes: 1_000 };
    const source = openSource(database, { ...wide, columns: { id_no: 'id_no', name: 'name' } });
    await expect(read(source)).rejects.toMatchObject({ code: 'SOURCE_FAILED' });
    expect(await read(source, { fields: ['id_no'], limit: 1 })).toHaveLength(1);
  });

  it('have the fields asked for, in forms that JSON carries', async () => {
    const fields = Object.keys(COLUMNS);
    const [row] = await read(openSource(database, privileged), { fields, equals: new Map([['id_no', '99000002']]) });
    expect({ ...row }).toEqual({
      ...{ id_no: '99000002', name: '示例2', age: 2, region: '98%\\x', big: '18014398509481986', born: '1990-01-03' },
      ...{
        alive: true,
        amount: '0.50',
        seen: '2025-09-26 02:12:00+00',
        token: `${'0'.repeat(8)}-0000-0000-0000-000000000002`,
      },
      ...{ padded: 'ab  ', weird: 'w2', half: 1 },
    });
    expect(Object.getPrototypeOf(row)).toBeNull();
  });

  const MATCHES: [string, string, number][] = [
    ['age', '42', 11],
    ['age', '042', 0],
    ['age', '42.0', 0],
    ['age', '-1', 0],
    ['age', '99999999999999999999', 0],
    ['big', '18014398509481986', 1],
    ['born', '1990-01-03', 1],
    ['born', '1990-02-30', 0],
    ['born', 'yesterday', 0],
    ['alive', 'true', 500],
    ['alive', 't', 0],
    ['amount', '0.50', 1],
    ['amount', '0.5', 0],
    ['token', `${'0'.repeat(8)}-0000-0000-0000-000000000002`, 1],
    ['token', 'x', 0],
    ['padded', 'ab  ', 1000],
    ['padded', 'ab', 0],
    ['half', '1', 1],
    ['weird', 'w2', 1],
    ['name', '', 0],
  ];
  it.each(MATCHES)('with %s = %j: %i', async (field, value, count) => {
    const rows = await read(openSource(database, privileged), { equals: new Map([[field, value]]), limit: 2_000 });
    expect(rows).toHaveLength(count);
  });

  it('are those of the region, where wildcards mean themselves', async () => {
    const source = openSource(database, privileged);
    const inRegion = async (prefix: string): Promise<number> =>
      (await read(source, { region: { field: 'region', prefix }, limit: 2_000 })).length;
    expect(await inRegion('9901')).toBe(333);
    expect(await inRegion('99_1')).toBe(334);
    expect(await inRegion('98%\\')).toBe(333);
    expect(await inRegion('9')).toBe(1000);
    expect(await inRegion('%')).toBe(0);
    expect(await inRegion('_')).toBe(0);
    expect(await inRegion("9' OR '1'='1")).toBe(0);
    expect(await inRegion('9\0')).toBe(0);
  });

  it('are at most as many as asked for', async () => {
    const source = openSource(database, privileged);
    expect(await read(source, { limit: 1 })).toHaveLength(1);
    expect(await read(source, { limit: 101 })).toHaveLength(101);
    expect(await read(source, { limit: 5_000 })).toHaveLength(1_001);
  });

  it('cannot be had by a value that looks like SQL', async () => {
    const source = openSource(database, privileged);
    for (const value of INJECTIONS) {
      for (const field of ['id_no', 'name', 'age', 'born', 'amount']) {
        expect(await read(source, { equals: new Map([[field, value]]) })).toEqual([]);
      }
    }
    expect(await database.query('SELECT count(*)::int AS count FROM register')).toEqual([{ count: 1_001 }]);
  });

  it('wait in line for the only connection', async () => {
    const source = openSource(database, privileged);
    const all = await Promise.all(Array.from({ length: 20 }, async () => await read(source, { limit: 150 })));
    expect(all.map((rows) => rows.length)).toEqual(Array.from({ length: 20 }, () => 150));
  });

  it('free the connection when the reader leaves, aborts, or never begins', async () => {
    const source = openSource(database, privileged);
    await firstOf(await source.open(rowQuery({ limit: 1_000 })));
    for (const begin of [true, false]) {
      const controller = new AbortController();
      const rows = await source.open(rowQuery({ limit: 1_000, signal: controller.signal }));
      const iterator = rows[Symbol.asyncIterator]();
      if (begin) await iterator.next();
      controller.abort(new GatewayError('DENIED', 'The grant ended'));
    }
    expect(await read(source, { limit: 3 })).toHaveLength(3);
  });

  it('are refused when the view has no such column, or a type that needs a cast', async () => {
    const unmapped = openSource(database, { ...privileged, columns: { id_no: 'id_no' } });
    await expect(unmapped.open(rowQuery())).rejects.toMatchObject({ code: 'SOURCE_MISCONFIGURED' });
    const wrong = openSource(database, { ...privileged, columns: { name: 'missing' } });
    await expect(wrong.check()).rejects.toMatchObject({ code: 'SOURCE_MISCONFIGURED' });
    await expect(wrong.open(rowQuery())).rejects.toMatchObject({ code: 'SOURCE_MISCONFIGURED' });
    const elsewhere = openSource(database, { ...privileged, view: { schema: 'public', name: 'nothing' } });
    await expect(elsewhere.check()).rejects.toMatchObject({ code: 'SOURCE_MISCONFIGURED' });
    const nested = openSource(database, {
      ...privileged,
      view: { schema: 'public', name: 'nested' },
      columns: { name: 'name' },
    });
    await expect(nested.check()).rejects.toMatchObject({ code: 'SOURCE_MISCONFIGURED' });
  });

  it('come from a role that may not be a superuser unless the configuration says so', async () => {
    await expect(openSource(database).check()).rejects.toMatchObject({ code: 'SOURCE_FORBIDDEN' });
    await expect(openSource(database).open(rowQuery())).rejects.toMatchObject({ code: 'SOURCE_FORBIDDEN' });
    await expect(openSource(database, privileged).check()).resolves.toBeUndefined();
  });
});

describe('a PostgreSQL server', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await startPostgres();
    await database.query(SCHEMA);
    await database.query(`
      CREATE ROLE reader LOGIN; GRANT SELECT ON people, slow, stuck, writing TO reader;
      GRANT USAGE ON SEQUENCE counter TO reader;
      CREATE ROLE writer LOGIN; GRANT SELECT, INSERT ON people TO writer;
      CREATE ROLE columnist LOGIN; GRANT SELECT, UPDATE (name) ON people TO columnist;
      CREATE ROLE stranger LOGIN;
      CREATE ROLE creator LOGIN CREATEROLE; GRANT SELECT ON people TO creator;
      CREATE ROLE programmer LOGIN; GRANT SELECT ON people TO programmer;
      GRANT pg_execute_server_program TO programmer;
      GRANT USAGE ON SCHEMA public TO PUBLIC;`);
  });
  afterAll(async () => await database.stop());

  const view = (name: string) => ({ view: { schema: 'public', name }, columns: { id_no: 'id_no', name: 'name' } });

  async function running(pattern: string): Promise<number> {
    const rows = await database.query(
      `SELECT FROM pg_stat_activity WHERE application_name = 'dxl-gateway' AND state <> 'idle' AND query LIKE '%${pattern}%'`,
    );
    return rows.length;
  }

  it('accepts the role that only reads', async () => {
    const source = openSource(database, {}, 'reader');
    await expect(source.check()).resolves.toBeUndefined();
    expect(await read(source, { limit: 2 })).toHaveLength(2);
  });

  it.each(['writer', 'columnist', 'stranger', 'creator', 'programmer', 'owner'])(
    'refuses the role %s',
    async (role) => {
      const source = openSource(database, {}, role);
      await expect(source.check()).rejects.toMatchObject({ code: 'SOURCE_FORBIDDEN' });
      // Twice: a refusal is no answer to remember.
      await expect(source.open(rowQuery())).rejects.toMatchObject({ code: 'SOURCE_FORBIDDEN' });
      await expect(source.open(rowQuery())).rejects.toMatchObject({ code: 'SOURCE_FORBIDDEN' });
    },
  );

  it('refuses to write, even for a superuser and inside the view', async () => {
    const source = openSource(database, { ...view('writing'), columns: { id_no: 'id_no' } }, 'reader');
    await expect(source.open(rowQuery({ fields: ['id_no'] }))).rejects.toMatchObject({ code: 'SOURCE_FAILED' });
    const writing = { ...view('writing'), columns: { id_no: 'id_no' }, allowPrivilegedRole: true };
    const owner = openSource(database, writing);
    await expect(owner.open(rowQuery({ fields: ['id_no'] }))).rejects.toMatchObject({ code: 'SOURCE_FAILED' });
    expect(await database.query('SELECT is_called FROM counter')).toEqual([{ is_called: false }]);
  });

  const STUCK = {
    view: { schema: 'public', name: 'stuck' },
    columns: { id_no: 'id_no', name: 'name', pause: 'pause' },
  };

  it('ends a statement at its time limit', async () => {
    const source = openSource(database, { ...STUCK, statementTimeoutMs: 200 }, 'reader');
    await expect(source.open(rowQuery({ fields: ['pause'] }))).rejects.toMatchObject({ code: 'SOURCE_TIMEOUT' });
    expect(await running('stuck')).toBe(0);
  });

  it('stops the query of an aborted read, and the connection serves the next', async () => {
    const source = openSource(database, { ...STUCK, statementTimeoutMs: 60_000 }, 'reader');
    const controller = new AbortController();
    const reading = source.open(rowQuery({ fields: ['pause'], signal: controller.signal }));
    const failed = expect(reading).rejects.toMatchObject({ name: 'GatewayError' });
    await expect.poll(async () => await running('stuck')).toBe(1);
    controller.abort(new GatewayError('CLIENT_GONE', 'The client left'));
    await failed;
    await expect.poll(async () => await running('stuck')).toBe(0);
    expect(await read(source, { equals: new Map([['id_no', '99000002']]) })).toHaveLength(1);
  });

  it('streams: the first rows arrive while the rest is not computed', async () => {
    const columns = { ...view('slow').columns, pause: 'pause' };
    const source = openSource(database, { ...view('slow'), columns }, 'reader');
    const startedAt = performance.now();
    await firstOf(await source.open(rowQuery({ fields: ['pause'], limit: 1_000 })));
    expect(performance.now() - startedAt).toBeLessThan(8_000); // All rows take 20 seconds.
  });

  it('lets a reader leave the line, and times out in it', async () => {
    const source = openSource(database, { connectTimeoutMs: 300 }, 'reader');
    const held = await source.open(rowQuery({ limit: 1_000 }));
    const controller = new AbortController();
    const waiting = source.open(rowQuery({ signal: controller.signal }));
    controller.abort(new GatewayError('CLIENT_GONE', 'The client left'));
    await expect(waiting).rejects.toMatchObject({ code: 'CLIENT_GONE' });
    await expect(source.open(rowQuery())).rejects.toMatchObject({ code: 'SOURCE_TIMEOUT' });
    expect(await collect(held)).toHaveLength(1_000);
    expect(await read(source, { limit: 1 })).toHaveLength(1);
  });

  it('that ends a connection fails the read and not the process', async () => {
    const source = openSource(database, {}, 'reader');
    const rows = await source.open(rowQuery({ limit: 1_000 }));
    await database.query(
      "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'dxl-gateway'",
    );
    await expect(collect(rows)).rejects.toMatchObject({ code: 'SOURCE_FAILED' });
    expect(await read(source, { limit: 1 })).toHaveLength(1);
  });

  it('is left at once when the source closes, whoever still reads', async () => {
    const source = openSource(database, {}, 'reader');
    const rows = await source.open(rowQuery({ limit: 1_000 }));
    await source.close();
    await expect(collect(rows)).rejects.toMatchObject({ name: 'GatewayError' });
    cleanups.length = 0; // It is closed.
  });

  it('that is not there fails the check', async () => {
    const source = openSource({ ...database, host: '/nonexistent' }, {}, 'reader');
    await expect(source.check()).rejects.toMatchObject({ code: 'SOURCE_FAILED' });
  });
});
