import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { openSources, parseSourcesConfig } from '../../../gateway/sources/source-config.ts';
import { startPglite, type EmbeddedDatabase } from '../../../scripts/embedded/pglite.ts';
import { writeSourcesFile } from '../../../scripts/story/sources-file.ts';
import { freePort } from '../../support/gateway-fixture.ts';

let folder: string;
let database: EmbeddedDatabase;
const filled: [string, number][] = [];

async function start(): Promise<void> {
  database = await startPglite(join(folder, 'postgres'), (table, rows) => filled.push([table, rows]));
}

async function query(text: string): Promise<unknown[]> {
  const client = new Client(database.url);
  await client.connect();
  try {
    return (await client.query(text)).rows as unknown[];
  } finally {
    await client.end();
  }
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'dxl-pglite-'));
  await start();
});
afterAll(async () => {
  await database.stop();
  rmSync(folder, { recursive: true, force: true });
});

describe('startPglite', () => {
  it('serves the real divisions over a socket, each with its province', async () => {
    expect(filled.map(([table]) => table)).toContain('division_code');
    expect(await query("SELECT * FROM division WHERE code = '440305001'")).toEqual([
      {
        code: '440305001',
        name: '南头街道',
        level: 4,
        parent_code: '440305',
        province_code: '44',
        province: '广东省',
      },
    ]);
    expect(
      await query(
        'SELECT count(*)::int AS orphans FROM division d WHERE level > 1 AND NOT EXISTS ' +
          '(SELECT FROM division p WHERE p.code = d.parent_code)',
      ),
    ).toEqual([{ orphans: 0 }]);
    expect(await query('SELECT level, count(*)::int AS rows FROM division GROUP BY level ORDER BY level')).toEqual([
      { level: 1, rows: 34 },
      { level: 2, rows: 342 },
      { level: 3, rows: 2978 },
      { level: 4, rows: 41352 },
    ]);
  });

  it.each(['SELECT * FROM resident_register', 'DELETE FROM resident', 'CREATE TABLE more (id int)'])(
    'lets the reader do nothing but read the views: %s',
    async (statement) => {
      await expect(query(statement)).rejects.toMatchObject({ code: '42501' });
    },
  );

  it('gives the gateway a role that does nothing but read, in the sources file of the story', async () => {
    const file = join(folder, 'sources.json');
    writeSourcesFile(file, database.url, `http://127.0.0.1:${await freePort()}`);
    const sources = openSources(parseSourcesConfig(readFileSync(file, 'utf8')));
    await sources.check();
    // The HTTP interface is the one that is away.
    expect(sources.standing).toEqual({ usable: 3, wrong: 0, away: 1, unchecked: 0 });
    await sources.close();
  });

  it('serves another connection while one holds a cursor in a transaction', async () => {
    const first = new Client(database.url);
    await first.connect();
    await first.query('BEGIN; DECLARE c CURSOR FOR SELECT code FROM division ORDER BY code; FETCH 1 FROM c');
    const waiting = query('SELECT count(*)::int AS rows FROM resident');
    expect((await first.query('FETCH 2 FROM c')).rows).toEqual([{ code: '1101' }, { code: '110101' }]);
    await first.query('COMMIT');
    expect(await waiting).toEqual([{ rows: 400 }]);
    await first.end();
  });

  it('finds its data again, and makes a broken folder anew', async () => {
    await database.stop();
    await start();
    expect(database.filled).toBe(false);

    await database.stop();
    writeFileSync(join(folder, 'postgres', 'global', 'pg_control'), 'torn');
    await start();
    expect(database.filled).toBe(true);
    expect(await query('SELECT count(*)::int AS rows FROM enterprise')).toEqual([{ rows: 200 }]);
  });
});
