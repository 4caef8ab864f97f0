import { z } from 'zod';

import { canonicalBytes } from '../canonical-json.ts';
import type { DeepReadonly } from '../documents/deep-readonly.ts';
import { type CrossRule, withRules } from '../documents/document-rule.ts';
import { accessKeyIdSchema, bytes32Schema, departmentIdSchema, grantIdSchema } from '../documents/terms.ts';
import { LedgerError } from '../errors.ts';
import { type Bytes32, parseBytes32 } from '../ids.ts';
import { firstProblem } from '../json/first-problem.ts';
import type { JsonValue } from '../json/strict-json.ts';
import { hashLeaf } from '../log/merkle-tree.ts';

/** A leaf is one entry of a C2SP tlog-tiles entry bundle, whose length is 16 bits. */
export const MAX_LEAF_BYTES = 65_535;

const countSchema = z.int().min(0);
const unixSecondsSchema = z.int().min(0);
const codeSchema = z.string().regex(/^[A-Z][A-Z0-9_]{0,63}$/);
const blockSchema = z.strictObject({ number: countSchema, hash: bytes32Schema });

const memberSchema = z.strictObject({
  type: z.literal('AccessReceipt'),
  schema: z.literal('dxl/receipt/1'),
  receiptId: z.string().regex(/^[0-9A-Za-z_-]{16,80}$/),
  /** Identifies the gateway, for example the id of its signing key. */
  gateway: z.string().regex(/^[\x21-\x7e]{1,128}$/),
  /** Null where a refused request did not get far enough to name it; so are the next four. */
  grantId: grantIdSchema.nullable(),
  caller: departmentIdSchema.nullable(),
  keyId: accessKeyIdSchema.nullable(),
  /** The block whose state the decision was made on. */
  block: blockSchema.nullable(),
  /** Hash of the signed request. */
  requestHash: bytes32Schema.nullable(),
  /** {@link contextHash} of purpose, case number, system and filters; its salt is kept off the leaf. */
  contextHash: bytes32Schema.nullable(),
  /** PERMIT; AUDIT for what a supervisor took out for its own use; or the deny or error code. */
  decision: codeSchema,
  /** UNKNOWN: the gateway stopped before it could close the receipt. */
  outcome: z.enum(['DELIVERED', 'ABORTED', 'REFUSED', 'UNKNOWN']),
  /** HTTP status; null when UNKNOWN. */
  status: z.int().min(100).max(599).nullable(),
  /** Rows and bytes of data that were handed to the connection. */
  rows: countSchema,
  bytes: countSchema,
  /** {@link contentHash} of the bytes delivered, also of an aborted answer; its salt is kept off the leaf. */
  contentHash: bytes32Schema.nullable(),
  /** Why a refused or aborted answer ended, and the block whose state ended it; null when it was delivered. */
  endedBy: z.strictObject({ code: codeSchema, block: blockSchema.nullable() }).nullable(),
  /** Unix seconds by the gateway's clock. */
  openedAt: unixSecondsSchema,
  closedAt: unixSecondsSchema,
  /** Calls counted for the grant, and bytes of the day, before this one. */
  usage: z
    .strictObject({ second: countSchema, day: countSchema, total: countSchema, bytesToday: countSchema })
    .nullable(),
  /** Refusals of this caller by this gateway since its last receipt that were too many for receipts of their own. */
  suppressed: countSchema,
  /** Number of the receipt among those of its grant in the log of this gateway, from 1; null where it names no grant. */
  sequence: z.int().min(1).nullable(),
  /** {@link receiptHash} of the receipt with the number before; null for the first one. */
  previous: bytes32Schema.nullable(),
});
type Members = z.output<typeof memberSchema>;

/** Decisions after which something leaves. */
const LETS_OUT: readonly string[] = ['PERMIT', 'AUDIT'];

