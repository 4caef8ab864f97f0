import { enumName, REQUEST_KINDS } from '../../ledger/acts/chain-enums.ts';
import { reasonCodeFromBytes32 } from '../../ledger/documents/reason-code.ts';
import type { EventOf, LedgerEvent, StepName } from '../../ledger/events/ledger-event.ts';
import type { ACTS } from '../../ledger/acts/act-definitions.ts';
import { LedgerError } from '../../ledger/errors.ts';
import type { Bytes32 } from '../../ledger/ids.ts';
import type { LedgerStepTable, SubjectKind } from './schema.ts';

type StepEventName = (typeof ACTS)[StepName]['event'];

/** What one entry means for the thing that it is about. Null keeps the status, or the clock, as it is. */
export interface StepEffect extends Pick<
  LedgerStepTable,
  'kind' | 'subject' | 'department' | 'reasonCode' | 'documentHash'
> {
  readonly status: string | null;
  readonly dueAt: number | null;
}

/** Kind, and the status after the step; null keeps it. A clock that the step does not start ends, but for `keeps`. */
const STEPS: Readonly<Record<StepEventName, readonly [kind: SubjectKind, status: string | null, clock?: 'keeps']>> = {
  ResourcePublished: ['resource', 'published'],
  ResourceReturned: ['resource', 'returned'],
  UpdateRequired: ['resource', null, 'keeps'],
  UpdateExtended: ['resource', null, 'keeps'],
  ResourceFrozen: ['resource', null, 'keeps'],
  ResourceUnfrozen: ['resource', null, 'keeps'],
  ResourceRetired: ['resource', null, 'keeps'],
  SupplementAsked: ['request', 'supplementing'],
  RequestResubmitted: ['request', 'submitted'],
  AnswerExtended: ['request', null],
  RequestWithdrawn: ['request', 'withdrawn'],
  RequestReopened: ['request', 'submitted'],
  GrantDelivered: ['grant', 'delivered'],
  GrantActivated: ['grant', 'active'],
  GrantSuspended: ['grant', 'suspended'],
  SuspensionFollowedUp: ['grant', null],
  GrantResumed: ['grant', 'active'],
  GrantTerminated: ['grant', 'terminated'],
  GrantForfeited: ['grant', 'terminated'],
  GrantReleased: ['grant', 'released'],
  DisposalCertified: ['grant', 'disposal-certified'],
  GrantClosed: ['grant', 'closed'],
  CorrectionVerifying: ['case', 'verifying', 'keeps'],
  CorrectionMade: ['case', 'corrected', 'keeps'],
  CorrectionUpheld: ['case', 'upheld', 'keeps'],
  CorrectionFedBack: ['case', 'fed-back'],
  CorrectionClosed: ['case', 'closed'],
  CoordinationApplied: ['case', 'applied'],
  DisputeCoordinated: ['case', 'coordinating'],
  DisputeSettled: ['case', 'settled'],
  DisputeEscalated: ['case', 'escalated'],
  DisputeDecided: ['case', 'decided'],
  DisputeExecuted: ['case', 'executed'],
};

/** The effects of an entry: one for each thing that it is about, none for departments, keys, gateways and calendars. */
export function stepEffects(event: LedgerEvent): readonly StepEffect[] {
  return isStep(event) ? [stepEffect(event)] : otherEffects(event);
}

function otherEffects(event: LedgerEvent): readonly StepEffect[] {
  switch (event.name) {
    case 'ResourceSubmitted': {
      const { act, resourceId: subject, reviewDueAt: dueAt } = event;
      return [{ ...by(act.provider, act), kind: 'resource', subject, status: 'submitted', dueAt }];
    }
    case 'SourceDesignated': {
      const { act } = event;
      return [{ ...by(act.authority, act), kind: 'resource', subject: act.resourceId, status: null, dueAt: null }];
    }
    case 'ShareRequested': {
      const { act, requestId: subject, dueAt } = event;
      return [{ ...by(act.requester, act), kind: 'request', subject, status: 'submitted', dueAt }];
    }
    case 'GrantIssued':
      return issueEffects(event);
    case 'ShareRefused': {
      const { act } = event;
      return [{ ...by(act.provider, act), kind: 'request', subject: act.requestId, status: 'refused', dueAt: 0 }];
    }
    case 'GrantChanged':
      return changeEffects(event);
    case 'CorrectionFiled': {
      const { act, caseId: subject, dueAt } = event;
      return [{ ...by(act.requester, act), kind: 'case', subject, status: 'filed', dueAt }];
    }
    case 'DisputeOpened': {
      const { act, caseId: subject } = event;
      return [{ ...by(act.claimant, act), kind: 'case', subject, status: 'negotiating', dueAt: 0 }];
    }
    default:
      return [];
  }
}

function issueEffects({ act, grantId, dueAt }: EventOf<'GrantIssued'>): readonly StepEffect[] {
  const answer = by(act.provider, act);
  return [
    { ...answer, kind: 'request', subject: act.requestId, status: 'agreed', dueAt: 0 },
    { ...answer, kind: 'grant', subject: grantId, status: 'issued', dueAt },
  ];
}

function changeEffects({ act, grantId }: EventOf<'GrantChanged'>): readonly StepEffect[] {
  const change = { ...by(act.provider, act), kind: 'grant', dueAt: 0 } as const;
  return [
    { ...change, subject: act.grantId, status: 'changed' },
    { ...change, subject: grantId, status: 'active' },
  ];
}

type StepEvent = Extract<LedgerEvent, { readonly name: StepEventName }>;

function isStep(event: LedgerEvent): event is StepEvent {
  return Object.hasOwn(STEPS, event.name);
}

function stepEffect({ name, act, dueAt }: StepEvent): StepEffect {
  const [kind, status, clock] = STEPS[name];
  return { ...by(act.department, act), kind, subject: act.subject, status, dueAt: clock === 'keeps' ? null : dueAt };
}

interface Stated {
  readonly documentHash: Bytes32;
  readonly reasonCode?: Bytes32;
}

function by(department: string, { documentHash, reasonCode }: Stated) {
  return { department, documentHash, reasonCode: reasonCode === undefined ? null : readReason(reasonCode) };
}

/** As it is when it is no token: anybody may sign anything. */
function readReason(reasonCode: Bytes32): string {
  try {
    return reasonCodeFromBytes32(reasonCode);
  } catch (error) {
    if (error instanceof LedgerError) return reasonCode;
    throw error;
  }
}

export function requestKindName(kind: number): string {
  return enumName(REQUEST_KINDS, kind);
}
