import type { Act } from '../../ledger/acts/act-definitions.ts';
import {
  DEPARTMENT_KINDS,
  DEPARTMENT_STATUSES,
  DISPUTE_SUBJECTS,
  type DisputeSubject,
  LAW_CLASSES,
  REQUEST_KINDS,
  SHARE_CLASSES,
} from '../../ledger/acts/chain-enums.ts';
import { newNonce } from '../../ledger/acts/new-nonce.ts';
import { parseAct } from '../../ledger/acts/parse-act.ts';
import { reasonCodeToBytes32 } from '../../ledger/documents/reason-code.ts';
import type { AccountsRestoration, StatusOrder } from '../../ledger/events/governance-orders.ts';
import type { StepName } from '../../ledger/events/ledger-event.ts';
import { EMPTY_HEAD } from '../../ledger/history.ts';
import {
  type AccessKeyId,
  type Bytes32,
  elementHash,
  type GatewayId,
  type GrantId,
  HASH_ALGORITHMS,
  KEY_ALGORITHMS,
  parseBytes32,
  parseGrantId,
  parseResourceId,
  type RequestId,
  resourceCodeHash,
  type ResourceId,
} from '../../ledger/ids.ts';
import type { JsonObject } from '../../ledger/json/strict-json.ts';
import { yearDaysOf } from '../../ledger/working-days.ts';
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

/** Of the published conditions of `submission`. */
export const CONDITIONS_HASH = someHash(0xc0);

const expiry = () => ({ nonce: newNonce(), expiresAt: END });
const documentHash = { documentHash: someHash(0xd0), hashAlgorithm: HASH_ALGORITHMS.sha256 };

