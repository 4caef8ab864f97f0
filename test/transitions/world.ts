import { AbiCoder, keccak256, ZeroHash } from 'ethers';

import type { Act, DISPUTE_SUBJECTS, REQUEST_KINDS, SHARE_CLASSES, Signatory } from './acts.ts';
import { DEPARTMENTS, type DepartmentName, idOf, type Kind, SUSPENDED } from './departments.ts';

/** As the enums of the interfaces have them, in their order. */
export const VERSION_STATUSES = ['None', 'Submitted', 'Returned', 'Published'] as const;
export const RESTRAINTS = ['None', 'Frozen', 'Retired'] as const;
export const REQUEST_STATUSES = ['None', 'Submitted', 'Supplementing', 'Agreed', 'Refused', 'Withdrawn'] as const;
export const GRANT_STATUSES = [
  'None',
  'Issued',
  'Delivered',
  'Active',
  'Suspended',
  'Terminated',
  'Changed',
  'Released',
  'DisposalCertified',
  'Closed',
] as const;
export const SUSPENSIONS = ['None', 'Misuse', 'Security'] as const;
export const CASE_KINDS = ['None', 'Correction', 'Dispute'] as const;
export const CASE_STATUSES = [
  'None',
  'Filed',
  'Verifying',
  'Corrected',
  'Upheld',
  'FedBack',
  'Closed',
  'Negotiating',
  'Applied',
  'Coordinating',
  'Settled',
  'Escalated',
  'Decided',
  'Executed',
] as const;

export type RequestStatus = (typeof REQUEST_STATUSES)[number];
export type GrantStatus = (typeof GRANT_STATUSES)[number];
export type CaseStatus = (typeof CASE_STATUSES)[number];
type Party = DepartmentName | 'nobody';

export interface Department {
  readonly kind: Kind;
  readonly superior: DepartmentName | null;
  readonly region: string;
  readonly isActive: boolean;
}

export interface Version {
  readonly status: (typeof VERSION_STATUSES)[number];
  readonly shareClass: (typeof SHARE_CLASSES)[number];
  readonly level: number;
  readonly fieldCount: number;
  readonly reviewDueAt: number;
  readonly documentHash: string;
  readonly conditionsHash: string;
  readonly denyBasisHash: string;
  readonly derivedFrom: string;
}

export interface Resource {
  readonly provider: Party;
  readonly publishedVersion: number;
  readonly restraint: (typeof RESTRAINTS)[number];
  readonly updateDueAt: number;
  readonly updateExtended: boolean;
}

export interface Request {
  readonly status: RequestStatus;
  readonly kind: (typeof REQUEST_KINDS)[number];
  readonly requester: Party;
  readonly resourceVersion: number;
  readonly supplementAsked: boolean;
  readonly resourceId: string;
  readonly notBefore: number;
  readonly notAfter: number;
  readonly dueAt: number;
  readonly extendableTo: number;
  readonly fields: bigint;
  readonly regionPrefix: string;
  readonly reopenedBy: string;
}

export interface Grant {
  readonly status: GrantStatus;
  readonly suspension: (typeof SUSPENSIONS)[number];
  readonly followedUp: boolean;
  readonly disposalDays: number;
  readonly provider: Party;
  readonly requestId: string;
  readonly notAfter: number;
  readonly dueAt: number;
  readonly suspender: Party;
}

export interface Case {
  readonly kind: (typeof CASE_KINDS)[number];
  readonly status: CaseStatus;
  readonly subjectKind: (typeof DISPUTE_SUBJECTS)[number];
  readonly claimant: Party;
  readonly dueAt: number;
  readonly respondent: Party;
  readonly coordinator: Party;
  readonly subject: string;
  readonly outcome: string;
}

/** All that the rules look at. Values are never changed, only replaced, so an old world can be kept. */
export interface World {
  readonly now: number;
  readonly departments: ReadonlyMap<DepartmentName, Department>;
  readonly resources: ReadonlyMap<string, Resource>;
  /** Under `resourceId version`. */
  readonly versions: ReadonlyMap<string, Version>;
  /** Under `government element`. */
  readonly sources: ReadonlyMap<string, string>;
  readonly requests: ReadonlyMap<string, Request>;
  readonly grants: ReadonlyMap<string, Grant>;
  readonly cases: ReadonlyMap<string, Case>;
  /** The last dispute that was concluded with REOPEN while its request was refused. */
  readonly reopenings: ReadonlyMap<string, string>;
  readonly nonces: ReadonlySet<string>;
}

/** An act, its EIP-712 digest, and who signed it. */
export interface Attempt {
  readonly act: Act;
  readonly digest: string;
  readonly signatories: readonly Signatory[];
}

/** Error names, each with whether that rule is broken. */
export type Broken = readonly (readonly [error: string, isBroken: boolean])[];

/** What one act needs and does. `refusals` names every rule that is broken, in no order. */
export interface Rule {
  readonly evenIfSuspended?: boolean;
  readonly refusals: (world: World, act: Act) => Broken;
  readonly apply: (world: World, act: Act, digest: string) => Partial<World>;
}

