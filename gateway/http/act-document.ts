import { assertDocumentMatches, assertStepMatches } from '../../ledger/act-document.ts';
import type { DocumentedActName, MatchFacts, RequestFacts } from '../../ledger/act-document.ts';
import { parseAct } from '../../ledger/acts/parse-act.ts';
import { isDocumentedStep } from '../../ledger/acts/step-facts.ts';
import type { SaltedDocument } from '../../ledger/document-hash.ts';
import { kindOf, parseDocument } from '../../ledger/documents/parse-document.ts';
import type { ShareRequest } from '../../ledger/documents/share-request.ts';
import type { GrantId, RequestId, ResourceId } from '../../ledger/ids.ts';
import type { JsonValue } from '../../ledger/json/strict-json.ts';
import { readEntry } from '../authz/read-entry.ts';
import type { GatewayContext } from '../context.ts';
import { GatewayError } from '../errors.ts';

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
  if (isDocumentedStep(name)) {
    assertStepMatches(name, parseAct(name, actJson), salted);
    return;
  }
  assertDocumentMatches(name, parseAct(name, actJson), salted, await readFacts(context, name, actJson));
}

/** What the ledger and the store know of the things that an act names; see MatchFacts. */
async function readFacts(context: DocumentContext, name: DocumentedActName, actJson: JsonValue): Promise<MatchFacts> {
  switch (name) {
    case 'submitRequest': {
      const { resourceId, resourceVersion } = parseAct(name, actJson);
      return { ...NO_FACTS, entry: await entryOf(context, resourceId, resourceVersion) };
    }
    case 'agree':
    case 'refuse':
      return await readRequest(context, parseAct(name, actJson).requestId);
    case 'changeGrant':
      return await readGrantedRequest(context, parseAct(name, actJson).grantId);
    default:
      return NO_FACTS;
  }
}

async function readRequest(context: DocumentContext, requestId: RequestId): Promise<MatchFacts> {
  const request = context.follower.ledger.request(requestId);
  if (request?.status !== 'submitted') {
    throw new GatewayError('DOCUMENT_MISMATCH', 'There is no such request, or it is answered', { member: 'requestId' });
  }
  return await factsOf(context, request);
}

/** The request behind a grant, whose terms change within it. */
async function readGrantedRequest(context: DocumentContext, grantId: GrantId): Promise<MatchFacts> {
  await context.indexer.whenWritten();
  const grant = await context.index.grant(grantId);
  if (grant === null) {
    throw new GatewayError('DOCUMENT_MISMATCH', 'There is no such grant', { member: 'grantId' });
  }
  return await factsOf(context, { ...grant, id: grant.requestId });
}

type AskedRequest = Omit<RequestFacts, 'conditionsHash'>;

async function factsOf(context: DocumentContext, request: AskedRequest): Promise<MatchFacts> {
  const { id, requester, resourceId, resourceVersion } = request;
  const version = context.follower.ledger.resourceVersion(resourceId, resourceVersion);
  if (version === null) {
    throw new GatewayError('DOCUMENT_MISMATCH', 'There is no such resource', { member: 'resource' });
  }
  const { conditionsHash } = version;
  const entry = await entryOf(context, resourceId, resourceVersion);
  const facts = { id, requester, resourceId, resourceVersion, conditionsHash };
  return { request: facts, entry, asked: await readAsked(context, request) };
}

function entryOf({ documents, follower }: DocumentContext, id: ResourceId, version: number) {
  return readEntry(documents, follower.ledger, id, version);
}

/** The document of a request; null when it is not stored here, or another one was committed to. */
async function readAsked(context: DocumentContext, request: AskedRequest): Promise<ShareRequest | null> {
  await context.indexer.whenWritten();
  const row = await context.index.request(request.id);
  const salted = row === null ? null : await context.documents.get(row.documentHash);
  if (salted === null || kindOf(salted.document) !== 'ShareRequest') return null;
  const asked = parseDocument('ShareRequest', salted.document);
  const { id, version } = asked.resource;
  const isOfRequest =
    asked.requester.uscc === request.requester && id === request.resourceId && version === request.resourceVersion;
  return isOfRequest ? asked : null;
}
