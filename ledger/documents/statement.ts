import { z } from 'zod';

import type { DeepReadonly } from './deep-readonly.ts';
import { attachmentsSchema, bytes32Schema, codeSchema, departmentIdSchema, textSchema } from './terms.ts';

/** Acts whose reasons need no structure. A closed list, so that the statement for one cannot serve for another. */
export const STATEMENT_ACTS = [
  'withdrawRequest',
  'reopenRequest',
  'deliver',
  'acknowledge',
  'followUpSuspension',
  'resume',
  'endMisuse',
  'release',
  'acceptDisposal',
  'publishResource',
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

/** 情况说明: why a department does an act, and what supports it (条例 art. 17, 22, 26 to 28, 35; domain.md 7). */
export const statementSchema = z.strictObject({
  type: z.literal('Statement'),
  schema: z.literal('dxl/statement/1'),
  department: departmentIdSchema,
  act: z.enum(STATEMENT_ACTS),
  /** The request, grant, resource, correction or dispute that the act is about. */
  subject: bytes32Schema,
  /** On chain as `reasonCode`, see {@link reasonCodeToBytes32}. */
  reasonCode: codeSchema,
  text: textSchema,
  attachments: attachmentsSchema,
});
export type Statement = DeepReadonly<z.output<typeof statementSchema>>;
