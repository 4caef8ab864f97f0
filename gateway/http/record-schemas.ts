import { z } from 'zod';

import { DENY_CODES } from '../../ledger/deny-codes.ts';
import { confirmationSchema } from '../../ledger/receipts/confirmation.ts';
import { receiptSchema } from '../../ledger/receipts/receipt.ts';
import { TIMELINE_KINDS } from '../stores/timelines.ts';
import { bytes32, count, department, seconds } from './answer-schemas.ts';

/** Answers about what was read: the schemas of their bodies. */
/** `unconfirmed`: deliveries of this page that their consumer has not signed for. */
export const receiptsAnswer = z.strictObject({ receipts: z.array(receiptSchema), unconfirmed: z.array(z.string()) });
const signedConfirmation = z.strictObject({ confirmation: confirmationSchema, signature: z.string() });
/** Salt and confirmation are given to the two sides of the grant only; `confirmed` says to others that there is one. */
export const receiptAnswer = z.strictObject({
  receipt: receiptSchema,
  contentSalt: z.string().nullable(),
  confirmation: signedConfirmation.nullable(),
  confirmed: z.boolean(),
});
export const confirmationAnswer = signedConfirmation;
export const consistencyAnswer = z.strictObject({ from: count, to: count, proof: z.array(z.base64()) });

const timelineStep = z.strictObject({
  item: z.literal('step'),
  at: seconds,
  contract: z.string(),
  seq: count,
  blockNumber: count,
  recordedAt: seconds,
  event: z.string(),
  kind: z.enum(['resource', 'request', 'grant', 'case']),
  subject: bytes32,
  department,
  reasonCode: z.string().nullable(),
  documentHash: bytes32.nullable(),
  status: z.string(),
  dueBefore: seconds,
  dueAt: seconds,
});
const timelineReceipt = z.strictObject({
  item: z.literal('receipt'),
  at: seconds,
  confirmed: z.boolean(),
  receiptId: z.string(),
  grantId: bytes32.nullable(),
  caller: department.nullable(),
  decision: z.string(),
  outcome: z.string(),
  rows: count,
  bytes: count,
  block: z.strictObject({ number: count, hash: bytes32 }).nullable(),
  openedAt: seconds,
});
export const timelineAnswer = z.strictObject({
  kind: z.enum(TIMELINE_KINDS),
  id: z.string(),
  items: z.array(z.discriminatedUnion('item', [timelineStep, timelineReceipt])),
  truncated: z.boolean(),
});

export const explanationAnswer = z.strictObject({
  receiptId: z.string(),
  block: z.strictObject({ number: count, hash: bytes32 }).nullable(),
  code: z.enum(Object.keys(DENY_CODES)),
  title: z.string(),
  titleZh: z.string(),
  rule: count,
  text: z.string(),
  textZh: z.string(),
  next: z.string(),
  nextZh: z.string(),
  facts: z.array(z.strictObject({ name: z.string(), value: z.string(), sinceBlock: count.nullable() })),
});
