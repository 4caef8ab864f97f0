import type { LedgerReader } from '../../ledger/ledger-reader.ts';
import type { DeliveryConfirmation } from '../../ledger/receipts/confirmation.ts';

/**
 * Whether the key of a confirmation was valid when its consumer says that the rows were received
 * (docs/evidence-format.md section 8). By the state that is proved now: a key that is revoked later may still end that of
 * a confirmation which claimed a time to come.
 */
export function isConfirmedInTime(ledger: LedgerReader, { keyId, receivedAt }: DeliveryConfirmation): boolean {
  const key = ledger.accessKey(keyId);
  if (key === null) return false;
  const isRevoked = key.revokedAt !== null && key.revokedAt <= receivedAt;
  return key.notBefore <= receivedAt && receivedAt <= key.notAfter && !isRevoked;
}
