import { kindOf, parseDocument } from '../../ledger/documents/parse-document.ts';
import { deriveResourceId, parseGrantId, parseRequestId, parseResourceId } from '../../ledger/ids.ts';
import type { Bytes32, DepartmentId, GrantId, RequestId, ResourceId } from '../../ledger/ids.ts';
import type { JsonValue } from '../../ledger/json/strict-json.ts';
import type { GatewayContext } from '../context.ts';

/** Who may see a document besides those who supervise; null: nobody. */
export type DocumentSides = 'everyone' | readonly DepartmentId[] | null;

/** What a document is about, by the member that names it; a statement may be about any of the three. */
type Subject =
  | { readonly requestId: RequestId }
  | { readonly grantId: GrantId }
  | { readonly resourceId: ResourceId }
  | { readonly subject: Bytes32 };
type Side = DepartmentId | null | undefined;

type SidesContext = Pick<GatewayContext, 'follower' | 'index'>;

/**
 * Whose a document is, by what it says itself. Its hash says nothing: it is public, and anybody can name it in a request
 * or a resource of his own that he carries to the ledger without this gateway.
 */
export async function readDocumentSides(
  context: SidesContext,
  hash: Bytes32,
  value: JsonValue,
): Promise<DocumentSides> {
  const kind = kindOf(value);
  switch (kind) {
    case 'CatalogEntry': {
      const { provider, resourceCode, version } = parseDocument('CatalogEntry', value);
      const id = deriveResourceId(provider.uscc, resourceCode);
      return context.follower.ledger.resourceVersion(id, version)?.documentHash === hash ? 'everyone' : null;
    }
    case 'ShareRequest': {
      const { requester, resource } = parseDocument('ShareRequest', value);
      return known(requester.uscc, context.follower.ledger.resource(resource.id)?.provider);
    }
    case 'ShareAuthorization': {
      const { assigner, assignee } = parseDocument('ShareAuthorization', value);
      return [assigner, assignee];
    }
    case 'ShareRefusal': {
      const { provider, requestId } = parseDocument('ShareRefusal', value);
      return known(provider, (await context.index.request(requestId))?.requester);
    }
    case 'DisputeOpening': {
      const { department, respondent } = parseDocument('DisputeOpening', value);
      return [department, respondent];
    }
    case null:
      return null;
    default: {
      const document = parseDocument(kind, value);
      return known(document.department, ...(await readSubjectSides(context, document)));
    }
  }
}

async function readSubjectSides(context: SidesContext, about: Subject): Promise<readonly Side[]> {
  if ('requestId' in about) {
    const request = await context.index.request(about.requestId);
    return [request?.requester, request?.provider];
  }
  if ('grantId' in about) {
    const grant = await context.index.grant(about.grantId);
    return [grant?.requester, grant?.provider];
  }
  if ('resourceId' in about) return [context.follower.ledger.resource(about.resourceId)?.provider];
  const { subject } = about;
  return [
    ...(await readSubjectSides(context, { requestId: parseRequestId(subject) })),
    ...(await readSubjectSides(context, { grantId: parseGrantId(subject) })),
    ...(await readSubjectSides(context, { resourceId: parseResourceId(subject) })),
  ];
}

function known(...sides: readonly Side[]): readonly DepartmentId[] {
  return sides.filter((side) => side !== null && side !== undefined);
}
