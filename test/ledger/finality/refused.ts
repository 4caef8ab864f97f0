import { FinalityError, type FinalityErrorCode } from '../../../ledger/finality/finality-error.ts';
import type { ErrorDetails } from '../../../ledger/errors.ts';

export interface Refused {
  readonly code: FinalityErrorCode;
  readonly details: ErrorDetails;
}

/** The refusal that `act` ends in, or null when it does not refuse. Other errors pass. */
export function refusedBy(act: () => unknown): Refused | null {
  try {
    act();
    return null;
  } catch (error) {
    if (!(error instanceof FinalityError)) throw error;
    return { code: error.code, details: error.details };
  }
}

export function refusal(act: () => unknown): FinalityErrorCode | null {
  return refusedBy(act)?.code ?? null;
}
