import { enumName, SHARE_CLASSES, type ShareClass } from '../acts/chain-enums.ts';
import type { EventOf } from '../events/ledger-event.ts';
import { EMPTY_HEAD } from '../history.ts';
import { type Bytes32, type DepartmentId, HASH_ALGORITHMS, type ResourceId } from '../ids.ts';
import { assertLegal, illegal } from './illegal.ts';
import { assertInTime, type RegistryState } from './registry-state.ts';

/** A data resource; `publishedVersion` is the last one published, 0 before the first. */
export interface ResourceState {
  readonly id: ResourceId;
  readonly provider: DepartmentId;
  readonly codeHash: Bytes32;
  readonly publishedVersion: number;
}

/** One version of a resource: what the ledger knows of its catalogue entry. Absent hashes are zero. */
export interface ResourceVersionState {
  readonly status: 'submitted' | 'published';
  readonly shareClass: ShareClass;
  readonly level: number;
  readonly fieldCount: number;
  readonly documentHash: Bytes32;
  readonly hashAlgorithm: number;
  readonly conditionsHash: Bytes32;
  readonly denyBasisHash: Bytes32;
}

const NO_HASH = EMPTY_HEAD;
const MOST_FIELDS = 256;

/** The state of `ResourceCatalog`, with its rules. */
export class CatalogState {
  readonly resources = new Map<ResourceId, ResourceState>();
  readonly #versions = new Map<ResourceId, Map<number, ResourceVersionState>>();
  readonly #registry: RegistryState;

  constructor(registry: RegistryState) {
    this.#registry = registry;
  }

  versionOf(id: ResourceId, version: number): ResourceVersionState | null {
    return this.#versions.get(id)?.get(version) ?? null;
  }

  submit({ resourceId, act, recordedAt }: EventOf<'ResourceSubmitted'>): void {
    assertInTime(act.expiresAt, recordedAt);
    this.#registry.requireActive(act.provider, ['department', 'authority']);
    const { provider, codeHash } = act;
    const resource = this.resources.get(resourceId) ?? { id: resourceId, provider, codeHash, publishedVersion: 0 };
    assertLegal(act.version === resource.publishedVersion + 1, 'UNEXPECTED_VERSION', { resourceId });
    assertLegal(this.versionOf(resourceId, act.version) === null, 'VERSION_SUBMITTED', { resourceId });
    this.resources.set(resourceId, resource);
    const versions = this.#versions.get(resourceId) ?? new Map<number, ResourceVersionState>();
    this.#versions.set(resourceId, versions.set(act.version, readVersion(act)));
  }

  publish({ act, recordedAt }: EventOf<'ResourcePublished'>): void {
    assertInTime(act.expiresAt, recordedAt);
    this.#registry.requireActive(act.authority, ['authority']);
    const { resourceId, version } = act;
    const resource = this.resources.get(resourceId);
    const submitted = this.versionOf(resourceId, version);
    if (resource === undefined || submitted === null) throw illegal('RESOURCE_UNKNOWN', { resourceId });
    assertLegal(submitted.status === 'submitted', 'VERSION_PUBLISHED', { resourceId });
    assertLegal(submitted.documentHash === act.documentHash, 'DOCUMENT_MISMATCH', { resourceId });
    this.#versions.get(resourceId)?.set(version, { ...submitted, status: 'published' });
    this.resources.set(resourceId, { ...resource, publishedVersion: version });
  }
}

function readVersion(act: EventOf<'ResourceSubmitted'>['act']): ResourceVersionState {
  const { level, fieldCount, documentHash, hashAlgorithm, conditionsHash, denyBasisHash } = act;
  const shareClass = enumName(SHARE_CLASSES, act.shareClass);
  assertLegal((conditionsHash !== NO_HASH) === (shareClass === 'conditional'), 'CONDITIONS_DO_NOT_FIT_CLASS');
  assertLegal((denyBasisHash !== NO_HASH) === (shareClass === 'denied'), 'DENY_BASIS_DOES_NOT_FIT_CLASS');
  assertLegal(level >= 1 && fieldCount >= 1 && fieldCount <= MOST_FIELDS, 'ENTRY_OUT_OF_BOUNDS');
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
  };
}

/** @throws LedgerError HISTORY_ILLEGAL for no document, or one under an algorithm that is only reserved */
export function assertDocument(documentHash: Bytes32, hashAlgorithm: number): void {
  assertLegal(documentHash !== NO_HASH && hashAlgorithm === HASH_ALGORITHMS.sha256, 'DOCUMENT');
}
