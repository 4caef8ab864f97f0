import type { z } from 'zod';

/** What a document breaks when each member is well-formed and they do not fit each other; `details.rule`. */
export type DocumentRule =
  | 'AUDIT_IS_OF_NO_GRANT'
  | 'AUTHORITY_FITS_ACT'
  | 'CONDITIONS_FIT_CLASS'
  | 'DENY_BASIS_FITS_CLASS'
  | 'DUE_FITS_ACT'
  | 'DEPARTMENT_ID'
  | 'ENDING_FITS_OUTCOME'
  | 'FORBIDDEN_KEY'
  | 'LEVEL_IS_HIGHEST'
  | 'MODES_FIT_CLASS'
  | 'NARROWED_IS_WITHHELD'
  | 'OUTCOME_FITS_DECISION'
  | 'PARTIES_DIFFER'
  | 'PERMIT_IS_COMPLETE'
  | 'PIA_FOR_PERSONAL'
  | 'PLAIN_IS_GRANTED'
  | 'PRIOR_GRANT_FITS_KIND'
  | 'PROVIDER_IS_PARTY'
  | 'REASON_IS_GROUNDED'
  | 'RECIPIENT_FITS_KIND'
  | 'RECTIFICATION_FITS_REASON'
  | 'REFLOW_HAS_REGION'
  | 'REFUSED_IS_EMPTY'
  | 'REGION_FIELD_EXISTS'
  | 'REGION_FIELD_IDENTIFIES_NOBODY'
  | 'REPLACES_ANOTHER'
  | 'SORTED_UNIQUE'
  | 'SOURCE_FITS_DERIVATION'
  | 'TEXT_IDENTIFIES_NOBODY'
  | 'UNIQUE'
  | 'UNKNOWN_IS_EMPTY'
  | 'WINDOW_ORDERED';

/** One rule over several members, and the member to point at when it is broken. */
export interface CrossRule<Document> {
  readonly rule: DocumentRule;
  readonly path: readonly string[];
  readonly holds: (document: Document) => boolean;
}

/** The schema with the rules checked once every member is well-formed. */
export function withRules<Schema extends z.ZodType>(
  schema: Schema,
  rules: readonly CrossRule<z.output<Schema>>[],
): Schema {
  return schema.superRefine((document, context) => {
    for (const { rule, path, holds } of rules) {
      if (!holds(document)) context.addIssue({ code: 'custom', path: [...path], params: { rule } });
    }
  });
}

export function isUnique(items: readonly string[]): boolean {
  return new Set(items).size === items.length;
}

/** Ascending by UTF-16 code unit, each once. */
export function isSortedUnique(items: readonly string[]): boolean {
  return items.every((item, index) => index === 0 || (items[index - 1] ?? '') < item);
}
