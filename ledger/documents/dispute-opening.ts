import { z } from 'zod';

import type { DeepReadonly } from './deep-readonly.ts';
import { type CrossRule, withRules } from './document-rule.ts';

import { attachmentsSchema, bytes32Schema, departmentIdSchema, textSchema } from './terms.ts';

const memberSchema = z.strictObject({
  type: z.literal('DisputeOpening'),
  schema: z.literal('dxl/dispute-opening/1'),
  department: departmentIdSchema,
  respondent: departmentIdSchema,
  /** What they differ over. A RESOURCE is disputed for its share class (共享属性, 条例 art. 14). */
  subject: z.strictObject({ kind: z.enum(['REQUEST', 'GRANT', 'CORRECTION', 'RESOURCE']), id: bytes32Schema }),
  claim: textSchema,
  /** How far the two came on their own, which comes first. */
  negotiation: textSchema,
  attachments: attachmentsSchema,
});

const RULES: readonly CrossRule<z.output<typeof memberSchema>>[] = [
  { rule: 'PARTIES_DIFFER', path: ['respondent'], holds: (opening) => opening.respondent !== opening.department },
];

/** 争议申请: one department's claim against another, after negotiation (条例 art. 28; domain rule R33). */
export const disputeOpeningSchema = withRules(memberSchema, RULES);
export type DisputeOpening = DeepReadonly<z.output<typeof disputeOpeningSchema>>;
