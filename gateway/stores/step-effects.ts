import { enumName, REQUEST_KINDS } from '../../ledger/acts/chain-enums.ts';
import { reasonCodeFromBytes32 } from '../../ledger/documents/reason-code.ts';
import type { LedgerEvent, StepName } from '../../ledger/events/ledger-event.ts';
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
const STEPS: {
  readonly [Name in StepEventName]: readonly [kind: SubjectKind, status: string | null, clock?: 'keeps'];
} = {
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

/** The effects of an entry: one for each thing that it is about, none for departments, keys and calendars. */
export function stepEffects(event: LedgerEvent): readonly StepEffect[] {
  switch (event.name) {
    case 'ResourceSubmitted': {
      const { act, resourceId: subject, reviewDueAt } = event;
      return [
        { ...begun(act), kind: 'resource', subject, department: act.provider, status: 'submitted', dueAt: reviewDueAt },
      ];
    }
    case 'SourceDesignated': {
      const { act } = event;
      const by = { ...begun(act), department: act.authority };
      return [{ ...by, kind: 'resource', subject: act.resourceId, status: null, dueAt: null }];
    }
    case 'ShareRequested': {
      const { act, requestId: subject, dueAt } = event;
      return [{ ...begun(act), kind: 'request', subject, department: act.requester, status: 'submitted', dueAt }];
    }
    case 'GrantIssued': {
      const { act, grantId: subject, dueAt } = event;
      const by = { ...begun(act), department: act.provider };
      const answered = { ...by, kind: 'request', subject: act.requestId, status: 'agreed', dueAt: 0 } as const;
      return [answered, { ...by, kind: 'grant', subject, status: 'issued', dueAt }];
    }
    case 'ShareRefused': {
      const { act } = event;
      const by = { documentHash: act.documentHash, reasonCode: readReason(act.reasonCode), department: act.provider };
      return [{ ...by, kind: 'request', subject: act.requestId, status: 'refused', dueAt: 0 }];
    }
    case 'GrantChanged': {
      const { act, grantId } = event;
      const by = { ...begun(act), department: act.provider, kind: 'grant', dueAt: 0 } as const;
      return [
        { ...by, subject: act.grantId, status: 'changed' },
        { ...by, subject: grantId, status: 'active' },
      ];
    }
    case 'CorrectionFiled': {
      const { act, caseId: subject, dueAt } = event;
      const by = { documentHash: act.documentHash, reasonCode: readReason(act.reasonCode), department: act.requester };
      return [{ ...by, kind: 'case', subject, status: 'filed', dueAt }];
    }
    case 'DisputeOpened': {
      const { act, caseId: subject } = event;
      const by = { documentHash: act.documentHash, reasonCode: readReason(act.reasonCode), department: act.claimant };
      return [{ ...by, kind: 'case', subject, status: 'negotiating', dueAt: 0 }];
    }
    default:
      return isStep(event) ? [stepEffect(event)] : [];
  }
}

type StepEvent = Extract<LedgerEvent, { readonly name: StepEventName }>;

function isStep(event: LedgerEvent): event is StepEvent {
  return Object.hasOwn(STEPS, event.name);
}

function stepEffect({ name, act, dueAt }: StepEvent): StepEffect {
  const [kind, status, clock] = STEPS[name];
  const { department, subject, documentHash } = act;
  const due = clock === 'keeps' ? null : dueAt;
  return { kind, subject, department, reasonCode: readReason(act.reasonCode), documentHash, status, dueAt: due };
}

function begun({ documentHash }: { readonly documentHash: Bytes32 }) {
  return { documentHash, reasonCode: null };
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
