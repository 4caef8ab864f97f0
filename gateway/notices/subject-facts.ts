import type { Kysely } from 'kysely';

import type { Database, SubjectKind } from '../stores/schema.ts';

/** Where a thing stands in the index, as notices need it. */
export interface SubjectFacts {
  readonly provider: string | null;
  readonly requester: string | null;
  readonly coordinator: string | null;
  readonly suspender: string | null;
  readonly status: string;
  /** Unix seconds; 0: nothing is awaited. */
  readonly dueAt: number;
  readonly resourceId: string | null;
  /** Null for a case, whose row does not say it. */
  readonly resourceVersion: number | null;
}

/** Null when it is not in the index. Of a case, the claimant stands as requester and the respondent as provider. */
export async function readSubject(
  db: Kysely<Database>,
  kind: SubjectKind,
  subject: string,
): Promise<SubjectFacts | null> {
  switch (kind) {
    case 'request':
      return await readRequest(db, subject);
    case 'grant':
      return await readGrant(db, subject);
    case 'case':
      return await readCase(db, subject);
    case 'resource':
      return await readResource(db, subject);
  }
}

/** The departments that are told of what happens to it. */
export function sidesOf({ provider, requester, coordinator }: SubjectFacts): readonly string[] {
  return [requester, provider, coordinator].filter((side) => side !== null);
}

/** The members of a notice that name the resource, where there is one. */
export function resourceOf({ resourceId, resourceVersion }: Pick<SubjectFacts, 'resourceId' | 'resourceVersion'>) {
  return {
    ...(resourceId === null ? {} : { resourceId }),
    ...(resourceVersion === null ? {} : { resourceVersion }),
  };
}

async function readRequest(db: Kysely<Database>, requestId: string): Promise<SubjectFacts | null> {
  const query = db.selectFrom('ledgerRequests').selectAll().where('requestId', '=', requestId);
  const row = await query.executeTakeFirst();
  if (row === undefined) return null;
  const { provider, requester, status, dueAt, resourceId, resourceVersion } = row;
  return { provider, requester, coordinator: null, suspender: null, status, dueAt, resourceId, resourceVersion };
}

async function readGrant(db: Kysely<Database>, grantId: string): Promise<SubjectFacts | null> {
  const row = await db.selectFrom('ledgerGrants').selectAll().where('grantId', '=', grantId).executeTakeFirst();
  if (row === undefined) return null;
  const { provider, requester, suspender, status, dueAt, resourceId, resourceVersion } = row;
  return { provider, requester, coordinator: null, suspender, status, dueAt, resourceId, resourceVersion };
}

async function readCase(db: Kysely<Database>, caseId: string): Promise<SubjectFacts | null> {
  const row = await db.selectFrom('ledgerCases').selectAll().where('caseId', '=', caseId).executeTakeFirst();
  if (row === undefined) return null;
  const { respondent: provider, claimant: requester, coordinator, status, dueAt, subject } = row;
  const resourceId = row.kind === 'correction' ? subject : null;
  return { provider, requester, coordinator, suspender: null, status, dueAt, resourceId, resourceVersion: null };
}

async function readResource(db: Kysely<Database>, resourceId: string): Promise<SubjectFacts | null> {
  const versions = db.selectFrom('ledgerResources').selectAll().where('resourceId', '=', resourceId);
  const row = await versions.orderBy('version', 'desc').executeTakeFirst();
  if (row === undefined) return null;
  const { provider, status, dueAt, version: resourceVersion } = row;
  const nobody = { requester: null, coordinator: null, suspender: null };
  return { provider, ...nobody, status, dueAt, resourceId, resourceVersion };
}
