import { LedgerError } from '../errors.ts';

/** What an entry says that no contract lets be said, such as a number of no enum, is a broken history too. */
export function asBroken(cause: unknown): LedgerError {
  if (!(cause instanceof LedgerError)) return broken('HISTORY_ILLEGAL', {}, cause);
  return cause.code.startsWith('HISTORY_') ? cause : broken('HISTORY_ILLEGAL', { reason: cause.code }, cause);
}

export function broken(
  code: 'HISTORY_GAP' | 'HISTORY_HEAD_MISMATCH' | 'HISTORY_ILLEGAL',
  details: Readonly<Record<string, string | number>>,
  cause?: unknown,
): LedgerError {
  return new LedgerError(code, 'The history is not complete and unaltered', details, cause);
}
