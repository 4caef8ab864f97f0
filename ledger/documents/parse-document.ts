import type { z } from 'zod';

import { LedgerError } from '../errors.ts';
import { firstProblem } from '../json/first-problem.ts';
import { isObject } from '../json/is-object.ts';
import type { JsonValue } from '../json/strict-json.ts';
import { type CatalogEntry, catalogEntrySchema } from './catalog-entry.ts';
import { type CorrectionFiling, correctionFilingSchema } from './correction-filing.ts';
import { type DisposalCertificate, disposalCertificateSchema } from './disposal-certificate.ts';
import { type DisputeOpening, disputeOpeningSchema } from './dispute-opening.ts';
import { type EntryReturn, entryReturnSchema } from './entry-return.ts';
import { type ExtensionConsent, extensionConsentSchema } from './extension-consent.ts';
import { type GrantSuspension, grantSuspensionSchema } from './grant-suspension.ts';
import { type GrantTermination, grantTerminationSchema } from './grant-termination.ts';
import { type RequestSupplement, requestSupplementSchema } from './request-supplement.ts';
import { type ShareAuthorization, shareAuthorizationSchema } from './share-authorization.ts';
import { type ShareRefusal, shareRefusalSchema } from './share-refusal.ts';
import { type ShareRequest, shareRequestSchema } from './share-request.ts';
import { type SourceDesignation, sourceDesignationSchema } from './source-designation.ts';
import { type Statement, statementSchema } from './statement.ts';
import { type SupplementNotice, supplementNoticeSchema } from './supplement-notice.ts';

export interface Documents {
  readonly CatalogEntry: CatalogEntry;
  readonly ShareRequest: ShareRequest;
  readonly ShareAuthorization: ShareAuthorization;
  readonly ShareRefusal: ShareRefusal;
  readonly Statement: Statement;
  readonly SupplementNotice: SupplementNotice;
  readonly RequestSupplement: RequestSupplement;
  readonly ExtensionConsent: ExtensionConsent;
  readonly GrantSuspension: GrantSuspension;
  readonly GrantTermination: GrantTermination;
  readonly DisposalCertificate: DisposalCertificate;
  readonly EntryReturn: EntryReturn;
  readonly SourceDesignation: SourceDesignation;
  readonly CorrectionFiling: CorrectionFiling;
  readonly DisputeOpening: DisputeOpening;
}

/** The value of a document's `type`. */
export type DocumentKind = keyof Documents;

export const DOCUMENT_KINDS = [
  'CatalogEntry',
  'ShareRequest',
  'ShareAuthorization',
  'ShareRefusal',
  'Statement',
  'SupplementNotice',
  'RequestSupplement',
  'ExtensionConsent',
  'GrantSuspension',
  'GrantTermination',
  'DisposalCertificate',
  'EntryReturn',
  'SourceDesignation',
  'CorrectionFiling',
  'DisputeOpening',
] as const satisfies readonly DocumentKind[];

/** The kind that a value says it is; `parseDocument` tells whether it is one. Null when it names none of ours. */
export function kindOf(value: JsonValue): DocumentKind | null {
  if (!isObject(value)) return null;
  return DOCUMENT_KINDS.find((kind) => kind === value['type']) ?? null;
}

/** The schema of each kind; also the source of the OpenAPI description. */
export const DOCUMENT_SCHEMAS: { readonly [Kind in DocumentKind]: z.ZodType<Documents[Kind]> } = {
  CatalogEntry: catalogEntrySchema,
  ShareRequest: shareRequestSchema,
  ShareAuthorization: shareAuthorizationSchema,
  ShareRefusal: shareRefusalSchema,
  Statement: statementSchema,
  SupplementNotice: supplementNoticeSchema,
  RequestSupplement: requestSupplementSchema,
  ExtensionConsent: extensionConsentSchema,
  GrantSuspension: grantSuspensionSchema,
  GrantTermination: grantTerminationSchema,
  DisposalCertificate: disposalCertificateSchema,
  EntryReturn: entryReturnSchema,
  SourceDesignation: sourceDesignationSchema,
  CorrectionFiling: correctionFilingSchema,
  DisputeOpening: disputeOpeningSchema,
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
