import { reasonCodeToBytes32 } from '../documents/reason-code.ts';
import type { EventOf } from '../events/ledger-event.ts';
import { type GrantState, type GrantStatus, GrantTable } from '../grant-table.ts';
import { EMPTY_HEAD } from '../history.ts';
import type { DepartmentId, GrantId, ResourceId } from '../ids.ts';
import type { CalendarState } from './calendar-state.ts';
import type { CatalogState } from './catalog-state.ts';
import { assertLegal, illegal } from './illegal.ts';
import { assertInTime, type RegistryState } from './registry-state.ts';
import { assertFields, assertWindow, type Reopenings, RequestsState } from './request-state.ts';
import { assertConsent, assertDocument, assertJointStep, assertStep } from './steps.ts';

/** What a suspended grant waits for: rectification until `dueAt`, or a follow-up before it (Unix seconds). */
interface Suspension {
  readonly suspender: DepartmentId;
  readonly isMisuse: boolean;
  readonly followedUp: boolean;
  readonly dueAt: number;
}

type Ending = Pick<EventOf<'GrantTerminated'>, 'dueAt' | 'recordedAt'>;

interface OpenGrants {
  readonly open: number;
  readonly latestEnd: number;
}

const DELIVERY_DAYS = 20;
const DAY_SECONDS = 86_400;
/** Ten days, not working days: what ends a right must not wait for the calendar of next year. */
const FOLLOW_UP_SECONDS = 10 * DAY_SECONDS;
const MOST_RECTIFICATION_SECONDS = 366 * DAY_SECONDS;
const MOST_DISPOSAL_DAYS = 366;
const MISUSE = reasonCodeToBytes32('MISUSE');
const SECURITY = reasonCodeToBytes32('SECURITY');
const RECTIFICATION_INSUFFICIENT = reasonCodeToBytes32('RECTIFICATION_INSUFFICIENT');
const LIVE: readonly GrantStatus[] = ['issued', 'delivered', 'active', 'suspended'];
const RELEASABLE: readonly GrantStatus[] = ['issued', 'delivered', 'active'];
const ENDED: readonly GrantStatus[] = ['terminated', 'released'];

/** The state of `ShareLedger`, with its rules: requests, and grants from the answer to the disposal. */
export class ShareState {
  readonly grants = new GrantTable();
  readonly requests: RequestsState;
  readonly #suspensions = new Map<GrantId, Suspension>();
  readonly #open = new Map<ResourceId, OpenGrants>();
  readonly #registry: RegistryState;
  readonly #calendar: CalendarState;
  readonly #catalog: CatalogState;

  constructor(registry: RegistryState, calendar: CalendarState, catalog: CatalogState, reopenings: Reopenings) {
    this.#registry = registry;
    this.#calendar = calendar;
    this.#catalog = catalog;
    this.requests = new RequestsState({ registry, calendar, catalog, grants: this.grants, reopenings });
  }

  agree({ grantId, requester, resourceId, resourceVersion, act, dueAt, recordedAt }: EventOf<'GrantIssued'>): void {
    assertInTime(act.expiresAt, recordedAt);
    this.#registry.requireActive(act.provider, ['department', 'authority']);
    const request = this.requests.open(act.requestId, act.provider);
    const isSame =
      requester === request.requester &&
      resourceId === request.resourceId &&
      resourceVersion === request.resourceVersion;
    assertLegal(isSame, 'NOT_THE_REQUEST', { grantId });
    this.#assertGrantable(requester, resourceId);
    assertFields(act.fields, request.fields);
    assertLegal((act.regionPrefix ?? '').startsWith(request.regionPrefix ?? ''), 'REGION', { grantId });
    assertLegal(act.notBefore >= request.notBefore && act.notAfter <= request.notAfter, 'WINDOW', { grantId });
    assertWindow(act, recordedAt);
    const published = this.#catalog.versionOf(resourceId, resourceVersion)?.conditionsHash;
    const isBound = request.kind !== 'reflow' && act.conditionsHash === published;
    assertLegal(act.conditionsHash === EMPTY_HEAD || isBound, 'CONDITIONS', { grantId });
    assertLegal(act.disposalDays >= 1 && act.disposalDays <= MOST_DISPOSAL_DAYS, 'DISPOSAL_DAYS', { grantId });
    assertDocument(act.documentHash, act.hashAlgorithm);
    this.#calendar.assertDue(dueAt, recordedAt, DELIVERY_DAYS);
    const { notBefore, notAfter } = act;
    const grant = { grantId, resourceId, resourceVersion, requester, notBefore, notAfter, status: 'issued' } as const;
    assertLegal(this.grants.insert(grant), 'GRANT_KNOWN', { grantId });
    this.requests.all.delete(request.id);
    this.#count(grant, 1);
  }

