import { z } from 'zod';

import type { DeepReadonly } from './deep-readonly.ts';
import { withRules } from './document-rule.ts';
import {
  fieldKeysSchema,
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

/**
 * 共享申请: what the requester asks for and why (条例 art. 20). It carries no id: the request's id is the digest of the
 * act that holds this document's hash.
 */
export const shareRequestSchema = z.strictObject({
  type: z.literal('ShareRequest'),
  schema: z.literal('dxl/share-request/1'),
  kind: z.literal('NEW'),
  requester: partySchema,
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
export type ShareRequest = DeepReadonly<z.output<typeof shareRequestSchema>>;
