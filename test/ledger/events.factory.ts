import { AbiCoder, keccak256 } from 'ethers';

import { type Act, ACTS, type ActName } from '../../ledger/acts/act-definitions.ts';
import { actDigest } from '../../ledger/acts/act-digest.ts';
import { chainTuple } from '../../ledger/acts/chain-form.ts';
import { CONTRACT_INTERFACES } from '../../ledger/acts/contract-interfaces.ts';
import type { ContractName } from '../../ledger/deployment.ts';
import type { RawLog } from '../../ledger/events/ledger-event.ts';
import {
  departmentIdToHex,
  deriveAccessKeyId,
  deriveGatewayId,
  deriveGrantId,
  parseRequestId,
  parseResourceId,
  type ResourceId,
} from '../../ledger/ids.ts';
import { sampleDepartment } from '../../scripts/samples/departments.ts';
import { someHash } from '../support/act-factory.ts';
import { aDeployment } from './deployment.factory.ts';

const abi = AbiCoder.defaultAbiCoder();

export const RECORDED_AT = 1_780_000_000;
export const DUE_AT = 1_790_000_000;

/** A log as the contract would emit it, with these arguments; its head is some hash. */
export function aLog(
  contract: ContractName,
  name: string,
  args: readonly unknown[],
  changes: Partial<RawLog> = {},
): RawLog {
  return {
    address: aDeployment().contracts[contract],
    ...CONTRACT_INTERFACES[contract].encodeEventLog(name, args),
    blockNumber: 7,
    blockHash: someHash(0xb7),
    logIndex: 3,
    transactionHash: someHash(0x7b),
    ...changes,
  };
}

export type Values = Readonly<Record<string, unknown>>;

/** The resource that a submission is about. */
export function resourceIdOf({ provider, codeHash }: Act<'submitResource'>): ResourceId {
  return parseResourceId(keccak256(abi.encode(['bytes18', 'bytes32'], [departmentIdToHex(provider), codeHash])));
}

/** What an event says that is no member of its act, by the names of its arguments. */
const FACTS = {
  dueAt: DUE_AT,
  reviewDueAt: DUE_AT,
  requester: departmentIdToHex(sampleDepartment('RS').id),
  requestId: parseRequestId(someHash(0xb2)),
  resourceId: parseResourceId(someHash(0xa1)),
  resourceVersion: 2,
};

const PLACE = { recordedAt: RECORDED_AT, seq: 1, head: someHash(0xee) };

/** Ids that follow from the act, by the names of the event's arguments. */
const DERIVED: { readonly [Name in ActName]?: (act: Act<Name>) => Values } = {
  registerAccessKey: ({ department, publicKey }) => ({
    keyId: deriveAccessKeyId(department, 'ed25519', Buffer.from(publicKey.slice(2), 'hex')),
  }),
  registerGateway: ({ publicKey }) => ({ gateway: deriveGatewayId('ed25519', Buffer.from(publicKey.slice(2), 'hex')) }),
  submitResource: (act) => ({ resourceId: resourceIdOf(act) }),
  submitRequest: (act) => ({ requestId: actDigest(aDeployment(), 'submitRequest', act) }),
  agree: (act) => ({ grantId: deriveGrantId(act) }),
  changeGrant: (act) => ({ newGrantId: deriveGrantId({ ...act, requestId: FACTS.requestId }) }),
  fileCorrection: (act) => ({ caseId: actDigest(aDeployment(), 'fileCorrection', act) }),
  openDispute: (act) => ({ caseId: actDigest(aDeployment(), 'openDispute', act) }),
};

/**
 * The log of an act, as its contract emits it.
 * @param args arguments of the event to be others than they are
 * @param members members of the act to be others than they are
 */
export function actLog<Name extends ActName>(
  name: Name,
  act: Act<Name>,
  args: Values = {},
  members: Values = {},
): RawLog {
  const { contract, event, schema } = ACTS[name];
  const tuple = chainTuple(schema, act);
  const subject = 'subject' in tuple ? { [String(argumentNames(contract, event)[0])]: tuple['subject'] } : {};
  const derived = DERIVED[name]?.(act) ?? {};
  const own = Object.fromEntries(Object.entries(tuple).filter(([member]) => member !== 'dueAt'));
  const values: Values = { ...FACTS, ...own, ...subject, ...derived, ...PLACE, act: { ...tuple, ...members }, ...args };
  return aLog(
    contract,
    event,
    argumentNames(contract, event).map((argument) => values[argument]),
  );
}

export function argumentNames(contract: ContractName, event: string): string[] {
  return CONTRACT_INTERFACES[contract].getEvent(event)?.inputs.map(({ name }) => name) ?? [];
}

/** `actHash` from the specification: keccak256(abi.encode(topic0, every argument before seq)). */
export function actHashOf(contract: ContractName, name: string, args: readonly unknown[]): string {
  const fragment = CONTRACT_INTERFACES[contract].getEvent(name);
  if (fragment === null) throw new TypeError(name);
  const inputs = fragment.inputs.slice(0, -2);
  return keccak256(abi.encode(['bytes32', ...inputs], [fragment.topicHash, ...args.slice(0, inputs.length)]));
}
