import type { CatalogEntry } from '../../ledger/documents/catalog-entry.ts';
import { kindOf, parseDocument } from '../../ledger/documents/parse-document.ts';
import { deriveResourceId } from '../../ledger/ids.ts';
import type { ResourceId } from '../../ledger/ids.ts';
import type { LedgerReader } from '../../ledger/ledger-reader.ts';
import type { DocumentStore } from '../stores/document-store.ts';

/**
 * The entry of a resource version, by the hash that the ledger holds for it; null when it is not stored here, or the
 * hash is that of another document: anybody can name one in a resource of his own that no gateway carried.
 * @throws GatewayError STORE_FAILED, LedgerError DOCUMENT_INVALID
 */
export async function readEntry(
  documents: DocumentStore,
  ledger: LedgerReader,
  resourceId: ResourceId,
  version: number,
): Promise<CatalogEntry | null> {
  const state = ledger.resourceVersion(resourceId, version);
  const salted = state === null ? null : await documents.get(state.documentHash);
  if (salted === null || kindOf(salted.document) !== 'CatalogEntry') return null;
  const entry = parseDocument('CatalogEntry', salted.document);
  const isItsEntry = deriveResourceId(entry.provider.uscc, entry.resourceCode) === resourceId;
  return isItsEntry && entry.version === version ? entry : null;
}
