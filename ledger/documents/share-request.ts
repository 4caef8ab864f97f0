import { z } from 'zod';

import type { DeepReadonly } from './deep-readonly.ts';
import { type CrossRule, withRules } from './document-rule.ts';
import {
  fieldKeysSchema,
  grantIdSchema,
  legalBasisSchema,
  MAX_LIST_LENGTH,
  modeSchema,
  nameSchema,
  partySchema,
  purposesSchema,
  resourceVersionSchema,
  rowFilterSchema,
  someFieldKeysSchema,
  systemsSchema,
  textSchema,
  windowSchema,
} from './terms.ts';

/** 使用范围 (R14). `plainFields` are asked for without mask. */
const scopeSchema = withRules(
  z.strictObject({
    fields: someFieldKeysSchema,
    plainFields: fieldKeysSchema,
    rowFilter: rowFilterSchema.nullable(),
    systems: systemsSchema,
    users: nameSchema,
  }),
  [
    {
      rule: 'PLAIN_IS_GRANTED',
      path: ['plainFields'],
      holds: (scope) => scope.plainFields.every((key) => scope.fields.includes(key)),
    },
  ],
);

/** Kinds that change or prolong a grant, and so name it (条例 art. 25). */
const KINDS_ON_A_GRANT: readonly string[] = ['RENEW', 'SCOPE_EXTENSION', 'ONWARD'];

const memberSchema = z.strictObject({
  type: z.literal('ShareRequest'),
  schema: z.literal('dxl/share-request/1'),
  /** REFLOW: data of the requester's region returns to it (回流, 条例 art. 24). ONWARD: provision to a third party. */
  kind: z.enum(['NEW', 'RENEW', 'SCOPE_EXTENSION', 'ONWARD', 'REFLOW']),
  priorGrantId: grantIdSchema.nullable(),
  requester: partySchema,
  /** The third party of an ONWARD request. */
  recipient: partySchema.nullable(),
  resource: resourceVersionSchema,
  basis: z.array(legalBasisSchema).min(1).max(MAX_LIST_LENGTH),
  scenario: textSchema,
  purposes: purposesSchema,
  scope: scopeSchema,
  mode: modeSchema,
  window: windowSchema,
  /** Load that the requester expects, calls. */
  expected: z.strictObject({ perSecond: z.int().positive(), perDay: z.int().positive() }),
  storage: z.strictObject({ retain: textSchema, disposal: textSchema }),
  /** `mlps`: level of the requester's system by the multi-level protection scheme (等保). */
  security: z.strictObject({ mlps: z.int().min(1).max(5), contact: nameSchema }),
  commitment: textSchema,
});

const RULES: readonly CrossRule<z.output<typeof memberSchema>>[] = [
  {
    rule: 'PRIOR_GRANT_FITS_KIND',
    path: ['priorGrantId'],
    holds: (request) => KINDS_ON_A_GRANT.includes(request.kind) === (request.priorGrantId !== null),
  },
  {
    rule: 'RECIPIENT_FITS_KIND',
    path: ['recipient'],
    holds: (request) => (request.kind === 'ONWARD') === (request.recipient !== null),
  },
  {
    rule: 'PARTIES_DIFFER',
    path: ['recipient', 'uscc'],
    holds: (request) => request.recipient?.uscc !== request.requester.uscc,
  },
  {
    rule: 'REFLOW_HAS_REGION',
    path: ['scope', 'rowFilter'],
    holds: (request) => request.kind !== 'REFLOW' || request.scope.rowFilter !== null,
  },
];

/**
 * 共享申请: what the requester asks for and why (条例 art. 20). It carries no id: the request's id is the digest of the
 * act that holds this document's hash.
 */
export const shareRequestSchema = withRules(memberSchema, RULES);
export type ShareRequest = DeepReadonly<z.output<typeof shareRequestSchema>>;
