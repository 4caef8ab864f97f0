import { type SaltedDocument, hashDocument } from '../document-hash.ts';
import { type CatalogEntry, conditionsHash, denyBasisHash } from '../documents/catalog-entry.ts';
import { parseDocument } from '../documents/parse-document.ts';
import { reasonCodeToBytes32 } from '../documents/reason-code.ts';
import { fieldBitmap } from '../field-set.ts';
import { HASH_ALGORITHMS, resourceCodeHash } from '../ids.ts';
import type { Act } from './act-definitions.ts';
import { SHARE_CLASS_NUMBERS } from './chain-enums.ts';
import { newNonce } from './new-nonce.ts';

/**
 * Acts from the documents that they commit to. Everything that stands in both is taken from the document, so that the
 * two cannot differ. `expiresAt`: Unix seconds, the last in which the ledger takes the act.
 */
export function buildResourceSubmission(salted: SaltedDocument, expiresAt: number): Act<'submitResource'> {
  const entry = parseDocument('CatalogEntry', salted.document);
  return {
    provider: entry.provider.uscc,
    codeHash: resourceCodeHash(entry.resourceCode),
    version: entry.version,
    shareClass: SHARE_CLASS_NUMBERS[entry.shareClass],
    level: entry.level,
    fieldCount: entry.fields.length,
    conditionsHash: conditionsHash(entry, salted.salt),
    denyBasisHash: denyBasisHash(entry, salted.salt),
    ...commitment(salted),
    ...once(expiresAt),
  };
}

/** @param entry the published entry of the resource version that is asked for */
export function buildShareRequest(
  salted: SaltedDocument,
  entry: CatalogEntry,
  expiresAt: number,
): Act<'submitRequest'> {
  const request = parseDocument('ShareRequest', salted.document);
  return {
    requester: request.requester.uscc,
    resourceId: request.resource.id,
    resourceVersion: request.resource.version,
    fields: fieldBitmap(entry, request.scope.fields),
    notBefore: request.window.notBefore,
    notAfter: request.window.notAfter,
    ...commitment(salted),
    ...once(expiresAt),
  };
}

/** @param entry the published entry of the resource version that was asked for */
export function buildShareAgreement(salted: SaltedDocument, entry: CatalogEntry, expiresAt: number): Act<'agree'> {
  const authorization = parseDocument('ShareAuthorization', salted.document);
  return {
    provider: authorization.assigner,
    requestId: authorization.requestId,
    fields: fieldBitmap(entry, authorization.fields),
    notBefore: authorization.window.notBefore,
    notAfter: authorization.window.notAfter,
    ...commitment(salted),
    ...once(expiresAt),
  };
}

export function buildShareRefusal(salted: SaltedDocument, expiresAt: number): Act<'refuse'> {
  const { provider, requestId, reasonCode } = parseDocument('ShareRefusal', salted.document);
  return {
    provider,
    requestId,
    reasonCode: reasonCodeToBytes32(reasonCode),
    ...commitment(salted),
    ...once(expiresAt),
  };
}

export function buildGrantRevocation(salted: SaltedDocument, expiresAt: number): Act<'revoke'> {
  const { department, grantId, reasonCode } = parseDocument('GrantRevocation', salted.document);
  return {
    department,
    grantId,
    reasonCode: reasonCodeToBytes32(reasonCode),
    ...commitment(salted),
    ...once(expiresAt),
  };
}

function commitment(salted: SaltedDocument) {
  return { documentHash: hashDocument(salted), hashAlgorithm: HASH_ALGORITHMS.sha256 };
}

/** What makes an act usable once and not for ever. */
export function once(expiresAt: number): { readonly nonce: bigint; readonly expiresAt: number } {
  return { nonce: newNonce(), expiresAt };
}
