import { EMPTY_HEAD } from '../history.ts';
import { type Bytes32, type DepartmentId, HASH_ALGORITHMS } from '../ids.ts';
import { assertLegal } from './illegal.ts';
import { assertInTime, type RegistryState } from './registry-state.ts';

interface Stated {
  readonly department: DepartmentId;
  readonly reasonCode: Bytes32;
  readonly dueAt: number;
  readonly documentHash: Bytes32;
  readonly hashAlgorithm: number;
  readonly expiresAt: number;
}

interface RecordedStep {
  readonly act: Stated;
  readonly dueAt: number;
  readonly recordedAt: number;
}

/** In what steps differ. */
interface StepRules {
  /** It takes a right away, which is never blocked. */
  readonly evenIfSuspended?: boolean;
  /** It sets no deadline, starts one that the ledger computes, or gives one; the caller looks at the last two. */
  readonly deadline?: 'none' | 'starts' | 'given';
}

/** What every step needs: in time, by a department that may act, with a reason, a document and no stray deadline. */
export function assertStep(
  registry: RegistryState,
  { act, dueAt, recordedAt }: RecordedStep,
  { evenIfSuspended = false, deadline = 'none' }: StepRules = {},
): void {
  assertInTime(act.expiresAt, recordedAt);
  const status = registry.departments.get(act.department)?.status;
  const mayAct = status === 'active' || (evenIfSuspended && status === 'suspended');
  assertLegal(mayAct, 'DEPARTMENT_NOT_ACTIVE', { department: act.department });
  assertReason(act.reasonCode);
  assertDocument(act.documentHash, act.hashAlgorithm);
  assertLegal(deadline === 'given' || act.dueAt === 0, 'DUE_MISPLACED', { dueAt: act.dueAt });
  assertLegal(deadline !== 'none' || dueAt === 0, 'DUE', { dueAt });
}

/** As {@link assertStep}, with the consent of an active authority on the level of the department. */
export function assertJointStep(
  registry: RegistryState,
  event: RecordedStep & { readonly act: { readonly authority: DepartmentId } },
  rules: StepRules = {},
): void {
  assertStep(registry, event, rules);
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
