import { randomUUID } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';

import type { JsonObject } from '../../ledger/json/strict-json.ts';
import { GroupCommit } from '../stores/group-commit.ts';
import { storeFailed } from '../stores/store-failed.ts';
import { JournalBatch } from './journal-batch.ts';
import type { Appended, JournalJob } from './journal-batch.ts';
import { JournalError } from './journal-error.ts';
import type { JournalPlace } from './journal-error.ts';
import { PRIVATE_FOLDER, openSegment, realDisk } from './journal-files.ts';
import type { JournalDisk } from './journal-files.ts';
import { readEntries } from './journal-reader.ts';
import type { JournalEntry } from './journal-reader.ts';
import { encodeHeader, recoverJournal } from './journal-recovery.ts';
import type { RecoveredJournal, RepairedTail } from './journal-recovery.ts';
import { SingleWriterLock } from './single-writer-lock.ts';

const MAX_BATCH = 1_000;
const MAX_WAITING = 20_000;
const MAX_SEGMENT_BYTES = 64 * 1024 * 1024;

export interface JournalOptions {
  readonly folder: string;
  /** A segment that has grown over this is followed by a new one. */
  readonly maxSegmentBytes?: number;
  readonly disk?: JournalDisk;
}

/**
 * The append-only record of every answer and refusal: JSON lines in numbered segments, many lines to one commit.
 *
 * What has resolved is on the disk. After a failed write the journal takes nothing more until it is opened again,
 * because nobody knows what the disk holds (rule 7: failing to record is failing).
 */
export class Journal {
  /** Tells this journal from one that was begun anew in the same folder. */
  readonly id: string;
  /** The torn end that opening cut off; null when there was none. */
  readonly repaired: RepairedTail | null;
  readonly #folder: string;
  readonly #disk: JournalDisk;
  readonly #maxSegmentBytes: number;
  readonly #lock: SingleWriterLock;
  readonly #commits: GroupCommit<JournalJob, Appended | JournalError>;
  readonly #unclosed: Map<string, JsonObject>;
  #file: FileHandle;
  #segment: number;
  #size: number;
  #nextN: number;
  #leaves: number;
  #failure: unknown = null;