export const NO_VERSION: Version = {
  status: 'None',
  shareClass: 'None',
  level: 0,
  fieldCount: 0,
  reviewDueAt: 0,
  documentHash: ZeroHash,
  conditionsHash: ZeroHash,
  denyBasisHash: ZeroHash,
  derivedFrom: ZeroHash,
};
export const NO_RESOURCE: Resource = {
  provider: 'nobody',
  publishedVersion: 0,
  restraint: 'None',
  updateDueAt: 0,
  updateExtended: false,
};
export const NO_REQUEST: Request = {
  status: 'None',
  kind: 'None',
  requester: 'nobody',
  resourceVersion: 0,
  supplementAsked: false,
  resourceId: ZeroHash,
  notBefore: 0,
  notAfter: 0,
  dueAt: 0,
  extendableTo: 0,
  fields: 0n,
  regionPrefix: '',
  reopenedBy: ZeroHash,
};
export const NO_GRANT: Grant = {
  status: 'None',
  suspension: 'None',
  followedUp: false,
  disposalDays: 0,
  provider: 'nobody',
  requestId: ZeroHash,
  notAfter: 0,
  dueAt: 0,
  suspender: 'nobody',
};
export const NO_CASE: Case = {
  kind: 'None',
  status: 'None',
  subjectKind: 'None',
  claimant: 'nobody',
  dueAt: 0,
  respondent: 'nobody',
  coordinator: 'nobody',
  subject: ZeroHash,
  outcome: ZeroHash,
};

/** The world when all departments are registered and nothing was done yet. */
export function newWorld(now: number): World {
  const departments = new Map(
    DEPARTMENTS.map(({ name, kind, superior, region }) => [
      name,
      { kind, superior, region, isActive: !SUSPENDED.includes(name) },
    ]),
  );
  const empty = {
    resources: new Map(),
    versions: new Map(),
    sources: new Map(),
    requests: new Map(),
    grants: new Map(),
    cases: new Map(),
    reopenings: new Map(),
  };
  return { now, departments, ...empty, nonces: new Set() };
}

export function withEntry<Key, Value>(map: ReadonlyMap<Key, Value>, key: Key, value: Value): Map<Key, Value> {
  return new Map(map).set(key, value);
}

export const resourceIn = (world: World, id: string): Resource => world.resources.get(id) ?? NO_RESOURCE;
export const requestIn = (world: World, id: string): Request => world.requests.get(id) ?? NO_REQUEST;
export const grantIn = (world: World, id: string): Grant => world.grants.get(id) ?? NO_GRANT;
export const caseIn = (world: World, id: string): Case => world.cases.get(id) ?? NO_CASE;
export const versionIn = (world: World, id: string, version: number): Version =>
  world.versions.get(`${id} ${String(version)}`) ?? NO_VERSION;
export const latestOf = (world: World, id: string): Version =>
  versionIn(world, id, resourceIn(world, id).publishedVersion);

export const kindOf = (world: World, name: Party): Kind | undefined =>
  name === 'nobody' ? undefined : world.departments.get(name)?.kind;
export const isActive = (world: World, name: Party): boolean =>
  name !== 'nobody' && world.departments.get(name)?.isActive === true;
/** Who provides and requests data (R4, I11). */
export const isBusiness = (world: World, name: Party): boolean =>
  ['Department', 'Authority'].includes(kindOf(world, name) ?? '');

/** The governments that a department belongs to, its own first. */
export function governmentsOf(world: World, name: Party): DepartmentName[] {
  const found: DepartmentName[] = [];
  let next: DepartmentName | null = name === 'nobody' ? null : name;
  while (next !== null) {
    const department: Department | undefined = world.departments.get(next);
    if (department?.kind === 'Government') found.push(next);
    next = department?.superior ?? null;
  }
  return found;
}

/** The lowest government above both (R33). */
export function commonGovernmentOf(world: World, one: Party, other: Party): DepartmentName | undefined {
  const others = governmentsOf(world, other);
  return governmentsOf(world, one).find((government) => others.includes(government));
}

/** An authority of the government that the other belongs to (同级); those that belong to none are on one level too. */
export function isSameLevel(world: World, authority: Party, other: Party): boolean {
  return (
    kindOf(world, authority) === 'Authority' && governmentsOf(world, authority)[0] === governmentsOf(world, other)[0]
  );
}

/** Nobody consents to what is its own. */
export const mayConsent = (world: World, authority: Party, other: Party): boolean =>
  authority !== other && isSameLevel(world, authority, other);

const coder = AbiCoder.defaultAbiCoder();

export const resourceIdOf = (provider: DepartmentName, codeHash: string): string =>
  keccak256(coder.encode(['bytes18', 'bytes32'], [idOf(provider), codeHash]));

type Terms = Pick<Act, 'fields' | 'notBefore' | 'notAfter' | 'documentHash' | 'hashAlgorithm'>;

export const grantIdOf = (requestId: string, terms: Terms): string =>
  keccak256(
    coder.encode(
      ['bytes32', 'uint256', 'uint64', 'uint64', 'bytes32', 'uint8'],
      [requestId, terms.fields, terms.notBefore, terms.notAfter, terms.documentHash, terms.hashAlgorithm],
    ),
  );
