import type { JsonObject } from '../../ledger/json/strict-json.ts';
import { JournalError } from './journal-error.ts';
import type { JournalPlace } from './journal-error.ts';
import { encodeLine } from './journal-line.ts';

/**
 * One line to be written. The body of a line that completes a receipt is made when its turn has come, in the order of
 * the leaves, because a receipt names the one before it; making it must not fail.
 */
export type JournalJob =
  | { readonly kind: 'open'; readonly receiptId: string; readonly body: JsonObject }
  | { readonly kind: 'close' | 'refuse'; readonly receiptId: string; readonly body: () => JsonObject };

/** Where a line is; `leaf` for a complete receipt, its number among all of them. */
export interface Appended {
  readonly place: JournalPlace;
  /** Where the next line begins. */
  readonly end: JournalPlace;
  readonly leaf: number | null;
}

/** Where the journal stands before a commit; `place` is all that is durable of the segment. */
export interface BatchStart {
  readonly place: JournalPlace;
  readonly nextN: number;
  readonly leaves: number;
  readonly isOpen: (receiptId: string) => boolean;
}

/** The lines of one commit and what they change; a job that does not fit is answered with an error and not written. */
export class JournalBatch {
  readonly #start: BatchStart;
  readonly #lines: Buffer[] = [];
  /** Receipts that this batch opens or closes, with the body of what stays open. */
  readonly changed = new Map<string, JsonObject | null>();
  #offset: number;
  #leaves: number;

  constructor(start: BatchStart) {
    this.#start = start;
    this.#offset = start.place.offset;
    this.#leaves = start.leaves;
  }

  get lines(): number {
    return this.#lines.length;
  }

  get leaves(): number {
    return this.#leaves;
  }

  get bytes(): Buffer {
    return Buffer.concat(this.#lines);
  }

  add(job: JournalJob): Appended | JournalError {
    const isOpen = this.#isOpen(job.receiptId);
    if (job.kind === 'close' && !isOpen) return new JournalError('RECEIPT_NOT_OPEN', 'The receipt is not open');
    if (job.kind !== 'close' && isOpen) return new JournalError('RECEIPT_OPEN', 'The receipt is open already');
    if (job.kind !== 'refuse') this.changed.set(job.receiptId, job.kind === 'open' ? job.body : null);
    return this.#write(job);
  }

  #isOpen(receiptId: string): boolean {
    const here = this.changed.get(receiptId);
    return here === undefined ? this.#start.isOpen(receiptId) : here !== null;
  }

  #write(job: JournalJob): Appended {
    const { place, nextN } = this.#start;
    const common = { n: nextN + this.#lines.length, durable: place.offset, receiptId: job.receiptId };
    const leaf = job.kind === 'open' ? null : this.#leaves;
    const bytes = encodeLine(
      job.kind === 'open'
        ? { ...common, kind: job.kind, body: job.body }
        : { ...common, kind: job.kind, leaf: this.#leaves, body: job.body() },
    );
    const offset = this.#offset;
    this.#lines.push(bytes);
    this.#offset += bytes.length;
    if (leaf !== null) this.#leaves += 1;
    const { segment } = place;
    return { place: { segment, offset }, end: { segment, offset: this.#offset }, leaf };
  }
}
