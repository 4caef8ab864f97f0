import { z } from 'zod';

import type { DeepReadonly } from './deep-readonly.ts';
import { type CrossRule, withRules } from './document-rule.ts';

import { departmentIdSchema, elementSchema, resourceIdSchema, textSchema } from './terms.ts';

const memberSchema = z.strictObject({
  type: z.literal('SourceDesignation'),
  schema: z.literal('dxl/source-designation/1'),
  /** The authority. */
  department: departmentIdSchema,
  /** The `element` of the fields concerned. */
  element: elementSchema,
  /** The resource from which all departments take the element from now on. */
  resourceId: resourceIdSchema,
  /** The one from which they took it before; null for a first designation. */
  replaces: resourceIdSchema.nullable(),
  text: textSchema,
});

const RULES: readonly CrossRule<z.output<typeof memberSchema>>[] = [
  { rule: 'REPLACES_ANOTHER', path: ['replaces'], holds: ({ resourceId, replaces }) => resourceId !== replaces },
];

/** 数源确定: the authority names one source for a data element (一数一源, 条例 art. 19; domain rule R12). */
export const sourceDesignationSchema = withRules(memberSchema, RULES);
export type SourceDesignation = DeepReadonly<z.output<typeof sourceDesignationSchema>>;
