import { AbiCoder, getBytes, keccak256, TypedDataEncoder } from 'ethers';
import type { z } from 'zod';

import type { ActSchema } from '../acts/act-definition.ts';
import { type Act, ACT_DEFINITIONS, ACTS, type ActName } from '../acts/act-definitions.ts';
import { actDomain } from '../acts/act-digest.ts';
import { jsonOfTuple, rawMembers, structFields } from '../acts/chain-form.ts';
import { departmentAsGiven } from '../acts/columns.ts';
import { parseAct } from '../acts/parse-act.ts';
import { departmentRegistration } from '../acts/registry-acts.ts';
import type { Deployment } from '../deployment.ts';
import { deriveGatewayId, parseAccessKeyId, parseCaseId, parseGatewayId, parseGrantId, parseRequestId, parseResourceId } from '../ids.ts';
import { accountsRestoration, statusOrder } from './governance-orders.ts';
import type { EventContents, EventName, EventOf, EventRecord, StepName } from './ledger-event.ts';
import { type EventArguments, malformed } from './raw-entry.ts';
import { readCount, readDepartment, readHash, readNumber, readText, readTuple } from './read-argument.ts';

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
  CalendarYearSet: entry('CalendarYearSet', (args) => ({ act: readAct('setCalendarYear', args) })),
  ResourceSubmitted: entry('ResourceSubmitted', (args) => {
    const resourceId = parseResourceId(derive('submitResource', args, ['provider', 'codeHash']));
    assertNamed(args, 'resourceId', resourceId);
    return { resourceId, act: readAct('submitResource', args), reviewDueAt: readNumber(args, 'reviewDueAt') };
  }),
  SourceDesignated: entry('SourceDesignated', (args) => ({ act: readAct('designateSource', args) })),
  ShareRequested: entry('ShareRequested', (args, deployment) => {
    const requestId = parseRequestId(digestOf('submitRequest', args, deployment));
    assertNamed(args, 'requestId', requestId);
    return { requestId, act: readAct('submitRequest', args), dueAt: readNumber(args, 'dueAt') };
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
      dueAt: readNumber(args, 'dueAt'),
    };
  }),
  ShareRefused: entry('ShareRefused', (args) => ({ act: readAct('refuse', args) })),
  GrantChanged: entry('GrantChanged', (args) => {
    const requestId = parseRequestId(readText(args, 'requestId'));
    const grantId = parseGrantId(derive('changeGrant', args, GRANT_TERMS, { requestId }));
    assertNamed(args, 'newGrantId', grantId);
    return { grantId, requestId, act: readAct('changeGrant', args) };
  }),
  CorrectionFiled: entry('CorrectionFiled', (args, deployment) => {
    const caseId = parseCaseId(digestOf('fileCorrection', args, deployment));
    assertNamed(args, 'caseId', caseId);
    return { caseId, act: readAct('fileCorrection', args), dueAt: readNumber(args, 'dueAt') };
  }),
  DisputeOpened: entry('DisputeOpened', (args, deployment) => {
    const caseId = parseCaseId(digestOf('openDispute', args, deployment));
    assertNamed(args, 'caseId', caseId);
    return { caseId, act: readAct('openDispute', args) };
  }),
  GatewayRegistered: entry('GatewayRegistered', (args) => {
    const act = readAct('registerGateway', args);
    const gateway = deriveGatewayId('ed25519', getBytes(act.publicKey));
    assertNamed(args, 'gateway', gateway);
    return { gateway, act };
  }),
  GatewayRetired: entry('GatewayRetired', (args) => ({ act: readAct('retireGateway', args) })),
  GatewayEquivocated: entry('GatewayEquivocated', (args) => ({
    gateway: parseGatewayId(readText(args, 'gateway')),
    size: readCount(args, 'size'),
    root: readHash(args, 'root'),
    otherRoot: readHash(args, 'otherRoot'),
  })),
  SupplementAsked: entry('SupplementAsked', (args) => readStep('askSupplement', args)),
  RequestResubmitted: entry('RequestResubmitted', (args) => readStep('supplement', args)),
  RequestWithdrawn: entry('RequestWithdrawn', (args) => readStep('withdrawRequest', args)),
  RequestReopened: entry('RequestReopened', (args) => readStep('reopenRequest', args)),
  AnswerExtended: entry('AnswerExtended', (args) => readStep('extendAnswer', args)),
  GrantDelivered: entry('GrantDelivered', (args) => readStep('deliver', args)),
  GrantActivated: entry('GrantActivated', (args) => readStep('acknowledge', args)),
  GrantSuspended: entry('GrantSuspended', (args) => readStep('suspend', args)),
  SuspensionFollowedUp: entry('SuspensionFollowedUp', (args) => readStep('followUpSuspension', args)),
  GrantResumed: entry('GrantResumed', (args) => readStep('resume', args)),
  GrantForfeited: entry('GrantForfeited', (args) => readStep('forfeit', args)),
  GrantReleased: entry('GrantReleased', (args) => readStep('release', args)),
  DisposalCertified: entry('DisposalCertified', (args) => readStep('certifyDisposal', args)),
  GrantClosed: entry('GrantClosed', (args) => readStep('acceptDisposal', args)),
  GrantTerminated: entry('GrantTerminated', (args) => readStep('terminate', args)),
  ResourcePublished: entry('ResourcePublished', (args) => readStep('publishResource', args)),
  ResourceReturned: entry('ResourceReturned', (args) => readStep('returnResource', args)),
  UpdateRequired: entry('UpdateRequired', (args) => readStep('requireUpdate', args)),
  UpdateExtended: entry('UpdateExtended', (args) => readStep('extendUpdate', args)),
  ResourceFrozen: entry('ResourceFrozen', (args) => readStep('freezeResource', args)),
  ResourceUnfrozen: entry('ResourceUnfrozen', (args) => readStep('unfreezeResource', args)),
  ResourceRetired: entry('ResourceRetired', (args) => readStep('retireResource', args)),
  CorrectionVerifying: entry('CorrectionVerifying', (args) => readStep('verifyCorrection', args)),
  CorrectionMade: entry('CorrectionMade', (args) => readStep('correct', args)),
  CorrectionUpheld: entry('CorrectionUpheld', (args) => readStep('uphold', args)),
  CorrectionFedBack: entry('CorrectionFedBack', (args) => readStep('feedBackCorrection', args)),
  CorrectionClosed: entry('CorrectionClosed', (args) => readStep('closeCorrection', args)),
  CoordinationApplied: entry('CoordinationApplied', (args) => readStep('applyForCoordination', args)),
  DisputeCoordinated: entry('DisputeCoordinated', (args) => readStep('coordinate', args)),
  DisputeSettled: entry('DisputeSettled', (args) => readStep('settleDispute', args)),
  DisputeEscalated: entry('DisputeEscalated', (args) => readStep('escalateDispute', args)),
  DisputeDecided: entry('DisputeDecided', (args) => readStep('decideDispute', args)),
  DisputeExecuted: entry('DisputeExecuted', (args) => readStep('executeDispute', args)),
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

/** The first topic of a step's event names its subject again, under the name of that kind of id. */
function readStep<Name extends StepName>(
  name: Name,
  args: EventArguments,
): { readonly act: Act<Name>; readonly dueAt: number } {
  const act = readAct(name, args);
  assertNamed(args, args.indexed[0] ?? '', act.subject);
  return { act, dueAt: readNumber(args, 'dueAt') };
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

/**
 * The keccak256 of the abi-encoded members, from the values on chain: typed acts lower very large times.
 * @param beside hashes that the event gives and the act does not
 */
function derive(
  name: ActName,
  args: EventArguments,
  members: readonly string[],
  beside: Readonly<Record<string, string>> = {},
): string {
  const { schema } = ACTS[name];
  const raw = { ...rawMembers(schema, readTuple(args)), ...beside };
  const types = new Map(structFields(schema).map((field) => [field.name, field.type]));
  const encoded = abi.encode(
    members.map((member) => types.get(member) ?? 'bytes32'),
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
