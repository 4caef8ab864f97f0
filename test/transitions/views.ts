import type { Result } from 'ethers';

import { DISPUTE_SUBJECTS, REQUEST_KINDS, SHARE_CLASSES } from './acts.ts';
import type { TransitionChain } from './chain.ts';
import { type DepartmentName, idOf, nameOf } from './departments.ts';
import { openGrantsOf } from './model-resources.ts';
import {
  type Case,
  CASE_KINDS,
  CASE_STATUSES,
  type Grant,
  GRANT_STATUSES,
  type Request,
  REQUEST_STATUSES,
  type Resource,
  RESTRAINTS,
  SUSPENSIONS,
  type Version,
  VERSION_STATUSES,
  type World,
} from './world.ts';

const NOBODY = `0x${'00'.repeat(18)}`;

const partyOf = (id: string): DepartmentName | 'nobody' => (id === NOBODY ? 'nobody' : nameOf(id));
const text = (struct: Result, member: string): string => struct.getValue(member) as string;
const number = (struct: Result, member: string): number => Number(struct.getValue(member));
const flag = (struct: Result, member: string): boolean => struct.getValue(member) as boolean;
const party = (struct: Result, member: string): DepartmentName | 'nobody' => partyOf(text(struct, member));
const oneOf = <Name>(names: readonly Name[], struct: Result, member: string): Name => names[number(struct, member)]!;
const prefixOf = (bytes: string): string => Buffer.from(bytes.slice(2), 'hex').toString('latin1').replace(/\0+$/, '');

function toResource(struct: Result): Resource {
  return {
    provider: party(struct, 'provider'),
    publishedVersion: number(struct, 'publishedVersion'),
    restraint: oneOf(RESTRAINTS, struct, 'restraint'),
    updateDueAt: number(struct, 'updateDueAt'),
    updateExtended: flag(struct, 'updateExtended'),
  };
}

function toVersion(struct: Result): Version {
  return {
    status: oneOf(VERSION_STATUSES, struct, 'status'),
    shareClass: oneOf(SHARE_CLASSES, struct, 'shareClass'),
    level: number(struct, 'level'),
    fieldCount: number(struct, 'fieldCount'),
    reviewDueAt: number(struct, 'reviewDueAt'),
    documentHash: text(struct, 'documentHash'),
    conditionsHash: text(struct, 'conditionsHash'),
    denyBasisHash: text(struct, 'denyBasisHash'),
    derivedFrom: text(struct, 'derivedFrom'),
  };
}

function toRequest(struct: Result): Request {
  return {
    status: oneOf(REQUEST_STATUSES, struct, 'status'),
    kind: oneOf(REQUEST_KINDS, struct, 'kind'),
    requester: party(struct, 'requester'),
    resourceVersion: number(struct, 'resourceVersion'),
    supplementAsked: flag(struct, 'supplementAsked'),
    resourceId: text(struct, 'resourceId'),
    notBefore: number(struct, 'notBefore'),
    notAfter: number(struct, 'notAfter'),
    dueAt: number(struct, 'dueAt'),
    extendableTo: number(struct, 'extendableTo'),
    fields: struct.getValue('fields') as bigint,
    regionPrefix: prefixOf(text(struct, 'regionPrefix')),
    reopenedBy: text(struct, 'reopenedBy'),
  };
}

function toGrant(struct: Result): Grant {
  return {
    status: oneOf(GRANT_STATUSES, struct, 'status'),
    suspension: oneOf(SUSPENSIONS, struct, 'suspension'),
    followedUp: flag(struct, 'followedUp'),
    disposalDays: number(struct, 'disposalDays'),
    provider: party(struct, 'provider'),
    requestId: text(struct, 'requestId'),
    notAfter: number(struct, 'notAfter'),
    dueAt: number(struct, 'dueAt'),
    suspender: party(struct, 'suspender'),
  };
}

function toCase(struct: Result): Case {
  return {
    kind: oneOf(CASE_KINDS, struct, 'kind'),
    status: oneOf(CASE_STATUSES, struct, 'status'),
    subjectKind: oneOf(DISPUTE_SUBJECTS, struct, 'subjectKind'),
    claimant: party(struct, 'claimant'),
    dueAt: number(struct, 'dueAt'),
    respondent: party(struct, 'respondent'),
    coordinator: party(struct, 'coordinator'),
    subject: text(struct, 'subject'),
    outcome: text(struct, 'outcome'),
  };
}

export async function readGrant(chain: TransitionChain, id: string, ledger = 'ShareLedger'): Promise<Grant> {
  return toGrant((await chain.call(ledger, 'grantOf', [id])) as Result);
}

export async function readRequest(chain: TransitionChain, id: string, ledger = 'ShareLedger'): Promise<Request> {
  return toRequest((await chain.call(ledger, 'requestOf', [id])) as Result);
}

export async function readCase(chain: TransitionChain, id: string): Promise<Case> {
  return toCase((await chain.call('CaseBook', 'caseOf', [id])) as Result);
}

type Reading = readonly [label: string, expected: unknown, found: unknown];

/** Everything the model holds that the chain tells otherwise; `changed` limits it to what differs from that world. */
export async function differences(chain: TransitionChain, world: World, since?: World): Promise<Reading[]> {
  const readings: Reading[] = [];
  for (const [id, resource] of changed(world.resources, since?.resources)) {
    readings.push([id, resource, toResource((await chain.call('ResourceCatalog', 'resourceOf', [id])) as Result)]);
  }
  for (const [key, version] of changed(world.versions, since?.versions)) {
    const found = (await chain.call('ResourceCatalog', 'versionOf', key.split(' '))) as Result;
    readings.push([key, version, toVersion(found)]);
  }
  for (const [key, source] of changed(world.sources, since?.sources)) {
    const [government, element] = key.split(' ');
    const found = await chain.call('ResourceCatalog', 'sourceOf', [idOf(government as DepartmentName), element]);
    readings.push([key, source, found]);
  }
  for (const [id, request] of changed(world.requests, since?.requests)) {
    readings.push([id, request, await readRequest(chain, id)]);
  }
  for (const [id, grant] of changed(world.grants, since?.grants)) {
    readings.push([id, grant, await readGrant(chain, id)]);
    const { resourceId } = world.requests.get(grant.requestId)!;
    const open = await chain.call('ShareLedger', 'openGrantsOf', [resourceId]);
    readings.push([`open grants of ${resourceId}`, openGrantsOf(world, resourceId).open, Number(open)]);
  }
  for (const [id, entry] of changed(world.cases, since?.cases)) {
    readings.push([id, entry, await readCase(chain, id)]);
  }
  for (const [id, dispute] of changed(world.reopenings, since?.reopenings)) {
    readings.push([`reopening of ${id}`, dispute, await chain.call('CaseBook', 'reopeningOf', [id])]);
  }
  return readings.filter(([, expected, found]) => !isSame(expected, found));
}

function changed<Value>(now: ReadonlyMap<string, Value>, since?: ReadonlyMap<string, Value>): [string, Value][] {
  return [...now].filter(([key, value]) => since?.get(key) !== value);
}

function isSame(one: unknown, other: unknown): boolean {
  const plain = (value: unknown): string =>
    JSON.stringify(value, (_, member: unknown) => (typeof member === 'bigint' ? String(member) : member));
  return plain(one) === plain(other);
}