  private constructor(opened: RecoveredJournal, lock: SingleWriterLock, options: JournalOptions) {
    this.id = opened.state.journal;
    this.repaired = opened.repaired;
    this.#folder = options.folder;
    this.#disk = options.disk ?? realDisk;
    this.#maxSegmentBytes = options.maxSegmentBytes ?? MAX_SEGMENT_BYTES;
    this.#lock = lock;
    this.#unclosed = new Map(opened.state.unclosed);
    this.#file = opened.file;
    this.#segment = opened.segment;
    this.#size = opened.size;
    this.#nextN = opened.state.nextN;
    this.#leaves = opened.state.leaves;
    this.#commits = new GroupCommit({
      action: 'record a receipt',
      commit: (jobs) => this.#commit(jobs),
      maxBatch: MAX_BATCH,
      maxWaiting: MAX_WAITING,
    });
  }

  /**
   * Opens or begins the journal of a folder. A torn end is cut off and kept in a file beside; see `repaired`.
   * @throws JournalError JOURNAL_CORRUPT with the place, JOURNAL_IN_USE; GatewayError STORE_FAILED
   */
  static async open(options: JournalOptions): Promise<Journal> {
    const { folder, disk = realDisk } = options;
    try {
      await mkdir(folder, { recursive: true, mode: PRIVATE_FOLDER });
      return await Journal.#openLocked(new SingleWriterLock(folder), options, disk);
    } catch (error) {
      throw error instanceof JournalError ? error : storeFailed('open the receipt journal', error);
    }
  }

  static async #openLocked(lock: SingleWriterLock, options: JournalOptions, disk: JournalDisk): Promise<Journal> {
    try {
      return new Journal(await recoverJournal(options.folder, disk, randomUUID()), lock, options);
    } catch (error) {
      lock.release();
      throw error;
    }
  }

  /** Receipts that were opened and not closed, with what was said on opening. */
  get unclosed(): ReadonlyMap<string, JsonObject> {
    return this.#unclosed;
  }

  /** Receipts that are complete: the number of the next leaf. */
  get leaves(): number {
    return this.#leaves;
  }

  /** Where the next line goes. */
  get end(): JournalPlace {
    return { segment: this.#segment, offset: this.#size };
  }

  /** False after a failed write. */
  get isUsable(): boolean {
    return this.#failure === null;
  }

  /** Resolves when the opening is durable. @throws GatewayError STORE_FAILED, JournalError RECEIPT_OPEN */
  async open(receiptId: string, body: JsonObject): Promise<Appended> {
    return await this.#append({ kind: 'open', receiptId, body });
  }

  /** Completes an open receipt. @throws GatewayError STORE_FAILED, JournalError RECEIPT_NOT_OPEN */
  async close(receiptId: string, body: () => JsonObject): Promise<Appended> {
    return await this.#append({ kind: 'close', receiptId, body });
  }

  /** Records a receipt that is complete at once. @throws GatewayError STORE_FAILED, JournalError RECEIPT_OPEN */
  async refuse(receiptId: string, body: () => JsonObject): Promise<Appended> {
    return await this.#append({ kind: 'refuse', receiptId, body });
  }

  /** All that is durable from `from` on, in order. @throws JournalError JOURNAL_CORRUPT */
  entries(from: JournalPlace | null = null): AsyncGenerator<JournalEntry> {
    return readEntries(this.#folder, from, this.end);
  }

  /** Ends when all that was submitted has been answered. */
  async stop(): Promise<void> {
    await this.#commits.idle();
    this.#failure ??= 'the journal is closed';
    await this.#file.close();
    this.#lock.release();
  }

  async #append(job: JournalJob): Promise<Appended> {
    const result = await this.#commits.submit(job);
    if (result instanceof JournalError) throw result;
    return result;
  }

  async #commit(jobs: readonly JournalJob[]): Promise<readonly (Appended | JournalError)[]> {
    if (this.#failure !== null) throw storeFailed('record a receipt', this.#failure);
    try {
      if (this.#size >= this.#maxSegmentBytes) await this.#rotate();
      const batch = new JournalBatch({
        place: this.end,
        nextN: this.#nextN,
        leaves: this.#leaves,
        isOpen: (receiptId) => this.#unclosed.has(receiptId),
      });
      const results = jobs.map((job) => batch.add(job));
      const { bytes } = batch;
      if (bytes.length > 0) await this.#disk.write(this.#file, bytes, this.#size);
      this.#accept(batch, bytes.length);
      return results;
    } catch (error) {
      this.#failure = error;
      throw storeFailed('record a receipt', error);
    }
  }

  #accept(batch: JournalBatch, bytes: number): void {
    this.#size += bytes;
    this.#nextN += batch.lines;
    this.#leaves = batch.leaves;
    for (const [receiptId, body] of batch.changed) {
      if (body === null) this.#unclosed.delete(receiptId);
      else this.#unclosed.set(receiptId, body);
    }
  }

  async #rotate(): Promise<void> {
    const segment = this.#segment + 1;
    const file = await openSegment(this.#folder, segment);
    const state = { journal: this.id, nextN: this.#nextN, leaves: this.#leaves, unclosed: this.#unclosed };
    const header = encodeHeader(segment, state, this.#size);
    try {
      await this.#disk.write(file, header, 0);
      await this.#disk.syncFolder(this.#folder);
    } catch (error) {
      await file.close();
      throw error;
    }
    await this.#file.close();
    this.#file = file;
    this.#segment = segment;
    this.#size = header.length;
    this.#nextN += 1;
  }
}
