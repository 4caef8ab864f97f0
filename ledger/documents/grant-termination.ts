import { z } from 'zod';

import type { DeepReadonly } from './deep-readonly.ts';
import { type CrossRule, isUnique, withRules } from './document-rule.ts';
import { codeSchema, departmentIdSchema, grantIdSchema, MAX_LIST_LENGTH, textSchema } from './terms.ts';

const memberSchema = z.strictObject({
  type: z.literal('GrantTermination'),
  schema: z.literal('dxl/grant-termination/1'),
  /** The provider, which ends its service. */
  department: departmentIdSchema,
  /** The authority of its level, where this is filed (备案). */
  authority: departmentIdSchema,
  grantId: grantIdSchema,
  /** On chain as `reasonCode`, see {@link reasonCodeToBytes32}. */
  reasonCode: codeSchema,
  negotiation: z.strictObject({
    heldOn: z.iso.date(),
    parties: z.array(departmentIdSchema).min(2).max(MAX_LIST_LENGTH),
    outcome: textSchema,
  }),
  /** What the authority answered to the filing. */
  filing: textSchema,
});

const RULES: readonly CrossRule<z.output<typeof memberSchema>>[] = [
  { rule: 'PARTIES_DIFFER', path: ['authority'], holds: ({ department, authority }) => department !== authority },
  { rule: 'UNIQUE', path: ['negotiation', 'parties'], holds: ({ negotiation }) => isUnique(negotiation.parties) },
  {
    rule: 'PROVIDER_IS_PARTY',
    path: ['negotiation', 'parties'],
    holds: ({ department, negotiation }) => negotiation.parties.includes(department),
  },
];

/** 终止共享备案: a provider ends a service only after negotiation and filing (条例 art. 27; domain rule R29). */
export const grantTerminationSchema = withRules(memberSchema, RULES);
export type GrantTermination = DeepReadonly<z.output<typeof grantTerminationSchema>>;
