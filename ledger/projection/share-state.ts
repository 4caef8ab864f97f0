import type { EventOf } from '../events/ledger-event.ts';
import { GrantTable } from '../grant-table.ts';
import { EMPTY_HEAD } from '../history.ts';
import type { Bytes32, DepartmentId, RequestId, ResourceId } from '../ids.ts';
import { assertDocument, type CatalogState, type ResourceState } from './catalog-state.ts';
import { assertLegal, illegal } from './illegal.ts';
import { assertInTime, type RegistryState } from './registry-state.ts';

/** A request that is not answered yet; times in Unix seconds, `fields` a bitmap. */
export interface OpenRequest {
  readonly id: RequestId;
  readonly requester: DepartmentId;
  readonly resourceId: ResourceId;
  readonly resourceVersion: number;
  readonly fields: bigint;
  readonly notBefore: number;
  readonly notAfter: number;
}

/** The state of `ShareLedger`, with its rules. Answered requests are forgotten: no entry may name them again. */
export class ShareState {
  readonly grants = new GrantTable();
  readonly requests = new Map<RequestId, OpenRequest>();
  readonly #registry: RegistryState;
  readonly #catalog: CatalogState;

  constructor(registry: RegistryState, catalog: CatalogState) {
    this.#registry = registry;
    this.#catalog = catalog;
  }

  request({ requestId, act, recordedAt }: EventOf<'ShareRequested'>): void {
    assertInTime(act.expiresAt, recordedAt);
    this.#registry.requireActive(act.requester, ['department', 'authority']);
    const resource = this.#resource(act.resourceId);
    assertLegal(act.resourceVersion === resource.publishedVersion, 'RESOURCE_NOT_PUBLISHED', { requestId });
    assertLegal(act.requester !== resource.provider, 'OWN_RESOURCE', { requestId });
    const version = this.#sharedVersion(resource);
    assertFields(act.fields, (1n << BigInt(version.fieldCount)) - 1n);
    assertWindow(act, recordedAt);
    assertDocument(act.documentHash, act.hashAlgorithm);
    assertLegal(!this.requests.has(requestId), 'REQUEST_KNOWN', { requestId });
    const { requester, resourceId, resourceVersion, fields, notBefore, notAfter } = act;
    this.requests.set(requestId, {
      id: requestId,
      requester,
      resourceId,
      resourceVersion,
      fields,
      notBefore,
      notAfter,
    });
  }

  agree({ grantId, requester, resourceId, resourceVersion, act, recordedAt }: EventOf<'GrantIssued'>): void {
    assertInTime(act.expiresAt, recordedAt);
    const request = this.#answer(act.requestId, act.provider);
    const isSame =
      requester === request.requester &&
      resourceId === request.resourceId &&
      resourceVersion === request.resourceVersion;
    assertLegal(isSame, 'NOT_THE_REQUEST', { grantId });
    this.#registry.requireActive(requester, ['department', 'authority']);
    this.#sharedVersion(this.#resource(resourceId));
    assertFields(act.fields, request.fields);
    assertLegal(act.notBefore >= request.notBefore && act.notAfter <= request.notAfter, 'WINDOW', { grantId });
    assertWindow(act, recordedAt);
    assertDocument(act.documentHash, act.hashAlgorithm);
    const { notBefore, notAfter } = act;
    const grant = { grantId, resourceId, resourceVersion, requester, notBefore, notAfter, status: 'active' } as const;
    assertLegal(this.grants.insert(grant), 'GRANT_KNOWN', { grantId });
  }

  refuse({ act, recordedAt }: EventOf<'ShareRefused'>): void {
    assertInTime(act.expiresAt, recordedAt);
    this.#answer(act.requestId, act.provider);
    assertReason(act.reasonCode);
    assertDocument(act.documentHash, act.hashAlgorithm);
  }

  revoke({ act, recordedAt }: EventOf<'GrantRevoked'>): void {
    assertInTime(act.expiresAt, recordedAt);
    const { grantId } = act;
    const grant = this.grants.get(grantId);
    if (grant === null) throw illegal('GRANT_UNKNOWN', { grantId });
    // Suspended departments may still take a right away, so only the kind is looked at.
    const kind = this.#registry.departments.get(act.department)?.kind;
    const isProvider = this.#resource(grant.resourceId).provider === act.department;
    assertLegal(kind !== undefined && (isProvider || kind === 'authority' || kind === 'regulator'), 'NOT_REVOKER');
    assertReason(act.reasonCode);
    assertDocument(act.documentHash, act.hashAlgorithm);
    assertLegal(this.grants.revoke(grantId), 'GRANT_REVOKED', { grantId });
  }

  /** Takes the open request that `provider` answers. */
  #answer(requestId: RequestId, provider: DepartmentId): OpenRequest {
    this.#registry.requireActive(provider, ['department', 'authority']);
    const request = this.requests.get(requestId);
    if (request === undefined) throw illegal('REQUEST_NOT_OPEN', { requestId });
    assertLegal(this.#resource(request.resourceId).provider === provider, 'NOT_PROVIDER', { requestId });
    this.requests.delete(requestId);
    return request;
  }

  #resource(resourceId: ResourceId): ResourceState {
    const resource = this.#catalog.resources.get(resourceId);
    if (resource === undefined) throw illegal('RESOURCE_UNKNOWN', { resourceId });
    return resource;
  }

  /** The last published version, which must not be one that is never shared (不予共享). */
  #sharedVersion(resource: ResourceState): { readonly fieldCount: number } {
    const version = this.#catalog.versionOf(resource.id, resource.publishedVersion);
    if (version === null) throw illegal('RESOURCE_NOT_PUBLISHED', { resourceId: resource.id });
    assertLegal(version.shareClass !== 'denied', 'RESOURCE_DENIED', { resourceId: resource.id });
    return version;
  }
}

function assertFields(fields: bigint, allowed: bigint): void {
  assertLegal(fields !== 0n && (fields & ~allowed) === 0n, 'FIELDS');
}

/** Times at the end of the number range were lowered to one value (see chain-form.ts), hence not strictly less. */
function assertWindow(window: { readonly notBefore: number; readonly notAfter: number }, recordedAt: number): void {
  assertLegal(window.notBefore <= window.notAfter && recordedAt < window.notAfter, 'WINDOW');
}

function assertReason(reasonCode: Bytes32): void {
  assertLegal(reasonCode !== EMPTY_HEAD, 'REASON_MISSING');
}
