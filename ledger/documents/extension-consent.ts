import { z } from 'zod';

import type { DeepReadonly } from './deep-readonly.ts';
import { type CrossRule, withRules } from './document-rule.ts';

import { codeSchema, departmentIdSchema, requestIdSchema, textSchema, unixSecondsSchema } from './terms.ts';

const memberSchema = z.strictObject({
  type: z.literal('ExtensionConsent'),
  schema: z.literal('dxl/extension-consent/1'),
  /** The authority of the provider's level, which consents. */
  department: departmentIdSchema,
  provider: departmentIdSchema,
  requestId: requestIdSchema,
  /** The new deadline: Unix seconds, the first second that is too late. */
  dueAt: unixSecondsSchema,
  /** On chain as `reasonCode`, see {@link reasonCodeToBytes32}. */
  reasonCode: codeSchema,
  text: textSchema,
});

const RULES: readonly CrossRule<z.output<typeof memberSchema>>[] = [
  { rule: 'PARTIES_DIFFER', path: ['provider'], holds: (consent) => consent.provider !== consent.department },
];

/** 延期同意: the authority lets a provider answer later (条例 art. 21; domain rules R15, R16). */
export const extensionConsentSchema = withRules(memberSchema, RULES);
export type ExtensionConsent = DeepReadonly<z.output<typeof extensionConsentSchema>>;
