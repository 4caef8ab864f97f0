import { z } from 'zod';

import { parseStrictJson } from '../../../ledger/json/strict-json.ts';
import { isConfirmationOf, isConfirmedBy, parseConfirmation } from '../../../ledger/receipts/confirmation.ts';
import type { SignedConfirmation } from '../../../ledger/receipts/confirmation.ts';
import { importPublicKey } from '../../../ledger/signatures/signature-key.ts';
import { readRegisteredKey } from '../../authn/registered-key.ts';
import type { GatewayContext } from '../../context.ts';
import { GatewayError } from '../../errors.ts';
import { isConfirmedInTime } from '../../receipts/confirmation-time.ts';
import type { Answer } from '../answer.ts';
import type { SignedCall } from '../signed-route.ts';
import { notFound } from '../visibility.ts';
import { findReceipt } from './receipts.ts';

export const confirmationBody = z.strictObject({
  confirmation: z.record(z.string(), z.json()).describe('A DeliveryConfirmation'),
  signature: z
    .string()
    .regex(/^0x[0-9a-f]{128}$/)
    .describe('By the access key that the confirmation names'),
});

/** Clocks differ. */
const CLOCK_SECONDS = 60;

/**
 * Takes the consumer's word on what it received. Posting the same again is harmless; another one for the same receipt is
 * not taken, for it would contradict the first.
 */
export async function confirmDelivery(context: GatewayContext, call: SignedCall): Promise<Answer> {
  const { receipt, contentSalt } = await findReceipt(context, call);
  if (receipt.caller !== call.caller.department) throw notFound();
  if (receipt.outcome !== 'DELIVERED' || receipt.decision !== 'PERMIT') throw mismatch('The receipt is of no delivery');
  const signed = parseBody(call.body);
  if (!isConfirmationOf(signed.confirmation, receipt, contentSalt)) {
    throw mismatch('The confirmation does not say what the receipt says');
  }
  requireSignature(context, call, signed);
  const { receivedAt } = signed.confirmation;
  if (receivedAt > context.now() + CLOCK_SECONDS || !isConfirmedInTime(context.follower.ledger, signed.confirmation)) {
    throw mismatch('The confirmation is of a time to come, or of one at which its key is not valid');
  }
  await context.confirmations.put(signed);
  const stored = await context.confirmations.get(receipt.receiptId);
  if (stored?.signature !== signed.signature) throw mismatch('Another confirmation of this receipt is recorded');
  return { status: 201, body: stored };
}

function parseBody(body: Uint8Array | null): SignedConfirmation {
  const parsed = confirmationBody.safeParse(body === null ? null : parseStrictJson(body));
  if (!parsed.success) {
    const path = parsed.error.issues[0]?.path.join('/') ?? '';
    throw new GatewayError('REQUEST_INVALID', 'The body is not a signed confirmation', { path });
  }
  return { ...parsed.data, confirmation: parseConfirmation(parsed.data.confirmation) };
}

/** By the key that signs this very call: it was found valid a moment ago. */
function requireSignature(context: GatewayContext, { caller }: SignedCall, signed: SignedConfirmation): void {
  const key = readRegisteredKey(context.follower.ledger, caller.keyId);
  const isSigned =
    key !== null &&
    signed.confirmation.keyId === caller.keyId &&
    isConfirmedBy(importPublicKey(key.algorithm, key.publicKey), signed);
  if (!isSigned) throw new GatewayError('SIGNATURE_INVALID', 'The key of this request did not sign the confirmation');
}

function mismatch(detail: string): GatewayError {
  return new GatewayError('DOCUMENT_MISMATCH', detail);
}
