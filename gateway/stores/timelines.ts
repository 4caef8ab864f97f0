import type { Expression, ExpressionBuilder, Kysely, SqlBool } from 'kysely';

import { parseStrictJson } from '../../ledger/json/strict-json.ts';
import { parseReceipt } from '../../ledger/receipts/receipt.ts';
import type { AccessReceipt } from '../../ledger/receipts/receipt.ts';
import type { StepRow } from './ledger-index.ts';
import type { Database } from './schema.ts';
import { inStore } from './store-failed.ts';

export const TIMELINE_KINDS = ['department', 'resource', 'request', 'grant', 'case'] as const;
export type TimelineKind = (typeof TIMELINE_KINDS)[number];

/** What happened around a thing, or by a department: the newest steps and receipts, oldest first. */
export interface TimelineRows {
  readonly steps: readonly StepRow[];
  readonly receipts: readonly AccessReceipt[];
}

/** At most `limit` of each; the rest is older. */
export async function readTimeline(
  db: Kysely<Database>,
  kind: TimelineKind,
  id: string,
  limit: number,
): Promise<TimelineRows> {
  return await inStore('read a timeline', async () => {
    const steps = await db
      .selectFrom('ledgerSteps')
      .selectAll()
      .where((row) => isStepOf(row, kind, id))
      .orderBy('recordedAt', 'desc')
      .orderBy('contract')
      .orderBy('seq', 'desc')
      .limit(limit)
      .execute();
    const receipts = await db
      .selectFrom('receipts')
      .select('receipt')
      .where((row) => isReceiptOf(row, kind, id))
      .orderBy('closedAt', 'desc')
      .orderBy('leaf', 'desc')
      .limit(limit)
      .execute();
    const parsed = receipts.map(({ receipt }) => parseReceipt(parseStrictJson(Buffer.from(receipt, 'utf8'))));
    return { steps: steps.toReversed(), receipts: parsed.toReversed() };
  });
}

type Filter<Table extends keyof Database> = ExpressionBuilder<Database, Table>;

function isStepOf(row: Filter<'ledgerSteps'>, kind: TimelineKind, id: string): Expression<SqlBool> {
  switch (kind) {
    case 'department':
      return row('department', '=', id);
    case 'grant':
      return row.or([row('subject', '=', id), row('subject', 'in', grantsOf(row, id, 'requestId'))]);
    case 'case':
      return row.or([
        row('subject', '=', id),
        row('subject', 'in', row.selectFrom('ledgerCases').select('subject').where('caseId', '=', id)),
      ]);
    case 'request':
    case 'resource':
      return row('subject', '=', id);
  }
}

function grantsOf(row: Filter<'ledgerSteps'>, grantId: string, column: 'requestId') {
  return row.selectFrom('ledgerGrants').select(column).where('grantId', '=', grantId);
}

function isReceiptOf(row: Filter<'receipts'>, kind: TimelineKind, id: string): Expression<SqlBool> {
  const grants = row.selectFrom('ledgerGrants').select('grantId');
  switch (kind) {
    case 'department':
      return row.or([row('caller', '=', id), row('grantId', 'in', grants.where('provider', '=', id))]);
    case 'resource':
      return row('grantId', 'in', grants.where('resourceId', '=', id));
    case 'request':
      return row('grantId', 'in', grants.where('requestId', '=', id));
    case 'grant':
      return row('grantId', '=', id);
    case 'case':
      return row('grantId', 'in', row.selectFrom('ledgerCases').select('subject').where('caseId', '=', id));
  }
}