const RULES: readonly CrossRule<Members>[] = [
  {
    rule: 'PERMIT_IS_COMPLETE',
    path: ['decision'],
    holds: (receipt) => receipt.decision !== 'PERMIT' || isNamed(receipt),
  },
  {
    rule: 'AUDIT_IS_OF_NO_GRANT',
    path: ['decision'],
    holds: ({ decision, grantId, rows, caller, keyId, block }) =>
      decision !== 'AUDIT' || (grantId === null && rows === 0 && ![caller, keyId, block].includes(null)),
  },
  {
    rule: 'OUTCOME_FITS_DECISION',
    path: ['outcome'],
    holds: ({ decision, outcome }) => LETS_OUT.includes(decision) || outcome === 'REFUSED' || outcome === 'UNKNOWN',
  },
  {
    rule: 'OUTCOME_FITS_DECISION',
    path: ['contentHash'],
    holds: ({ outcome, contentHash }) => outcome !== 'DELIVERED' || contentHash !== null,
  },
  {
    rule: 'ENDING_FITS_OUTCOME',
    path: ['endedBy'],
    holds: ({ outcome, endedBy }) => (outcome === 'REFUSED' || outcome === 'ABORTED') === (endedBy !== null),
  },
  {
    rule: 'REFUSED_IS_EMPTY',
    path: ['bytes'],
    holds: ({ outcome, rows, bytes }) => outcome !== 'REFUSED' || (rows === 0 && bytes === 0),
  },
  {
    rule: 'UNKNOWN_IS_EMPTY',
    path: ['bytes'],
    holds: ({ outcome, rows, bytes }) => outcome !== 'UNKNOWN' || (rows === 0 && bytes === 0),
  },
  {
    rule: 'OUTCOME_FITS_DECISION',
    path: ['status'],
    holds: ({ outcome, status }) => outcome === 'UNKNOWN' || status !== null,
  },
  {
    rule: 'WINDOW_ORDERED',
    path: ['closedAt'],
    holds: ({ openedAt, closedAt }) => openedAt <= closedAt,
  },
];

function isNamed({ grantId, caller, keyId, block, requestHash, contextHash }: Members): boolean {
  return ![grantId, caller, keyId, block, requestHash, contextHash].includes(null);
}

/** Evidence of one answer or refusal: ids, hashes and counts, never data and never personal data. */
export const receiptSchema = withRules(memberSchema, RULES);
export type AccessReceipt = DeepReadonly<z.output<typeof receiptSchema>>;
export type ReceiptOutcome = AccessReceipt['outcome'];

/** @throws LedgerError RECEIPT_INVALID with `details.path` and `details.rule` as `parseDocument` gives them. */
export function parseReceipt(value: JsonValue): AccessReceipt {
  const result = receiptSchema.safeParse(value);
  if (result.success) return result.data;
  throw new LedgerError('RECEIPT_INVALID', 'Not a valid access receipt', { ...firstProblem(result.error) });
}

/** A complete receipt but for its place in the chain of its grant, which is known when it is written. */
export type UnlinkedReceipt = Omit<AccessReceipt, 'sequence' | 'previous'>;

/** Where the chain of a grant ends: the number of its last receipt and that receipt's leaf hash. */
export interface ChainEnd {
  readonly sequence: number;
  readonly hash: Bytes32;
}

/** The receipt as the next one of its grant; `end` is null for the first. One that names no grant is in no chain. */
export function linkReceipt(receipt: UnlinkedReceipt, end: ChainEnd | null): AccessReceipt {
  if (receipt.grantId === null) return { ...receipt, sequence: null, previous: null };
  return { ...receipt, sequence: (end?.sequence ?? 0) + 1, previous: end?.hash ?? null };
}

/** The bytes that enter the log: JCS of the receipt. The bounds of the schema keep them below MAX_LEAF_BYTES. */
export function receiptLeaf(receipt: AccessReceipt): Uint8Array {
  return canonicalBytes(receipt);
}

/** SHA-256(0x00 || leaf), the receipt's leaf hash in an RFC 9162 tree. */
export function receiptHash(receipt: AccessReceipt): Bytes32 {
  return parseBytes32(`0x${Buffer.from(hashLeaf(receiptLeaf(receipt))).toString('hex')}`);
}
