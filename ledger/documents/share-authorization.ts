import { z } from 'zod';

import type { DeepReadonly } from './deep-readonly.ts';
import { type CrossRule, withRules } from './document-rule.ts';
import {
  conditionCodesSchema,
  departmentIdSchema,
  disposalMethodSchema,
  fieldKeySchema,
  fieldKeysSchema,
  MAX_FIELDS,
  modeSchema,
  purposesSchema,
  requestIdSchema,
  resourceVersionSchema,
  rowFilterSchema,
  someFieldKeysSchema,
  systemsSchema,
  textSchema,
  windowSchema,
} from './terms.ts';

/** Records of use are kept at least so long (条例 art. 29; domain rule R34). */
export const MIN_RETAIN_YEARS = 3;
export const MAX_RETAIN_YEARS = 100;
export const MAX_DISPOSAL_DAYS = 366;

/** Limits of a grant, counted at the gateway. Calls, rows and bytes; `total` over the life of the grant. */
const quotaSchema = z.strictObject({
  perSecond: z.int().positive(),
  perDay: z.int().positive(),
  total: z.int().positive(),
  maxRowsPerCall: z.int().positive(),
  maxBytesPerDay: z.int().positive(),
});

/** What was asked for and is not given: a whole field, or its plain value. */
const narrowingSchema = z.strictObject({ field: fieldKeySchema, ask: z.enum(['field', 'plain']), reason: textSchema });

const memberSchema = z.strictObject({
  type: z.literal('ShareAuthorization'),
  schema: z.literal('dxl/share-authorization/1'),
  requestId: requestIdSchema,
  /** Provider and requester. */
  assigner: departmentIdSchema,
  assignee: departmentIdSchema,
  resource: resourceVersionSchema,
  fields: someFieldKeysSchema,
  /** Fields that the gateway does not mask. */
  plainFields: fieldKeysSchema,
  narrowed: z.array(narrowingSchema).max(MAX_FIELDS),
  rowFilter: rowFilterSchema.nullable(),
  purposes: purposesSchema,
  systems: systemsSchema,
  /** Codes of the published entry's conditions that bind the grant; none where data returns (domain rule R27). */
  conditions: conditionCodesSchema,
  caseIdRequired: z.boolean(),
  mode: modeSchema,
  window: windowSchema,
  quota: quotaSchema,
  /** No provision to third parties (条例 art. 25). */
  onward: z.literal(false),
  records: z.strictObject({ retainYears: z.int().min(MIN_RETAIN_YEARS).max(MAX_RETAIN_YEARS) }),
  /** What the certificate of disposal must say, and how soon after the grant's end (条例 art. 27; domain rule R31). */
  disposal: z.strictObject({ days: z.int().min(1).max(MAX_DISPOSAL_DAYS), method: disposalMethodSchema }),
});
type Members = z.output<typeof memberSchema>;

function isWithheld(document: Members, narrowing: Members['narrowed'][number]): boolean {
  const given = narrowing.ask === 'field' ? document.fields : document.plainFields;
  return !given.includes(narrowing.field);
}

const RULES: readonly CrossRule<Members>[] = [
  { rule: 'PARTIES_DIFFER', path: ['assignee'], holds: (document) => document.assigner !== document.assignee },
  {
    rule: 'PLAIN_IS_GRANTED',
    path: ['plainFields'],
    holds: (document) => document.plainFields.every((key) => document.fields.includes(key)),
  },
  {
    rule: 'NARROWED_IS_WITHHELD',
    path: ['narrowed'],
    holds: (document) => document.narrowed.every((narrowing) => isWithheld(document, narrowing)),
  },
];

/** The agreed answer (条例 art. 21): the terms of a grant, which the gateway enforces. */
export const shareAuthorizationSchema = withRules(memberSchema, RULES);
export type ShareAuthorization = DeepReadonly<z.output<typeof shareAuthorizationSchema>>;
export type Quota = ShareAuthorization['quota'];

/** A narrowing before its reason is given. */
export type Withheld = Omit<ShareAuthorization['narrowed'][number], 'reason'>;
type Fields = Pick<ShareAuthorization, 'fields' | 'plainFields'>;

/**
 * What was asked for and is not given: whole fields, and the plain values of others. Each is owed a reason (domain.md
 * 7.2); the one for a whole field covers its plain value.
 */
export function withheldOf(asked: Fields, given: Fields): Withheld[] {
  return asked.fields.flatMap((field): Withheld[] => {
    if (!given.fields.includes(field)) return [{ field, ask: 'field' }];
    const isMasked = asked.plainFields.includes(field) && !given.plainFields.includes(field);
    return isMasked ? [{ field, ask: 'plain' }] : [];
  });
}
