import type { Transaction } from 'kysely';

import type { EventOf, LedgerEvent } from '../../ledger/events/ledger-event.ts';
import { GRANT_STATUSES } from '../../ledger/grant-table.ts';
import { CASE_STATUSES } from '../../ledger/projection/case-state.ts';
import { expiryDisposalDueAt, LIVE_STATUSES } from './grant-expiry.ts';
import { REQUEST_STATUSES, RESOURCE_VERSION_STATUSES } from './schema.ts';
import type { Database, SubjectKind } from './schema.ts';
import { storeFailed } from './store-failed.ts';
import { requestKindName, stepEffects, type StepEffect } from './step-effects.ts';

type Db = Transaction<Database>;

const TABLES = ['ledgerRequests', 'ledgerGrants', 'ledgerResources', 'ledgerCases', 'ledgerSteps'] as const;

/**
 * Told of every entry inside the transaction that writes it, while the index stands exactly behind that entry.
 * `isNew` is false for an entry that was in the index before.
 */
export type EntryListener = (db: Db, event: LedgerEvent, isNew: boolean) => Promise<void>;

/** An entry may come twice; it is counted once. */
export async function applyToIndex(db: Db, event: LedgerEvent, onEntry: EntryListener | null): Promise<void> {
  const isNew = !(await isKnown(db, event));
  if (isNew) await writeEntry(db, event);
  await onEntry?.(db, event, isNew);
}

/** What one event means for the lists: the row that it begins, the step, and where its subjects stand then. */
async function writeEntry(db: Db, event: LedgerEvent): Promise<void> {
  await beginRow(db, event);
  for (const effect of stepEffects(event)) await applyStep(db, event, effect);
  if (event.name === 'GrantSuspended') await noteSuspender(db, event);
  if (event.name === 'DisputeCoordinated') await noteCoordinator(db, event);
}

/** Empties the index. */
export async function clearTables(db: Db): Promise<void> {
  for (const table of TABLES) await db.deleteFrom(table).execute();
}

async function isKnown(db: Db, { contract, seq }: LedgerEvent): Promise<boolean> {
  const step = db.selectFrom('ledgerSteps').select('seq').where('contract', '=', contract).where('seq', '=', seq);
  return (await step.executeTakeFirst()) !== undefined;
}

async function beginRow(db: Db, event: LedgerEvent): Promise<void> {
  switch (event.name) {
    case 'ResourceSubmitted':
      await submitResource(db, event);
      break;
    case 'ShareRequested':
      await requestShare(db, event);
      break;
    case 'GrantIssued':
      await issueGrant(db, event);
      break;
    case 'GrantChanged':
      await changeGrant(db, event);
      break;
    case 'CorrectionFiled':
      await fileCorrection(db, event);
      break;
    case 'DisputeOpened':
      await openDispute(db, event);
      break;
    default:
      break; // Departments, keys and calendars are few: the projection lists them from memory.
  }
}

async function applyStep(db: Db, event: LedgerEvent, effect: StepEffect): Promise<void> {
  const { contract, seq, blockNumber, recordedAt, name } = event;
  const { kind, subject, department, reasonCode, documentHash } = effect;
  const before = (await readRow(db, kind, subject)) ?? { status: '', dueAt: 0 };
  const status = effect.status ?? before.status;
  // The clock of an update belongs to the resource, not to the version that waits for review.
  const isOwnClock = name === 'UpdateRequired' || name === 'UpdateExtended';
  const dueAt = isOwnClock ? event.dueAt : (effect.dueAt ?? before.dueAt);
  const dueBefore = (await unstatedDueBefore(db, name, subject)) ?? before.dueAt;
  const about = { kind, subject, department, reasonCode, documentHash };
  await db
    .insertInto('ledgerSteps')
    .values({
      ...{ contract, seq, blockNumber, recordedAt, event: name, ...about },
      ...{ status, dueBefore, dueAt },
    })
    .execute();
  if (!isOwnClock) await writeRow(db, effect, status, dueAt);
}

