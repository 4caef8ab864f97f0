import { EMPTY_HEAD } from '../history.ts';
import { type Bytes32, type DepartmentId, HASH_ALGORITHMS } from '../ids.ts';
import { assertLegal } from './illegal.ts';
import { assertInTime, type RegistryState } from './registry-state.ts';

interface Stated {
  readonly department: DepartmentId;
  readonly reasonCode: Bytes32;
  readonly documentHash: Bytes32;
  readonly hashAlgorithm: number;
  readonly expiresAt: number;
}

/**
 * What every step needs: in time, by a department that may act, with a reason and a document.
 * @param evenIfSuspended the step takes a right away, which is never blocked
 */
export function assertStep(
  registry: RegistryState,
  { act, recordedAt }: { readonly act: Stated; readonly recordedAt: number },
  evenIfSuspended = false,
): void {
  assertInTime(act.expiresAt, recordedAt);
  const status = registry.departments.get(act.department)?.status;
  const mayAct = status === 'active' || (evenIfSuspended && status === 'suspended');
  assertLegal(mayAct, 'DEPARTMENT_NOT_ACTIVE', { department: act.department });
  assertReason(act.reasonCode);
  assertDocument(act.documentHash, act.hashAlgorithm);
}

/** As {@link assertStep}, with the consent of an active authority on the level of the department. */
export function assertJointStep(
  registry: RegistryState,
  event: { readonly act: Stated & { readonly authority: DepartmentId }; readonly recordedAt: number },
): void {
  assertStep(registry, event);
  assertConsent(registry, event.act.authority, event.act.department);
}

/** For consent and filing: a provider that is an authority itself needs another one. */
export function assertConsent(registry: RegistryState, authority: DepartmentId, department: DepartmentId): void {
  assertLegal(authority !== department, 'OWN_CONSENT', { authority });
  assertSameLevel(registry, authority, department);
}

export function assertSameLevel(registry: RegistryState, authority: DepartmentId, department: DepartmentId): void {
  registry.requireActive(authority, ['authority']);
  assertLegal(registry.isSameLevel(authority, department), 'NOT_SAME_LEVEL', { authority, department });
}

export function assertReason(reasonCode: Bytes32): void {
  assertLegal(reasonCode !== EMPTY_HEAD, 'REASON_MISSING');
}

/** @throws LedgerError HISTORY_ILLEGAL for no document, or one under an algorithm that is only reserved */
export function assertDocument(documentHash: Bytes32, hashAlgorithm: number): void {
  assertLegal(documentHash !== EMPTY_HEAD && hashAlgorithm === HASH_ALGORITHMS.sha256, 'DOCUMENT');
}
