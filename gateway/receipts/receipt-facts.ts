import { z } from 'zod';

import type { JsonObject } from '../../ledger/json/strict-json.ts';
import { accessContextSchema } from '../../ledger/receipts/context-hash.ts';
import type { AccessContext } from '../../ledger/receipts/context-hash.ts';
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
  readonly context: AccessContext | null;
};

/**
 * What is kept beside a receipt, never in it. A salt opens a hash to whoever knows what was hashed; the context is what
 * was asked, without which nobody could judge the decision again.
 */
export interface KeptBeside {
  readonly contextSalt: string | null;
  readonly context: AccessContext | null;
  readonly contentSalt: string | null;
}

export interface SavedReceipt extends KeptBeside {
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
const keptSchema = z.object({ contextSalt: z.string().nullable(), context: accessContextSchema.nullable() });
/** What an answer that begins was decided to be: a read under a grant, or what a supervisor takes out. */
export type OpeningDecision = 'PERMIT' | 'AUDIT';

const openingSchema = z.strictObject({
  gateway: z.string(),
  decision: z.enum(['PERMIT', 'AUDIT']),
  facts: membersSchema.and(z.object({ openedAt: z.number() })),
});
const savedReceiptSchema = z.strictObject({
  receipt: membersSchema,
  contextSalt: z.string().nullable(),
  context: accessContextSchema.nullable(),
  contentSalt: z.string().nullable(),
});

/**
 * A receipt that will be linked to the one before it when it is written; until then it stands as the first of its grant.
 * @throws LedgerError RECEIPT_INVALID when the facts and the result do not make a receipt
 */
export function completeReceipt(
  identity: { readonly receiptId: string; readonly gateway: string },
  facts: ReceiptFacts,
  result: ReceiptResult,
): AccessReceipt {
  return parseReceipt({
    ...CONSTANT_MEMBERS,
    ...unlinked(facts.grantId),
    ...identity,
    ...leafMembers({ ...facts }),
    ...leafMembers({ ...result }),
    closedAt: notBefore(facts.openedAt, result.closedAt),
  });
}

/** A clock that was set back in between must not make an end before the beginning: nobody would take that receipt. */
function notBefore(openedAt: number, closedAt: number): number {
  return Math.max(openedAt, closedAt);
}

const CONSTANT_MEMBERS = { type: 'AccessReceipt', schema: 'dxl/receipt/1' } as const;
/** What the facts and the result of a receipt hold that must never be in its leaf. */
const BESIDE: ReadonlySet<string> = new Set<keyof KeptBeside>(['contextSalt', 'context', 'contentSalt']);

function leafMembers(members: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(members).filter(([name]) => !BESIDE.has(name)));
}

function unlinked(grantId: unknown): Pick<AccessReceipt, 'sequence' | 'previous'> {
  return { sequence: grantId === null ? null : 1, previous: null };
}

/**
 * The receipt of an answer whose end nobody saw because the process stopped; what was delivered is not known.
 * @param body of the opening line, as `openingBody` made it
 */
export function unknownReceipt(receiptId: string, body: JsonObject, closedAt: number): AccessReceipt {
  const opening = openingSchema.safeParse(body);
  if (!opening.success) throw storeFailed('read the receipt journal', opening.error);
  const { gateway, decision, facts } = opening.data;
  const identity = { ...CONSTANT_MEMBERS, ...unlinked(facts['grantId']), receiptId, gateway };
  const members = { ...identity, ...leafMembers(facts), closedAt: notBefore(facts.openedAt, closedAt) };
  const unknown = { decision, outcome: 'UNKNOWN', status: null, rows: 0, bytes: 0 };
  return parseReceipt({ ...members, ...unknown, contentHash: null, endedBy: null });
}

export function openingBody(gateway: string, decision: OpeningDecision, facts: ReceiptFacts): JsonObject {
  return { gateway, decision, facts: { ...facts } };
}

/** The body of a line that completes a receipt. What stays beside the receipt is never in it. */
export function receiptBody({ receipt, contextSalt, context, contentSalt }: SavedReceipt): JsonObject {
  return { receipt: { ...receipt }, contextSalt, context, contentSalt };
}

/** @throws GatewayError STORE_FAILED, LedgerError RECEIPT_INVALID for what `receiptBody` did not make */
export function readReceiptBody(body: JsonObject): SavedReceipt {
  const saved = savedReceiptSchema.safeParse(body);
  if (!saved.success) throw storeFailed('read the receipt journal', saved.error);
  return { ...saved.data, receipt: parseReceipt(saved.data.receipt) };
}

/** What an opening line keeps beside the receipt that it begins. */
export function readKept(body: JsonObject): KeptBeside {
  const opening = openingSchema.safeParse(body);
  const kept = keptSchema.safeParse(opening.success ? opening.data.facts : null);
  return { contextSalt: null, context: null, ...(kept.success ? kept.data : {}), contentSalt: null };
}
