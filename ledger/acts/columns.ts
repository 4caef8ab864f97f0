import { z } from 'zod';

import {
  type AccessKeyId,
  type Bytes32,
  type CaseId,
  type GatewayId,
  type GrantId,
  isDepartmentId,
  parseAccessKeyId,
  parseBytes32,
  parseCaseId,
  parseGatewayId,
  parseGrantId,
  parseRequestId,
  parseResourceId,
  type RequestId,
  type ResourceId,
} from '../ids.ts';

/** The Solidity types that members of acts have. */
export type ColumnType =
  | 'address'
  | 'bytes'
  | 'bytes6'
  | 'bytes12'
  | 'bytes18'
  | 'bytes32'
  | 'uint8'
  | 'uint16'
  | 'uint32'
  | 'uint64'
  | 'uint256';

/** The Solidity type of each schema below, so that a schema of an act also says what is signed. */
const columnTypes = z.registry<{ type: ColumnType }>();

/** @throws TypeError for a schema that is no column */
export function columnTypeOf(schema: z.ZodType): ColumnType {
  const meta = columnTypes.get(schema);
  if (meta === undefined) throw new TypeError('Not a column of an act');
  return meta.type;
}

function bytes32Column<Id extends string>(parse: (text: string) => Id) {
  return z
    .string()
    .regex(/^0x[0-9a-f]{64}$/)
    .transform(parse)
    .register(columnTypes, { type: 'bytes32' });
}

const departmentText = z
  .string()
  .regex(/^[0-9A-Z]{18}$/)
  .refine(isDepartmentId, { params: { rule: 'DEPARTMENT_ID' } });

/** The social credit code as text; 18 bytes on chain. */
export const department = departmentText.clone().register(columnTypes, { type: 'bytes18' });

/** Null is 18 zero bytes on chain. */
export const departmentOrNone = departmentText.nullable().register(columnTypes, { type: 'bytes18' });

/** As recorded by an administrator, who is not held to name an authority that exists: then null. */
export const departmentAsGiven = departmentText.nullable().catch(null).register(columnTypes, { type: 'bytes18' });

/** Six digits as text (GB/T 2260). */
export const region = z
  .string()
  .regex(/^\d{6}$/)
  .register(columnTypes, { type: 'bytes6' });

/** Up to twelve digits that region codes begin with, as text; null is no filter, zero bytes on chain. */
export const regionPrefix = z
  .string()
  .regex(/^\d{1,12}$/)
  .nullable()
  .register(columnTypes, { type: 'bytes12' });

export const hash = bytes32Column((text): Bytes32 => parseBytes32(text));
export const accessKeyId = bytes32Column((text): AccessKeyId => parseAccessKeyId(text));
export const caseId = bytes32Column((text): CaseId => parseCaseId(text));
export const gatewayId = bytes32Column((text): GatewayId => parseGatewayId(text));
export const grantId = bytes32Column((text): GrantId => parseGrantId(text));
export const requestId = bytes32Column((text): RequestId => parseRequestId(text));
export const resourceId = bytes32Column((text): ResourceId => parseResourceId(text));

/** Lower-case hex. An address, or an ERC-7913 signer: the verifier's address followed by a key. */
export const account = z
  .string()
  .regex(/^0x(?:[0-9a-f]{2}){20,1024}$/)
  .register(columnTypes, { type: 'bytes' });

/** Lower-case hex: 32 bytes for Ed25519, 64 bytes x and y for P-256. */
export const publicKey = z
  .string()
  .regex(/^0x(?:[0-9a-f]{64}){1,2}$/)
  .register(columnTypes, { type: 'bytes' });

/** Lower-case hex: an account that signs by itself, and not the zero address. */
export const address = z
  .string()
  .regex(/^0x(?!0{40}$)[0-9a-f]{40}$/)
  .register(columnTypes, { type: 'address' });

/** Lower-case hex: an Ed25519 key, and not all zeros. */
export const ed25519Key = bytes32Column((text): Bytes32 => parseBytes32(text)).refine((key) => !/^0x0+$/.test(key), {
  params: { rule: 'ZERO' },
});

/** Unix seconds. */
export const seconds = z.int().min(0).register(columnTypes, { type: 'uint64' });

export const version = z
  .int()
  .min(1)
  .max(2 ** 32 - 1)
  .register(columnTypes, { type: 'uint32' });

export const count = z
  .int()
  .min(0)
  .max(2 ** 16 - 1)
  .register(columnTypes, { type: 'uint16' });

/** One of the numbers of a Solidity enum, or a small number. */
export function small(highest: number) {
  return z.int().min(0).max(highest).register(columnTypes, { type: 'uint8' });
}

/** A decimal string in JSON, a bigint in TypeScript. */
export const uint256 = z
  .string()
  .regex(/^(?:0|[1-9]\d{0,77})$/)
  .transform((text) => BigInt(text))
  .refine((value) => value < 2n ** 256n, { params: { rule: 'TOO_BIG' } })
  .register(columnTypes, { type: 'uint256' });
