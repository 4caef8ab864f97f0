import { DISPUTE_SUBJECTS, type DisputeSubject, enumName } from '../acts/chain-enums.ts';
import { reasonCodeToBytes32 } from '../documents/reason-code.ts';
import type { EventOf } from '../events/ledger-event.ts';
import { type Bytes32, type CaseId, type DepartmentId, parseBytes32, parseCaseId, parseGrantId } from '../ids.ts';
import { parseRequestId, parseResourceId, type RequestId } from '../ids.ts';
import type { CalendarState } from './calendar-state.ts';
import type { CatalogState } from './catalog-state.ts';
import { assertLegal, illegal } from './illegal.ts';
import { assertInTime, type RegistryState } from './registry-state.ts';
import type { ShareState } from './share-state.ts';
import { assertDocument, assertReason, assertStep } from './steps.ts';

export const CASE_STATUSES = [
  'filed',
  'verifying',
  'corrected',
  'upheld',
  'fed-back',
  'closed',
  'negotiating',
  'applied',
  'coordinating',
  'settled',
  'escalated',
  'decided',
  'executed',
] as const;
export type CaseStatus = (typeof CASE_STATUSES)[number];

/** A correction (`subjectKind` null) or a dispute. `dueAt`: Unix seconds, 0 for a dispute. */
export interface CaseState {
  readonly id: CaseId;
  readonly status: CaseStatus;
  readonly subjectKind: DisputeSubject | null;
  readonly subject: Bytes32;
  readonly claimant: DepartmentId;
  readonly respondent: DepartmentId;
  readonly coordinator: DepartmentId | null;
  readonly dueAt: number;
}

type CaseStep = { readonly [Name in StepEvent]: EventOf<Name> }[StepEvent];
type StepEvent =
  | 'CorrectionVerifying'
  | 'CorrectionMade'
  | 'CorrectionUpheld'
  | 'CorrectionFedBack'
  | 'CorrectionClosed'
  | 'CoordinationApplied'
  | 'DisputeCoordinated'
  | 'DisputeSettled'
  | 'DisputeEscalated'
  | 'DisputeDecided'
  | 'DisputeExecuted';
type Party = 'claimant' | 'respondent' | 'side' | 'authority' | 'coordinator' | 'government';

/** From which statuses, by whom, to which status. */
const STEPS: Readonly<Record<StepEvent, readonly [from: readonly CaseStatus[], by: Party, to: CaseStatus]>> = {
  CorrectionVerifying: [['filed'], 'respondent', 'verifying'],
  CorrectionMade: [['verifying'], 'respondent', 'corrected'],
  CorrectionUpheld: [['verifying'], 'respondent', 'upheld'],
  CorrectionFedBack: [['corrected', 'upheld'], 'respondent', 'fed-back'],
  CorrectionClosed: [['fed-back'], 'claimant', 'closed'],
  CoordinationApplied: [['negotiating'], 'side', 'applied'],
  DisputeCoordinated: [['applied'], 'authority', 'coordinating'],
  DisputeSettled: [['coordinating'], 'coordinator', 'settled'],
  DisputeEscalated: [['coordinating'], 'side', 'escalated'],
  DisputeDecided: [['escalated'], 'government', 'decided'],
  DisputeExecuted: [['settled', 'decided'], 'side', 'executed'],
};

const CORRECTION_DAYS = 10;
const REOPEN = reasonCodeToBytes32('REOPEN');
const UNANSWERED: readonly CaseStatus[] = ['filed', 'verifying', 'corrected', 'upheld'];

interface Parts {
  readonly registry: RegistryState;
  readonly calendar: CalendarState;
  readonly catalog: CatalogState;
  readonly shares: () => ShareState;
}

/** The state of `CaseBook`, with its rules. */
export class CasesState {
  readonly all = new Map<CaseId, CaseState>();
  readonly #reopenings = new Map<RequestId, CaseId>();
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** The last dispute that was settled or decided so that a request opens again. */
  reopeningOf(requestId: RequestId): CaseId | null {
    return this.#reopenings.get(requestId) ?? null;
  }

  fileCorrection({ caseId, act, dueAt, recordedAt }: EventOf<'CorrectionFiled'>): void {
    assertInTime(act.expiresAt, recordedAt);
    assertReason(act.reasonCode);
    assertDocument(act.documentHash, act.hashAlgorithm);
    this.#parts.registry.requireActive(act.requester, ['department', 'authority']);
    const resource = this.#parts.catalog.resources.get(act.resourceId);
    if (resource === undefined) throw illegal('RESOURCE_UNKNOWN', { resourceId: act.resourceId });
    assertLegal(act.resourceVersion <= resource.publishedVersion, 'RESOURCE_NOT_PUBLISHED', { caseId });
    assertLegal(act.requester !== resource.provider, 'OWN_RESOURCE', { caseId });
    this.#parts.calendar.assertDue(dueAt, recordedAt, CORRECTION_DAYS);
    const sides = { claimant: act.requester, respondent: resource.provider, coordinator: null };
    this.#add({ id: caseId, status: 'filed', subjectKind: null, subject: parseBytes32(resource.id), ...sides, dueAt });
  }

