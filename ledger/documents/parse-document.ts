import type { z } from 'zod';

import { LedgerError } from '../errors.ts';
import { firstProblem } from '../json/first-problem.ts';
import type { JsonObject, JsonValue } from '../json/strict-json.ts';
import { type CatalogEntry, catalogEntrySchema } from './catalog-entry.ts';
import { type GrantRevocation, grantRevocationSchema } from './grant-revocation.ts';
import { type ShareAuthorization, shareAuthorizationSchema } from './share-authorization.ts';
import { type ShareRefusal, shareRefusalSchema } from './share-refusal.ts';
import { type ShareRequest, shareRequestSchema } from './share-request.ts';

export interface Documents {
  readonly CatalogEntry: CatalogEntry;
  readonly ShareRequest: ShareRequest;
  readonly ShareAuthorization: ShareAuthorization;
  readonly ShareRefusal: ShareRefusal;
  readonly GrantRevocation: GrantRevocation;
}

/** The value of a document's `type`. */
export type DocumentKind = keyof Documents;

export const DOCUMENT_KINDS = [
  'CatalogEntry',
  'ShareRequest',
  'ShareAuthorization',
  'ShareRefusal',
  'GrantRevocation',
] as const satisfies readonly DocumentKind[];

/** The kind that a value says it is; `parseDocument` tells whether it is one. Null when it names none of ours. */
export function kindOf(value: JsonValue): DocumentKind | null {
  if (!isObject(value)) return null;
  return DOCUMENT_KINDS.find((kind) => kind === value['type']) ?? null;
}

function isObject(value: JsonValue): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The schema of each kind; also the source of the OpenAPI description. */
export const DOCUMENT_SCHEMAS: { readonly [Kind in DocumentKind]: z.ZodType<Documents[Kind]> } = {
  CatalogEntry: catalogEntrySchema,
  ShareRequest: shareRequestSchema,
  ShareAuthorization: shareAuthorizationSchema,
  ShareRefusal: shareRefusalSchema,
  GrantRevocation: grantRevocationSchema,
};

/**
 * A typed document from a value that `parseStrictJson` returned. Nothing is added, dropped or converted, so its
 * canonical bytes are those of `value`.
 *
 * @throws LedgerError DOCUMENT_INVALID with `details.kind`, `details.path` (RFC 6901 pointer to the first problem) and
 * `details.rule` (a DocumentRule, or zod's issue code in capitals)
 */
export function parseDocument<Kind extends DocumentKind>(kind: Kind, value: JsonValue): Documents[Kind] {
  const result = DOCUMENT_SCHEMAS[kind].safeParse(value);
  if (result.success) return result.data;
  throw new LedgerError('DOCUMENT_INVALID', `Not a valid ${kind}`, { kind, ...firstProblem(result.error) });
}