/** Of a department on the level of `authority`. */
export function registration(
  authority: Actor,
  department: Actor,
  changes: Partial<Act<'registerDepartment'>> = {},
): Act<'registerDepartment'> {
  return {
    authority: authority.id,
    department: department.id,
    kind: DEPARTMENT_KINDS[department.kind],
    superior: authority.superior,
    region: department.region,
    maker: department.maker.account,
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

function accountsOf({ id, maker, office, head }: Actor) {
  return { department: id, maker: maker.account, office: office.account, head: head.account };
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

/** `account` signs the heads of the gateway's log. */
export function gatewayRegistration(
  operator: Actor,
  changes: Partial<Act<'registerGateway'>> = {},
): Act<'registerGateway'> {
  return {
    operator: operator.id,
    publicKey: someHash(0xe1),
    account: `0x${'e2'.repeat(20)}`,
    ...expiry(),
    ...changes,
  };
}

export function gatewayRetirement(operator: Actor, gateway: GatewayId): Act<'retireGateway'> {
  return { operator: operator.id, gateway, ...expiry() };
}

export function submission(provider: Actor, changes: Partial<Act<'submitResource'>> = {}): Act<'submitResource'> {
  return {
    provider: provider.id,
    codeHash: resourceCodeHash(RESOURCE_CODE),
    version: 1,
    shareClass: SHARE_CLASSES.conditional,
    lawClass: LAW_CLASSES.general,
    level: 3,
    fieldCount: 5,
    derivedFrom: parseResourceId(NO_HASH),
    conditionsHash: CONDITIONS_HASH,
    denyInstrument: 0,
    denyBasisHash: NO_HASH,
    secrecyHash: someHash(0x5e),
    piaHash: someHash(0x9a),
    ...documentHash,
    ...expiry(),
    ...changes,
  };
}

/** The announcement of the version that `submission` made. */
export function publication(
  authority: Actor,
  resourceId: ResourceId,
  changes: Partial<Act<'publishResource'>> = {},
): Act<'publishResource'> {
  return {
    ...step('publishResource', authority, resourceId),
    reasonCode: reasonCodeToBytes32('PUBLISHED'),
    ...changes,
  };
}

export function shareRequest(
  requester: Actor,
  resourceId: ResourceId,
  changes: Partial<Act<'submitRequest'>> = {},
): Act<'submitRequest'> {
  return {
    requester: requester.id,
    kind: REQUEST_KINDS.new,
    resourceId,
    resourceVersion: 1,
    priorGrantId: parseGrantId(NO_HASH),
    fields: 0b111n,
    regionPrefix: null,
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
    regionPrefix: null,
    notBefore: BEGIN,
    notAfter: END - 1,
    conditionsHash: CONDITIONS_HASH,
    disposalDays: 10,
    ...documentHash,
    ...expiry(),
    ...changes,
  };
}

/** For a published condition that is not met. */
export function refusal(provider: Actor, requestId: RequestId): Act<'refuse'> {
  return {
    provider: provider.id,
    requestId,
    reasonCode: reasonCodeToBytes32('CONDITION_NOT_MET'),
    groundsHash: CONDITIONS_HASH,
    ...documentHash,
    ...expiry(),
  };
}

export function grantChange(
  provider: Actor,
  authority: Actor,
  grantId: GrantId,
  changes: Partial<Act<'changeGrant'>> = {},
): Act<'changeGrant'> {
  return {
    provider: provider.id,
    authority: authority.id,
    grantId,
    fields: 0b001n,
    notBefore: BEGIN,
    notAfter: END - 1,
    negotiationHash: someHash(0x4e),
    ...documentHash,
    ...expiry(),
    ...changes,
  };
}

export function suspension(department: Actor, grantId: GrantId, changes: Partial<Act<'suspend'>> = {}): Act<'suspend'> {
  return { ...step('suspend', department, grantId), reasonCode: reasonCodeToBytes32('SECURITY'), ...changes };
}

export function calendarYear(
  authority: Actor,
  year: number,
  workingDays: readonly string[],
  changes: Partial<Act<'setCalendarYear'>> = {},
): Act<'setCalendarYear'> {
  const { early: earlyDays, late: lateDays } = yearDaysOf(year, workingDays);
  return {
    authority: authority.id,
    year,
    earlyDays,
    lateDays,
    noticeHash: someHash(0xca),
    hashAlgorithm: HASH_ALGORITHMS.sha256,
    ...expiry(),
    ...changes,
  };
}

export function designation(
  authority: Actor,
  resourceId: ResourceId,
  changes: Partial<Act<'designateSource'>> = {},
): Act<'designateSource'> {
  return {
    authority: authority.id,
    element: elementHash('GMSFHM'),
    resourceId,
    replaces: parseResourceId(NO_HASH),
    ...documentHash,
    ...expiry(),
    ...changes,
  };
}

export function correctionFiling(
  requester: Actor,
  resourceId: ResourceId,
  changes: Partial<Act<'fileCorrection'>> = {},
): Act<'fileCorrection'> {
  return {
    requester: requester.id,
    resourceId,
    resourceVersion: 1,
    reasonCode: reasonCodeToBytes32('WRONG_VALUE'),
    ...documentHash,
    ...expiry(),
    ...changes,
  };
}

export function disputeOpening(
  claimant: Actor,
  respondent: Actor,
  subject: { readonly kind: DisputeSubject; readonly id: string },
  changes: Partial<Act<'openDispute'>> = {},
): Act<'openDispute'> {
  return {
    claimant: claimant.id,
    respondent: respondent.id,
    subjectKind: DISPUTE_SUBJECTS[subject.kind],
    subject: parseBytes32(subject.id),
    reasonCode: reasonCodeToBytes32('DISPUTED'),
    ...documentHash,
    ...expiry(),
    ...changes,
  };
}

/** Any step that one department takes alone. */
export function step<Name extends SoleStepName>(
  name: Name,
  department: Actor,
  subject: string,
  changes: Partial<StepChanges> = {},
): Act<Name> {
  return parseAct(name, stepJson({ department: department.id }, subject, changes));
}

/** Any step that an authority signs too. */
export function jointStep<Name extends JointStepName>(
  name: Name,
  department: Actor,
  authority: Actor,
  subject: string,
  changes: Partial<StepChanges> = {},
): Act<Name> {
  return parseAct(name, stepJson({ department: department.id, authority: authority.id }, subject, changes));
}

export interface StepChanges {
  readonly reasonCode: Bytes32;
  /** Unix seconds. */
  readonly dueAt: number;
  readonly documentHash: Bytes32;
  readonly expiresAt: number;
}

/** Steps by who signs them. */
export type JointStepName = Extract<StepName, 'retireResource' | 'extendAnswer' | 'terminate'>;
export type SoleStepName = Exclude<StepName, JointStepName>;

function stepJson(
  parties: Readonly<Record<string, string>>,
  subject: string,
  changes: Partial<StepChanges>,
): JsonObject {
  return {
    ...parties,
    subject,
    reasonCode: reasonCodeToBytes32('STATED'),
    dueAt: 0,
    ...documentHash,
    nonce: newNonce().toString(),
    expiresAt: END,
    ...changes,
  };
}
