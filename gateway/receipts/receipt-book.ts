import { randomBytes } from 'node:crypto';

import type { Kysely } from 'kysely';

import { receiptLeaf } from '../../ledger/receipts/receipt.ts';
import type { AccessReceipt } from '../../ledger/receipts/receipt.ts';
import type { Leaf } from '../log/leaf-buffer.ts';
import { LogError } from '../log/log-error.ts';
import { ReceiptIndex } from '../stores/receipt-index.ts';
import type { ReceiptListQuery, SaltedReceipt } from '../stores/receipt-index.ts';
import type { Database } from '../stores/schema.ts';
import { storeFailed } from '../stores/store-failed.ts';
import { catchUp } from './catch-up.ts';
import { GrantChains } from './grant-chains.ts';
import type { Appended } from './journal-batch.ts';
import type { JournalDisk } from './journal-files.ts';
import { Journal } from './journal.ts';
import {
  completeReceipt,
  openingBody,
  readKept,
  readReceiptBody,
  receiptBody,
  unknownReceipt,
} from './receipt-facts.ts';
import type { OpeningDecision, ReceiptFacts, ReceiptResult, SavedReceipt } from './receipt-facts.ts';
import { ReceiptIndexer } from './receipt-indexer.ts';

const RECEIPT_ID_BYTES = 18;
/** With more receipts that could not be indexed, no answer begins: memory ends, and nobody could look them up. */
const MAX_BACKLOG = 100_000;

/** A result that fits every receipt of an answer that began. */
const ABORTED = {
  outcome: 'ABORTED',
  status: 200,
  rows: 0,
  bytes: 0,
  contentHash: null,
  contentSalt: null,
  endedBy: { code: 'INTERNAL', block: null },
} as const;

export interface ReceiptBookOptions {
  /** Folder of the journal; one for each gateway process. */
  readonly folder: string;
  readonly db: Kysely<Database>;
  /** Identifies this gateway in its receipts. */
  readonly gateway: string;
  /** How many receipts of the journal a checkpoint was signed over. */
  readonly published: number;
  readonly onProblem?: (error: unknown) => void;
  /** Unix seconds. */
  readonly now?: () => number;
  readonly maxSegmentBytes?: number;
  readonly disk?: JournalDisk;
  /** Starts although the journal ends before what the index has seen: an older backup was put back. */
  readonly acceptLoss?: boolean;
}

/** A receipt that is durably open; to be handed back to `close`. */
export interface OpenReceipt {
  readonly receiptId: string;
  readonly facts: ReceiptFacts;
}

/**
 * A receipt for every answer and every refusal. The journal holds them, and what has resolved is on the disk; the
 * index behind it serves look-ups and is never the evidence.
 */
export class ReceiptBook {
  readonly #journal: Journal;
  readonly #index: ReceiptIndex;
  readonly #indexer: ReceiptIndexer;
  readonly #chains: GrantChains;
  readonly #listeners = new Set<(leaf: Leaf, receipt: AccessReceipt) => void>();
  readonly #gateway: string;

