import { enumName, REQUEST_KINDS, type RequestKind } from '../acts/chain-enums.ts';
import { reasonCodeToBytes32 } from '../documents/reason-code.ts';
import type { EventOf } from '../events/ledger-event.ts';
import type { GrantTable } from '../grant-table.ts';
import { EMPTY_HEAD } from '../history.ts';
import { type CaseId, type DepartmentId, parseGrantId, type RequestId, type ResourceId } from '../ids.ts';
import type { CalendarState } from './calendar-state.ts';
import type { CatalogState, ResourceState, ResourceVersionState } from './catalog-state.ts';
import { assertLegal, illegal } from './illegal.ts';
import { assertInTime, type RegistryState } from './registry-state.ts';
import { assertDocument, assertJointStep, assertStep } from './steps.ts';

/** A request that is not agreed to; times in Unix seconds, `fields` a bitmap. */
export interface RequestState {
  readonly id: RequestId;
  readonly status: 'submitted' | 'supplementing' | 'refused';
  readonly kind: RequestKind;
  readonly requester: DepartmentId;
  readonly resourceId: ResourceId;
  readonly resourceVersion: number;
  readonly fields: bigint;
  readonly regionPrefix: string | null;
  readonly notBefore: number;
  readonly notAfter: number;
  readonly supplementAsked: boolean;
  /** First second in which an answer is late, and the latest to which that can be extended. */
  readonly dueAt: number;
  readonly extendableTo: number;
  readonly reopenedBy: CaseId | null;
}

/** What was settled or decided about a refusal; kept by the case book. */
export type Reopenings = (requestId: RequestId) => CaseId | null;

const UNCONDITIONAL_DAYS = 1;
const CONDITIONAL_DAYS = 10;
const EXTENSION_DAYS = 10;
const FORBIDDEN_BY_LAW = reasonCodeToBytes32('FORBIDDEN_BY_LAW');
const CONDITION_NOT_MET = reasonCodeToBytes32('CONDITION_NOT_MET');
const NO_GRANT = parseGrantId(EMPTY_HEAD);

interface Parts {
  readonly registry: RegistryState;
  readonly calendar: CalendarState;
  readonly catalog: CatalogState;
  readonly grants: GrantTable;
  readonly reopenings: Reopenings;
}

/** The requests of `ShareLedger`, with their rules. Those agreed to or withdrawn are forgotten: nothing names them. */
export class RequestsState {
  readonly all = new Map<RequestId, RequestState>();
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  submit({ requestId, act, dueAt, recordedAt }: EventOf<'ShareRequested'>): void {
    assertInTime(act.expiresAt, recordedAt);
    this.#parts.registry.requireActive(act.requester, ['department', 'authority']);
    const resource = this.resource(act.resourceId);
    assertLegal(act.resourceVersion === resource.publishedVersion, 'RESOURCE_NOT_PUBLISHED', { requestId });
    assertLegal(act.requester !== resource.provider, 'OWN_RESOURCE', { requestId });
    const version = this.sharedVersion(resource);
    assertFields(act.fields, (1n << BigInt(version.fieldCount)) - 1n);
    assertWindow(act, recordedAt);
    assertDocument(act.documentHash, act.hashAlgorithm);
    assertLegal(!this.all.has(requestId), 'REQUEST_KNOWN', { requestId });
    const { requester, resourceId, resourceVersion, fields, regionPrefix, notBefore, notAfter } = act;
    const asked = { requester, resourceId, resourceVersion, fields, regionPrefix, notBefore, notAfter };
    const kind = enumName(REQUEST_KINDS, act.kind);
    this.#assertKind(kind, resource, act);
    const fresh = { id: requestId, kind, supplementAsked: false, reopenedBy: null };
    this.#startClock({ ...asked, ...fresh }, dueAt, recordedAt);
  }

