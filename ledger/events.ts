import type { EventFragment } from 'ethers';

import { CONTRACT_INTERFACES } from './acts/contract-interfaces.ts';
import { CONTRACT_NAMES, type ContractName, type Deployment } from './deployment.ts';
import { LedgerError } from './errors.ts';
import type { ActSigned, EventName, EventRecord, LedgerEvent, RawLog } from './events/ledger-event.ts';
import { type EventArguments, hashArguments, malformed, readArguments } from './events/raw-entry.ts';
import { readHash, readNumber, readText } from './events/read-argument.ts';
import { EVENT_READERS } from './events/event-readers.ts';
import { type Bytes32, type GatewayId, parseBytes32, parseGatewayId } from './ids.ts';

/** What goes in and comes out; defined apart because the readers below need the types too. */
export type { ActSigned, LedgerEvent, RawLog };

/** Events of each contract by topic. */
const FRAGMENTS = new Map(CONTRACT_NAMES.map((contract) => [contract, fragmentsOf(contract)]));

function fragmentsOf(contract: ContractName): ReadonlyMap<string, EventFragment> {
  const fragments = new Map<string, EventFragment>();
  CONTRACT_INTERFACES[contract].forEachEvent((fragment) => fragments.set(fragment.topicHash, fragment));
  return fragments;
}

/**
 * One entry of the ledger's history from a log. Attacker-controlled: nothing in it is believed but by what the caller
 * proves afterwards with the history heads.
 *
 * @returns null for a log of another contract or of an event that is no entry (such as ActSigned)
 * @throws LedgerError EVENT_MALFORMED when it is not, byte for byte, an event that the contract could have emitted
 */
export function decodeLog(deployment: Deployment, log: RawLog): LedgerEvent | null {
  const found = findFragment(deployment, log);
  if (found === null) return null;
  const { contract, fragment } = found;
  const { name } = fragment;
  if (!isEventName(name)) return null;
  return refuseMalformed(name, () => {
    const args = readArguments(fragment, log);
    return EVENT_READERS[name](args, deployment, readRecord(contract, fragment, args, log));
  });
}

/**
 * The signature behind an entry. The caller checks it; here it is only read.
 *
 * @returns null for any other log
 * @throws LedgerError EVENT_MALFORMED
 */
export function decodeActSigned(deployment: Deployment, log: RawLog): ActSigned | null {
  const found = findFragment(deployment, log);
  if (found?.fragment.name !== 'ActSigned') return null;
  const { contract, fragment } = found;
  return refuseMalformed('ActSigned', () => {
    const args = readArguments(fragment, log);
    return {
      contract,
      seq: readNumber(args, 'seq'),
      actDigest: readHash(args, 'actDigest'),
      signer: readText(args, 'signer'),
      signature: readText(args, 'signature'),
      ...readPosition(log),
    };
  });
}

/**
 * A tree head that `ReceiptLog` took. It is no entry of a history.
 *
 * @returns null for any other log
 * @throws LedgerError EVENT_MALFORMED
 */
export function decodeHeadAnchored(
  deployment: Deployment,
  log: RawLog,
): { readonly gateway: GatewayId; readonly size: number } | null {
  const found = findFragment(deployment, log);
  if (found?.fragment.name !== 'HeadAnchored') return null;
  return refuseMalformed('HeadAnchored', () => {
    const args = readArguments(found.fragment, log);
    return { gateway: parseGatewayId(readHash(args, 'gateway')), size: readNumber(args, 'size') };
  });
}

function findFragment(
  deployment: Deployment,
  log: RawLog,
): { readonly contract: ContractName; readonly fragment: EventFragment } | null {
  const address = log.address.toLowerCase();
  const contract = CONTRACT_NAMES.find((name) => deployment.contracts[name] === address);
  const topic = log.topics[0];
  if (contract === undefined || topic === undefined) return null;
  const fragment = FRAGMENTS.get(contract)?.get(topic.toLowerCase());
  return fragment === undefined ? null : { contract, fragment };
}

function isEventName(name: string): name is EventName {
  return Object.hasOwn(EVENT_READERS, name);
}

function readRecord(contract: ContractName, fragment: EventFragment, args: EventArguments, log: RawLog): EventRecord {
  return {
    contract,
    seq: readNumber(args, 'seq'),
    head: readHash(args, 'head'),
    recordedAt: readNumber(args, 'recordedAt'),
    actHash: hashArguments(fragment, args),
    ...readPosition(log),
  };
}

function readPosition(log: RawLog): Pick<EventRecord, 'blockNumber' | 'blockHash' | 'logIndex' | 'transactionHash'> {
  const { blockNumber, logIndex } = log;
  if (!isCount(blockNumber) || !isCount(logIndex)) throw malformed('The position of the log is not a number', '');
  return {
    blockNumber,
    logIndex,
    blockHash: readHex32(log.blockHash),
    transactionHash: readHex32(log.transactionHash),
  };
}

function isCount(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0;
}

function readHex32(text: string): Bytes32 {
  return parseBytes32(text.toLowerCase());
}

/** Whatever goes wrong while reading, the log is to blame. */
function refuseMalformed<Result>(event: string, read: () => Result): Result {
  try {
    return read();
  } catch (cause) {
    if (cause instanceof LedgerError && cause.code === 'EVENT_MALFORMED') throw cause;
    throw new LedgerError('EVENT_MALFORMED', 'Not an event of this contract', { event }, cause);
  }
}
