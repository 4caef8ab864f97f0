import type { EventName, LedgerEvent } from '../../../ledger/events/ledger-event.ts';
import { reasonCodeToBytes32 } from '../../../ledger/documents/reason-code.ts';
import {
  parseCaseId,
  parseDepartmentId,
  parseRequestId,
  parseResourceId,
  type DepartmentId,
} from '../../../ledger/ids.ts';
import { makeGrantId, makeHash, PROVIDER, REQUESTER } from '../stores/store-factory.ts';

/** Departments beside the two sides. */
export const AUTHORITY: DepartmentId = parseDepartmentId('11990100MB00000L2J');
export const OTHER: DepartmentId = parseDepartmentId('11990100MB0000027F');
export const EXPIRED: DepartmentId = parseDepartmentId('11990100MB0000035A');

export const resourceId = parseResourceId(makeHash('resource'));
export const requestId = parseRequestId(makeHash('request'));
export const grantId = makeGrantId();
export const caseId = parseCaseId(makeHash('case'));

/** When the entry with this number was recorded. */
export const timeOf = (number: number): number => 1_800_000_000 + number;

/** Only what the index and the notices read of an event; the number is that of its block and of its entry. */
export function makeEntry(name: EventName, number: number, contents: object): LedgerEvent {
  const place = { contract: 'ShareLedger', seq: number, blockNumber: number, recordedAt: timeOf(number) };
  return { name, ...place, actHash: makeHash(`${name} ${String(number)}`), ...contents } as unknown as LedgerEvent;
}

export interface StepFacts {
  readonly department: DepartmentId;
  readonly subject: string;
  readonly reason?: string;
  readonly dueAt?: number;
}

export function makeStep(name: EventName, number: number, facts: StepFacts): LedgerEvent {
  const { department, subject, reason = 'AGREED', dueAt = 0 } = facts;
  const act = { department, subject, documentHash: makeHash(name), reasonCode: reasonCodeToBytes32(reason), dueAt };
  return makeEntry(name, number, { act, dueAt });
}

export const submitted = makeEntry('ResourceSubmitted', 1, {
  resourceId,
  reviewDueAt: 0,
  act: { version: 1, provider: PROVIDER, documentHash: makeHash('entry') },
});

export const published = makeStep('ResourcePublished', 2, { department: AUTHORITY, subject: resourceId });

export const requested = makeEntry('ShareRequested', 3, {
  requestId,
  dueAt: timeOf(100),
  act: { kind: 1, requester: REQUESTER, resourceId, resourceVersion: 1, documentHash: makeHash('request document') },
});

/** Answers a request, with a grant of its own. */
export function issue(number: number, requester: DepartmentId, name = 'grant', notAfter = timeOf(9_999)): LedgerEvent {
  return makeEntry('GrantIssued', number, {
    ...{ grantId: makeGrantId(name), requester, resourceId, resourceVersion: 1, dueAt: timeOf(200) },
    act: { requestId, provider: PROVIDER, notBefore: 10, notAfter, disposalDays: 30, documentHash: makeHash(name) },
  });
}

export const issued = issue(4, REQUESTER);

export function deliver(number: number, requester: DepartmentId, name = 'grant'): readonly LedgerEvent[] {
  const subject = makeGrantId(name);
  return [
    makeStep('GrantDelivered', number, { department: PROVIDER, subject }),
    makeStep('GrantActivated', number + 1, { department: requester, subject }),
  ];
}

export const filed = (number: number): LedgerEvent =>
  makeEntry('CorrectionFiled', number, {
    caseId,
    dueAt: timeOf(300),
    act: {
      ...{ requester: REQUESTER, resourceId, resourceVersion: 1, documentHash: makeHash('doubt') },
      reasonCode: reasonCodeToBytes32('WRONG_VALUE'),
    },
  });