  deliver(event: EventOf<'GrantDelivered'>): void {
    assertStep(this.#registry, event);
    const grant = this.#grantIn(event.act.subject, ['issued']);
    this.#assertEntitled(grant, event.act.department === this.#providerOf(grant));
    this.grants.setStatus(grant.grantId, 'delivered');
  }

  activate(event: EventOf<'GrantActivated'>): void {
    assertStep(this.#registry, event);
    const grant = this.#grantIn(event.act.subject, ['delivered']);
    this.#assertEntitled(grant, event.act.department === grant.requester);
    this.grants.setStatus(grant.grantId, 'active');
  }

  suspend(event: EventOf<'GrantSuspended'>): void {
    const { act, dueAt, recordedAt } = event;
    assertStep(this.#registry, event, { evenIfSuspended: true, deadline: 'given' });
    const grant = this.#grantIn(act.subject, ['active']);
    const isMisuse = act.reasonCode === MISUSE;
    const isDated = dueAt > recordedAt && dueAt <= recordedAt + MOST_RECTIFICATION_SECONDS;
    if (isMisuse) assertLegal(dueAt === act.dueAt && isDated, 'DUE', { dueAt });
    else assertLegal(dueAt === recordedAt + FOLLOW_UP_SECONDS, 'DUE', { dueAt });
    assertLegal(isMisuse || (act.reasonCode === SECURITY && act.dueAt === 0), 'SUSPENSION');
    const isRegulator = this.#registry.departments.get(act.department)?.kind === 'regulator';
    const maySuspend = (isRegulator && !isMisuse) || this.#isProviderOrAuthority(grant, act.department);
    this.#assertEntitled(grant, maySuspend);
    this.#suspensions.set(grant.grantId, { suspender: act.department, isMisuse, followedUp: false, dueAt });
    this.grants.setStatus(grant.grantId, 'suspended');
  }

  followUp(event: EventOf<'SuspensionFollowedUp'>): void {
    assertStep(this.#registry, event, { evenIfSuspended: true });
    const grant = this.#grantIn(event.act.subject, ['suspended']);
    const suspension = this.#suspensionOf(grant);
    this.#assertEntitled(grant, event.act.department === suspension.suspender);
    const isOpen = !suspension.isMisuse && !suspension.followedUp && event.recordedAt < suspension.dueAt;
    assertLegal(isOpen, 'FOLLOW_UP_NOT_OPEN', { grantId: grant.grantId });
    this.#suspensions.set(grant.grantId, { ...suspension, followedUp: true });
  }

  resume(event: EventOf<'GrantResumed'>): void {
    assertStep(this.#registry, event);
    const { department } = event.act;
    const grant = this.#grantIn(event.act.subject, ['suspended']);
    const suspension = this.#suspensionOf(grant);
    const hasLapsed = !suspension.isMisuse && !suspension.followedUp && event.recordedAt >= suspension.dueAt;
    const mayResume =
      department === suspension.suspender ||
      (hasLapsed && department === grant.requester) ||
      this.#isAuthorityOver(grant, department);
    this.#assertEntitled(grant, mayResume);
    this.#suspensions.delete(grant.grantId);
    this.grants.setStatus(grant.grantId, 'active');
  }

  terminate(event: EventOf<'GrantTerminated'>): void {
    assertJointStep(this.#registry, event, { deadline: 'starts' });
    const grant = this.#grantIn(event.act.subject, LIVE);
    this.#assertEntitled(grant, event.act.department === this.#providerOf(grant));
    this.#end(grant, 'terminated', event);
  }

  forfeit(event: EventOf<'GrantForfeited'>): void {
    assertStep(this.#registry, event, { evenIfSuspended: true, deadline: 'starts' });
    const { act, recordedAt } = event;
    const grant = this.#grantIn(act.subject, ['suspended']);
    this.#assertEntitled(grant, this.#isAuthorityOver(grant, act.department));
    const { isMisuse, dueAt } = this.#suspensionOf(grant);
    const isUnmended = recordedAt >= dueAt || act.reasonCode === RECTIFICATION_INSUFFICIENT;
    assertLegal(isMisuse && isUnmended, 'NOT_FORFEITED', { grantId: grant.grantId });
    this.#end(grant, 'terminated', event);
  }

  /** That the new terms lie within the request is for the contract: requests that were agreed to are not kept. */
  change({ grantId, act, recordedAt }: EventOf<'GrantChanged'>): void {
    assertInTime(act.expiresAt, recordedAt);
    this.#registry.requireActive(act.provider, ['department', 'authority']);
    const prior = this.#grantIn(act.grantId, ['active']);
    assertLegal(recordedAt <= prior.notAfter, 'GRANT_EXPIRED', { grantId: act.grantId });
    this.#assertEntitled(prior, act.provider === this.#providerOf(prior));
    assertConsent(this.#registry, act.authority, act.provider);
    this.#assertGrantable(prior.requester, prior.resourceId);
    assertLegal(act.fields !== 0n, 'FIELDS', { grantId });
    assertWindow(act, recordedAt);
    assertLegal(act.negotiationHash !== EMPTY_HEAD, 'NEGOTIATION', { grantId });
    assertDocument(act.documentHash, act.hashAlgorithm);
    const { notBefore, notAfter } = act;
    const grant = { ...prior, grantId, notBefore, notAfter };
    assertLegal(this.grants.insert(grant), 'GRANT_KNOWN', { grantId });
    this.grants.setStatus(prior.grantId, 'changed');
    this.#count(grant, 0);
  }

  release(event: EventOf<'GrantReleased'>): void {
    assertStep(this.#registry, event, { evenIfSuspended: true, deadline: 'starts' });
    const grant = this.#grantIn(event.act.subject, RELEASABLE);
    this.#assertEntitled(grant, event.act.department === grant.requester);
    this.#end(grant, 'released', event);
  }

  certifyDisposal(event: EventOf<'DisposalCertified'>): void {
    assertStep(this.#registry, event);
    const grant = this.#grantIn(event.act.subject, [...LIVE, ...ENDED]);
    const isLive = LIVE.includes(grant.status);
    assertLegal(!isLive || event.recordedAt > grant.notAfter, 'GRANT_NOT_ENDED', { grantId: grant.grantId });
    this.#assertEntitled(grant, event.act.department === grant.requester);
    if (isLive) this.#count(grant, -1);
    this.#suspensions.delete(grant.grantId);
    this.grants.setStatus(grant.grantId, 'disposal-certified');
  }

  close(event: EventOf<'GrantClosed'>): void {
    assertStep(this.#registry, event);
    const grant = this.#grantIn(event.act.subject, ['disposal-certified']);
    this.#assertEntitled(grant, event.act.department === this.#providerOf(grant));
    this.grants.setStatus(grant.grantId, 'closed');
  }

  /** @throws LedgerError HISTORY_ILLEGAL while grants of the resource are in force */
  assertSettled(resourceId: ResourceId, now: number): void {
    const { open, latestEnd } = this.#open.get(resourceId) ?? { open: 0, latestEnd: 0 };
    assertLegal(open === 0 || now > latestEnd, 'GRANTS_OPEN', { resourceId });
  }

  /** Disposal is due after the days that were agreed to; how many of them is for the contract, which keeps them. */
  #end(grant: GrantState, status: 'terminated' | 'released', { dueAt, recordedAt }: Ending): void {
    const days = (dueAt - recordedAt) / DAY_SECONDS;
    assertLegal(Number.isInteger(days) && days >= 1 && days <= MOST_DISPOSAL_DAYS, 'DUE', { dueAt });
    this.#suspensions.delete(grant.grantId);
    this.grants.setStatus(grant.grantId, status);
    this.#count(grant, -1);
  }

  #count({ resourceId, notAfter }: GrantState, added: number): void {
    const { open, latestEnd } = this.#open.get(resourceId) ?? { open: 0, latestEnd: 0 };
    const end = added < 0 ? latestEnd : Math.max(latestEnd, notAfter);
    this.#open.set(resourceId, { open: open + added, latestEnd: end });
  }

  #assertGrantable(requester: DepartmentId, resourceId: ResourceId): void {
    this.#registry.requireActive(requester, ['department', 'authority']);
    this.requests.sharedVersion(this.requests.resource(resourceId));
  }

  #grantIn(grantId: GrantId, statuses: readonly GrantStatus[]): GrantState {
    const grant = this.grants.get(grantId);
    if (grant === null) throw illegal('GRANT_UNKNOWN', { grantId });
    assertLegal(statuses.includes(grant.status), 'GRANT_STATUS', { grantId, status: grant.status });
    return grant;
  }

  #suspensionOf({ grantId }: GrantState): Suspension {
    const suspension = this.#suspensions.get(grantId);
    assertLegal(suspension !== undefined, 'GRANT_STATUS', { grantId });
    return suspension;
  }

  #providerOf({ resourceId }: GrantState): DepartmentId {
    return this.requests.resource(resourceId).provider;
  }

  #isProviderOrAuthority(grant: GrantState, department: DepartmentId): boolean {
    return department === this.#providerOf(grant) || this.#isAuthorityOver(grant, department);
  }

  #isAuthorityOver(grant: GrantState, department: DepartmentId): boolean {
    const sides = [this.#providerOf(grant), grant.requester];
    // Nobody judges its own case.
    return !sides.includes(department) && sides.some((side) => this.#registry.isSameLevel(department, side));
  }

  #assertEntitled({ grantId }: GrantState, isEntitled: boolean): void {
    assertLegal(isEntitled, 'NOT_ENTITLED', { grantId });
  }
}
