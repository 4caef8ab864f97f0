import { type ErrorFragment, Interface, type ParamType } from 'ethers';

import { departmentAccountAbi } from '../__generated__/abi.ts';
import { CONTRACT_INTERFACES } from './contract-interfaces.ts';

/** Why a contract refused, by the name of its custom error. Attacker-controlled values, fit to be shown as text. */
export interface Revert {
  readonly name: string;
  /** By parameter name, or by position if it has none. Departments as text, other bytes as hex, numbers in decimal. */
  readonly args: Readonly<Record<string, string>>;
}

/** The two errors of Solidity itself, and OpenZeppelin's that no ABI of ours lists. */
const OTHER_ERRORS = [
  'error Error(string reason)',
  'error Panic(uint256 code)',
  'error AccessManagedUnauthorized(address caller)',
  'error AccessManagedRequiredDelay(address caller, uint32 delay)',
  'error AccessManagerAlreadyScheduled(bytes32 operationId)',
  'error AccessManagerNotScheduled(bytes32 operationId)',
  'error AccessManagerNotReady(bytes32 operationId)',
  'error AccessManagerExpired(bytes32 operationId)',
  'error AccessManagerLockedRole(uint64 roleId)',
  'error AccessManagerBadConfirmation()',
  'error AccessManagerUnauthorizedAccount(address msgsender, uint64 roleId)',
  'error AccessManagerUnauthorizedCall(address caller, address target, bytes4 selector)',
  'error AccessManagerUnauthorizedConsume(address target)',
  'error AccessManagerUnauthorizedCancel(address msgsender, address caller, address target, bytes4 selector)',
  'error AccessManagerInvalidInitialAdmin(address initialAdmin)',
];

const INTERFACES = [
  ...Object.values(CONTRACT_INTERFACES),
  new Interface(departmentAccountAbi),
  new Interface(OTHER_ERRORS),
];
const ERRORS = new Map<string, ErrorFragment>();
for (const contract of INTERFACES) {
  contract.forEachError((fragment) => ERRORS.set(fragment.selector, fragment));
}

const MAX_VALUE_LENGTH = 512;
const MAX_DATA_LENGTH = 20_000;
const decoder = new Interface([]);

/** The custom error in the return data of a failed call (hex); null if it is none that we know or cannot be read. */
export function decodeRevert(data: string): Revert | null {
  const fragment = ERRORS.get(data.slice(0, 10).toLowerCase());
  if (fragment === undefined || data.length > MAX_DATA_LENGTH) return null;
  try {
    const values: unknown[] = decoder.decodeErrorResult(fragment, data).toArray();
    const args = fragment.inputs.map((input, index): [string, string] => [
      nameOf(input, index),
      show(input, values[index]),
    ]);
    return { name: fragment.name, args: Object.fromEntries(args) };
  } catch {
    return null;
  }
}

function nameOf({ name }: ParamType, index: number): string {
  return name === '' ? String(index) : name;
}

function show({ type }: ParamType, value: unknown): string {
  const text = typeof value === 'string' || typeof value === 'bigint' ? String(value) : '';
  const shown = type === 'bytes18' ? Buffer.from(text.slice(2), 'hex').toString('latin1') : text;
  return shown.replaceAll(/[\p{Cc}\p{Cf}]/gu, '?').slice(0, MAX_VALUE_LENGTH);
}
