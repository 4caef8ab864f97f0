import { AbiCoder, concat, type EventFragment, keccak256, type ParamType } from 'ethers';

import { LedgerError } from '../errors.ts';
import { type Bytes32, parseBytes32 } from '../ids.ts';
import type { RawLog } from './ledger-event.ts';

/** The arguments of one event by name, as ethers decodes them: bigint, hex text, or an array for a struct. */
export interface EventArguments {
  readonly values: ReadonlyMap<string, unknown>;
  /** Names of those that are topics. */
  readonly indexed: readonly string[];
}

const abi = AbiCoder.defaultAbiCoder();

/**
 * The arguments of an event. The log is attacker-controlled: it must be, byte for byte, what the contract would emit.
 * @throws LedgerError EVENT_MALFORMED
 */
export function readArguments(fragment: EventFragment, log: Pick<RawLog, 'topics' | 'data'>): EventArguments {
  const isIndexed = (input: ParamType): boolean => input.indexed === true;
  const indexed = fragment.inputs.filter(isIndexed);
  const plain = fragment.inputs.filter((input) => !isIndexed(input));
  const topics = log.topics.slice(1);
  if (topics.length !== indexed.length) throw malformed('Another number of topics', fragment.name);
  const fromTopics = decodeExactly(indexed, concat(topics));
  const fromData = decodeExactly(plain, log.data.toLowerCase());
  const pairs = [...indexed, ...plain].map((input, index): [string, unknown] => [
    input.name,
    index < indexed.length ? fromTopics[index] : fromData[index - indexed.length],
  ]);
  return { values: new Map(pairs), indexed: indexed.map(({ name }) => name) };
}

/** Solidity accepts dirty padding and odd offsets; one event must have one form only. */
function decodeExactly(types: readonly ParamType[], encoded: string): readonly unknown[] {
  let values: readonly unknown[];
  let again: string;
  try {
    values = abi.decode(types, encoded).toArray();
    again = abi.encode(types, values);
  } catch (cause) {
    throw new LedgerError('EVENT_MALFORMED', 'The event cannot be decoded', {}, cause);
  }
  if (again !== encoded) throw malformed('The event is not encoded as the contract does', '');
  return values;
}

/** `keccak256(abi.encode(topic0, every argument before seq))`. */
export function hashArguments(fragment: EventFragment, { values }: EventArguments): Bytes32 {
  const before = fragment.inputs.slice(
    0,
    fragment.inputs.findIndex(({ name }) => name === 'seq'),
  );
  const encoded = abi.encode(
    ['bytes32', ...before],
    [fragment.topicHash, ...before.map(({ name }) => values.get(name))],
  );
  return parseBytes32(keccak256(encoded));
}

export function malformed(why: string, event: string): LedgerError {
  return new LedgerError('EVENT_MALFORMED', why, { event });
}