/** The deadline that a step met where the row of its subject does not have it; null where the row has it. */
async function unstatedDueBefore(db: Db, name: LedgerEvent['name'], subject: string): Promise<number | null> {
  if (name === 'ResourceSubmitted') return await updateDueOf(db, subject);
  return name === 'DisposalCertified' ? await expiryDisposalDueOf(db, subject) : null;
}

/** When the disposal was due behind a grant that nobody ended before its time was over; null for any other. */
async function expiryDisposalDueOf(db: Db, grantId: string): Promise<number | null> {
  const terms = db.selectFrom('ledgerGrants').select(['notAfter', 'disposalDays']).where('grantId', '=', grantId);
  const expired = await terms.where('status', 'in', LIVE_STATUSES).executeTakeFirst();
  return expired === undefined ? null : expiryDisposalDueAt(expired);
}

/** When the version that is being submitted was due; 0 if nobody asked for one. */
async function updateDueOf(db: Db, resourceId: string): Promise<number> {
  const steps = db.selectFrom('ledgerSteps').select(['event', 'dueAt']).where('subject', '=', resourceId);
  const clocks = steps.where('event', 'in', ['UpdateRequired', 'UpdateExtended', 'ResourceSubmitted']);
  const last = await clocks.orderBy('seq', 'desc').executeTakeFirst();
  return last === undefined || last.event === 'ResourceSubmitted' ? 0 : last.dueAt;
}

async function readRow(db: Db, kind: SubjectKind, subject: string) {
  switch (kind) {
    case 'resource': {
      const versions = db.selectFrom('ledgerResources').select(['status', 'dueAt']).where('resourceId', '=', subject);
      return await versions.orderBy('version', 'desc').executeTakeFirst();
    }
    case 'request':
      return await db
        .selectFrom('ledgerRequests')
        .select(['status', 'dueAt'])
        .where('requestId', '=', subject)
        .executeTakeFirst();
    case 'grant':
      return await db
        .selectFrom('ledgerGrants')
        .select(['status', 'dueAt'])
        .where('grantId', '=', subject)
        .executeTakeFirst();
    case 'case':
      return await db
        .selectFrom('ledgerCases')
        .select(['status', 'dueAt'])
        .where('caseId', '=', subject)
        .executeTakeFirst();
  }
}

async function writeRow(db: Db, effect: StepEffect, status: string, dueAt: number): Promise<void> {
  const { kind, subject, documentHash } = effect;
  switch (kind) {
    case 'resource': {
      const latest = db.selectFrom('ledgerResources').select('version').where('resourceId', '=', subject);
      const row = await latest.orderBy('version', 'desc').executeTakeFirst();
      const change = { status: oneOf(RESOURCE_VERSION_STATUSES, status), dueAt };
      const own = db.updateTable('ledgerResources').set(change).where('resourceId', '=', subject);
      if (row !== undefined) await own.where('version', '=', row.version).execute();
      break;
    }
    case 'request': {
      const answerHash = status === 'agreed' || status === 'refused' ? documentHash : null;
      const change = { status: oneOf(REQUEST_STATUSES, status), dueAt, answerHash };
      const own = db.updateTable('ledgerRequests').set(change);
      await own.where('requestId', '=', subject).execute();
      break;
    }
    case 'grant': {
      const reason = effect.status === null ? {} : { statusReason: effect.reasonCode };
      const change = { status: oneOf(GRANT_STATUSES, status), dueAt, ...reason };
      await db.updateTable('ledgerGrants').set(change).where('grantId', '=', subject).execute();
      break;
    }
    case 'case': {
      const change = { status: oneOf(CASE_STATUSES, status), dueAt };
      await db.updateTable('ledgerCases').set(change).where('caseId', '=', subject).execute();
      break;
    }
  }
}

function oneOf<Status extends string>(statuses: readonly Status[], status: string): Status {
  const found = statuses.find((each) => each === status);
  if (found === undefined) throw storeFailed('write the ledger index', `${status} is no status of this kind`);
  return found;
}

