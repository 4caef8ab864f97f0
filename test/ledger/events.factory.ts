import { AbiCoder, Interface, keccak256 } from 'ethers';

import {
  departmentRegistryAbi,
  directoryAbi,
  resourceCatalogAbi,
  shareLedgerAbi,
} from '../../ledger/__generated__/abi.ts';
import { type Act, ACTS, type ActName } from '../../ledger/acts/act-definitions.ts';
import { actDigest } from '../../ledger/acts/act-digest.ts';
import { chainTuple } from '../../ledger/acts/chain-form.ts';
import type { ContractName } from '../../ledger/deployment.ts';
import type { EventName, RawLog } from '../../ledger/events/ledger-event.ts';
import { departmentIdToHex, deriveGrantId, type ResourceId } from '../../ledger/ids.ts';
import { someHash } from '../support/act-factory.ts';
import type { Actor } from '../support/actors.ts';
import { aDeployment } from './deployment.factory.ts';

const INTERFACES: Readonly<Record<ContractName, Interface>> = {
  Directory: new Interface(directoryAbi),
  DepartmentRegistry: new Interface(departmentRegistryAbi),
  ResourceCatalog: new Interface(resourceCatalogAbi),
  ShareLedger: new Interface(shareLedgerAbi),
};
const abi = AbiCoder.defaultAbiCoder();

export const RECORDED_AT = 1_780_000_000;

/** A log as the contract would emit it, with these arguments; its head is some hash. */
export function aLog(
  contract: ContractName,
  name: string,
  args: readonly unknown[],
  changes: Partial<RawLog> = {},
): RawLog {
  return {
    address: aDeployment().contracts[contract],
    ...INTERFACES[contract].encodeEventLog(name, args),
    blockNumber: 7,
    blockHash: someHash(0xb7),
    logIndex: 3,
    transactionHash: someHash(0x7b),
    ...changes,
  };
}

const END_OF_EVENT = [RECORDED_AT, 1, someHash(0xee)];

/** The log of an act; `topics` are the indexed arguments before it. */
export function actLog<Name extends ActName>(
  name: Name,
  event: EventName,
  act: Act<Name>,
  topics: readonly unknown[],
  changes: Readonly<Record<string, unknown>> = {},
): RawLog {
  const { contract, schema } = ACTS[name];
  return aLog(contract, event, [...topics, { ...chainTuple(schema, act), ...changes }, ...END_OF_EVENT]);
}

export function requestLog(act: Act<'submitRequest'>, changes: Readonly<Record<string, unknown>> = {}): RawLog {
  const requestId = actDigest(aDeployment(), 'submitRequest', act);
  const topics = [requestId, departmentIdToHex(act.requester), act.resourceId];
  return actLog('submitRequest', 'ShareRequested', act, topics, changes);
}

export function grantLog(act: Act<'agree'>, requester: Actor, resourceId: ResourceId): RawLog {
  return actLog('agree', 'GrantIssued', act, [deriveGrantId(act), departmentIdToHex(requester.id), resourceId, 2]);
}

/** `actHash` from the specification: keccak256(abi.encode(topic0, every argument before seq)). */
export function actHashOf(contract: ContractName, name: string, args: readonly unknown[]): string {
  const fragment = INTERFACES[contract].getEvent(name);
  if (fragment === null) throw new TypeError(name);
  const inputs = fragment.inputs.slice(0, -2);
  return keccak256(abi.encode(['bytes32', ...inputs], [fragment.topicHash, ...args.slice(0, inputs.length)]));
}
