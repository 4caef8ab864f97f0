import { z } from 'zod';

import type { DeepReadonly } from './deep-readonly.ts';
import { type CrossRule, withRules } from './document-rule.ts';

import { departmentIdSchema, grantIdSchema, MAX_LIST_LENGTH, textSchema, unixSecondsSchema } from './terms.ts';

/** Why a grant is restrained: use beyond it (条例 art. 27), or an incident (art. 35). */
export const SUSPENSION_REASONS = ['MISUSE', 'SECURITY'] as const;

const memberSchema = z.strictObject({
  type: z.literal('GrantSuspension'),
  schema: z.literal('dxl/grant-suspension/1'),
  department: departmentIdSchema,
  grantId: grantIdSchema,
  /** On chain as `reasonCode`, see {@link reasonCodeToBytes32}. */
  reasonCode: z.enum(SUSPENSION_REASONS),
  findings: textSchema,
  /** What the requester must put right, each on its own; none after an incident. */
  demands: z.array(textSchema).max(MAX_LIST_LENGTH),
  /** Unix seconds; null after an incident. */
  rectifyBy: unixSecondsSchema.nullable(),
});

const RULES: readonly CrossRule<z.output<typeof memberSchema>>[] = [
  {
    rule: 'RECTIFICATION_FITS_REASON',
    path: ['demands'],
    holds: ({ reasonCode, demands }) => (reasonCode === 'MISUSE') === demands.length > 0,
  },
  {
    rule: 'RECTIFICATION_FITS_REASON',
    path: ['rectifyBy'],
    holds: ({ reasonCode, rectifyBy }) => (reasonCode === 'MISUSE') === (rectifyBy !== null),
  },
];

/** 暂停共享通知: misuse is to be put right in a set time (条例 art. 27, 35; domain rules R30, R32). */
export const grantSuspensionSchema = withRules(memberSchema, RULES);
export type GrantSuspension = DeepReadonly<z.output<typeof grantSuspensionSchema>>;
