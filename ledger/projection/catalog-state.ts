import { enumName, LAW_CLASSES, SHARE_CLASSES, type ShareClass } from '../acts/chain-enums.ts';
import type { EventOf } from '../events/ledger-event.ts';
import { EMPTY_HEAD } from '../history.ts';
import { type Bytes32, type DepartmentId, parseResourceId, type ResourceId } from '../ids.ts';
import { reasonCodeToBytes32 } from '../documents/reason-code.ts';
import type { CalendarState } from './calendar-state.ts';
import { assertLegal, illegal } from './illegal.ts';
import { assertInTime, type RegistryState } from './registry-state.ts';
import { assertConsent, assertDocument, assertJointStep, assertSameLevel, assertStep } from './steps.ts';

/** A data resource; `publishedVersion` is the last one published, 0 before the first. */
export interface ResourceState {
  readonly id: ResourceId;
  readonly provider: DepartmentId;
  readonly codeHash: Bytes32;
  readonly publishedVersion: number;
  /** What stands against sharing it; retired is for ever. */
  readonly restraint: 'none' | 'frozen' | 'retired';
  /** When a new version must have been submitted: Unix seconds, 0 if none is due. */
  readonly updateDueAt: number;
  readonly updateExtended: boolean;
}

/** One version of a resource: what the ledger knows of its catalogue entry. Absent hashes are zero. */
export interface ResourceVersionState {
  readonly status: 'submitted' | 'returned' | 'published';
  readonly shareClass: ShareClass;
  readonly level: number;
  readonly fieldCount: number;
  readonly documentHash: Bytes32;
  readonly hashAlgorithm: number;
  readonly conditionsHash: Bytes32;
  readonly denyBasisHash: Bytes32;
  readonly derivedFrom: ResourceId | null;
}

const NO_HASH = EMPTY_HEAD;
const MOST_FIELDS = 256;
const UPDATE_DAYS = 10;
const UPDATE_EXTENSION_DAYS = 5;
const REVIEW_DAYS = 2;
const SECURITY = reasonCodeToBytes32('SECURITY');
const NEW_RESOURCE = { publishedVersion: 0, restraint: 'none', updateDueAt: 0, updateExtended: false } as const;

/** The state of `ResourceCatalog`, with its rules; whether grants are open is for the share ledger. */
export class CatalogState {
  readonly resources = new Map<ResourceId, ResourceState>();
  readonly #versions = new Map<ResourceId, Map<number, ResourceVersionState>>();
  readonly #sources = new Map<string, ResourceId>();
  readonly #registry: RegistryState;
  readonly #calendar: CalendarState;

  constructor(registry: RegistryState, calendar: CalendarState) {
    this.#registry = registry;
    this.#calendar = calendar;
  }

  versionOf(id: ResourceId, version: number): ResourceVersionState | null {
    return this.#versions.get(id)?.get(version) ?? null;
  }

  submit({ resourceId, act, reviewDueAt, recordedAt }: EventOf<'ResourceSubmitted'>): void {
    assertInTime(act.expiresAt, recordedAt);
    this.#registry.requireActive(act.provider, ['department', 'authority']);
    const { provider, codeHash } = act;
    const resource = this.resources.get(resourceId) ?? { ...NEW_RESOURCE, id: resourceId, provider, codeHash };
    assertLegal(resource.restraint !== 'retired', 'RESOURCE_RETIRED', { resourceId });
    assertLegal(act.version === resource.publishedVersion + 1, 'UNEXPECTED_VERSION', { resourceId });
    const before = this.versionOf(resourceId, act.version);
    assertLegal(before === null || before.status === 'returned', 'VERSION_SUBMITTED', { resourceId });
    assertLegal(before?.documentHash !== act.documentHash, 'UNCHANGED', { resourceId });
    const version = readVersion(act);
    this.#assertSource(resourceId, version);
    if (act.version === 1) assertLegal(reviewDueAt === 0, 'DUE', { resourceId });
    else this.#calendar.assertDue(reviewDueAt, recordedAt, REVIEW_DAYS);
    this.resources.set(resourceId, { ...resource, updateDueAt: 0, updateExtended: false });
    this.#setVersion(resourceId, act.version, version);
  }

