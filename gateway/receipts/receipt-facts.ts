import { z } from 'zod';

import type { JsonObject } from '../../ledger/json/strict-json.ts';
import { parseReceipt } from '../../ledger/receipts/receipt.ts';
import type { AccessReceipt, ReceiptOutcome } from '../../ledger/receipts/receipt.ts';
import { storeFailed } from '../stores/store-failed.ts';

/** What is known before the answer begins; null for what a refused request did not get far enough to say. */
export type ReceiptFacts = Pick<
  AccessReceipt,
  'grantId' | 'caller' | 'keyId' | 'block' | 'requestHash' | 'contextHash' | 'usage' | 'suppressed' | 'openedAt'
> & {
  /** Kept in the journal beside the receipt, never in it. */
  readonly contextSalt: string | null;
};

/** What is kept beside a receipt: each opens a hash of it to whoever knows what was hashed. */
export interface ReceiptSalts {
  readonly contextSalt: string | null;
  readonly contentSalt: string | null;
}

export interface SavedReceipt extends ReceiptSalts {
  readonly receipt: AccessReceipt;
}

/** What became of the answer. */
export type ReceiptResult = Pick<
  AccessReceipt,
  'decision' | 'status' | 'rows' | 'bytes' | 'contentHash' | 'endedBy' | 'closedAt'
> & {
  readonly outcome: Exclude<ReceiptOutcome, 'UNKNOWN'>;
  /** Kept as `contextSalt` is. */
  readonly contentSalt: string | null;
};

const membersSchema = z.record(z.string(), z.json());
const openingSchema = z.strictObject({ gateway: z.string(), facts: membersSchema });
const savedReceiptSchema = z.strictObject({
  receipt: membersSchema,
  contextSalt: z.string().nullable(),
  contentSalt: z.string().nullable(),
});

/** @throws LedgerError RECEIPT_INVALID when the facts and the result do not make a receipt */
export function completeReceipt(
  identity: { readonly receiptId: string; readonly gateway: string },
  facts: ReceiptFacts,
  result: ReceiptResult,
): AccessReceipt {
  return parseReceipt({
    ...CONSTANT_MEMBERS,
    ...identity,
    ...leafMembers({ ...facts }),
    ...leafMembers({ ...result }),
  });
}

const CONSTANT_MEMBERS = { type: 'AccessReceipt', schema: 'dxl/receipt/1', sequence: null, previous: null } as const;
/** What the facts and the result of a receipt hold that must never be in its leaf. */
const SALTS: ReadonlySet<string> = new Set<keyof ReceiptSalts>(['contextSalt', 'contentSalt']);

function leafMembers(members: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(members).filter(([name]) => !SALTS.has(name)));
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
  const unknown = { decision: 'PERMIT', outcome: 'UNKNOWN', status: null, rows: 0, bytes: 0 };
  return parseReceipt({ ...members, ...unknown, contentHash: null, endedBy: null });
}

export function openingBody(gateway: string, facts: ReceiptFacts): JsonObject {
  return { gateway, facts: { ...facts } };
}

/** The body of a line that completes a receipt. The salts stay beside the receipt, never in it. */
export function receiptBody({ receipt, contextSalt, contentSalt }: SavedReceipt): JsonObject {
  return { receipt: { ...receipt }, contextSalt, contentSalt };
}

/** @throws GatewayError STORE_FAILED, LedgerError RECEIPT_INVALID for what `receiptBody` did not make */
export function readReceiptBody(body: JsonObject): SavedReceipt {
  const saved = savedReceiptSchema.safeParse(body);
  if (!saved.success) throw storeFailed('read the receipt journal', saved.error);
  return { ...saved.data, receipt: parseReceipt(saved.data.receipt) };
}

export function readContextSalt(body: JsonObject): string | null {
  const opening = openingSchema.safeParse(body);
  const salt = opening.success ? opening.data.facts['contextSalt'] : null;
  return typeof salt === 'string' ? salt : null;
}
