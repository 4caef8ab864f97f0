import { sql } from 'kysely';
import type { ExpressionBuilder, Kysely, RawBuilder, SqlBool, StringReference } from 'kysely';

import type { GrantStatus } from '../../ledger/grant-table.ts';
import { parseDepartmentId, parseGrantId } from '../../ledger/ids.ts';
import type { DepartmentId, GrantId } from '../../ledger/ids.ts';
import type { CaseStatus } from '../../ledger/projection/case-state.ts';
import { LIVE_STATUSES, SQL_EXPIRY_DISPOSAL_DUE_AT } from './grant-expiry.ts';
import { toCase, toGrant, toRequest, toResource } from './ledger-index.ts';
import type { CaseRow, GrantRow, RequestRow, ResourceRow } from './ledger-index.ts';
import type { Database } from './schema.ts';
import { inStore } from './store-failed.ts';

/** Departments over which the one that asks may have something to do. */
export interface Supervised {
  /** Whose catalogue entries it reviews. */
  readonly reviewed: readonly DepartmentId[];
  /** In whose disputes it may coordinate or decide. */
  readonly governed: readonly DepartmentId[];
}

export interface PendingQuery {
  readonly me: DepartmentId;
  readonly supervised: Supervised;
  /** Unix seconds by the gateway's clock, which tells what has expired. */
  readonly now: number;
  /** Unix seconds of the newest block, by which corrections are new or old. */
  readonly chainTime: number;
}

/** Everything that may wait for a department, whoever's turn it is. */
export interface PendingRows {
  readonly requests: readonly RequestRow[];
  readonly grants: readonly GrantRow[];
  readonly cases: readonly CaseRow[];
  /** Versions that wait for the department's review or amendment. */
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
const SUPERVISED_CASES: readonly CaseStatus[] = ['applied', 'escalated'];

const SQL_DUE_AT = sql<number>`due_at`;

export async function readPending(
  db: Kysely<Database>,
  { me, supervised, now, chainTime }: PendingQuery,
): Promise<PendingRows> {
  return await inStore('read the inbox', async () => {
    const requests = await readRequests(db, me);
    const grants = await readGrants(db, me, now);
    const cases = await readCases(db, me, supervised);
    const versions = await readVersions(db, me, supervised);
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

/** The most urgent first, what has no deadline last, the newest of it first. */
function byUrgency(dueAt: RawBuilder<number>) {
  return sql`(${dueAt}) = 0, (${dueAt}), recorded_at desc`;
}

async function readRequests(db: Kysely<Database>, me: DepartmentId) {
  const open = db.selectFrom('ledgerRequests').selectAll().where('status', 'in', ['submitted', 'supplementing']);
  const own = open.where((row) => row.or([row('requester', '=', me), row('provider', '=', me)]));
  return await own
    .orderBy(byUrgency(SQL_DUE_AT))
    .limit(MOST_PENDING + 1)
    .execute();
}

async function readGrants(db: Kysely<Database>, me: DepartmentId, now: number) {
  const own = db
    .selectFrom('ledgerGrants')
    .selectAll()
    .where((row) => isParty(row, me));
  const waiting = own.where((row) => row.or([row('status', 'in', WAITING_GRANTS), isExpired(row, now)]));
  return await waiting
    .orderBy((row) => {
      const dueAt = row.case().when(isExpired(row, now)).then(SQL_EXPIRY_DISPOSAL_DUE_AT).else(SQL_DUE_AT).end();
      return byUrgency(sql<number>`${dueAt}`);
    })
    .limit(MOST_PENDING + 1)
    .execute();
}

function isParty(row: ExpressionBuilder<Database, 'ledgerGrants'>, me: DepartmentId) {
  return row.or([row('requester', '=', me), row('provider', '=', me), row('suspender', '=', me)]);
}

function isExpired(row: ExpressionBuilder<Database, 'ledgerGrants'>, now: number) {
  return row.and([row('status', 'in', LIVE_STATUSES), row('notAfter', '<', now)]);
}

/** Those who may coordinate or decide are no sides, and wait for a case only while it asks for them. */
async function readCases(db: Kysely<Database>, me: DepartmentId, { governed }: Supervised) {
  const open = db.selectFrom('ledgerCases').selectAll().where('status', 'not in', OVER_CASES);
  const own = open.where((row) =>
    row.or([
      ...(['claimant', 'respondent', 'coordinator'] as const).map((side) => row(side, '=', me)),
      row.and([row('status', 'in', SUPERVISED_CASES), isOneOf(row, 'claimant', governed)]),
    ]),
  );
  return await own
    .orderBy(byUrgency(SQL_DUE_AT))
    .limit(MOST_PENDING + 1)
    .execute();
}

async function readVersions(db: Kysely<Database>, me: DepartmentId, { reviewed }: Supervised) {
  const own = db
    .selectFrom('ledgerResources')
    .selectAll()
    .where((row) =>
      row.or([
        row.and([row('status', '=', 'returned'), row('provider', '=', me)]),
        row.and([row('status', '=', 'submitted'), isOneOf(row, 'provider', reviewed)]),
      ]),
    );
  return await own
    .orderBy(byUrgency(SQL_DUE_AT))
    .limit(MOST_PENDING + 1)
    .execute();
}

/** PostgreSQL has no empty lists. */
function isOneOf<Table extends 'ledgerCases' | 'ledgerResources'>(
  row: ExpressionBuilder<Database, Table>,
  column: StringReference<Database, Table>,
  departments: readonly DepartmentId[],
) {
  return departments.length === 0
    ? sql<SqlBool>`1 = 0`
    : sql<SqlBool>`${row.ref(column)} in (${sql.join(departments)})`;
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
