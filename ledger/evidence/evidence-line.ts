import { z } from 'zod';

import { CONTRACT_NAMES } from '../deployment.ts';
import { bytes32Schema } from '../documents/terms.ts';
import { isObject } from '../json/is-object.ts';
import type { JsonValue } from '../json/strict-json.ts';
import { EVIDENCE_FORMAT } from './limits.ts';
import { scopeSchema } from './scope.ts';

const count = z.int().min(0);
/** Bytes as 0x and digits in lower case, two to a byte. */
export const hexSchema = z.string().regex(/^0x(?:[0-9a-f]{2})*$/);
const address = z.string().regex(/^0x[0-9a-f]{40}$/);
const signer = z.string().regex(/^0x(?:[0-9a-f]{2}){20,}$/);
// cspell:ignore AEIMQU Ycgkosw
/** The one base64url spelling of 32 bytes. */
const salt = z.string().regex(/^[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]$/);
const contractName = z.enum(CONTRACT_NAMES);

function byContract<Value extends z.ZodType>(value: Value) {
  return z.record(contractName, value);
}

/** Any JSON, as it is; what it must be is checked where it is used. */
const json: z.ZodType<JsonValue> = z.custom<JsonValue>(isJson);

/** What stands in a line but is judged by its own code, if it is an object at all. */
const object = json.refine((value): boolean => isObject(value), { params: { rule: 'OBJECT' } });

const deployment = z
  .strictObject({
    chainId: z.int().positive(),
    genesisHash: bytes32Schema,
    startBlock: count,
    profile: z.enum(['dev', 'qbft', 'comet']),
    contracts: byContract(address),
    codeHashes: byContract(bytes32Schema),
    verifiers: z.strictObject({ p256: address, webauthn: address }),
  })
  .refine(({ contracts, verifiers }) => areDifferent([...Object.values(contracts), ...Object.values(verifiers)]), {
    params: { rule: 'UNIQUE' },
  });

export const headerLine = z.strictObject({
  type: z.literal('header'),
  format: z.literal(EVIDENCE_FORMAT),
  deployment,
  scope: scopeSchema,
});

const blockLine = z.strictObject({
  type: z.literal('block'),
  number: count,
  hash: bytes32Schema,
  timestamp: count,
  seal: json,
});

const headsLine = z.strictObject({
  type: z.literal('heads'),
  contracts: byContract(z.strictObject({ seq: count, head: bytes32Schema })),
  proofs: byContract(json).nullable(),
});

const accountLine = z
  .strictObject({
    type: z.literal('account'),
    account: address,
    /** None, and a threshold of 0, where the account does not say who they are. */
    officers: z.array(signer).refine(isAscending, { params: { rule: 'SORTED_UNIQUE' } }),
    threshold: z.int().min(0),
  })
  .refine(({ officers, threshold }) => threshold <= officers.length && (threshold > 0 || officers.length === 0), {
    params: { rule: 'THRESHOLD' },
  });

const logLine = z.strictObject({
  type: z.literal('log'),
  block: count,
  contract: contractName,
  topics: z.array(bytes32Schema).min(1).max(4),
  data: hexSchema,
});

const documentLine = z
  .strictObject({
    type: z.literal('document'),
    hash: bytes32Schema,
    salt: salt.nullable(),
    document: json.refine(isObjectOrNull, { params: { rule: 'OBJECT' } }),
  })
  .refine((line) => (line.salt === null) === (line.document === null), { params: { rule: 'SALTED' } });

const checkpointLine = z.strictObject({
  type: z.literal('checkpoint'),
  gateway: bytes32Schema,
  note: z.string(),
  consistency: z.array(bytes32Schema),
  complete: z.boolean(),
});

/** Members in the order of JCS, in which the parsed value has them too: it is hashed again for every receipt. */
const contextSchema = z.strictObject({
  caseNumber: z.string().nullable(),
  equals: z.record(z.string(), z.string()),
  fields: z.array(z.string()),
  limit: count.nullable(),
  purpose: z.string(),
  region: z.string().nullable(),
  system: z.string().nullable(),
});

const receiptLine = z
  .strictObject({
    type: z.literal('receipt'),
    index: count,
    receipt: object,
    context: contextSchema.nullable(),
    contextSalt: salt.nullable(),
    contentSalt: salt.nullable(),
    proof: z.array(bytes32Schema).nullable(),
  })
  .refine((line) => (line.context === null) === (line.contextSalt === null), { params: { rule: 'SALTED' } });

const confirmationLine = z.strictObject({
  type: z.literal('confirmation'),
  confirmation: object,
  signature: hexSchema,
});

const endLine = z.strictObject({
  type: z.literal('end'),
  lines: count,
  sha256: bytes32Schema,
  exporter: bytes32Schema,
  signature: z.string().regex(/^0x[0-9a-f]{128}$/),
});

/** The shape of each line, docs/evidence-format.md section 2. */
export const evidenceLineSchema = z.discriminatedUnion('type', [
  headerLine,
  blockLine,
  headsLine,
  accountLine,
  logLine,
  documentLine,
  checkpointLine,
  receiptLine,
  confirmationLine,
  endLine,
]);
export type EvidenceLine = z.output<typeof evidenceLineSchema>;
export type EvidenceLineType = EvidenceLine['type'];
export type EvidenceLineOf<Type extends EvidenceLineType> = Extract<EvidenceLine, { type: Type }>;

function isObjectOrNull(value: JsonValue): boolean {
  return value === null || isObject(value);
}

function areDifferent(items: readonly string[]): boolean {
  return new Set(items).size === items.length;
}

function isAscending(items: readonly string[]): boolean {
  return items.every((item, index) => index === 0 || (items[index - 1] ?? '') < item);
}

/** `z.json()` tries one schema after the other for each member and copies it, which was half the work on a receipt. */
function isJson(value: unknown): boolean {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return true;
  if (typeof value === 'number') return Number.isFinite(value);
  if (typeof value !== 'object') return false;
  return Array.isArray(value) ? value.every(isJson) : Object.values(value).every(isJson);
}