async function submitResource(db: Db, event: EventOf<'ResourceSubmitted'>): Promise<void> {
  const { act, resourceId, recordedAt, blockNumber } = event;
  const { version, provider, documentHash } = act;
  const row = { resourceId, version, provider, documentHash, recordedAt, blockNumber };
  await db
    .insertInto('ledgerResources')
    .values({ ...row, status: 'submitted', dueAt: 0 })
    // A version that was returned comes back with another entry.
    .onConflict((conflict) =>
      conflict.columns(['resourceId', 'version']).doUpdateSet({ documentHash, recordedAt, blockNumber }),
    )
    .execute();
}

async function requestShare(db: Db, event: EventOf<'ShareRequested'>): Promise<void> {
  const { act, requestId, recordedAt, blockNumber } = event;
  const { requester, resourceId, resourceVersion, documentHash } = act;
  const provider = await providerOf(db, resourceId);
  const kind = requestKindName(act.kind);
  const asked = { requestId, kind, requester, provider, resourceId, resourceVersion };
  await db
    .insertInto('ledgerRequests')
    .values({ ...asked, documentHash, recordedAt, blockNumber, status: 'submitted', dueAt: 0, answerHash: null })
    .execute();
}

async function issueGrant(db: Db, event: EventOf<'GrantIssued'>): Promise<void> {
  const { act, grantId, requester, resourceId, resourceVersion, recordedAt, blockNumber } = event;
  const { requestId, provider, notBefore, notAfter, disposalDays, documentHash } = act;
  const terms = { grantId, requestId, requester, provider, resourceId, resourceVersion, notBefore, notAfter };
  await db
    .insertInto('ledgerGrants')
    .values({
      ...{ ...terms, disposalDays, documentHash, recordedAt, blockNumber },
      ...{ status: 'issued', dueAt: 0, suspender: null, statusReason: null },
    })
    .execute();
}

async function changeGrant(db: Db, event: EventOf<'GrantChanged'>): Promise<void> {
  const { act, grantId, recordedAt, blockNumber } = event;
  const prior = await db.selectFrom('ledgerGrants').selectAll().where('grantId', '=', act.grantId).executeTakeFirst();
  if (prior === undefined) return;
  const { notBefore, notAfter, documentHash } = act;
  await db
    .insertInto('ledgerGrants')
    .values({ ...prior, grantId, notBefore, notAfter, documentHash, recordedAt, blockNumber })
    .execute();
}

async function fileCorrection(db: Db, event: EventOf<'CorrectionFiled'>): Promise<void> {
  const { act, caseId, recordedAt, blockNumber } = event;
  const { requester: claimant, resourceId: subject, documentHash } = act;
  const respondent = (await providerOf(db, subject)) ?? '';
  const sides = { claimant, respondent, coordinator: null, subject };
  await db
    .insertInto('ledgerCases')
    .values({ ...{ caseId, kind: 'correction', ...sides, documentHash, recordedAt, blockNumber }, ...FRESH_CASE })
    .execute();
}

async function openDispute(db: Db, event: EventOf<'DisputeOpened'>): Promise<void> {
  const { act, caseId, recordedAt, blockNumber } = event;
  const { claimant, respondent, subject, documentHash } = act;
  const sides = { claimant, respondent, coordinator: null, subject };
  await db
    .insertInto('ledgerCases')
    .values({ ...{ caseId, kind: 'dispute', ...sides, documentHash, recordedAt, blockNumber }, ...FRESH_CASE })
    .execute();
}

const FRESH_CASE = { status: 'filed', dueAt: 0 } as const;

async function noteSuspender(db: Db, { act }: EventOf<'GrantSuspended'>): Promise<void> {
  const own = db.updateTable('ledgerGrants').set({ suspender: act.department });
  await own.where('grantId', '=', act.subject).execute();
}

async function noteCoordinator(db: Db, { act }: EventOf<'DisputeCoordinated'>): Promise<void> {
  const own = db.updateTable('ledgerCases').set({ coordinator: act.department });
  await own.where('caseId', '=', act.subject).execute();
}

async function providerOf(db: Db, resourceId: string): Promise<string | null> {
  const query = db.selectFrom('ledgerResources').select('provider').where('resourceId', '=', resourceId);
  return (await query.executeTakeFirst())?.provider ?? null;
}
