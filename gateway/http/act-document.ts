import { assertDocumentMatches } from '../../ledger/act-document.ts';
import type { DocumentedActName, MatchFacts } from '../../ledger/act-document.ts';
import { parseAct } from '../../ledger/acts/parse-act.ts';
import type { SaltedDocument } from '../../ledger/document-hash.ts';
import type { CatalogEntry } from '../../ledger/documents/catalog-entry.ts';
import { parseDocument } from '../../ledger/documents/parse-document.ts';
import type { ShareRequest } from '../../ledger/documents/share-request.ts';
import { deriveResourceId } from '../../ledger/ids.ts';
import type { RequestId, ResourceId } from '../../ledger/ids.ts';
import type { JsonValue } from '../../ledger/json/strict-json.ts';
import type { OpenRequest } from '../../ledger/projection/share-state.ts';
import type { GatewayContext } from '../context.ts';
import { GatewayError } from '../errors.ts';
import { isOfKind } from './document-sides.ts';

type DocumentContext = Pick<GatewayContext, 'documents' | 'follower' | 'index' | 'indexer'>;

const NO_FACTS: MatchFacts = { entry: null, request: null, asked: null };

/**
 * Checks that a document is valid and says what its act says.
 * @throws LedgerError ACT_INVALID, DOCUMENT_INVALID, DOCUMENT_HASH_MISMATCH; GatewayError DOCUMENT_MISMATCH
 */
export async function assertActDocument(
  context: DocumentContext,
  name: DocumentedActName,
  actJson: JsonValue,
  salted: SaltedDocument,
): Promise<void> {
  const { document } = salted;
  switch (name) {
    case 'submitResource': {
      const facts = { ...NO_FACTS, salted };
      assertDocumentMatches(name, parseAct(name, actJson), parseDocument('CatalogEntry', document), facts);
      return;
    }
    case 'submitRequest': {
      const act = parseAct(name, actJson);
      const entry = await readEntry(context, act.resourceId, act.resourceVersion);
      assertDocumentMatches(name, act, parseDocument('ShareRequest', document), { ...NO_FACTS, entry, salted });
      return;
    }
    case 'agree': {
      const act = parseAct(name, actJson);
      const facts = await readRequest(context, act.requestId);
      assertDocumentMatches(name, act, parseDocument('ShareAuthorization', document), { ...facts, salted });
      return;
    }
    case 'refuse': {
      const act = parseAct(name, actJson);
      const facts = await readRequest(context, act.requestId);
      assertDocumentMatches(name, act, parseDocument('ShareRefusal', document), { ...facts, salted });
      return;
    }
    case 'revoke': {
      const facts = { ...NO_FACTS, salted };
      assertDocumentMatches(name, parseAct(name, actJson), parseDocument('GrantRevocation', document), facts);
      return;
    }
  }
}

async function readRequest(context: DocumentContext, requestId: RequestId): Promise<MatchFacts> {
  const request = context.follower.ledger.openRequest(requestId);
  if (request === null) {
    throw new GatewayError('DOCUMENT_MISMATCH', 'There is no such request, or it is answered', { member: 'requestId' });
  }
  const entry = await readEntry(context, request.resourceId, request.resourceVersion);
  return { request, entry, asked: await readAsked(context, request) };
}

/** The document of an open request; null when it is not stored here, or another one was committed to. */
async function readAsked(context: DocumentContext, request: OpenRequest): Promise<ShareRequest | null> {
  await context.indexer.whenWritten();
  const row = await context.index.request(request.id);
  const salted = row === null ? null : await context.documents.get(row.documentHash);
  if (salted === null || !isOfKind(salted.document, 'ShareRequest')) return null;
  const asked = parseDocument('ShareRequest', salted.document);
  const { id, version } = asked.resource;
  const isOfRequest =
    asked.requester.uscc === request.requester && id === request.resourceId && version === request.resourceVersion;
  return isOfRequest ? asked : null;
}

/** The entry of a version, by the hash that the ledger holds for it; null also for a document that is not its entry. */
export async function readEntry(
  context: Pick<DocumentContext, 'documents' | 'follower'>,
  resourceId: ResourceId,
  version: number,
): Promise<CatalogEntry | null> {
  const state = context.follower.ledger.resourceVersion(resourceId, version);
  const salted = state === null ? null : await context.documents.get(state.documentHash);
  if (salted === null || !isOfKind(salted.document, 'CatalogEntry')) return null;
  const entry = parseDocument('CatalogEntry', salted.document);
  const isItsEntry = deriveResourceId(entry.provider.uscc, entry.resourceCode) === resourceId;
  return isItsEntry && entry.version === version ? entry : null;
}
