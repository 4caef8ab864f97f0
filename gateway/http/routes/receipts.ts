import type { AccessReceipt } from '../../../ledger/receipts/receipt.ts';
import type { GatewayContext } from '../../context.ts';
import type { Answer } from '../answer.ts';
import { parsePage } from '../parse-page.ts';
import type { SignedCall } from '../signed-route.ts';
import { isParty, notFound, supervises } from '../visibility.ts';

const RECEIPT_ID = /^[0-9A-Za-z_-]{16,80}$/;

/**
 * Receipts of the caller's own reads and of reads under grants that it gave; all of them for a supervisor. No salts.
 * `unconfirmed`: those of this page whose consumer has not signed for what it got.
 */
export async function listReceipts(context: GatewayContext, call: SignedCall): Promise<Answer> {
  const party = supervises(context, call) ? null : call.caller.department;
  const receipts = await context.receipts.list({ party, ...parsePage(call.query) });
  const delivered = receipts.filter(isDelivery).map(({ receiptId }) => receiptId);
  const confirmed = await context.confirmations.find(delivered);
  return { status: 200, body: { receipts, unconfirmed: delivered.filter((id) => !confirmed.has(id)) } };
}

/** Bytes for a consumer; what a supervisor takes out needs no confirmation. */
function isDelivery({ outcome, decision }: AccessReceipt): boolean {
  return outcome === 'DELIVERED' && decision === 'PERMIT';
}

/**
 * A receipt for its sides and who supervises them. The salt of its content, which they may have seen, is for the sides,
 * and so is the confirmation: it has the digest that the salt protects.
 */
export async function showReceipt(context: GatewayContext, call: SignedCall): Promise<Answer> {
  const { receipt, contentSalt, isSide } = await findReceipt(context, call);
  const signed = await context.confirmations.get(receipt.receiptId);
  const confirmation = isSide ? signed : null;
  return { status: 200, body: { receipt, contentSalt, confirmation, confirmed: signed !== null } };
}

interface FoundReceipt {
  readonly receipt: AccessReceipt;
  /** Null for who is no side. */
  readonly contentSalt: string | null;
  /** The caller is one of the two sides, and does not only supervise them. */
  readonly isSide: boolean;
}

/** @throws GatewayError NOT_FOUND for one that is not the caller's to see */
export async function findReceipt(context: GatewayContext, call: SignedCall): Promise<FoundReceipt> {
  const id = call.params['id'] ?? '';
  const found = RECEIPT_ID.test(id) ? await context.receipts.get(id) : null;
  const grantId = found?.receipt.grantId ?? null;
  const grant = grantId === null ? null : await context.index.grant(grantId);
  const sides = [found?.receipt.caller ?? null, grant?.provider ?? null];
  if (found === null || !isParty(context, call, sides)) throw notFound();
  const { receipt, contentSalt } = found;
  const isSide = sides.includes(call.caller.department);
  return { receipt, contentSalt: isSide ? contentSalt : null, isSide };
}
