import { z } from 'zod';

import type { DeepReadonly } from './deep-readonly.ts';
import { departmentIdSchema, digestSchema, grantIdSchema, MAX_LIST_LENGTH, textSchema } from './terms.ts';

/** Why a grant ends before its time (条例 art. 27, 35). */
export const REVOCATION_REASONS = ['MISUSE', 'SECURITY', 'PURPOSE_ENDED', 'AGREED', 'LEGAL_CHANGE'] as const;

/** The statement behind a revocation by the provider, an authority or a regulator. */
export const grantRevocationSchema = z.strictObject({
  type: z.literal('GrantRevocation'),
  schema: z.literal('dxl/grant-revocation/1'),
  grantId: grantIdSchema,
  department: departmentIdSchema,
  /** On chain as `reasonCode`, see {@link reasonCodeToBytes32}. */
  reasonCode: z.enum(REVOCATION_REASONS),
  text: textSchema,
  /** Records that support it, for example of the negotiation. */
  evidence: z.array(digestSchema).max(MAX_LIST_LENGTH),
});
export type GrantRevocation = DeepReadonly<z.output<typeof grantRevocationSchema>>;
