import { z } from 'zod';

import { saltedHash } from '../document-hash.ts';
import type { Bytes32 } from '../ids.ts';
import type { DeepReadonly } from './deep-readonly.ts';
import { type CrossRule, isUnique, withRules } from './document-rule.ts';
import {
  codeSchema,
  departmentIdSchema,
  legalBasisSchema,
  MAX_LIST_LENGTH,
  requestIdSchema,
  textSchema,
} from './terms.ts';

/** A request is refused for a published condition or by law, for nothing else (条例 art. 15, 21; domain rule R9). */
export const REFUSAL_REASONS = ['CONDITION_NOT_MET', 'FORBIDDEN_BY_LAW'] as const;

const memberSchema = z.strictObject({
  type: z.literal('ShareRefusal'),
  schema: z.literal('dxl/share-refusal/1'),
  requestId: requestIdSchema,
  provider: departmentIdSchema,
  /** On chain as `reasonCode`, see {@link reasonCodeToBytes32}. */
  reasonCode: z.enum(REFUSAL_REASONS),
  /** Codes of the published entry's conditions that are not met. */
  conditions: z.array(codeSchema).max(MAX_LIST_LENGTH),
  legalBasis: z.array(legalBasisSchema).max(MAX_LIST_LENGTH),
  text: textSchema,
});

const RULES: readonly CrossRule<z.output<typeof memberSchema>>[] = [
  {
    rule: 'REASON_IS_GROUNDED',
    path: ['conditions'],
    holds: (refusal) => (refusal.reasonCode === 'CONDITION_NOT_MET') === refusal.conditions.length > 0,
  },
  {
    rule: 'REASON_IS_GROUNDED',
    path: ['legalBasis'],
    holds: (refusal) => refusal.reasonCode !== 'FORBIDDEN_BY_LAW' || refusal.legalBasis.length > 0,
  },
  { rule: 'UNIQUE', path: ['conditions'], holds: (refusal) => isUnique(refusal.conditions) },
];

/** 不同意共享 with its reasons (domain rules R16, R18). */
export const shareRefusalSchema = withRules(memberSchema, RULES);
export type ShareRefusal = DeepReadonly<z.output<typeof shareRefusalSchema>>;

/**
 * `groundsHash` of a `ShareRefusal`: the hash of the published conditions, or SHA-256(salt || JCS(legalBasis)).
 *
 * @param salt the salt of the whole refusal, base64url
 * @param conditionsHash that of the entry that was asked for
 */
export function refusalGrounds(
  { reasonCode, legalBasis }: Pick<ShareRefusal, 'reasonCode' | 'legalBasis'>,
  salt: string,
  conditionsHash: Bytes32,
): Bytes32 {
  return reasonCode === 'CONDITION_NOT_MET' ? conditionsHash : saltedHash(salt, legalBasis);
}
