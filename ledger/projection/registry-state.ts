import { ZeroAddress } from 'ethers';

import {
  DEPARTMENT_KINDS,
  DEPARTMENT_STATUSES,
  type DepartmentKind,
  type DepartmentStatus,
  enumName,
} from '../acts/chain-enums.ts';
import type { AccountsRestoration, StatusOrder } from '../events/governance-orders.ts';
import type { EventOf } from '../events/ledger-event.ts';
import { type AccessKeyId, type DepartmentId, KEY_ALGORITHMS, type KeyAlgorithm } from '../ids.ts';
import { assertLegal, illegal } from './illegal.ts';

/** A department now. `region`: six digits; the three accounts: hex, addresses or ERC-7913 signers. */
export interface DepartmentState {
  readonly id: DepartmentId;
  readonly kind: DepartmentKind;
  readonly status: DepartmentStatus;
  readonly superior: DepartmentId | null;
  readonly region: string;
  readonly maker: string;
  readonly office: string;
  readonly head: string;
}

/** A key that signs HTTP requests; times in Unix seconds, `publicKey` hex. */
export interface AccessKeyState {
  readonly keyId: AccessKeyId;
  readonly department: DepartmentId;
  readonly algorithm: KeyAlgorithm;
  readonly publicKey: string;
  readonly notBefore: number;
  readonly notAfter: number;
  readonly revokedAt: number | null;
}

/** The state of `DepartmentRegistry`, with its rules. */
export class RegistryState {
  readonly departments = new Map<DepartmentId, DepartmentState>();
  readonly accessKeys = new Map<AccessKeyId, AccessKeyState>();

  /**
   * The department behind an act of which it is capable.
   * @throws LedgerError HISTORY_ILLEGAL for an unknown, suspended or otherwise incapable one
   */
  requireActive(id: DepartmentId, kinds: readonly DepartmentKind[]): DepartmentState {
    const department = this.departments.get(id);
    assertLegal(department?.status === 'active', 'DEPARTMENT_NOT_ACTIVE', { department: id });
    assertLegal(kinds.includes(department.kind), 'DEPARTMENT_KIND', { department: id });
    return department;
  }

  /** The government that a department belongs to: itself, or the first one above it; null for none. */
  governmentOf(id: DepartmentId): DepartmentId | null {
    return this.#governmentFrom(id);
  }

  /** The lowest government above both; null for none. */
  commonGovernmentOf(one: DepartmentId, other: DepartmentId): DepartmentId | null {
    const above = this.#governmentsOf(other);
    return this.#governmentsOf(one).find((government) => above.includes(government)) ?? null;
  }

  /** Whether `authority` is an authority on the level of `department` (同级主管部门), whatever its status. */
  isSameLevel(authority: DepartmentId, department: DepartmentId): boolean {
    const { kind } = this.departments.get(authority) ?? { kind: null };
    return kind === 'authority' && this.governmentOf(authority) === this.governmentOf(department);
  }

  register({ act, recordedAt }: EventOf<'DepartmentRegistered'>): void {
    const kind = enumName(DEPARTMENT_KINDS, act.kind);
    assertLegal(act.superior === null || this.departments.has(act.superior), 'SUPERIOR_UNKNOWN');
    // Governance alone admits those who supervise, without a signature and naming whomever.
    if (kind !== 'authority' && kind !== 'government') {
      assertInTime(act.expiresAt, recordedAt);
      if (act.authority === null) throw illegal('AUTHORITY_MISSING', { department: act.department });
      this.requireActive(act.authority, ['authority']);
      this.#assertOversight(act.authority, act.superior);
    }
    assertLegal(!this.departments.has(act.department), 'DEPARTMENT_KNOWN', { department: act.department });
    assertAccounts(act);
    this.departments.set(act.department, {
      id: act.department,
      kind,
      status: 'active',
      superior: act.superior,
      region: act.region,
      maker: act.maker,
      office: act.office,
      head: act.head,
    });
  }

