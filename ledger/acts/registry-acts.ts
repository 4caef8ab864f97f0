import { z } from 'zod';

import type { ActTable } from './act-definition.ts';
import { DEPARTMENT_KINDS, DEPARTMENT_STATUSES } from './chain-enums.ts';
import {
  accessKeyId,
  account,
  department,
  departmentOrNone,
  hash,
  publicKey,
  region,
  seconds,
  small,
  uint256,
} from './columns.ts';

const expiry = { nonce: uint256, expiresAt: seconds };

/** `kind` is one of DEPARTMENT_KINDS; `superior` null for a root of the organisation tree. */
export const departmentRegistration = z.strictObject({
  authority: department,
  department,
  kind: small(DEPARTMENT_KINDS.operator),
  superior: departmentOrNone,
  region,
  maker: account,
  office: account,
  head: account,
  ...expiry,
});

const departmentAccountsChange = z.strictObject({
  department,
  maker: account,
  office: account,
  head: account,
  ...expiry,
});

/** `status` is one of DEPARTMENT_STATUSES. */
const departmentStatusChange = z.strictObject({
  authority: department,
  department,
  status: small(DEPARTMENT_STATUSES.suspended),
  reasonCode: hash,
  ...expiry,
});

/** `algorithm` is one of KEY_ALGORITHMS. */
const accessKeyRegistration = z.strictObject({
  department,
  algorithm: small(2),
  publicKey,
  notBefore: seconds,
  notAfter: seconds,
  ...expiry,
});

const accessKeyRevocation = z.strictObject({ department, keyId: accessKeyId, ...expiry });

const REGISTRY = 'DepartmentRegistry';

/** The acts of `IDepartmentRegistry`. */
export const REGISTRY_ACTS = {
  registerDepartment: {
    contract: REGISTRY,
    primaryType: 'DepartmentRegistration',
    method: 'registerDepartmentBySig',
    event: 'DepartmentRegistered',
    signers: [{ department: 'authority', role: 'office' }],
    document: null,
    schema: departmentRegistration,
  },
  changeDepartmentAccounts: {
    contract: REGISTRY,
    primaryType: 'DepartmentAccountsChange',
    method: 'changeDepartmentAccountsBySig',
    event: 'DepartmentAccountsChanged',
    signers: [{ department: 'department', role: 'head' }],
    document: null,
    schema: departmentAccountsChange,
  },
  changeDepartmentStatus: {
    contract: REGISTRY,
    primaryType: 'DepartmentStatusChange',
    method: 'changeDepartmentStatusBySig',
    event: 'DepartmentStatusChanged',
    signers: [{ department: 'authority', role: 'office' }],
    document: null,
    schema: departmentStatusChange,
  },
  registerAccessKey: {
    contract: REGISTRY,
    primaryType: 'AccessKeyRegistration',
    method: 'registerAccessKeyBySig',
    event: 'AccessKeyRegistered',
    signers: [{ department: 'department', role: 'office' }],
    document: null,
    schema: accessKeyRegistration,
  },
  revokeAccessKey: {
    contract: REGISTRY,
    primaryType: 'AccessKeyRevocation',
    method: 'revokeAccessKeyBySig',
    event: 'AccessKeyRevoked',
    signers: [{ department: 'department', role: 'office' }],
    document: null,
    schema: accessKeyRevocation,
  },
} as const satisfies ActTable;
