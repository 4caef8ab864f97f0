import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import Sqlite from 'better-sqlite3';
import { sql } from 'kysely';
import { describe, expect, it, onTestFinished } from 'vitest';

import { openDatabase } from '../../../gateway/stores/database.ts';
import { runTogether } from './run-together.ts';
import { describeStores } from './store-fixture.ts';

describeStores('openDatabase', (store) => {
  it('opens the same store again and keeps what is in it', async () => {
    await store.db.insertInto('highWater').values({ contract: 'ShareLedger', seq: 7 }).execute();
    const again = await store.open();
    expect(await again.selectFrom('highWater').selectAll().execute()).toEqual([{ contract: 'ShareLedger', seq: 7 }]);
  });

  it('lets several gateways open a new store at the same time', async () => {
    const opened = await runTogether(3, ['open', await store.create(), '1']);
    expect(opened).toEqual([['outbox'], ['outbox'], ['outbox']]);
  });

  it('refuses a store that a newer program has changed', async () => {
    await store.db.updateTable('schemaVersion').set({ version: 999 }).execute();
    await expect(openDatabase(store.url)).rejects.toMatchObject({ code: 'STORE_FAILED' });
    const { version } = await store.db.selectFrom('schemaVersion').selectAll().executeTakeFirstOrThrow();
    expect(version).toBe(999);
  });

  it('commits durably', async () => {
    if (store.kind === 'SQLite') {
      const read = async (name: string) => (await sql.raw(`pragma ${name}`).execute(store.db)).rows[0];
      expect(await read('journal_mode')).toEqual({ journalMode: 'wal' });
      expect(await read('synchronous')).toEqual({ synchronous: 2 });
      expect(statSync(store.url).mode & 0o777).toBe(0o600);
      return;
    }
    await sql`alter role current_user set synchronous_commit = off`.execute(store.db);
    const later = await store.open();
    const { rows } = await sql`show synchronous_commit`.execute(later);
    expect(rows).toEqual([{ synchronousCommit: 'on' }]);
  });

  it('takes back a transaction that fails', async () => {
    const failed = store.db.transaction().execute(async (transaction) => {
      await transaction.insertInto('highWater').values({ contract: 'ShareLedger', seq: 1 }).execute();
      throw new TypeError('stop');
    });
    await expect(failed).rejects.toThrow(TypeError);
    expect(await store.db.selectFrom('highWater').selectAll().execute()).toEqual([]);
  });

  it('begins a transaction that reads first as one that will write', async () => {
    const isHeld = await store.db.transaction().execute(async (transaction) => {
      await transaction.selectFrom('schemaVersion').selectAll().execute();
      return store.kind === 'PostgreSQL' || isLocked(store.url);
    });
    expect(isHeld).toBe(true);
    if (store.kind === 'SQLite') expect(isLocked(store.url)).toBe(false);
  });

  it('fails closed when the store cannot be read', async () => {
    if (store.kind === 'PostgreSQL') {
      await expect(openDatabase(store.url.replace(/store_\w+/, 'absent'))).rejects.toMatchObject({
        code: 'STORE_FAILED',
      });
      return;
    }
    writeFileSync(
      `${store.url}.broken`,
      'this is no database, and it is longer than a header of one would be'.repeat(20),
    );
    await expect(openDatabase(`${store.url}.broken`)).rejects.toMatchObject({ code: 'STORE_FAILED' });
  });
});

describe('openDatabase on a SQLite file that another process is making', () => {
  it('waits for that process', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'dxl-store-'));
    onTestFinished(() => {
      rmSync(folder, { recursive: true });
    });
    const path = join(folder, 'new.sqlite');
    const first = new Sqlite(path);
    first.exec('begin immediate');
    const opening = openDatabase(path);
    await sleep(200);
    first.exec('create table made_first (x integer); commit');
    first.close();
    const second = await opening;
    onTestFinished(() => second.destroy());
    expect(await second.selectFrom('schemaVersion').selectAll().execute()).toHaveLength(1);
  });
});

/** Whether another writer would have to wait now. */
function isLocked(path: string): boolean {
  const other = new Sqlite(path, { timeout: 0 });
  try {
    other.exec('begin immediate; rollback');
    return false;
  } catch {
    return true;
  } finally {
    other.close();
  }
}
