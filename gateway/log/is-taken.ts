import type { LedgerReader } from '../../ledger/ledger-reader.ts';
import type { LogKeys } from './receipt-log.ts';

/** Whether the ledger has the key of this gateway for another account, which alone can anchor under it then. */
export function isTaken(ledger: LedgerReader, { gateway, address }: Pick<LogKeys, 'gateway' | 'address'>): boolean {
  const registered = ledger.gateway(gateway);
  return registered !== null && registered.account !== address;
}
