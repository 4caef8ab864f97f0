import type { AccessKeyId } from '../../ledger/ids.ts';
import type { LedgerReader } from '../../ledger/ledger-reader.ts';
import type { RegisteredKey } from './authenticate.ts';

/** An access key as the proved ledger state has it, with the standing of its department. */
export function readRegisteredKey(ledger: LedgerReader, id: AccessKeyId): RegisteredKey | null {
  const key = ledger.accessKey(id);
  if (key === null) return null;
  const { department, algorithm, notBefore, notAfter } = key;
  return {
    department,
    algorithm,
    publicKey: Buffer.from(key.publicKey.slice(2), 'hex'),
    notBefore,
    notAfter,
    isRevoked: key.revokedAt !== null,
    isDepartmentActive: ledger.department(department)?.status === 'active',
  };
}

/** Whether a key that was valid when it signed is so still: neither revoked, nor its department suspended. */
export function isKeyInForce(ledger: LedgerReader, id: AccessKeyId): boolean {
  const key = ledger.accessKey(id);
  return key?.revokedAt === null && ledger.department(key.department)?.status === 'active';
}