  private constructor(journal: Journal, index: ReceiptIndex, indexer: ReceiptIndexer, gateway: string) {
    this.#journal = journal;
    this.#index = index;
    this.#indexer = indexer;
    this.#gateway = gateway;
    this.#chains = new GrantChains({
      lookUp: (grantId) => index.lastOf(journal.id, grantId),
      isIndexed: () => indexer.backlog === 0,
    });
  }

  /**
   * Opens the journal, closes as UNKNOWN what an earlier process left open, and brings the index up to date.
   * @throws JournalError JOURNAL_CORRUPT (also for a journal that ends before what the index saw), JOURNAL_IN_USE;
   * LogError LOG_AHEAD_OF_JOURNAL; GatewayError STORE_FAILED
   */
  static async open(options: ReceiptBookOptions): Promise<ReceiptBook> {
    const journal = await Journal.open(options);
    try {
      requirePublished(journal, options.published);
      const index = new ReceiptIndex(options.db);
      await catchUp(journal, index, options.acceptLoss ?? false);
      const indexer = new ReceiptIndexer(index, journal.id, options.onProblem ?? (() => undefined));
      const book = new ReceiptBook(journal, index, indexer, options.gateway);
      await book.#closeUnknown(options.now?.() ?? Math.floor(Date.now() / 1000));
      return book;
    } catch (error) {
      await journal.stop();
      throw error;
    }
  }

  /** Resolves when the opening is durable: only then may the first byte leave. @throws as `close` */
  async open(facts: ReceiptFacts, decision: OpeningDecision = 'PERMIT'): Promise<OpenReceipt> {
    this.#requireIndexing();
    const receiptId = newReceiptId();
    // Checked now, because after a crash the next start must be able to close it.
    const aborted = { ...ABORTED, decision, closedAt: facts.openedAt };
    completeReceipt({ receiptId, gateway: this.#gateway }, facts, aborted);
    // Held until the receipt is closed: what its end needs to know is known before the first byte leaves.
    await this.#chains.hold(facts.grantId);
    try {
      await this.#journal.open(receiptId, openingBody(this.#gateway, decision, facts));
    } catch (error) {
      this.#chains.release(facts.grantId);
      throw error;
    }
    return { receiptId, facts };
  }

  /** Completes an open receipt, durably. @throws GatewayError STORE_FAILED, LedgerError RECEIPT_INVALID */
  async close({ receiptId, facts }: OpenReceipt, result: ReceiptResult): Promise<void> {
    try {
      await this.#write('close', this.#complete(receiptId, facts, result));
    } finally {
      this.#chains.release(facts.grantId);
    }
  }

  /** Records a refusal, durably, and resolves to its receipt id. @throws as `close` */
  async refuse(facts: ReceiptFacts, result: ReceiptResult): Promise<string> {
    this.#requireIndexing();
    const receiptId = newReceiptId();
    const saved = this.#complete(receiptId, facts, result);
    await this.#chains.hold(facts.grantId);
    try {
      await this.#write('refuse', saved);
    } finally {
      this.#chains.release(facts.grantId);
    }
    return receiptId;
  }

  /** A complete receipt, also of another gateway on the same store; null for an unknown or open one. */
  async get(receiptId: string): Promise<SaltedReceipt | null> {
    return this.#indexer.find(receiptId) ?? (await this.#index.get(receiptId));
  }

  /** Complete receipts, newest first. */
  async list(query: ReceiptListQuery): Promise<readonly AccessReceipt[]> {
    await this.#indexer.flush();
    return await this.#index.list(query);
  }

  /** The line of this gateway's journal that completes a receipt, with its salts; null for none. */
  async readFromJournal(receiptId: string): Promise<SavedReceipt | null> {
    await this.#indexer.flush();
    const place = await this.#index.placeOf(receiptId);
    if (place?.journal !== this.#journal.id) return null;
    const entry = await this.#journal.entries(place).next();
    const line = entry.done === true ? null : entry.value.line;
    return line?.receiptId === receiptId ? readReceiptBody(line.body) : null;
  }

  /** Resolves when the index has all that is durable, or an attempt to write it has failed. */
  async indexed(): Promise<void> {
    await this.#indexer.flush();
  }

  /** Told of each receipt that is complete and durable, by the number of its leaf. Must not throw. */
  onComplete(listener: (leaf: Leaf, receipt: AccessReceipt) => void): void {
    this.#listeners.add(listener);
  }

  /** How many receipts of this journal are complete. */
  get leaves(): number {
    return this.#journal.leaves;
  }

  /** Complete receipts of this journal from a number on, in order. @throws JournalError JOURNAL_CORRUPT, GatewayError STORE_FAILED */
  async *receiptsFrom(number: number): AsyncGenerator<{ readonly leaf: number; readonly saved: SavedReceipt }> {
    await this.#indexer.flush();
    const place = number === 0 ? null : await this.#index.placeOfLeaf(this.#journal.id, number);
    for await (const { line } of this.#journal.entries(place)) {
      if (line.kind !== 'open' && line.leaf >= number) yield { leaf: line.leaf, saved: readReceiptBody(line.body) };
    }
  }

  /** When the receipt with this number was complete, in Unix seconds; null while the index does not know. */
  async closedAt(number: number): Promise<number | null> {
    return await this.#index.closedAt(this.#journal.id, number);
  }

  /** The number of a complete receipt of this journal; null for any other. */
  async leafOf(receiptId: string): Promise<number | null> {
    await this.#indexer.flush();
    const place = await this.#index.placeOf(receiptId);
    return place?.journal === this.#journal.id ? place.leaf : null;
  }

  /** What opening the journal had to cut off; null for nothing. */
  get repaired(): Journal['repaired'] {
    return this.#journal.repaired;
  }

  /** False after a failed write: every read is refused until the gateway is started again. */
  get isUsable(): boolean {
    return this.#journal.isUsable;
  }

  /** Receipts that are durable and not in the index yet. */
  get backlog(): number {
    return this.#indexer.backlog;
  }

  /** Ends after what was submitted is durable; receipts that are still open are closed UNKNOWN at the next start. */
  async stop(): Promise<void> {
    await this.#journal.stop();
    await this.#indexer.stop();
  }

  async #closeUnknown(now: number): Promise<void> {
    for (const [receiptId, body] of [...this.#journal.unclosed]) {
      const receipt = unknownReceipt(receiptId, body, now);
      await this.#chains.hold(receipt.grantId);
      await this.#write('close', { receipt, ...readKept(body) });
      this.#chains.release(receipt.grantId);
    }
  }

  #complete(receiptId: string, facts: ReceiptFacts, result: ReceiptResult): SavedReceipt {
    const receipt = completeReceipt({ receiptId, gateway: this.#gateway }, facts, result);
    return { receipt, contextSalt: facts.contextSalt, context: facts.context, contentSalt: result.contentSalt };
  }

  /** Writes a completing line; its receipt is linked when its turn has come. The chain of its grant is held. */
  async #write(kind: 'close' | 'refuse', saved: SavedReceipt): Promise<void> {
    const { receiptId } = saved.receipt;
    const written = { ...saved };
    const appended = await this.#journal[kind](receiptId, () => {
      written.receipt = this.#chains.link(saved.receipt);
      return receiptBody(written);
    });
    this.#toIndex(written, appended);
    const { leaf } = appended;
    if (leaf === null) return;
    const bytes = receiptLeaf(written.receipt);
    for (const listener of this.#listeners) listener({ number: leaf, bytes }, written.receipt);
  }

  #requireIndexing(): void {
    if (this.#indexer.backlog >= MAX_BACKLOG) {
      throw storeFailed('record a receipt', 'the receipt index is not writable');
    }
  }

  #toIndex({ receipt, contentSalt }: SaltedReceipt, { place, end, leaf }: Appended): void {
    if (leaf !== null) this.#indexer.add({ receipt, contentSalt, leaf, place, end });
  }
}

/** Before anything is closed as UNKNOWN: that would fill an older journal up with other receipts than were published. */
function requirePublished({ leaves }: Journal, published: number): void {
  if (leaves >= published) return;
  const facts = { published, journal: leaves };
  throw new LogError('LOG_AHEAD_OF_JOURNAL', 'The journal has fewer receipts than were published', facts);
}

function newReceiptId(): string {
  // Hex: an id that begins with a dash would be an option to every command that takes it.
  return randomBytes(RECEIPT_ID_BYTES).toString('hex');
}
