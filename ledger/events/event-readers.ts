import { AbiCoder, keccak256, TypedDataEncoder } from 'ethers';
import type { z } from 'zod';

import type { ActSchema } from '../acts/act-definition.ts';
import { type Act, ACT_DEFINITIONS, ACTS, type ActName } from '../acts/act-definitions.ts';
import { actDomain } from '../acts/act-digest.ts';
import { jsonOfTuple, rawMembers, structFields } from '../acts/chain-form.ts';
import { departmentAsGiven } from '../acts/columns.ts';
import { parseAct } from '../acts/parse-act.ts';
import { departmentRegistration } from '../acts/registry-acts.ts';
import type { Deployment } from '../deployment.ts';
import { parseAccessKeyId, parseGrantId, parseRequestId, parseResourceId } from '../ids.ts';
import { accountsRestoration, statusOrder } from './governance-orders.ts';
import type { EventContents, EventName, EventOf, EventRecord } from './ledger-event.ts';
import { type EventArguments, malformed } from './raw-entry.ts';
import { readDepartment, readHash, readNumber, readText, readTuple } from './read-argument.ts';

type Reader<Event> = (args: EventArguments, deployment: Deployment, record: EventRecord) => Event;

const abi = AbiCoder.defaultAbiCoder();
const recordedRegistration = departmentRegistration.extend({ authority: departmentAsGiven });
const GRANT_TERMS = ['requestId', 'fields', 'notBefore', 'notAfter', 'documentHash', 'hashAlgorithm'] as const;

/** Reads each event; ids that follow from the act must be those that it gives. */
export const EVENT_READERS: { readonly [Name in EventName]: Reader<EventOf<Name>> } = {
  ContractListed: entry('ContractListed', (args) => ({
    listedName: readHash(args, 'name'),
    version: readNumber(args, 'version'),
    account: readText(args, 'account').toLowerCase(),
  })),
  DepartmentRegistered: entry('DepartmentRegistered', (args) => ({
    act: readStruct(recordedRegistration, args),
  })),
  DepartmentAccountsChanged: entry('DepartmentAccountsChanged', (args) => ({
    act: readAct('changeDepartmentAccounts', args),
  })),
  DepartmentAccountsRestored: entry('DepartmentAccountsRestored', (args) => ({
    act: readStruct(accountsRestoration, args),
  })),
  DepartmentStatusChanged: entry('DepartmentStatusChanged', (args) => ({
    act: readAct('changeDepartmentStatus', args),
  })),
  DepartmentStatusGoverned: entry('DepartmentStatusGoverned', (args) => ({ act: readStruct(statusOrder, args) })),
  AccessKeyRegistered: entry('AccessKeyRegistered', (args) => {
    const keyId = parseAccessKeyId(derive('registerAccessKey', args, ['department', 'algorithm', 'publicKey']));
    assertNamed(args, 'keyId', keyId);
    return { keyId, act: readAct('registerAccessKey', args) };
  }),
  AccessKeyRevoked: entry('AccessKeyRevoked', (args) => ({ act: readAct('revokeAccessKey', args) })),
  ResourceSubmitted: entry('ResourceSubmitted', (args) => {
    const resourceId = parseResourceId(derive('submitResource', args, ['provider', 'codeHash']));
    assertNamed(args, 'resourceId', resourceId);
    return { resourceId, act: readAct('submitResource', args) };
  }),
  ResourcePublished: entry('ResourcePublished', (args) => ({ act: readAct('publishResource', args) })),
  ShareRequested: entry('ShareRequested', (args, deployment) => {
    const requestId = parseRequestId(digestOf('submitRequest', args, deployment));
    assertNamed(args, 'requestId', requestId);
    return { requestId, act: readAct('submitRequest', args) };
  }),
  GrantIssued: entry('GrantIssued', (args) => {
    const grantId = parseGrantId(derive('agree', args, GRANT_TERMS));
    assertNamed(args, 'grantId', grantId);
    return {
      grantId,
      requester: readDepartment(args, 'requester'),
      resourceId: parseResourceId(readText(args, 'resourceId')),
      resourceVersion: readNumber(args, 'resourceVersion'),
      act: readAct('agree', args),
    };
  }),
  ShareRefused: entry('ShareRefused', (args) => ({ act: readAct('refuse', args) })),
  GrantRevoked: entry('GrantRevoked', (args) => ({ act: readAct('revoke', args) })),
};

/** What is read of an event apart from its place in the history. */
function entry<Name extends EventName>(
  name: Name,
  read: (args: EventArguments, deployment: Deployment) => EventContents[Name],
): Reader<EventOf<Name>> {
  return (args, deployment, record) => Object.assign({ name }, record, read(args, deployment));
}

function readAct<Name extends ActName>(name: Name, args: EventArguments): Act<Name> {
  const { schema } = ACT_DEFINITIONS[name];
  const tuple = readTuple(args);
  assertSameMembers(args, rawMembers(schema, tuple));
  return parseAct(name, jsonOfTuple(schema, tuple));
}

/** A struct that is no signed act, or not as strict as one. */
function readStruct<Typed>(schema: ActSchema & z.ZodType<Typed>, args: EventArguments): Typed {
  const tuple = readTuple(args);
  assertSameMembers(args, rawMembers(schema, tuple));
  return schema.parse(jsonOfTuple(schema, tuple));
}

/** An indexed argument that has the name of a member of the act repeats it. */
function assertSameMembers(args: EventArguments, members: Readonly<Record<string, unknown>>): void {
  for (const name of args.indexed) {
    const isRepeated = !Object.hasOwn(members, name) || members[name] === args.values.get(name);
    if (!isRepeated) throw malformed('A topic contradicts the act', name);
  }
}

function assertNamed(args: EventArguments, name: string, derived: string): void {
  if (readText(args, name) !== derived) throw malformed('The id does not follow from the act', name);
}

/** The keccak256 of the abi-encoded members, from the values on chain: typed acts lower very large times. */
function derive(name: ActName, args: EventArguments, members: readonly string[]): string {
  const { schema } = ACTS[name];
  const raw = rawMembers(schema, readTuple(args));
  const types = new Map(structFields(schema).map((field) => [field.name, field.type]));
  const encoded = abi.encode(
    members.map((member) => types.get(member) ?? ''),
    members.map((member) => raw[member]),
  );
  return keccak256(encoded);
}

/** As `actDigest`, from the values on chain. */
function digestOf(name: ActName, args: EventArguments, deployment: Deployment): string {
  const { contract, primaryType, schema } = ACTS[name];
  const types = { [primaryType]: structFields(schema) };
  return TypedDataEncoder.hash(actDomain(deployment, contract), types, rawMembers(schema, readTuple(args)));
}
