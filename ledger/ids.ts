import { AbiCoder, keccak256, toUtf8Bytes } from 'ethers';

import { LedgerError } from './errors.ts';

declare const brand: unique symbol;
type Brand<Base, Name extends string> = Base & { readonly [brand]: Name };

/** Lower-case hex with 0x: 32 bytes. */
export type Bytes32 = Brand<string, 'Bytes32'>;

/** The 18 characters of a unified social credit code (GB 32100-2015), as text. */
export type DepartmentId = Brand<string, 'DepartmentId'>;
export type ResourceId = Brand<string, 'ResourceId'>;
export type RequestId = Brand<string, 'RequestId'>;
export type GrantId = Brand<string, 'GrantId'>;
/** A correction or a dispute: the digest of the act that opened it. */
export type CaseId = Brand<string, 'CaseId'>;
export type AccessKeyId = Brand<string, 'AccessKeyId'>;
/** A gateway, by the key with which it signs its answers and the notes of its log. */
export type GatewayId = Brand<string, 'GatewayId'>;

/** Signature algorithms of access keys, by their RFC 9421 names. The number is `KeyAlgorithm` on chain. */
export const KEY_ALGORITHMS = { ed25519: 1, 'ecdsa-p256-sha256': 2 } as const;
export type KeyAlgorithm = keyof typeof KEY_ALGORITHMS;

/** Document hash algorithms; the number is `HashAlgorithm` on chain. Others are reserved there. */
export const HASH_ALGORITHMS = { sha256: 1 } as const;

const ALPHABET = '0123456789ABCDEFGHJKLMNPQRTUWXY';
const BYTES32 = /^0x[0-9a-f]{64}$/;
const abi = AbiCoder.defaultAbiCoder();

function isBytes32(text: string): text is Bytes32 {
  return BYTES32.test(text);
}

/** @throws LedgerError HEX_INVALID unless `text` is 0x and 64 lower-case hex digits. */
// eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters -- the caller says which id it reads
export function parseBytes32<Id extends string = Bytes32>(text: unknown): Id & Bytes32 {
  if (typeof text !== 'string' || !isBytes32(text)) {
    throw new LedgerError('HEX_INVALID', 'Expected 0x and 64 lower-case hex digits');
  }
  return text as Id & Bytes32; // eslint-disable-line @typescript-eslint/consistent-type-assertions -- the one place where a checked string becomes an id
}

export const parseResourceId = (text: unknown): ResourceId => parseBytes32<ResourceId>(text);
export const parseRequestId = (text: unknown): RequestId => parseBytes32<RequestId>(text);
export const parseGrantId = (text: unknown): GrantId => parseBytes32<GrantId>(text);
export const parseCaseId = (text: unknown): CaseId => parseBytes32<CaseId>(text);
export const parseGatewayId = (text: unknown): GatewayId => parseBytes32<GatewayId>(text);
export const parseAccessKeyId = (text: unknown): AccessKeyId => parseBytes32<AccessKeyId>(text);

/** Whether `text` is a unified social credit code with its check character (GB 32100-2015). */
export function isDepartmentId(text: string): text is DepartmentId {
  if (text.length !== 18) return false;
  let sum = 0;
  let weight = 1;
  for (let index = 0; index < 17; index += 1) {
    const value = ALPHABET.indexOf(text.charAt(index));
    if (value < 0) return false;
    sum += value * weight;
    weight = (weight * 3) % 31;
  }
  return text.charAt(17) === ALPHABET.charAt((31 - (sum % 31)) % 31);
}

/**
 * Checks a unified social credit code with its check character (GB 32100-2015).
 * @throws LedgerError DEPARTMENT_ID_INVALID
 */
export function parseDepartmentId(text: unknown): DepartmentId {
  if (typeof text !== 'string' || !isDepartmentId(text)) {
    throw new LedgerError('DEPARTMENT_ID_INVALID', 'Not a unified social credit code with a valid check character');
  }
  return text;
}

/** The code as `bytes18`, the form it has on chain. */
export function departmentIdToHex(id: DepartmentId): string {
  return `0x${Buffer.from(id, 'latin1').toString('hex')}`;
}

/** @throws LedgerError DEPARTMENT_ID_INVALID */
export function departmentIdFromHex(hex: string): DepartmentId {
  return parseDepartmentId(Buffer.from(hex.slice(2), 'hex').toString('latin1'));
}

export function resourceCodeHash(resourceCode: string): Bytes32 {
  return parseBytes32(keccak256(toUtf8Bytes(resourceCode)));
}

/** How the ledger names a data element. */
export function elementHash(element: string): Bytes32 {
  return parseBytes32(keccak256(toUtf8Bytes(element)));
}

export function deriveResourceId(provider: DepartmentId, resourceCode: string): ResourceId {
  const encoded = abi.encode(['bytes18', 'bytes32'], [departmentIdToHex(provider), resourceCodeHash(resourceCode)]);
  return parseResourceId(keccak256(encoded));
}

/** What a grant id commits to; times in Unix seconds, `fields` a bitmap over the entry's field list, bit 0 first. */
export interface GrantTerms {
  readonly requestId: RequestId;
  readonly fields: bigint;
  readonly notBefore: number;
  readonly notAfter: number;
  readonly documentHash: Bytes32;
  readonly hashAlgorithm: number;
}

export function deriveGrantId(terms: GrantTerms): GrantId {
  const encoded = abi.encode(
    ['bytes32', 'uint256', 'uint64', 'uint64', 'bytes32', 'uint8'],
    [terms.requestId, terms.fields, terms.notBefore, terms.notAfter, terms.documentHash, terms.hashAlgorithm],
  );
  return parseGrantId(keccak256(encoded));
}

/**
 * The same public key has another id in each department, so nobody can block another one's key by registering it.
 * `publicKey`: 32 bytes for Ed25519, 64 bytes x and y for P-256.
 */
export function deriveAccessKeyId(
  department: DepartmentId,
  algorithm: KeyAlgorithm,
  publicKey: Uint8Array,
): AccessKeyId {
  const values = [departmentIdToHex(department), KEY_ALGORITHMS[algorithm], publicKey];
  return parseAccessKeyId(keccak256(abi.encode(['bytes18', 'uint8', 'bytes'], values)));
}

/** The id of a gateway, which is that of its key too. `publicKey`: 32 bytes. */
export function deriveGatewayId(algorithm: KeyAlgorithm, publicKey: Uint8Array): GatewayId {
  const encoded = abi.encode(['uint8', 'bytes'], [KEY_ALGORITHMS[algorithm], publicKey]);
  return parseGatewayId(keccak256(encoded));
}
