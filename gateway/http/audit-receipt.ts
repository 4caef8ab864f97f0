import { createHash } from 'node:crypto';

import { newSalt } from '../../ledger/document-hash.ts';
import { contentHash } from '../../ledger/receipts/content-hash.ts';
import { contextHash } from '../../ledger/receipts/context-hash.ts';
import type { Caller } from '../authn/authenticate.ts';
import { isKeyInForce } from '../authn/registered-key.ts';
import { pointOf } from '../chain/blocks.ts';
import type { GatewayContext } from '../context.ts';
import { GatewayError } from '../errors.ts';
import type { OpenReceipt } from '../receipts/receipt-book.ts';
import type { ReceiptFacts } from '../receipts/receipt-facts.ts';
import type { Answer } from './answer.ts';

type AuditContext = Pick<GatewayContext, 'receipts' | 'follower' | 'now'>;

/** What became of an answer; `digest` is the SHA-256 of the bytes that left. */
export interface AuditEnding {
  readonly bytes: number;
  readonly digest: Uint8Array;
  /** Why it ended before its end; null for a whole answer. */
  readonly cutBy: string | null;
}

/**
 * Opens the receipt of something that is taken out of the records: whoever supervises is recorded as well. It is durable
 * before the first byte leaves.
 * @param target path and query of the request, kept beside the receipt
 * @throws GatewayError KEY_NOT_VALID when the key has ended since the request was authenticated; STORE_FAILED
 */
export async function openAudit(context: AuditContext, caller: Caller, target: string): Promise<OpenReceipt> {
  // In one turn of the event loop with the block: a verifier asks whether the key was valid there.
  const block = pointOf(context.follower.freshness().block);
  requireInForce(context, caller);
  const contextSalt = newSalt();
  const asked = {
    ...{ purpose: 'AUDIT', caseNumber: null, system: null, fields: [], equals: { target } },
    ...{ region: null, limit: null },
  };
  const facts: ReceiptFacts = {
    ...{ grantId: null, caller: caller.department, keyId: caller.keyId, requestHash: caller.requestHash },
    ...{ contextSalt, context: asked, contextHash: contextHash(contextSalt, asked), usage: null, suppressed: 0 },
    ...{ block, openedAt: context.now() },
  };
  return await context.receipts.open(facts, 'AUDIT');
}

/** @throws GatewayError KEY_NOT_VALID once the key was revoked, or its department suspended, since the request came */
export function requireInForce({ follower }: Pick<AuditContext, 'follower'>, { keyId }: Caller): void {
  if (isKeyInForce(follower.ledger, keyId)) return;
  throw new GatewayError('KEY_NOT_VALID', 'The key was revoked, or its department suspended, meanwhile');
}

/** An answer that is recorded as taken out of the records before it leaves. */
export async function auditedAnswer(
  context: AuditContext,
  caller: Caller,
  target: string,
  { bytes, contentType }: { readonly bytes: Buffer; readonly contentType: string },
): Promise<Answer> {
  const opened = await openAudit(context, caller, target);
  const digest = createHash('sha256').update(bytes).digest();
  await closeAudit(context, opened, { bytes: bytes.length, digest, cutBy: null });
  return { status: 200, body: bytes, contentType, receiptId: opened.receiptId };
}

/** Closes it. @throws GatewayError STORE_FAILED; it is then closed as UNKNOWN at the next start */
export async function closeAudit(context: AuditContext, opened: OpenReceipt, ending: AuditEnding): Promise<void> {
  const { bytes, digest, cutBy } = ending;
  const contentSalt = newSalt();
  await context.receipts.close(opened, {
    ...{ decision: 'AUDIT', status: 200, rows: 0, bytes },
    outcome: cutBy === null ? 'DELIVERED' : 'ABORTED',
    contentHash: contentHash(contentSalt, digest),
    contentSalt,
    endedBy: cutBy === null ? null : { code: cutBy, block: pointOf(context.follower.freshness().block) },
    closedAt: context.now(),
  });
}
