import { createHash } from 'node:crypto';

import type { ReceiptFacts, ReceiptResult } from '../../../gateway/receipts/receipt-facts.ts';
import { newSalt } from '../../../ledger/document-hash.ts';
import { contentHash } from '../../../ledger/receipts/content-hash.ts';
import { type AccessContext, contextHash } from '../../../ledger/receipts/context-hash.ts';
import { makeGrantId, makeHash, makeKeyId, REQUESTER } from '../stores/store-factory.ts';

const CONTEXT_SALT = newSalt();
const CONTEXT: AccessContext = {
  purpose: 'BUSINESS_COLLAB',
  caseNumber: null,
  system: null,
  fields: [],
  equals: { id_no: '990100199001010012' },
  region: null,
  limit: null,
};

/** What is known when a permitted answer begins. */
export function makeFacts(changes: Partial<ReceiptFacts> = {}): ReceiptFacts {
  return {
    grantId: makeGrantId(),
    caller: REQUESTER,
    keyId: makeKeyId(),
    block: { number: 7, hash: makeHash('block') },
    requestHash: makeHash('request'),
    contextHash: contextHash(CONTEXT_SALT, CONTEXT),
    contextSalt: CONTEXT_SALT,
    context: CONTEXT,
    usage: { second: 0, day: 1, total: 2, bytesToday: 3 },
    suppressed: 0,
    openedAt: 1_000,
    ...changes,
  };
}

const CONTENT_SALT = newSalt();

export const DELIVERED: ReceiptResult = {
  decision: 'PERMIT',
  outcome: 'DELIVERED',
  status: 200,
  rows: 2,
  bytes: 40,
  contentHash: contentHash(CONTENT_SALT, createHash('sha256').digest()),
  contentSalt: CONTENT_SALT,
  endedBy: null,
  closedAt: 1_002,
};

export const REFUSED: ReceiptResult = {
  decision: 'EXPIRED',
  outcome: 'REFUSED',
  status: 403,
  rows: 0,
  bytes: 0,
  contentHash: null,
  contentSalt: null,
  endedBy: { code: 'EXPIRED', block: null },
  closedAt: 1_000,
};
