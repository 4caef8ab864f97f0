/**
 * JOURNAL_CORRUPT: what was durable is no longer as it was written; JOURNAL_IN_USE: another process has it open.
 * RECEIPT_OPEN and RECEIPT_NOT_OPEN: the same receipt opened twice, or closed without being open.
 */
export type JournalErrorCode = 'JOURNAL_CORRUPT' | 'JOURNAL_IN_USE' | 'RECEIPT_OPEN' | 'RECEIPT_NOT_OPEN';

export interface JournalPlace {
  readonly segment: number;
  /** Bytes from the start of the segment's file. */
  readonly offset: number;
}

export class JournalError extends Error {
  override readonly name = 'JournalError';
  readonly code: JournalErrorCode;
  readonly place: JournalPlace | null;

  constructor(code: JournalErrorCode, message: string, place: JournalPlace | null = null, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
    this.place = place;
  }
}
