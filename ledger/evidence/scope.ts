import { z } from 'zod';

import { bytes32Schema } from '../documents/terms.ts';

const leafIndex = z.int().min(0);

/** What a bundle is about: it narrows documents and receipts, never the history. */
export const scopeSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('ledger') }),
  z.strictObject({ kind: z.literal('gateway'), gateway: bytes32Schema }),
  z.strictObject({ kind: z.literal('grant'), grantId: bytes32Schema }),
  z.strictObject({ kind: z.literal('case'), caseId: bytes32Schema }),
  z.strictObject({ kind: z.literal('receipt'), receiptId: z.string().regex(/^[0-9A-Za-z_-]{16,80}$/) }),
  z
    .strictObject({ kind: z.literal('range'), gateway: bytes32Schema, first: leafIndex, end: leafIndex })
    .refine(({ first, end }) => first < end, { params: { rule: 'RANGE_ORDERED' } }),
]);
export type EvidenceScope = Readonly<z.output<typeof scopeSchema>>;

/** Scopes with whole logs, which need no proof for a receipt, and with a line for every document. */
export function hasWholeLogs({ kind }: EvidenceScope): boolean {
  return kind === 'ledger' || kind === 'gateway';
}
