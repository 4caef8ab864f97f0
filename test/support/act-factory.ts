import type { Act } from '../../ledger/acts/act-definitions.ts';
import { DEPARTMENT_KINDS, DEPARTMENT_STATUSES, SHARE_CLASSES } from '../../ledger/acts/chain-enums.ts';
import { newNonce } from '../../ledger/acts/new-nonce.ts';
import type { AccountsRestoration, StatusOrder } from '../../ledger/events/governance-orders.ts';
import { EMPTY_HEAD } from '../../ledger/history.ts';
import {
  type AccessKeyId,
  type Bytes32,
  type GrantId,
  HASH_ALGORITHMS,
  KEY_ALGORITHMS,
  parseBytes32,
  type RequestId,
  resourceCodeHash,
  type ResourceId,
} from '../../ledger/ids.ts';
import type { Actor } from './actors.ts';

/** 2026-01-01 and 2096-01-01, around any time at which tests run. */
export const BEGIN = 1_767_225_600;
export const END = 3_976_214_400;
export const RESOURCE_CODE = '301001/000001';
export const NO_HASH = EMPTY_HEAD;

/** Some hash: the byte 32 times. */
export function someHash(byte: number): Bytes32 {
  return parseBytes32(`0x${byte.toString(16).padStart(2, '0').repeat(32)}`);
}

const expiry = () => ({ nonce: newNonce(), expiresAt: END });
const documentHash = { documentHash: someHash(0xd0), hashAlgorithm: HASH_ALGORITHMS.sha256 };

export function registration(
  authority: Actor,
  department: Actor,
  changes: Partial<Act<'registerDepartment'>> = {},
): Act<'registerDepartment'> {
  return {
    authority: authority.id,
    department: department.id,
    kind: DEPARTMENT_KINDS[department.kind],
    superior: null,
    region: department.region,
    office: department.office.account,
    head: department.head.account,
    ...expiry(),
    ...changes,
  };
}

/** The accounts of `department` as they are to be; its head so far signs. */
export function accountsChange(
  department: Actor,
  changes: Partial<Act<'changeDepartmentAccounts'>> = {},
): Act<'changeDepartmentAccounts'> {
  return { ...accountsOf(department), ...expiry(), ...changes };
}

/** What governance orders, likewise. */
export function restoration(department: Actor): AccountsRestoration {
  return { ...accountsOf(department), reasonCode: someHash(0x0d) };
}

function accountsOf({ id, office, head }: Actor) {
  return { department: id, office: office.account, head: head.account };
}

export function statusOrder(department: Actor, status: keyof typeof DEPARTMENT_STATUSES): StatusOrder {
  return { department: department.id, status: DEPARTMENT_STATUSES[status], reasonCode: someHash(0x0e) };
}

export function statusChange(
  authority: Actor,
  department: Actor,
  status: keyof typeof DEPARTMENT_STATUSES,
): Act<'changeDepartmentStatus'> {
  return {
    authority: authority.id,
    department: department.id,
    status: DEPARTMENT_STATUSES[status],
    reasonCode: someHash(0x0a),
    ...expiry(),
  };
}

export function keyRegistration(
  department: Actor,
  changes: Partial<Act<'registerAccessKey'>> = {},
): Act<'registerAccessKey'> {
  return {
    department: department.id,
    algorithm: KEY_ALGORITHMS.ed25519,
    publicKey: `0x${'ab'.repeat(32)}`,
    notBefore: BEGIN,
    notAfter: END,
    ...expiry(),
    ...changes,
  };
}

export function keyRevocation(department: Actor, keyId: AccessKeyId): Act<'revokeAccessKey'> {
  return { department: department.id, keyId, ...expiry() };
}

export function submission(provider: Actor, changes: Partial<Act<'submitResource'>> = {}): Act<'submitResource'> {
  return {
    provider: provider.id,
    codeHash: resourceCodeHash(RESOURCE_CODE),
    version: 1,
    shareClass: SHARE_CLASSES.conditional,
    level: 3,
    fieldCount: 5,
    conditionsHash: someHash(0xc0),
    denyBasisHash: NO_HASH,
    ...documentHash,
    ...expiry(),
    ...changes,
  };
}

export function publication(
  authority: Actor,
  resourceId: ResourceId,
  changes: Partial<Act<'publishResource'>> = {},
): Act<'publishResource'> {
  const { documentHash: announced } = documentHash;
  return { authority: authority.id, resourceId, version: 1, documentHash: announced, ...expiry(), ...changes };
}

export function shareRequest(
  requester: Actor,
  resourceId: ResourceId,
  changes: Partial<Act<'submitRequest'>> = {},
): Act<'submitRequest'> {
  return {
    requester: requester.id,
    resourceId,
    resourceVersion: 1,
    fields: 0b111n,
    notBefore: BEGIN,
    notAfter: END,
    ...documentHash,
    ...expiry(),
    ...changes,
  };
}

export function agreement(provider: Actor, requestId: RequestId, changes: Partial<Act<'agree'>> = {}): Act<'agree'> {
  return {
    provider: provider.id,
    requestId,
    fields: 0b011n,
    notBefore: BEGIN,
    notAfter: END - 1,
    ...documentHash,
    ...expiry(),
    ...changes,
  };
}

export function refusal(provider: Actor, requestId: RequestId): Act<'refuse'> {
  return { provider: provider.id, requestId, reasonCode: someHash(0x0b), ...documentHash, ...expiry() };
}

export function revocation(department: Actor, grantId: GrantId, changes: Partial<Act<'revoke'>> = {}): Act<'revoke'> {
  return { department: department.id, grantId, reasonCode: someHash(0x0c), ...documentHash, ...expiry(), ...changes };
}
