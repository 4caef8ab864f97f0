import { kindOf, parseDocument } from '../../ledger/documents/parse-document.ts';
import { deriveResourceId } from '../../ledger/ids.ts';
import type { Bytes32, DepartmentId } from '../../ledger/ids.ts';
import type { JsonValue } from '../../ledger/json/strict-json.ts';
import type { GatewayContext } from '../context.ts';
import { readSubjectSides } from './subject-sides.ts';
import type { Side } from './subject-sides.ts';

/** Who may see a document besides those who supervise; null: nobody. */
export type DocumentSides = 'everyone' | readonly DepartmentId[] | null;

const SUBJECTS = ['subject', 'requestId', 'grantId', 'resourceId'] as const;

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
      return known(document.department, ...(await readSubjectSides(context, subjectOf(document))));
    }
  }
}

/** What a document is about, by the member that names it. */
function subjectOf(about: object): unknown {
  const members: Readonly<Record<string, unknown>> = { ...about };
  return SUBJECTS.map((name) => members[name]).find((id) => id !== undefined);
}

function known(...sides: readonly Side[]): readonly DepartmentId[] {
  return sides.filter((side) => side !== null && side !== undefined);
}
