import type { DocumentKind } from '../../ledger/documents/parse-document.ts';
import type { Statement } from '../../ledger/documents/statement.ts';
import type { EventName } from '../ledger/events.ts';

/** The kind of document that an entry's act commits to. An announcement names the entry that is there already. */
export const EVENT_DOCUMENTS: Readonly<Partial<Record<EventName, DocumentKind>>> = {
  ResourceSubmitted: 'CatalogEntry',
  ResourceReturned: 'EntryReturn',
  SourceDesignated: 'SourceDesignation',
  ShareRequested: 'ShareRequest',
  SupplementAsked: 'SupplementNotice',
  RequestResubmitted: 'RequestSupplement',
  AnswerExtended: 'ExtensionConsent',
  ShareRefused: 'ShareRefusal',
  GrantIssued: 'ShareAuthorization',
  GrantChanged: 'ShareAuthorization',
  GrantSuspended: 'GrantSuspension',
  GrantTerminated: 'GrantTermination',
  DisposalCertified: 'DisposalCertificate',
  CorrectionFiled: 'CorrectionFiling',
  DisputeOpened: 'DisputeOpening',
};

/** A statement says for which act it is, so that the one for another cannot serve. */
export const STATEMENT_EVENTS: Readonly<Record<Statement['act'], EventName>> = {
  withdrawRequest: 'RequestWithdrawn',
  reopenRequest: 'RequestReopened',
  deliver: 'GrantDelivered',
  acknowledge: 'GrantActivated',
  followUpSuspension: 'SuspensionFollowedUp',
  resume: 'GrantResumed',
  forfeit: 'GrantForfeited',
  release: 'GrantReleased',
  acceptDisposal: 'GrantClosed',
  requireUpdate: 'UpdateRequired',
  extendUpdate: 'UpdateExtended',
  freezeResource: 'ResourceFrozen',
  unfreezeResource: 'ResourceUnfrozen',
  retireResource: 'ResourceRetired',
  verifyCorrection: 'CorrectionVerifying',
  correct: 'CorrectionMade',
  uphold: 'CorrectionUpheld',
  feedBackCorrection: 'CorrectionFedBack',
  closeCorrection: 'CorrectionClosed',
  applyForCoordination: 'CoordinationApplied',
  coordinate: 'DisputeCoordinated',
  settleDispute: 'DisputeSettled',
  escalateDispute: 'DisputeEscalated',
  decideDispute: 'DisputeDecided',
  executeDispute: 'DisputeExecuted',
};

/** The kind of document behind an event; null for none. */
export function documentOf(event: EventName): DocumentKind | null {
  return EVENT_DOCUMENTS[event] ?? (Object.values(STATEMENT_EVENTS).includes(event) ? 'Statement' : null);
}