  publish(event: EventOf<'ResourcePublished'>): void {
    const { act } = event;
    const { resource, version } = this.#review(event);
    assertLegal(version.documentHash === act.documentHash, 'DOCUMENT_MISMATCH', { resourceId: resource.id });
    // Its source may have changed since: two entries must not become the source of each other.
    this.#assertSource(resource.id, version);
    const publishedVersion = resource.publishedVersion + 1;
    this.#setVersion(resource.id, publishedVersion, { ...version, status: 'published' });
    this.resources.set(resource.id, { ...resource, publishedVersion });
  }

  returnVersion(event: EventOf<'ResourceReturned'>): void {
    const { resource, version } = this.#review(event);
    this.#setVersion(resource.id, resource.publishedVersion + 1, { ...version, status: 'returned' });
  }

  requireUpdate(event: EventOf<'UpdateRequired'>): void {
    const { act, dueAt, recordedAt } = event;
    assertStep(this.#registry, event, { deadline: 'starts' });
    const resource = this.#inUse(act.subject);
    const isEntitled =
      act.department === resource.provider || this.#registry.isSameLevel(act.department, resource.provider);
    assertLegal(isEntitled, 'NOT_ENTITLED', { resourceId: resource.id });
    assertLegal(resource.updateDueAt === 0, 'UPDATE_DUE', { resourceId: resource.id });
    const next = this.versionOf(resource.id, resource.publishedVersion + 1);
    assertLegal(next?.status !== 'submitted', 'UPDATE_IN_REVIEW', { resourceId: resource.id });
    this.#calendar.assertDue(dueAt, recordedAt, UPDATE_DAYS);
    this.resources.set(resource.id, { ...resource, updateDueAt: dueAt });
  }

  extendUpdate(event: EventOf<'UpdateExtended'>): void {
    const { act, dueAt, recordedAt } = event;
    assertStep(this.#registry, event, { deadline: 'given' });
    const resource = this.#inUse(act.subject);
    assertConsent(this.#registry, act.department, resource.provider);
    assertLegal(!resource.updateExtended && recordedAt < resource.updateDueAt, 'UPDATE_NOT_OPEN');
    const latest = this.#calendar.after(resource.updateDueAt - 1, UPDATE_EXTENSION_DAYS);
    assertLegal(dueAt === act.dueAt && dueAt > resource.updateDueAt && dueAt <= latest, 'DUE', { dueAt, latest });
    this.resources.set(resource.id, { ...resource, updateDueAt: dueAt, updateExtended: true });
  }

  freeze(event: EventOf<'ResourceFrozen'>): void {
    const { act } = event;
    assertStep(this.#registry, event, { evenIfSuspended: true });
    const resource = this.#inUse(act.subject);
    const isOwn = act.department === resource.provider && act.reasonCode === SECURITY;
    const isEntitled = isOwn || this.#registry.isSameLevel(act.department, resource.provider);
    assertLegal(isEntitled, 'NOT_ENTITLED', { resourceId: resource.id });
    assertLegal(resource.restraint === 'none', 'RESTRAINED', { resourceId: resource.id });
    this.resources.set(resource.id, { ...resource, restraint: 'frozen' });
  }

  unfreeze(event: EventOf<'ResourceUnfrozen'>): void {
    assertStep(this.#registry, event);
    const resource = this.#inUse(event.act.subject);
    assertConsent(this.#registry, event.act.department, resource.provider);
    assertLegal(resource.restraint === 'frozen', 'NOT_FROZEN', { resourceId: resource.id });
    this.resources.set(resource.id, { ...resource, restraint: 'none' });
  }

  retire(event: EventOf<'ResourceRetired'>): void {
    assertJointStep(this.#registry, event);
    const resource = this.#inUse(event.act.subject);
    assertLegal(event.act.department === resource.provider, 'NOT_ENTITLED', { resourceId: resource.id });
    this.resources.set(resource.id, { ...resource, restraint: 'retired' });
  }

  designateSource({ act, recordedAt }: EventOf<'SourceDesignated'>): void {
    assertInTime(act.expiresAt, recordedAt);
    assertDocument(act.documentHash, act.hashAlgorithm);
    const resource = this.#inUse(act.resourceId);
    assertSameLevel(this.#registry, act.authority, resource.provider);
    assertLegal(this.#isSource(act.resourceId), 'SOURCE', { resourceId: act.resourceId });
    const key = `${this.#registry.governmentOf(act.authority) ?? ''} ${act.element}`;
    const before = this.#sources.get(key) ?? parseResourceId(NO_HASH);
    assertLegal(before === act.replaces && before !== act.resourceId, 'SOURCE_TAKEN', { element: act.element });
    this.#sources.set(key, act.resourceId);
  }

  /** The version that waits for the review by an authority of the provider's level. */
  #review(event: EventOf<'ResourcePublished'> | EventOf<'ResourceReturned'>) {
    assertStep(this.#registry, event);
    const { act } = event;
    const resource = this.resources.get(act.subject);
    if (resource === undefined) throw illegal('RESOURCE_UNKNOWN', { resourceId: act.subject });
    const version = this.versionOf(resource.id, resource.publishedVersion + 1);
    assertLegal(version?.status === 'submitted', 'NOT_SUBMITTED', { resourceId: resource.id });
    assertLegal(resource.restraint !== 'retired', 'RESOURCE_RETIRED', { resourceId: resource.id });
    assertSameLevel(this.#registry, act.department, resource.provider);
    return { resource, version };
  }

  /** Published and not retired. */
  #inUse(resourceId: ResourceId): ResourceState {
    const resource = this.resources.get(resourceId);
    if (resource === undefined) throw illegal('RESOURCE_UNKNOWN', { resourceId });
    assertLegal(resource.publishedVersion !== 0, 'NOT_PUBLISHED', { resourceId });
    assertLegal(resource.restraint !== 'retired', 'RESOURCE_RETIRED', { resourceId });
    return resource;
  }

  /** Data derived from data that is derived itself would hide where it came from. */
  #assertSource(resourceId: ResourceId, { derivedFrom }: ResourceVersionState): void {
    const isValid = derivedFrom === null || (derivedFrom !== resourceId && this.#isSource(derivedFrom));
    assertLegal(isValid, 'SOURCE', { resourceId });
  }

  #isSource(resourceId: ResourceId): boolean {
    const version = this.versionOf(resourceId, this.resources.get(resourceId)?.publishedVersion ?? 0);
    return version?.status === 'published' && version.derivedFrom === null;
  }

  #setVersion(resourceId: ResourceId, number: number, version: ResourceVersionState): void {
    const versions = this.#versions.get(resourceId) ?? new Map<number, ResourceVersionState>();
    this.#versions.set(resourceId, versions.set(number, version));
  }
}

function readVersion(act: EventOf<'ResourceSubmitted'>['act']): ResourceVersionState {
  const { level, fieldCount, documentHash, hashAlgorithm, conditionsHash, denyBasisHash } = act;
  const shareClass = enumName(SHARE_CLASSES, act.shareClass);
  assertLegal((conditionsHash !== NO_HASH) === (shareClass === 'conditional'), 'CONDITIONS_DO_NOT_FIT_CLASS');
  assertLegal((denyBasisHash !== NO_HASH) === (shareClass === 'denied'), 'DENY_BASIS_DOES_NOT_FIT_CLASS');
  assertLegal((act.denyInstrument !== 0) === (shareClass === 'denied'), 'DENY_BASIS_DOES_NOT_FIT_CLASS');
  assertLegal(enumName(LAW_CLASSES, act.lawClass) !== 'core', 'CORE_DATA');
  assertLegal(level >= 1 && fieldCount >= 1 && fieldCount <= MOST_FIELDS, 'ENTRY_OUT_OF_BOUNDS');
  assertLegal(act.secrecyHash !== NO_HASH, 'ASSESSMENT_MISSING');
  assertDocument(documentHash, hashAlgorithm);
  return {
    status: 'submitted',
    shareClass,
    level,
    fieldCount,
    documentHash,
    hashAlgorithm,
    conditionsHash,
    denyBasisHash,
    derivedFrom: act.derivedFrom === parseResourceId(NO_HASH) ? null : act.derivedFrom,
  };
}
