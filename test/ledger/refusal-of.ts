import { type ErrorDetails, LedgerError, type LedgerErrorCode } from '../../ledger/errors.ts';

/** What a refusal says to programs. */
export interface Refusal {
  readonly code: LedgerErrorCode;
  readonly details: ErrorDetails;
}

/** The refusal that `act` ends in, or null when it does not refuse. Other errors pass. */
export function refusalOf(act: () => unknown): Refusal | null {
  try {
    act();
    return null;
  } catch (error) {
    if (!(error instanceof LedgerError)) throw error;
    return { code: error.code, details: error.details };
  }
}

export function codeOf(act: () => unknown): LedgerErrorCode | null {
  return refusalOf(act)?.code ?? null;
}
