import type { ExpressionBuilder, Kysely } from 'kysely';

import type { GrantStatus } from '../../ledger/grant-table.ts';
import { parseDepartmentId, parseGrantId } from '../../ledger/ids.ts';
import type { DepartmentId, GrantId } from '../../ledger/ids.ts';
import type { CaseStatus } from '../../ledger/projection/case-state.ts';
import { toCase, toGrant, toRequest, toResource } from './ledger-index.ts';
import type { CaseRow, GrantRow, RequestRow, ResourceRow } from './ledger-index.ts';
import type { Database } from './schema.ts';
import { inStore } from './store-failed.ts';

/** Everything that may wait for a department, whoever's turn it is. */
export interface PendingRows {
  readonly requests: readonly RequestRow[];
  readonly grants: readonly GrantRow[];
  readonly cases: readonly CaseRow[];
  /** Versions that wait for a review or an amendment, of every provider. */
  readonly versions: readonly ResourceRow[];
  /** Active grants of the department whose resource was corrected lately. */
  readonly corrections: readonly {
    readonly grantId: GrantId;
    readonly provider: DepartmentId;
    readonly correctedAt: number;
  }[];
  /** There are more than are given here. */
  readonly truncated: boolean;
}

/** A department that lets more than these pile up sees the most urgent ones. */
export const MOST_PENDING = 1_000;
/** For how long a correction is shown to those who use the data. */
const NOTICE_SECONDS = 30 * 86_400;

const WAITING_GRANTS: readonly GrantStatus[] = [
  'issued',
  'delivered',
  'suspended',
  'terminated',
  'released',
  'disposal-certified',
];
const OVER_CASES: readonly CaseStatus[] = ['closed', 'executed'];

/**
 * @param now Unix seconds by the gateway's clock, which tells what has expired
 * @param chainTime Unix seconds of the newest block, by which corrections are new or old
 */
export async function readPending(
  db: Kysely<Database>,
  me: DepartmentId,
  now: number,
  chainTime: number,
): Promise<PendingRows> {
  return await inStore('read the inbox', async () => {
    const requests = await readRequests(db, me);
    const grants = await readGrants(db, me, now);
    const cases = await readCases(db);
    const versions = await readVersions(db);
    const corrections = await readCorrections(db, me, chainTime);
    const truncated = [requests, grants, cases, versions, corrections].some(({ length }) => length > MOST_PENDING);
    return {
      requests: requests.slice(0, MOST_PENDING).map(toRequest),
      grants: grants.slice(0, MOST_PENDING).map(toGrant),
      cases: cases.slice(0, MOST_PENDING).map(toCase),
      versions: versions.slice(0, MOST_PENDING).map(toResource),
      corrections: corrections.slice(0, MOST_PENDING).map(({ grantId, provider, correctedAt }) => ({
        grantId: parseGrantId(grantId),
        provider: parseDepartmentId(provider),
        correctedAt,
      })),
      truncated,
    };
  });
}

async function readRequests(db: Kysely<Database>, me: DepartmentId) {
  const open = db.selectFrom('ledgerRequests').selectAll().where('status', 'in', ['submitted', 'supplementing']);
  const own = open.where((row) => row.or([row('requester', '=', me), row('provider', '=', me)]));
  return await own
    .orderBy('dueAt')
    .limit(MOST_PENDING + 1)
    .execute();
}

async function readGrants(db: Kysely<Database>, me: DepartmentId, now: number) {
  const own = db
    .selectFrom('ledgerGrants')
    .selectAll()
    .where((row) => isParty(row, me));
  const waiting = own.where((row) =>
    row.or([row('status', 'in', WAITING_GRANTS), row.and([row('status', '=', 'active'), row('notAfter', '<', now)])]),
  );
  return await waiting
    .orderBy('dueAt')
    .limit(MOST_PENDING + 1)
    .execute();
}

function isParty(row: ExpressionBuilder<Database, 'ledgerGrants'>, me: DepartmentId) {
  return row.or([row('requester', '=', me), row('provider', '=', me), row('suspender', '=', me)]);
}

/** All of them, since those who coordinate and decide are no sides. Open cases are few. */
async function readCases(db: Kysely<Database>) {
  const open = db.selectFrom('ledgerCases').selectAll().where('status', 'not in', OVER_CASES);
  return await open
    .orderBy('dueAt')
    .limit(MOST_PENDING + 1)
    .execute();
}

async function readVersions(db: Kysely<Database>) {
  const open = db.selectFrom('ledgerResources').selectAll().where('status', 'in', ['submitted', 'returned']);
  return await open
    .orderBy('dueAt')
    .limit(MOST_PENDING + 1)
    .execute();
}

/** Every active grantee hears of a correction (条例 art. 26). */
async function readCorrections(db: Kysely<Database>, me: DepartmentId, chainTime: number) {
  return await db
    .selectFrom('ledgerSteps')
    .innerJoin('ledgerCases', 'ledgerCases.caseId', 'ledgerSteps.subject')
    .innerJoin('ledgerGrants', 'ledgerGrants.resourceId', 'ledgerCases.subject')
    .where('ledgerSteps.event', '=', 'CorrectionMade')
    .where('ledgerSteps.recordedAt', '>', chainTime - NOTICE_SECONDS)
    .where('ledgerGrants.status', '=', 'active')
    .where('ledgerGrants.requester', '=', me)
    .select(['ledgerGrants.grantId', 'ledgerGrants.provider', 'ledgerSteps.recordedAt as correctedAt'])
    .orderBy('correctedAt', 'desc')
    .limit(MOST_PENDING + 1)
    .execute();
}
