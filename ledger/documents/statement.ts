import { z } from 'zod';

import type { DeepReadonly } from './deep-readonly.ts';
import { type CrossRule, withRules } from './document-rule.ts';
import {
  attachmentsSchema,
  bytes32Schema,
  codeSchema,
  departmentIdSchema,
  textSchema,
  unixSecondsSchema,
} from './terms.ts';

/** Acts whose reasons need no structure. A closed list, so that the statement for one cannot serve for another. */
export const STATEMENT_ACTS = [
  'withdrawRequest',
  'reopenRequest',
  'deliver',
  'acknowledge',
  'followUpSuspension',
  'resume',
  'forfeit',
  'release',
  'acceptDisposal',
  'requireUpdate',
  'extendUpdate',
  'freezeResource',
  'unfreezeResource',
  'retireResource',
  'verifyCorrection',
  'correct',
  'uphold',
  'feedBackCorrection',
  'closeCorrection',
  'applyForCoordination',
  'coordinate',
  'settleDispute',
  'escalateDispute',
  'decideDispute',
  'executeDispute',
] as const;

const memberSchema = z.strictObject({
  type: z.literal('Statement'),
  schema: z.literal('dxl/statement/1'),
  department: departmentIdSchema,
  act: z.enum(STATEMENT_ACTS),
  /** The request, grant, resource, correction or dispute that the act is about. */
  subject: bytes32Schema,
  /** On chain as `reasonCode`, see {@link reasonCodeToBytes32}. */
  reasonCode: codeSchema,
  text: textSchema,
  /** The authority that must sign too; null for acts of one department alone. */
  authority: departmentIdSchema.nullable(),
  /** The deadline that the act sets: Unix seconds, the first second that is too late; null for acts that set none. */
  dueAt: unixSecondsSchema.nullable(),
  attachments: attachmentsSchema,
});

const RULES: readonly CrossRule<z.output<typeof memberSchema>>[] = [
  {
    rule: 'AUTHORITY_FITS_ACT',
    path: ['authority'],
    holds: ({ act, authority }) => (act === 'retireResource') === (authority !== null),
  },
  { rule: 'DUE_FITS_ACT', path: ['dueAt'], holds: ({ act, dueAt }) => (act === 'extendUpdate') === (dueAt !== null) },
];

/** 情况说明: why a department does an act, and what supports it (条例 art. 17, 22, 26 to 28, 35; domain.md 7). */
export const statementSchema = withRules(memberSchema, RULES);
export type Statement = DeepReadonly<z.output<typeof statementSchema>>;
