import { createHash } from 'node:crypto';

import {
  parseAccessKeyId,
  parseBytes32,
  parseDepartmentId,
  parseGrantId,
  type AccessKeyId,
  type Bytes32,
  type DepartmentId,
  type GrantId,
} from '../../../ledger/ids.ts';

/** A hash that is the same for the same name in every process. */
export function makeHash(name: string): Bytes32 {
  return parseBytes32(`0x${createHash('sha256').update(name).digest('hex')}`);
}

export const makeKeyId = (name = 'key'): AccessKeyId => parseAccessKeyId(makeHash(name));
export const makeGrantId = (name = 'grant'): GrantId => parseGrantId(makeHash(name));

/** Bytes of a day that processes race for. */
export const DAY_BYTES = 10_001;

/** Sample departments: region 99. */
export const REQUESTER: DepartmentId = parseDepartmentId('91990000MA0000001B');
export const PROVIDER: DepartmentId = parseDepartmentId('91990000MA0000002E');