  openDispute({ caseId, act, recordedAt }: EventOf<'DisputeOpened'>): void {
    assertInTime(act.expiresAt, recordedAt);
    assertReason(act.reasonCode);
    assertDocument(act.documentHash, act.hashAlgorithm);
    const { claimant, respondent, subject } = act;
    const { kind, status } = this.#parts.registry.departments.get(claimant) ?? { kind: null, status: null };
    assertLegal(status === 'active', 'DEPARTMENT_NOT_ACTIVE', { department: claimant });
    const subjectKind = enumName(DISPUTE_SUBJECTS, act.subjectKind);
    const mayChallenge = subjectKind !== 'resource' || kind === 'department' || kind === 'authority';
    assertLegal(mayChallenge && this.#isDisputable(subjectKind, act, recordedAt), 'DISPUTE', { caseId });
    this.#add({
      id: caseId,
      status: 'negotiating',
      subjectKind,
      subject,
      claimant,
      respondent,
      coordinator: null,
      dueAt: 0,
    });
  }

  step(event: CaseStep): void {
    assertStep(this.#parts.registry, event);
    const { act } = event;
    const entry = this.all.get(act.subject);
    if (entry === undefined) throw illegal('CASE_UNKNOWN', { caseId: act.subject });
    const [from, by, to] = STEPS[event.name];
    const isOpen = from.includes(entry.status) || (event.name === 'DisputeEscalated' && this.#isWithAuthority(entry));
    assertLegal(isOpen, 'CASE_STATUS', { caseId: entry.id, status: entry.status });
    assertLegal(this.#isParty(by, entry, act.department), 'NOT_ENTITLED', { caseId: entry.id });
    // Nobody could decide it, and it could not be settled any more.
    assertLegal(to !== 'escalated' || this.#commonGovernment(entry) !== null, 'NO_GOVERNMENT', { caseId: entry.id });
    const coordinator = to === 'coordinating' ? act.department : entry.coordinator;
    this.all.set(entry.id, { ...entry, status: to, coordinator });
    const reopens = (to === 'settled' || to === 'decided') && act.reasonCode === REOPEN;
    if (reopens && this.#isAboutRefusal(entry)) this.#reopenings.set(parseRequestId(entry.subject), entry.id);
  }

  #add(entry: CaseState): void {
    assertLegal(!this.all.has(entry.id), 'CASE_KNOWN', { caseId: entry.id });
    this.all.set(entry.id, entry);
  }

  #isParty(party: Party, entry: CaseState, department: DepartmentId): boolean {
    switch (party) {
      case 'claimant':
      case 'respondent':
      case 'coordinator':
        return department === entry[party];
      case 'side':
        return department === entry.claimant || department === entry.respondent;
      case 'authority':
        return !this.#isParty('side', entry, department) && this.#mayCoordinate(entry, department);
      case 'government':
        return department === this.#commonGovernment(entry);
    }
  }

  /** An authority of the lowest government above both; where neither has one, any without a government. */
  #mayCoordinate(entry: CaseState, department: DepartmentId): boolean {
    const { registry } = this.#parts;
    const { claimant, respondent } = entry;
    const common = this.#commonGovernment(entry);
    const isCommon = common !== null || registry.governmentOf(claimant) === registry.governmentOf(respondent);
    const isAuthority = registry.departments.get(department)?.kind === 'authority';
    return isAuthority && isCommon && registry.governmentOf(department) === common;
  }

  #commonGovernment({ claimant, respondent }: CaseState): DepartmentId | null {
    return this.#parts.registry.commonGovernmentOf(claimant, respondent);
  }

  /** One of the sides would coordinate its own dispute, so it goes to the government at once. */
  #isWithAuthority(entry: CaseState): boolean {
    const sides = [entry.claimant, entry.respondent];
    return entry.status === 'applied' && sides.some((side) => this.#mayCoordinate(entry, side));
  }

  /** Only a refusal that is there: one that comes later is another matter. */
  #isAboutRefusal({ subjectKind, subject }: CaseState): boolean {
    if (subjectKind !== 'request') return false;
    return this.#parts.shares().requests.all.get(parseRequestId(subject))?.status === 'refused';
  }

  #isDisputable(kind: DisputeSubject, act: EventOf<'DisputeOpened'>['act'], now: number): boolean {
    const { claimant, respondent, subject } = act;
    switch (kind) {
      case 'request': {
        const request = this.#parts.shares().requests.all.get(parseRequestId(subject));
        const isOpen = request?.status === 'refused' || (request?.status === 'submitted' && now >= request.dueAt);
        return isOpen && claimant === request.requester && respondent === this.#providerOf(request.resourceId);
      }
      case 'grant': {
        const grant = this.#parts.shares().grants.get(parseGrantId(subject));
        const sides = grant === null ? [] : [grant.requester, this.#providerOf(grant.resourceId)];
        return claimant !== respondent && sides.includes(claimant) && sides.includes(respondent);
      }
      case 'correction': {
        const entry = this.all.get(parseCaseId(subject));
        if (entry?.subjectKind !== null) return false;
        const isOverdue = UNANSWERED.includes(entry.status) && now >= entry.dueAt;
        const isOpen = entry.status === 'fed-back' || isOverdue;
        return isOpen && claimant === entry.claimant && respondent === entry.respondent;
      }
      case 'resource': {
        const resource = this.#parts.catalog.resources.get(parseResourceId(subject));
        const isPublished = resource !== undefined && resource.publishedVersion !== 0;
        return isPublished && claimant !== respondent && respondent === resource.provider;
      }
    }
  }

  #providerOf(resourceId: Parameters<CatalogState['resources']['get']>[0]): DepartmentId | null {
    return this.#parts.catalog.resources.get(resourceId)?.provider ?? null;
  }
}