  changeAccounts({ act, recordedAt }: EventOf<'DepartmentAccountsChanged'>): void {
    assertInTime(act.expiresAt, recordedAt);
    assertLegal(this.#known(act.department).status === 'active', 'DEPARTMENT_NOT_ACTIVE');
    this.#setAccounts(act);
  }

  restoreAccounts({ act }: EventOf<'DepartmentAccountsRestored'>): void {
    this.#setAccounts(act);
  }

  changeStatus({ act, recordedAt }: EventOf<'DepartmentStatusChanged'>): void {
    assertInTime(act.expiresAt, recordedAt);
    this.requireActive(act.authority, ['authority']);
    const { kind } = this.#known(act.department);
    assertLegal(kind === 'department' || kind === 'operator', 'NOT_RESTRAINABLE', { department: act.department });
    this.#assertOversight(act.authority, act.department);
    this.#setStatus(act);
  }

  governStatus({ act }: EventOf<'DepartmentStatusGoverned'>): void {
    this.#setStatus(act);
  }

  registerKey({ keyId, act, recordedAt }: EventOf<'AccessKeyRegistered'>): void {
    assertInTime(act.expiresAt, recordedAt);
    assertLegal(this.#known(act.department).status === 'active', 'DEPARTMENT_NOT_ACTIVE');
    assertLegal(!this.accessKeys.has(keyId), 'KEY_KNOWN', { keyId });
    // Not strictly less: times at the end of the number range were lowered to one value (see chain-form.ts).
    assertLegal(act.notBefore <= act.notAfter && recordedAt < act.notAfter, 'KEY_VALIDITY', { keyId });
    this.accessKeys.set(keyId, {
      keyId,
      department: act.department,
      algorithm: enumName(KEY_ALGORITHMS, act.algorithm),
      publicKey: act.publicKey,
      notBefore: act.notBefore,
      notAfter: act.notAfter,
      revokedAt: null,
    });
  }

  revokeKey({ act, recordedAt }: EventOf<'AccessKeyRevoked'>): void {
    assertInTime(act.expiresAt, recordedAt);
    this.#known(act.department);
    const key = this.accessKeys.get(act.keyId);
    assertLegal(key?.department === act.department && key.revokedAt === null, 'KEY_NOT_REVOCABLE', {
      keyId: act.keyId,
    });
    this.accessKeys.set(act.keyId, { ...key, revokedAt: recordedAt });
  }

  #setAccounts(act: AccountsRestoration | EventOf<'DepartmentAccountsChanged'>['act']): void {
    assertAccounts(act);
    const { maker, office, head } = act;
    this.departments.set(act.department, { ...this.#known(act.department), maker, office, head });
  }

  #setStatus(act: StatusOrder | EventOf<'DepartmentStatusChanged'>['act']): void {
    const department = this.#known(act.department);
    const status = enumName(DEPARTMENT_STATUSES, act.status);
    assertLegal(department.status !== status, 'STATUS_UNCHANGED', { department: act.department });
    this.departments.set(act.department, { ...department, status });
  }

  /** The authority's government is at or above that of the department; who has none is over who has none. */
  #assertOversight(authority: DepartmentId, department: DepartmentId | null): void {
    const own = this.governmentOf(authority);
    const governments = department === null ? [] : this.#governmentsOf(department);
    const isOver = own === null ? governments.length === 0 : governments.includes(own);
    assertLegal(isOver, 'NOT_OVERSEER', { authority, department });
  }

  #governmentFrom(start: DepartmentId | null): DepartmentId | null {
    for (let id = start; id !== null;) {
      const department = this.departments.get(id);
      if (department?.kind === 'government') return id;
      id = department?.superior ?? null;
    }
    return null;
  }

  /** From the lowest to the highest. */
  #governmentsOf(id: DepartmentId): readonly DepartmentId[] {
    const governments: DepartmentId[] = [];
    let government = this.#governmentFrom(id);
    while (government !== null) {
      governments.push(government);
      government = this.#governmentFrom(this.departments.get(government)?.superior ?? null);
    }
    return governments;
  }

  #known(id: DepartmentId): DepartmentState {
    const department = this.departments.get(id);
    if (department === undefined) throw illegal('DEPARTMENT_UNKNOWN', { department: id });
    return department;
  }
}

/** An address of zero signs nothing; whether a verifier has code is not in the history. */
function assertAccounts({ maker, office, head }: Pick<DepartmentState, 'maker' | 'office' | 'head'>): void {
  const accounts = [maker, office, head];
  assertLegal(!accounts.some((account) => account.startsWith(ZeroAddress)), 'ZERO_ACCOUNT');
  assertLegal(new Set(accounts).size === accounts.length, 'SAME_ACCOUNTS');
}

/** @throws LedgerError HISTORY_ILLEGAL for an act that was recorded after its deadline */
export function assertInTime(expiresAt: number, recordedAt: number): void {
  assertLegal(recordedAt <= expiresAt, 'ACT_EXPIRED', { expiresAt, recordedAt });
}
