import type { Transaction } from 'kysely';

import type { Bytes32, DepartmentId } from '../../ledger/ids.ts';
import { GatewayError } from '../errors.ts';
import type { Database } from './schema.ts';

/** Attacker-controlled: `key` is the caller's `Idempotency-Key`, bounded by the route. */
export interface IdempotencyClaim {
  readonly caller: DepartmentId;
  readonly key: string;
  /** Hash over all that makes two requests the same: the act's name and the body. */
  readonly bodyHash: Bytes32;
}

/**
 * Ties the caller's key to `outboxId`, or answers with the row that it was tied to before.
 * @throws GatewayError IDEMPOTENCY_MISMATCH when the key came with another body
 */
export async function claimIdempotencyKey(
  transaction: Transaction<Database>,
  claim: IdempotencyClaim,
  outboxId: string,
): Promise<string> {
  const before = await transaction
    .selectFrom('idempotencyKeys')
    .selectAll()
    .where('caller', '=', claim.caller)
    .where('key', '=', claim.key)
    .executeTakeFirst();
  if (before === undefined) {
    await transaction
      .insertInto('idempotencyKeys')
      .values({ ...claim, outboxId })
      .execute();
    return outboxId;
  }
  if (before.bodyHash !== claim.bodyHash) {
    throw new GatewayError('IDEMPOTENCY_MISMATCH', 'The Idempotency-Key was used before with another body');
  }
  return before.outboxId;
}

/** Ties a key that was claimed before to another row. */
export async function moveIdempotencyKey(
  transaction: Transaction<Database>,
  { caller, key }: IdempotencyClaim,
  outboxId: string,
): Promise<void> {
  await transaction
    .updateTable('idempotencyKeys')
    .set({ outboxId })
    .where('caller', '=', caller)
    .where('key', '=', key)
    .execute();
}
