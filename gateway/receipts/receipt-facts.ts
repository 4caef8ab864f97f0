import { z } from 'zod';

import type { JsonObject } from '../../ledger/json/strict-json.ts';
import { parseReceipt } from '../../ledger/receipts/receipt.ts';
import type { AccessReceipt, ReceiptOutcome } from '../../ledger/receipts/receipt.ts';
import { storeFailed } from '../stores/store-failed.ts';

/** What is known before the answer begins; null for what a refused request did not get far enough to say. */
export type ReceiptFacts = Pick<
  AccessReceipt,
  'grantId' | 'caller' | 'keyId' | 'block' | 'requestHash' | 'contextHash' | 'usage' | 'openedAt'
> & {
  /** Kept in the journal beside the receipt, never in it. */
  readonly contextSalt: string | null;
};

export interface SavedReceipt {
  readonly receipt: AccessReceipt;
  /** Opens the receipt's `contextHash` to whoever knows the context. */
  readonly contextSalt: string | null;
}

/** What became of the answer. */
export type ReceiptResult = Pick<
  AccessReceipt,
  'decision' | 'status' | 'rows' | 'bytes' | 'contentDigest' | 'closedAt'
> & {
  readonly outcome: Exclude<ReceiptOutcome, 'UNKNOWN'>;
};

const membersSchema = z.record(z.string(), z.json());
const openingSchema = z.strictObject({ gateway: z.string(), facts: membersSchema });
const savedReceiptSchema = z.strictObject({ receipt: membersSchema, contextSalt: z.string().nullable() });

/** @throws LedgerError RECEIPT_INVALID when the facts and the result do not make a receipt */
export function completeReceipt(
  identity: { readonly receiptId: string; readonly gateway: string },
  facts: ReceiptFacts,
  result: ReceiptResult,
): AccessReceipt {
  return parseReceipt({ ...CONSTANT_MEMBERS, ...identity, ...leafMembers({ ...facts }), ...result });
}

const CONSTANT_MEMBERS = { type: 'AccessReceipt', schema: 'dxl/receipt/1', sequence: null, previous: null } as const;

function leafMembers(facts: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(facts).filter(([name]) => name !== 'contextSalt'));
}

/**
 * The receipt of an answer whose end nobody saw because the process stopped; what was delivered is not known.
 * @param body of the opening line, as `openingBody` made it
 */
export function unknownReceipt(receiptId: string, body: JsonObject, closedAt: number): AccessReceipt {
  const opening = openingSchema.safeParse(body);
  if (!opening.success) throw storeFailed('read the receipt journal', opening.error);
  const { gateway, facts } = opening.data;
  const members = { ...CONSTANT_MEMBERS, receiptId, gateway, ...leafMembers(facts), closedAt };
  const unknown = { decision: 'PERMIT', outcome: 'UNKNOWN', status: null, rows: 0, bytes: 0, contentDigest: null };
  return parseReceipt({ ...members, ...unknown });
}

export function openingBody(gateway: string, facts: ReceiptFacts): JsonObject {
  return { gateway, facts: { ...facts } };
}

/** The body of a line that completes a receipt. The salt stays beside the receipt, never in it. */
export function receiptBody(receipt: AccessReceipt, contextSalt: string | null): JsonObject {
  return { receipt: { ...receipt }, contextSalt };
}

/** @throws GatewayError STORE_FAILED, LedgerError RECEIPT_INVALID for what `receiptBody` did not make */
export function readReceiptBody(body: JsonObject): SavedReceipt {
  const saved = savedReceiptSchema.safeParse(body);
  if (!saved.success) throw storeFailed('read the receipt journal', saved.error);
  return { receipt: parseReceipt(saved.data.receipt), contextSalt: saved.data.contextSalt };
}

export function readContextSalt(body: JsonObject): string | null {
  const opening = openingSchema.safeParse(body);
  const salt = opening.success ? opening.data.facts['contextSalt'] : null;
  return typeof salt === 'string' ? salt : null;
}
