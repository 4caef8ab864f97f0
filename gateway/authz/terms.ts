import type { CatalogEntry } from '../../ledger/documents/catalog-entry.ts';
import { parseDocument } from '../../ledger/documents/parse-document.ts';
import type { ShareAuthorization } from '../../ledger/documents/share-authorization.ts';
import { provesGrant } from '../../ledger/grant-proof.ts';
import type { GrantId } from '../../ledger/ids.ts';
import type { GrantState } from '../../ledger/grant-table.ts';
import type { LedgerReader } from '../../ledger/ledger-reader.ts';
import { GatewayError } from '../errors.ts';
import type { Indexer } from '../chain/indexer.ts';
import type { DocumentStore } from '../stores/document-store.ts';
import type { LedgerIndex } from '../stores/ledger-index.ts';
import { readEntry } from './read-entry.ts';

/** The two documents behind a grant, proved: the entry by its hash on the ledger, the terms by the grant's own id. */
export interface GrantDocuments {
  readonly authorization: ShareAuthorization;
  readonly entry: CatalogEntry;
}

/** Grants whose documents are kept in memory; they are immutable, so nothing ever has to be dropped for truth. */
const CACHED_GRANTS = 10_000;

export interface TermsStores {
  readonly documents: DocumentStore;
  readonly index: LedgerIndex;
  readonly indexer: Indexer;
}

/** Finds, proves and remembers the documents behind grants. */
export class GrantTerms {
  readonly #stores: TermsStores;
  readonly #cache = new Map<GrantId, GrantDocuments>();

  constructor(stores: TermsStores) {
    this.#stores = stores;
  }

  /** @throws GatewayError DOCUMENT_UNAVAILABLE when a document is missing here or is not the one committed to. */
  async load(ledger: LedgerReader, grant: GrantState): Promise<GrantDocuments> {
    const cached = this.#cache.get(grant.grantId);
    if (cached !== undefined) return cached;
    const entry = await this.#loadEntry(ledger, grant);
    const authorization = await this.#loadAuthorization(grant, entry);
    const documents = { entry, authorization };
    if (this.#cache.size >= CACHED_GRANTS) this.#forgetOldest();
    this.#cache.set(grant.grantId, documents);
    return documents;
  }

  async #loadEntry(ledger: LedgerReader, grant: GrantState): Promise<CatalogEntry> {
    const entry = await readEntry(this.#stores.documents, ledger, grant.resourceId, grant.resourceVersion);
    if (entry === null) throw unavailable('CatalogEntry');
    return entry;
  }

  /** The index only says where to look; that this document is the grant's is proved by deriving the id from it. */
  async #loadAuthorization(grant: GrantState, entry: CatalogEntry): Promise<ShareAuthorization> {
    // The index is written just after a block is proved; a first read can come in between.
    await this.#stores.indexer.whenWritten();
    const row = await this.#stores.index.grant(grant.grantId);
    if (row === null) throw unavailable('ShareAuthorization');
    const salted = await this.#stores.documents.get(row.documentHash);
    if (salted === null) throw unavailable('ShareAuthorization');
    const authorization = parseDocument('ShareAuthorization', salted.document);
    if (!provesGrant(grant.grantId, authorization, row.documentHash, entry)) throw unavailable('ShareAuthorization');
    return authorization;
  }

  #forgetOldest(): void {
    const [oldest] = this.#cache.keys();
    if (oldest !== undefined) this.#cache.delete(oldest);
  }
}

function unavailable(kind: string): GatewayError {
  return new GatewayError('DOCUMENT_UNAVAILABLE', 'A document behind the grant is not stored here', { document: kind });
}
