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

/** A department now. `region`: six digits; `office` and `head`: hex, addresses or ERC-7913 signers. */
export interface DepartmentState {
  readonly id: DepartmentId;
  readonly kind: DepartmentKind;
  readonly status: DepartmentStatus;
  readonly superior: DepartmentId | null;
  readonly region: string;
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

  register({ act, recordedAt }: EventOf<'DepartmentRegistered'>): void {
    const kind = enumName(DEPARTMENT_KINDS, act.kind);
    // Governance alone admits authorities, without a signature and naming whomever.
    if (kind !== 'authority') {
      assertInTime(act.expiresAt, recordedAt);
      if (act.authority === null) throw illegal('AUTHORITY_MISSING', { department: act.department });
      this.requireActive(act.authority, ['authority']);
    }
    assertLegal(!this.departments.has(act.department), 'DEPARTMENT_KNOWN', { department: act.department });
    assertLegal(act.superior === null || this.departments.has(act.superior), 'SUPERIOR_UNKNOWN');
    assertAccounts(act);
    this.departments.set(act.department, {
      id: act.department,
      kind,
      status: 'active',
      superior: act.superior,
      region: act.region,
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
    this.departments.set(act.department, { ...this.#known(act.department), office: act.office, head: act.head });
  }

  #setStatus(act: StatusOrder | EventOf<'DepartmentStatusChanged'>['act']): void {
    const department = this.#known(act.department);
    const status = enumName(DEPARTMENT_STATUSES, act.status);
    assertLegal(department.status !== status, 'STATUS_UNCHANGED', { department: act.department });
    this.departments.set(act.department, { ...department, status });
  }

  #known(id: DepartmentId): DepartmentState {
    const department = this.departments.get(id);
    if (department === undefined) throw illegal('DEPARTMENT_UNKNOWN', { department: id });
    return department;
  }
}

/** An address of zero signs nothing; whether a verifier has code is not in the history. */
function assertAccounts({ office, head }: { readonly office: string; readonly head: string }): void {
  assertLegal(!office.startsWith(ZeroAddress) && !head.startsWith(ZeroAddress), 'ZERO_ACCOUNT');
  assertLegal(office !== head, 'SAME_ACCOUNTS');
}

/** @throws LedgerError HISTORY_ILLEGAL for an act that was recorded after its deadline */
export function assertInTime(expiresAt: number, recordedAt: number): void {
  assertLegal(recordedAt <= expiresAt, 'ACT_EXPIRED', { expiresAt, recordedAt });
}
