import { type ErrorDetails, LedgerError } from '../errors.ts';

/** An entry that the contract would have refused: the history is forged, or this code and the contract differ. */
export function illegal(reason: string, details: ErrorDetails = {}): LedgerError {
  return new LedgerError('HISTORY_ILLEGAL', `The contract does not allow this entry: ${reason}`, {
    reason,
    ...details,
  });
}

/** @throws LedgerError HISTORY_ILLEGAL with `details.reason` unless the rule holds. */
export function assertLegal(holds: boolean, reason: string, details: ErrorDetails = {}): asserts holds {
  if (!holds) throw illegal(reason, details);
}
