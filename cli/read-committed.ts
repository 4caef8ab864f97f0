import { z } from 'zod';

import { assertDocumentHash } from '../ledger/document-hash.ts';
import { parseDocument } from '../ledger/documents/parse-document.ts';
import type { DocumentKind, Documents } from '../ledger/documents/parse-document.ts';
import { LedgerError } from '../ledger/errors.ts';
import type { Bytes32 } from '../ledger/ids.ts';
import { toDocument } from './documents.ts';
import { CliError } from './cli-error.ts';
import type { GatewayClient } from './gateway-client.ts';

const saltedSchema = z.object({ salt: z.string(), document: z.unknown() });

/**
 * The document that the ledger commits to by this hash, proved against it and parsed.
 * @throws CliError GATEWAY_REFUSED when the gateway has none to show, ANSWER_UNVERIFIED when it is another one
 */
export async function readCommitted<Kind extends DocumentKind>(
  client: GatewayClient,
  kind: Kind,
  hash: Bytes32,
): Promise<Documents[Kind]> {
  const { body } = await client.get(`/v1/documents/${hash}`);
  const { salt, document } = saltedSchema.parse(body);
  const salted = { salt, document: toDocument(document) };
  try {
    assertDocumentHash(salted, hash);
    return parseDocument(kind, salted.document);
  } catch (cause) {
    if (!(cause instanceof LedgerError)) throw cause;
    const text = `The gateway's document ${hash} is not the ${kind} that the ledger commits to`;
    throw new CliError('ANSWER_UNVERIFIED', text, { reason: cause.code, hash }, cause);
  }
}
