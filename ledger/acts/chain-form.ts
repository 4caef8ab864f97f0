import type { TypedDataField } from 'ethers';

import { departmentIdToHex, parseDepartmentId } from '../ids.ts';
import type { JsonObject, JsonValue } from '../json/strict-json.ts';
import type { ActSchema } from './act-definition.ts';
import { type ColumnType, columnTypeOf } from './columns.ts';

const NO_DEPARTMENT = `0x${'00'.repeat(18)}`;

/** Name and Solidity type of each member of an act, in declared order. */
export function structFields(schema: ActSchema): TypedDataField[] {
  return Object.entries(schema.shape).map(([name, column]) => ({ name, type: columnTypeOf(column) }));
}

/** A typed act as ethers encodes it: text as the bytes it has on chain. */
export function chainTuple(schema: ActSchema, act: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(structFields(schema).map(({ name, type }) => [name, toChain(type, act[name])]));
}

function toChain(type: string, value: unknown): unknown {
  if (type === 'bytes18') return value === null ? NO_DEPARTMENT : departmentIdToHex(parseDepartmentId(value));
  if (type === 'bytes12') return prefixBytes(value);
  if (type === 'bytes6') return `0x${Buffer.from(String(value), 'latin1').toString('hex')}`;
  return value;
}

/** Twelve bytes: the digits, then zeros; all zeros for no prefix. */
function prefixBytes(value: unknown): string {
  const digits = typeof value === 'string' ? value : '';
  return `0x${Buffer.from(digits, 'latin1').toString('hex').padEnd(24, '0')}`;
}

function prefixText(hex: string): string | null {
  const digits = Buffer.from(hex.slice(2).replace(/(?:00)+$/, ''), 'hex').toString('latin1');
  return digits === '' ? null : digits;
}

/** The members of a struct that ethers decoded, by name and as they are. */
export function rawMembers(schema: ActSchema, tuple: readonly unknown[]): Record<string, unknown> {
  return Object.fromEntries(Object.keys(schema.shape).map((name, index) => [name, tuple[index]]));
}

/**
 * The JSON form of a struct that ethers decoded, members in order.
 *
 * Numbers beyond 2^53 - 1 are possible where a contract sets no bound (`expiresAt`, windows) and are lowered to it:
 * refusing them would let one department stop every reader of the ledger, and no clock will ever reach them.
 */
export function jsonOfTuple(schema: ActSchema, tuple: readonly unknown[]): JsonObject {
  return Object.fromEntries(
    Object.entries(schema.shape).map(([name, column], index) => [name, toJson(columnTypeOf(column), tuple[index])]),
  );
}

function toJson(type: ColumnType, value: unknown): JsonValue {
  if (typeof value === 'bigint') return type === 'uint256' ? value.toString() : saturate(value);
  if (typeof value !== 'string') return null;
  if (type === 'bytes18' && value === NO_DEPARTMENT) return null;
  if (type === 'bytes12') return prefixText(value);
  // Ethers gives addresses with a checksum in their case.
  if (type === 'address') return value.toLowerCase();
  return type === 'bytes18' || type === 'bytes6' ? Buffer.from(value.slice(2), 'hex').toString('latin1') : value;
}

/** A number of the chain that only counts or tells the time, lowered to the largest safe integer. */
function saturate(value: bigint): number {
  return Number(value < BigInt(Number.MAX_SAFE_INTEGER) ? value : BigInt(Number.MAX_SAFE_INTEGER));
}
