import { z } from 'zod';

import type { DeepReadonly } from './deep-readonly.ts';
import { type CrossRule, withRules } from './document-rule.ts';

import {
  attachmentsSchema,
  departmentIdSchema,
  resourceIdSchema,
  someFieldKeysSchema,
  textSchema,
  versionSchema,
} from './terms.ts';

/** Digits of a telephone, bank or identity number in a row, in any script. */
const PERSONAL_NUMBER = /\p{Nd}{11}/u;

const memberSchema = z.strictObject({
  type: z.literal('CorrectionFiling'),
  schema: z.literal('dxl/correction-filing/1'),
  department: departmentIdSchema,
  resourceId: resourceIdSchema,
  version: versionSchema,
  fields: someFieldKeysSchema,
  errorKind: z.enum(['WRONG_VALUE', 'MISSING', 'OUTDATED', 'DUPLICATE', 'OTHER']),
  text: textSchema,
  /** The records in doubt, which the two departments hand over outside the ledger. */
  evidence: attachmentsSchema,
});

const RULES: readonly CrossRule<z.output<typeof memberSchema>>[] = [
  { rule: 'TEXT_IDENTIFIES_NOBODY', path: ['text'], holds: ({ text }) => !PERSONAL_NUMBER.test(text) },
];

/**
 * 校核申请: a doubt about data, by its fields (条例 art. 26; domain rule R20). It has no place for a record's
 * values or its key, and its text may hold no number of a person.
 */
export const correctionFilingSchema = withRules(memberSchema, RULES);
export type CorrectionFiling = DeepReadonly<z.output<typeof correctionFilingSchema>>;
