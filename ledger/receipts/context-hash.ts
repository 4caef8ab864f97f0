import { z } from 'zod';

import { saltedHash } from '../document-hash.ts';
import type { DeepReadonly } from '../documents/deep-readonly.ts';
import type { Bytes32 } from '../ids.ts';

/** Why and what was asked, as the request said it. May hold personal data. */
export const accessContextSchema = z.strictObject({
  purpose: z.string(),
  caseNumber: z.string().nullable(),
  system: z.string().nullable(),
  /** Keys asked for; empty for all that are granted. */
  fields: z.array(z.string()),
  /** Equality filters by field key; of what was taken out of the records (`AUDIT`) the target of the request, as `target`. */
  equals: z.record(z.string(), z.string()),
  region: z.string().nullable(),
  limit: z.int().min(0).nullable(),
});
export type AccessContext = DeepReadonly<z.output<typeof accessContextSchema>>;

/**
 * `contextHash` of a receipt: SHA-256(salt || JCS(context)). The salt is as of `newSalt`, one for each receipt, and is
 * kept beside the receipt so that the context can be shown to an inspector or forgotten.
 */
export function contextHash(salt: string, context: AccessContext): Bytes32 {
  return saltedHash(salt, context);
}
