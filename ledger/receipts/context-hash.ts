import { saltedHash } from '../document-hash.ts';
import type { Bytes32 } from '../ids.ts';

/** Why and what was asked, as the request said it. A type, so that it is a JSON value; may hold personal data. */
// eslint-disable-next-line @typescript-eslint/consistent-type-definitions -- an interface has no index signature
export type AccessContext = {
  readonly purpose: string;
  readonly caseNumber: string | null;
  readonly system: string | null;
  /** Keys asked for; empty for all that are granted. */
  readonly fields: readonly string[];
  /** Equality filters by field key. */
  readonly equals: Readonly<Record<string, string>>;
  readonly region: string | null;
  readonly limit: number | null;
};

/**
 * `contextHash` of a receipt: SHA-256(salt || JCS(context)). The salt is as of `newSalt`, one for each receipt, and is
 * kept beside the receipt so that the context can be shown to an inspector or forgotten.
 */
export function contextHash(salt: string, context: AccessContext): Bytes32 {
  return saltedHash(salt, context);
}
