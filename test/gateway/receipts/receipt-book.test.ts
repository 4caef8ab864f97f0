import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, expect, it } from 'vitest';

import { Journal } from '../../../gateway/receipts/journal.ts';
import { ReceiptBook } from '../../../gateway/receipts/receipt-book.ts';
import { readReceiptBody } from '../../../gateway/receipts/receipt-facts.ts';
import { ReceiptIndex } from '../../../gateway/stores/receipt-index.ts';
import { type AccessReceipt, receiptHash } from '../../../ledger/receipts/receipt.ts';
import { makeGrantId, PROVIDER, REQUESTER } from '../stores/store-factory.ts';
import { describeStores } from '../stores/store-fixture.ts';
import { DELIVERED, makeFacts, REFUSED } from './receipt-fixture.ts';

describeStores('ReceiptBook', (store) => {
  let folder: string;
  let books: ReceiptBook[];
  let problems: unknown[];

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'dxl-book-'));
    books = [];
    problems = [];
  });
  afterEach(async () => {
    for (const book of books) await book.stop();
    rmSync(folder, { recursive: true });
  });

  async function openBook(
    name = 'a',
    options: { acceptLoss?: boolean; published?: number } = {},
  ): Promise<ReceiptBook> {
    const book = await ReceiptBook.open({
      folder: join(folder, name),
      db: store.db,
      published: 0,
      ...options,
      gateway: `gateway-${name}`,
      maxSegmentBytes: 4_000,
      now: () => 2_000,
      onProblem: (error) => problems.push(error),
    });
    books.push(book);
    return book;
  }

  async function stopAll(): Promise<void> {
    for (const book of books.splice(0)) await book.stop();
  }

  it('gives a receipt of an answer only when it is complete', async () => {
    const book = await openBook();
    const facts = makeFacts();
    const opened = await book.open(facts);
    expect(await book.get(opened.receiptId)).toBeNull();
    await book.close(opened, DELIVERED);
    const found = await book.get(opened.receiptId);
    const { contextSalt, context, ...named } = facts;
    const { contentSalt, ...told } = DELIVERED;
    expect(found?.receipt).toMatchObject({ ...named, ...told, gateway: 'gateway-a', receiptId: opened.receiptId });
    expect(JSON.stringify(found?.receipt)).not.toContain(contextSalt);
    expect(JSON.stringify(found?.receipt)).not.toContain(contentSalt);
    expect(JSON.stringify(found?.receipt)).not.toContain(context?.equals['id_no']);
    expect(found?.contentSalt).toBe(contentSalt);
    expect(await book.readFromJournal(opened.receiptId)).toEqual({ ...found, contextSalt, context });
    await stopAll();
    expect(await (await openBook()).get(opened.receiptId)).toEqual(found);
  });

  it('records refusals, of strangers too', async () => {
    const book = await openBook();
    const nothing = { grantId: null, keyId: null, block: null, requestHash: null, contextHash: null, usage: null };
    const id = await book.refuse(makeFacts({ ...nothing, caller: null, contextSalt: null }), REFUSED);
    expect(await book.get(id)).toMatchObject({
      receipt: { decision: 'EXPIRED', outcome: 'REFUSED', caller: null, block: null },
    });
    const opened = await book.open(makeFacts());
    await book.close(opened, { ...REFUSED, decision: 'SOURCE_FAILED', status: 502 });
    expect(await book.get(opened.receiptId)).toMatchObject({ receipt: { decision: 'SOURCE_FAILED', status: 502 } });
  });

  it('begins no answer that it could not complete after a crash', async () => {
    const book = await openBook();
    await expect(book.open(makeFacts({ grantId: null }))).rejects.toMatchObject({ code: 'RECEIPT_INVALID' });
    const opened = await book.open(makeFacts());
    const invalid = { ...DELIVERED, contentHash: null };
    await expect(book.close(opened, invalid)).rejects.toMatchObject({ code: 'RECEIPT_INVALID' });
    await book.close(opened, DELIVERED);
    await stopAll();
    expect(await (await openBook()).list({ party: null, limit: 10 })).toHaveLength(1);
  });

  it('closes as unknown what an earlier process left open', async () => {
    const book = await openBook();
    const opened = await Promise.all([book.open(makeFacts()), book.open(makeFacts())]);
    await stopAll();
    const later = await openBook();
    for (const { receiptId, facts } of opened) {
      const saved = await later.readFromJournal(receiptId);
      expect(saved?.receipt).toMatchObject({
        outcome: 'UNKNOWN',
        status: null,
        rows: 0,
        openedAt: 1_000,
        closedAt: 2_000,
      });
      expect(saved).toMatchObject({ contextSalt: facts.contextSalt, context: facts.context, contentSalt: null });
      expect(await later.get(receiptId)).toEqual({ receipt: saved?.receipt, contentSalt: null });
    }
    await stopAll();
    expect(await (await openBook()).list({ party: null, limit: 10 })).toHaveLength(2);
  });

  it('closes no receipt before it was opened, although the clock was set back', async () => {
    const book = await openBook();
    const later = makeFacts({ openedAt: 3_000 });
    const delivered = await book.open(later);
    await book.close(delivered, DELIVERED);
    const refused = await book.refuse(later, REFUSED);
    const audited = await book.open(makeFacts({ openedAt: 3_000, grantId: null }), 'AUDIT');
    await book.close(audited, { ...DELIVERED, decision: 'AUDIT', rows: 0 });
    const unknown = await book.open(later);
    await stopAll();
    const again = await openBook();
    const ids = [delivered.receiptId, refused, audited.receiptId, unknown.receiptId];
    const receipts = await Promise.all(ids.map((id) => again.readFromJournal(id)));
    expect(receipts.map((saved) => saved?.receipt.closedAt)).toEqual([3_000, 3_000, 3_000, 3_000]);
  });

  it('closes nothing in a journal that has fewer receipts than were published', async () => {
    const book = await openBook();
    await book.open(makeFacts());
    await book.refuse(makeFacts(), REFUSED);
    await stopAll();
    const segment = join(folder, 'a', 'journal-00000001.jsonl');
    const before = readFileSync(segment);
    await expect(openBook('a', { published: 2 })).rejects.toMatchObject({
      code: 'LOG_AHEAD_OF_JOURNAL',
      details: { published: 2, journal: 1 },
    });
    expect(readFileSync(segment)).toEqual(before);
    expect((await openBook('a', { published: 1 })).leaves).toBe(2);
  });

  it('chains the receipts of each grant without a gap, over crowds, restarts and a lost index', async () => {
    const grants = [makeGrantId('one'), makeGrantId('other')];
    for (let round = 0; round < 3; round += 1) {
      const book = await openBook();
      const answers = grants.map(async (grantId) => {
        const opened = await book.open(makeFacts({ grantId }));
        await book.refuse(makeFacts({ grantId }), REFUSED);
        await book.close(opened, DELIVERED);
      });
      await Promise.all([...answers, book.open(makeFacts({ grantId: grants[0]! }))]);
      await stopAll();
      if (round === 1) {
        await store.db.deleteFrom('receipts').execute();
        await store.db.deleteFrom('receiptCursors').execute();
      }
    }
    const journal = await Journal.open({ folder: join(folder, 'a') });
    const receipts: AccessReceipt[] = [];
    for await (const { line } of journal.entries()) {
      if (line.kind !== 'open') receipts.push(readReceiptBody(line.body).receipt);
    }
    await journal.stop();
    const chains = grants.map((grantId) => receipts.filter((receipt) => receipt.grantId === grantId));
    expect(chains.map(({ length }) => length)).toEqual([8, 6]);
    for (const chain of chains) {
      expect(chain.map(({ sequence }) => sequence)).toEqual(chain.map((_, index) => index + 1));
      expect(chain.map(({ previous }) => previous)).toEqual([null, ...chain.slice(0, -1).map(receiptHash)]);
    }
  });

  it('lists for the parties, newest first', async () => {
    const book = await openBook();
    await store.db
      .insertInto('ledgerGrants')
      .values({
        grantId: makeGrantId(),
        requestId: 'r',
        requester: REQUESTER,
        provider: PROVIDER,
        resourceId: 'x',
        resourceVersion: 1,
        notBefore: 0,
        notAfter: 1,
        disposalDays: 10,
        dueAt: 0,
        suspender: null,
        statusReason: null,
        documentHash: 'h',
        recordedAt: 1,
        status: 'active',
        blockNumber: 1,
      })
      .execute();
    const ids: string[] = [];
    for (const closedAt of [1_001, 1_005, 1_003]) {
      ids.push(
        await book.refuse(makeFacts({ grantId: closedAt === 1_003 ? makeGrantId('other') : makeGrantId() }), {
          ...REFUSED,
          closedAt,
        }),
      );
    }
    const listed = async (party: typeof PROVIDER | null, limit = 10, offset = 0) =>
      (await book.list({ party, limit, offset })).map(({ receiptId }) => receiptId);
    expect(await listed(null)).toEqual([ids[1], ids[2], ids[0]]);
    expect(await listed(REQUESTER, 1, 1)).toEqual([ids[2]]);
    expect(await listed(PROVIDER)).toEqual([ids[1], ids[0]]);
    expect(await listed('91990000MA0000003H' as typeof PROVIDER)).toEqual([]);
  });

  it('builds its index again from the journal', async () => {
    const book = await openBook();
    for (let index = 0; index < 30; index += 1) await book.close(await book.open(makeFacts()), DELIVERED);
    const before = await book.list({ party: null, limit: 100 });
    await stopAll();
    await store.db.deleteFrom('receipts').execute();
    await store.db.deleteFrom('receiptCursors').execute();
    expect(await (await openBook()).list({ party: null, limit: 100 })).toEqual(before);
    expect(before).toHaveLength(30);
  });

  it('goes on recording while the index cannot be written, and catches up', async () => {
    const book = await openBook();
    await book.refuse(makeFacts(), REFUSED);
    await expect.poll(() => book.backlog).toBe(0);
    await store.db.schema.alterTable('receipts').renameTo('receiptsAway').execute();
    const opened = await book.open(makeFacts());
    await book.close(opened, DELIVERED);
    // Where a chain ends that was not looked up yet cannot be known now: no answer begins.
    const unknown = makeFacts({ grantId: makeGrantId('never seen') });
    await expect(book.open(unknown)).rejects.toMatchObject({ code: 'STORE_FAILED' });
    await expect(book.refuse(unknown, REFUSED)).rejects.toMatchObject({ code: 'STORE_FAILED' });
    expect(await book.get(opened.receiptId)).toMatchObject({ receipt: { outcome: 'DELIVERED' } });
    await expect.poll(() => problems.length).toBeGreaterThan(0);
    expect(book.backlog).toBe(1);
    await store.db.schema.alterTable('receiptsAway').renameTo('receipts').execute();
    await expect.poll(() => book.backlog).toBe(0);
    expect(await new ReceiptIndex(store.db).get(opened.receiptId)).toMatchObject({ receipt: { outcome: 'DELIVERED' } });
  });

  it('refuses a journal that is older than its index', async () => {
    const book = await openBook();
    await book.refuse(makeFacts(), REFUSED);
    await stopAll();
    cpSync(join(folder, 'a'), join(folder, 'backup'), { recursive: true });
    const later = await openBook();
    const lost = await later.refuse(makeFacts(), REFUSED);
    await stopAll();
    rmSync(join(folder, 'a'), { recursive: true });
    cpSync(join(folder, 'backup'), join(folder, 'a'), { recursive: true });
    await expect(openBook()).rejects.toMatchObject({ code: 'JOURNAL_CORRUPT' });
    const accepted = await openBook('a', { acceptLoss: true });
    expect(await accepted.get(lost)).toMatchObject({ receipt: { outcome: 'REFUSED' } });
    const next = await accepted.refuse(makeFacts(), REFUSED);
    // The chain goes on from what the journal has, not from what was lost.
    expect((await accepted.readFromJournal(next))?.receipt).toMatchObject({ receiptId: next, sequence: 2 });
    expect(await accepted.readFromJournal(lost)).toBeNull();
    await stopAll();
    expect(await (await openBook()).list({ party: null, limit: 10 })).toHaveLength(3);
  });

  it('indexes what comes after a list of nothing', async () => {
    const book = await openBook();
    expect(await book.list({ party: null, limit: 1 })).toEqual([]);
    const id = await book.refuse(makeFacts(), REFUSED);
    expect((await book.list({ party: null, limit: 1 }))[0]?.receiptId).toBe(id);
    await book.refuse(makeFacts(), REFUSED);
    await expect.poll(() => book.backlog).toBe(0);
  });

  it('serves the receipts of all gateways on one store', async () => {
    const first = await openBook('a');
    const second = await openBook('b');
    const id = await first.refuse(makeFacts(), REFUSED);
    await expect.poll(() => first.backlog).toBe(0);
    expect(await second.get(id)).toMatchObject({ receipt: { gateway: 'gateway-a' } });
    expect(await second.readFromJournal(id)).toBeNull();
  });
});