  askSupplement(event: EventOf<'SupplementAsked'>): void {
    assertStep(this.#parts.registry, event);
    const request = this.open(event.act.subject, event.act.department);
    assertLegal(!request.supplementAsked && event.recordedAt < request.dueAt, 'SUPPLEMENT_NOT_OPEN');
    this.all.set(request.id, { ...request, status: 'supplementing', supplementAsked: true });
  }

  supplement(event: EventOf<'RequestResubmitted'>): void {
    assertStep(this.#parts.registry, event, { deadline: 'starts' });
    const request = this.#own(event.act.subject, event.act.department);
    assertLegal(request.status === 'supplementing', 'REQUEST_STATUS', { requestId: request.id });
    this.#startClock(request, event.dueAt, event.recordedAt);
  }

  extend(event: EventOf<'AnswerExtended'>): void {
    assertJointStep(this.#parts.registry, event, { deadline: 'given' });
    const { act, dueAt, recordedAt } = event;
    const request = this.open(act.subject, act.department);
    const isLater = recordedAt < request.dueAt && dueAt > request.dueAt;
    assertLegal(isLater && dueAt === act.dueAt && dueAt <= request.extendableTo, 'DUE', { dueAt });
    this.all.set(request.id, { ...request, dueAt });
  }

  withdraw(event: EventOf<'RequestWithdrawn'>): void {
    assertStep(this.#parts.registry, event);
    const request = this.#own(event.act.subject, event.act.department);
    assertLegal(request.status !== 'refused', 'REQUEST_STATUS', { requestId: request.id });
    this.all.delete(request.id);
  }

  refuse({ act, recordedAt }: EventOf<'ShareRefused'>): void {
    assertInTime(act.expiresAt, recordedAt);
    this.#parts.registry.requireActive(act.provider, ['department', 'authority']);
    const request = this.open(act.requestId, act.provider);
    const published = this.#parts.catalog.versionOf(request.resourceId, request.resourceVersion)?.conditionsHash;
    const isByCondition =
      act.reasonCode === CONDITION_NOT_MET && request.kind !== 'reflow' && act.groundsHash === published;
    const isGrounded = act.groundsHash !== EMPTY_HEAD && (act.reasonCode === FORBIDDEN_BY_LAW || isByCondition);
    assertLegal(isGrounded, 'GROUNDS', { requestId: request.id });
    assertDocument(act.documentHash, act.hashAlgorithm);
    this.all.set(request.id, { ...request, status: 'refused' });
  }

  reopen(event: EventOf<'RequestReopened'>): void {
    assertStep(this.#parts.registry, event, { deadline: 'starts' });
    const request = this.#own(event.act.subject, event.act.department);
    assertLegal(request.status === 'refused', 'REQUEST_STATUS', { requestId: request.id });
    const reopenedBy = this.#parts.reopenings(request.id);
    assertLegal(reopenedBy !== null && reopenedBy !== request.reopenedBy, 'NOT_REOPENED', { requestId: request.id });
    this.#startClock({ ...request, reopenedBy }, event.dueAt, event.recordedAt);
  }

  /** The request, still unanswered, if `provider` is the one to answer it. */
  open(requestId: RequestId, provider: DepartmentId): RequestState {
    const request = this.all.get(requestId);
    if (request?.status !== 'submitted') throw illegal('REQUEST_NOT_OPEN', { requestId });
    assertLegal(this.resource(request.resourceId).provider === provider, 'NOT_PROVIDER', { requestId });
    return request;
  }

  resource(resourceId: ResourceId): ResourceState {
    const resource = this.#parts.catalog.resources.get(resourceId);
    if (resource === undefined) throw illegal('RESOURCE_UNKNOWN', { resourceId });
    return resource;
  }

  /** The last published version, which must not be one that is never shared (不予共享), and which nothing restrains. */
  sharedVersion(resource: ResourceState): ResourceVersionState {
    const version = this.#parts.catalog.versionOf(resource.id, resource.publishedVersion);
    if (version === null || resource.restraint !== 'none') {
      throw illegal('RESOURCE_NOT_PUBLISHED', { resourceId: resource.id });
    }
    assertLegal(version.shareClass !== 'denied', 'RESOURCE_DENIED', { resourceId: resource.id });
    return version;
  }

  #assertKind(kind: RequestKind, resource: ResourceState, act: EventOf<'ShareRequested'>['act']): void {
    const { requester, priorGrantId, resourceId } = act;
    if (kind === 'new' || kind === 'reflow') {
      assertLegal(priorGrantId === NO_GRANT, 'PRIOR_GRANT', { priorGrantId });
    } else {
      const prior = this.#parts.grants.get(priorGrantId);
      const isOwn = prior?.requester === requester && prior.resourceId === resourceId;
      assertLegal(isOwn, 'PRIOR_GRANT', { priorGrantId });
    }
    if (kind === 'reflow') assertLegal(this.#isReflow(resource, act), 'REFLOW', { resourceId });
  }

  /** Down the tree, and only the rows of the requester's own region. */
  #isReflow({ provider }: ResourceState, { requester, regionPrefix }: EventOf<'ShareRequested'>['act']): boolean {
    const { registry } = this.#parts;
    const above = registry.governmentOf(provider);
    const isAbove =
      above !== null &&
      above !== registry.governmentOf(requester) &&
      above === registry.commonGovernmentOf(provider, requester);
    const region = registry.departments.get(requester)?.region ?? '';
    // A pair of zeros at the end stands for the whole of a level (GB/T 2260).
    return isAbove && (regionPrefix ?? '').startsWith(region.replace(/(?:00){1,2}$/, ''));
  }

  #own(requestId: RequestId, requester: DepartmentId): RequestState {
    const request = this.all.get(requestId);
    if (request === undefined) throw illegal('REQUEST_UNKNOWN', { requestId });
    assertLegal(request.requester === requester, 'NOT_OWN_REQUEST', { requestId });
    return request;
  }

  #startClock(
    request: Omit<RequestState, 'status' | 'dueAt' | 'extendableTo'>,
    dueAt: number,
    recordedAt: number,
  ): void {
    const { calendar, catalog } = this.#parts;
    const version = catalog.versionOf(request.resourceId, request.resourceVersion);
    const days = version?.shareClass === 'unconditional' ? UNCONDITIONAL_DAYS : CONDITIONAL_DAYS;
    calendar.assertDue(dueAt, recordedAt, days);
    const extendableTo = calendar.after(dueAt - 1, EXTENSION_DAYS);
    this.all.set(request.id, { ...request, status: 'submitted', dueAt, extendableTo });
  }
}

export function assertFields(fields: bigint, allowed: bigint): void {
  assertLegal(fields !== 0n && (fields & ~allowed) === 0n, 'FIELDS');
}

/** Times at the end of the number range were lowered to one value (see chain-form.ts), hence not strictly less. */
export function assertWindow(
  window: { readonly notBefore: number; readonly notAfter: number },
  recordedAt: number,
): void {
  assertLegal(window.notBefore <= window.notAfter && recordedAt < window.notAfter, 'WINDOW');
}
