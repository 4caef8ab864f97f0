import { generateKeyPairSync } from 'node:crypto';
import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { hexlify } from 'ethers';
import type { Kysely } from 'kysely';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { type OpenedLog, openLog, publishedLeaves } from '../../../gateway/log/open-log.ts';
import { ReceiptBook } from '../../../gateway/receipts/receipt-book.ts';
import { openDatabase } from '../../../gateway/stores/database.ts';
import type { Database } from '../../../gateway/stores/schema.ts';
import { aDeployment } from '../../ledger/deployment.factory.ts';
import { DELIVERED, makeFacts, REFUSED } from '../receipts/receipt-fixture.ts';

let dataDir: string;
let opened: {
  readonly db: Kysely<Database>;
  readonly book: ReceiptBook | null;
  readonly log: OpenedLog['log'] | null;
}[];

const secrets = {
  signingKey: generateKeyPairSync('ed25519').privateKey,
  relayerKey: hexlify(crypto.getRandomValues(new Uint8Array(32))),
};

beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'dxl-open-'));
  opened = [];
});
afterEach(async () => {
  await stopAll();
  rmSync(dataDir, { recursive: true });
});

async function stopAll(): Promise<void> {
  for (const { db, book, log } of opened.splice(0)) {
    await book?.stop();
    await log?.stop();
    await db.destroy();
  }
}

/** As a gateway starts. `published`: null to ask the log. */
async function start(published: number | null = null): Promise<{ book: ReceiptBook; log: OpenedLog['log'] }> {
  const config = { dataDir, deployment: aDeployment(), checkpointMs: 60_000, auditGraceSeconds: 100 };
  const db = await openDatabase(join(dataDir, 'store.sqlite'));
  const parts = { config, secrets, logger: pino({ enabled: false }) };
  let book: ReceiptBook | null = null;
  let log: OpenedLog['log'] | null = null;
  try {
    book = await ReceiptBook.open({
      folder: join(dataDir, 'receipts'),
      db,
      gateway: 'one',
      published: published ?? (await publishedLeaves(parts)),
    });
    const { standing, ...started } = await openLog(parts, book);
    // The ledger has no head of this log yet.
    standing.anchored(null);
    ({ log } = started);
    return { book, log };
  } finally {
    opened.push({ db, book, log });
  }
}

/** A copy of a journal in which two reads are open, and a checkpoint over both of them. */
async function makeOlderCopy(): Promise<string> {
  const { book, log } = await start();
  const reads = [await book.open(makeFacts()), await book.open(makeFacts())];
  const copy = join(dataDir, 'copy');
  const isJournal = (path: string): boolean => !path.endsWith('/log') && !path.endsWith('lock');
  cpSync(join(dataDir, 'receipts'), copy, { recursive: true, filter: isJournal });
  for (const read of reads) await book.close(read, DELIVERED);
  await log.publish();
  expect(log.head.size).toBe(2);
  await stopAll();
  return copy;
}

/** The store as well, or what it has indexed would tell. */
function putBack(copy: string): void {
  cpSync(copy, join(dataDir, 'receipts'), { recursive: true });
  for (const end of ['', '-wal', '-shm']) rmSync(join(dataDir, `store.sqlite${end}`), { force: true });
}

describe('openLog', () => {
  it('publishes what the book completes, and goes on after a restart', async () => {
    const first = await start();
    await first.book.refuse(makeFacts(), REFUSED);
    await first.log.publish();
    await stopAll();
    const { book, log } = await start();
    expect([log.head.size, book.leaves]).toEqual([1, 1]);
    await book.close(await book.open(makeFacts()), DELIVERED);
    await log.publish();
    expect(log.head.size).toBe(2);
  });

  it('takes no journal with fewer receipts than were published, and writes nothing to it', async () => {
    const copy = await makeOlderCopy();
    putBack(copy);
    await expect(start()).rejects.toMatchObject({
      code: 'LOG_AHEAD_OF_JOURNAL',
      details: { published: 2, journal: 0 },
    });
    const segment = 'journal-00000001.jsonl';
    expect(readFileSync(join(dataDir, 'receipts', segment))).toEqual(readFileSync(join(copy, segment)));
  });

  it('takes no journal with as many receipts, of which the last were not published', async () => {
    putBack(await makeOlderCopy());
    await expect(start(0)).rejects.toMatchObject({ code: 'LOG_CORRUPT', details: { size: 2 } });
  });

  it('asks nothing of the folder of another gateway', async () => {
    const { book, log } = await start();
    await book.refuse(makeFacts(), REFUSED);
    await log.publish();
    await stopAll();
    const signingKey = generateKeyPairSync('ed25519').privateKey;
    const others = { config: { dataDir, deployment: aDeployment() }, secrets: { ...secrets, signingKey } };
    await expect(publishedLeaves(others)).rejects.toMatchObject({ code: 'LOG_OF_ANOTHER_KEY' });
  });
});
