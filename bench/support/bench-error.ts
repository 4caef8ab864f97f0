export type BenchErrorCode = 'PROCESS_ENDED' | 'REQUEST_FAILED' | 'SETUP_FAILED';

/** A bench that cannot measure says so; it never prints half a table. */
export class BenchError extends Error {
  override readonly name = 'BenchError';
  readonly code: BenchErrorCode;

  constructor(code: BenchErrorCode, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
  }
}
