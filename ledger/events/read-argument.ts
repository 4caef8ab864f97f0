import { Result } from 'ethers';

import { type Bytes32, departmentIdFromHex, type DepartmentId, parseBytes32 } from '../ids.ts';
import { type EventArguments, malformed } from './raw-entry.ts';

export function readText(args: EventArguments, name: string): string {
  const value = args.values.get(name);
  if (typeof value !== 'string') throw malformed('An argument is not text', name);
  return value;
}

export function readHash(args: EventArguments, name: string): Bytes32 {
  return parseBytes32(readText(args, name));
}

export function readDepartment(args: EventArguments, name: string): DepartmentId {
  return departmentIdFromHex(readText(args, name));
}

/** A counter or a block time, which contracts keep far below 2^53. */
export function readNumber(args: EventArguments, name: string): number {
  const value = args.values.get(name);
  if (typeof value !== 'bigint' || value > BigInt(Number.MAX_SAFE_INTEGER)) {
    throw malformed('An argument is not a safe number', name);
  }
  return Number(value);
}

/** A count that anybody may have signed, of any size. */
export function readCount(args: EventArguments, name: string): bigint {
  const value = args.values.get(name);
  if (typeof value !== 'bigint') throw malformed('An argument is not a number', name);
  return value;
}

/** The members of the struct `act` in declared order, as ethers decoded them. */
export function readTuple(args: EventArguments): readonly unknown[] {
  const value: unknown = args.values.get('act');
  if (!(value instanceof Result)) throw malformed('The act is not a struct', 'act');
  return value.toArray();
}
