import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { Kysely } from 'kysely';
import { afterAll, afterEach, beforeAll, beforeEach, describe } from 'vitest';

import { openDatabase } from '../../../gateway/stores/database.ts';
import type { Database } from '../../../gateway/stores/schema.ts';
import { startPostgres, type TestDatabase } from '../../support/postgres.ts';

export type StoreKind = 'SQLite' | 'PostgreSQL';

/**
 * A new empty store for each test; `open` gives one more connection to it, `create` the address of another new store.
 * Two connections of one process to one SQLite file must not have transactions at the same time: each would wait for
 * the other without letting it go on.
 */
export interface StoreFixture {
  readonly kind: StoreKind;
  readonly url: string;
  readonly db: Kysely<Database>;
  open(): Promise<Kysely<Database>>;
  create(): Promise<string>;
}

interface StoreServer {
  /** The address of a new empty store. */
  create(): Promise<string>;
  stop(): Promise<void>;
}

/** Runs the same tests on both dialects. A machine without a PostgreSQL server fails them, it does not skip them. */
export function describeStores(title: string, tests: (store: StoreFixture) => void): void {
  describe.each<StoreKind>(['SQLite', 'PostgreSQL'])(`${title} on %s`, (kind) => {
    let server: StoreServer;
    let url = '';
    let open: Kysely<Database>[] = [];
    const connect = async (): Promise<Kysely<Database>> => {
      const db = await openDatabase(url);
      open.push(db);
      return db;
    };
    beforeAll(async () => {
      server = kind === 'SQLite' ? startSqlite() : await startPostgresStore();
    });
    beforeEach(async () => {
      url = await server.create();
      open = [];
      await connect();
    });
    afterEach(async () => {
      for (const db of open) await db.destroy();
    });
    afterAll(async () => {
      await server.stop();
    });
    tests({
      kind,
      get url() {
        return url;
      },
      get db() {
        return open[0]!;
      },
      open: connect,
      create: () => server.create(),
    });
  });
}

function startSqlite(): StoreServer {
  const folder = mkdtempSync(join(tmpdir(), 'dxl-store-'));
  return {
    create: () => Promise.resolve(join(folder, `${randomBytes(6).toString('hex')}.sqlite`)),
    stop: () => {
      rmSync(folder, { recursive: true });
      return Promise.resolve();
    },
  };
}

async function startPostgresStore(): Promise<StoreServer> {
  const server: TestDatabase = await startPostgres();
  return {
    create: async () => {
      const name = `store_${randomBytes(6).toString('hex')}`;
      await server.query(`create database ${name}`);
      return `postgres://${server.user}@/${name}?host=${encodeURIComponent(server.host)}&port=${String(server.port)}`;
    },
    stop: () => server.stop(),
  };
}
