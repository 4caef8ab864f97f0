import { DENY_CODES } from '../../ledger/deny-codes.ts';

/** What depends on the gateway and not on the ledger, so that no replay can tell. */
const NOT_JUDGED: readonly string[] = ['STALE_CHAIN', 'AUDIT_BACKLOG'];

/** Whether a code is one of the rules that a replay runs again. */
export function isJudged(code: string): boolean {
  return Object.hasOwn(DENY_CODES, code) && !NOT_JUDGED.includes(code);
}
