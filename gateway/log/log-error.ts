/**
 * LOG_CORRUPT: the files of the log are not what its checkpoint says, and the journal cannot mend them.
 * LOG_OF_ANOTHER_KEY: the checkpoint is not signed by the key of this gateway.
 * LOG_AHEAD_OF_JOURNAL: more receipts were published than the journal has, so going on would sign a second history.
 * ANCHOR_REFUSED: the ledger did not take a head, so nothing is anchored while this goes on.
 */
export type LogErrorCode = 'ANCHOR_REFUSED' | 'LOG_CORRUPT' | 'LOG_OF_ANOTHER_KEY' | 'LOG_AHEAD_OF_JOURNAL';

/** Why the log of receipts, or its place on the ledger, cannot be gone on with. Nothing of it is changed then. */
export class LogError extends Error {
  override readonly name = 'LogError';
  readonly code: LogErrorCode;
  readonly details: Readonly<Record<string, string | number>>;

  constructor(
    code: LogErrorCode,
    message: string,
    details: Readonly<Record<string, string | number>> = {},
    cause?: unknown,
  ) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
    this.details = details;
  }
}
