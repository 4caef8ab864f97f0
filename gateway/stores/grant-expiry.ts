import { sql } from 'kysely';

import type { GrantStatus } from '../../ledger/grant-table.ts';

/** Statuses of a grant that nobody ended: once its time is over, it has expired. */
export const LIVE_STATUSES: readonly GrantStatus[] = ['issued', 'delivered', 'active', 'suspended'];

const DAY_SECONDS = 86_400;

interface GrantTerms {
  readonly notAfter: number;
  readonly disposalDays: number;
}

/** When the disposal behind an expired grant must have been certified; no entry of the ledger says it. */
export function expiryDisposalDueAt({ notAfter, disposalDays }: GrantTerms): number {
  return notAfter + disposalDays * DAY_SECONDS;
}

/** The same of the row that is selected. */
export const SQL_EXPIRY_DISPOSAL_DUE_AT = sql<number>`not_after + disposal_days * ${sql.lit(DAY_SECONDS)}`;
