import type { CatalogEntry } from '../../../ledger/documents/catalog-entry.ts';
import { type DocumentKind, type Documents, parseDocument } from '../../../ledger/documents/parse-document.ts';
import type { ShareAuthorization } from '../../../ledger/documents/share-authorization.ts';
import type { ShareRequest } from '../../../ledger/documents/share-request.ts';
import type { JsonValue } from '../../../ledger/json/strict-json.ts';
import { exampleDocument } from '../document-vectors.ts';
import { type Refusal, refusalOf } from '../refusal-of.ts';

const EXAMPLES: Readonly<Record<DocumentKind, string>> = {
  CatalogEntry: 'catalog-entry',
  ShareRequest: 'share-request',
  ShareAuthorization: 'share-authorization',
  ShareRefusal: 'share-refusal',
  Statement: 'statement',
  SupplementNotice: 'supplement-notice',
  RequestSupplement: 'request-supplement',
  ExtensionConsent: 'extension-consent',
  GrantSuspension: 'grant-suspension',
  GrantTermination: 'grant-termination',
  DisposalCertificate: 'disposal-certificate',
  EntryReturn: 'entry-return',
  SourceDesignation: 'source-designation',
  CorrectionFiling: 'correction-filing',
  DisputeOpening: 'dispute-opening',
};

/** The example of the kind with some members replaced; not checked. */
export function rawDocument(kind: DocumentKind, changes: Readonly<Record<string, unknown>> = {}): JsonValue {
  return { ...exampleDocument(EXAMPLES[kind]), ...changes } as JsonValue;
}

/** The example of the kind with some members replaced, parsed: what is wrong throws here. */
export function aDocument<Kind extends DocumentKind>(
  kind: Kind,
  changes: Partial<Documents[Kind]> = {},
): Documents[Kind] {
  return parseDocument(kind, rawDocument(kind, changes as Record<string, unknown>));
}

export const aCatalogEntry = (changes: Partial<CatalogEntry> = {}): CatalogEntry => aDocument('CatalogEntry', changes);
export const aShareRequest = (changes: Partial<ShareRequest> = {}): ShareRequest => aDocument('ShareRequest', changes);
export const aShareAuthorization = (changes: Partial<ShareAuthorization> = {}): ShareAuthorization =>
  aDocument('ShareAuthorization', changes);

/** Why the example with these members replaced is refused, or null. */
export function defectOf(kind: DocumentKind, changes: Readonly<Record<string, unknown>>): Refusal['details'] | null {
  return refusalOf(() => parseDocument(kind, rawDocument(kind, changes)))?.details ?? null;
}
