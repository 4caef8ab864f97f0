/** Exit codes of `dxl`. */
export const EXIT = { ok: 0, error: 1, usage: 2, unverified: 3, network: 4 } as const;

export type CliErrorCode =
  | 'ACT_REJECTED'
  | 'ANSWER_UNVERIFIED'
  | 'DIGEST_MISMATCH'
  | 'FILE_UNUSABLE'
  | 'GATEWAY_REFUSED'
  | 'GATEWAY_UNREACHABLE'
  | 'INPUT_INVALID'
  | 'RECEIPT_MISMATCH'
  | 'STREAM_CUT'
  | 'UNCHECKABLE';

const EXIT_BY_CODE: Readonly<Record<CliErrorCode, number>> = {
  ACT_REJECTED: EXIT.error,
  ANSWER_UNVERIFIED: EXIT.unverified,
  DIGEST_MISMATCH: EXIT.unverified,
  FILE_UNUSABLE: EXIT.usage,
  GATEWAY_REFUSED: EXIT.error,
  GATEWAY_UNREACHABLE: EXIT.network,
  INPUT_INVALID: EXIT.usage,
  RECEIPT_MISMATCH: EXIT.unverified,
  STREAM_CUT: EXIT.network,
  UNCHECKABLE: EXIT.usage,
};

export type CliErrorFacts = Readonly<Record<string, unknown>>;

/** For a command whose exit code 1 says that something is wrong with what it looked at. */
export function asUncheckable(error: unknown): CliError {
  return error instanceof CliError ? error : new CliError('UNCHECKABLE', 'A defect of dxl', {}, error);
}

export class CliError extends Error {
  override readonly name = 'CliError';
  readonly code: CliErrorCode;
  readonly facts: CliErrorFacts;

  constructor(code: CliErrorCode, message: string, facts: CliErrorFacts = {}, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
    this.facts = facts;
  }

  get exitCode(): number {
    return EXIT_BY_CODE[this.code];
  }
}
