/** Why the embedded engines (chain, database, sample source) cannot run here. */
export type EmbeddedErrorCode =
  | 'CHAIN_EXITED'
  | 'CHAIN_NOT_INSTALLED'
  | 'CHAIN_STATE_UNREADABLE'
  | 'CHAIN_UNREACHABLE'
  | 'FOLDER_IN_USE'
  | 'GATEWAY_EXITED'
  | 'GATEWAY_NOT_READY'
  | 'SAMPLE_DATA_MISSING';

export class EmbeddedError extends Error {
  override readonly name = 'EmbeddedError';
  readonly code: EmbeddedErrorCode;

  constructor(code: EmbeddedErrorCode, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
  }
}
