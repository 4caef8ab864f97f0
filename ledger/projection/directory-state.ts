import type { EventOf } from '../events/ledger-event.ts';
import type { Bytes32 } from '../ids.ts';
import { assertLegal } from './illegal.ts';

/** The state of `Directory`, with its rules. */
export class DirectoryState {
  readonly #versions = new Map<Bytes32, number>();
  readonly #accounts = new Set<string>();

  list({ listedName, version, account }: EventOf<'ContractListed'>): void {
    assertLegal(version === (this.#versions.get(listedName) ?? 0) + 1, 'UNEXPECTED_VERSION', { account });
    assertLegal(!this.#accounts.has(account), 'ACCOUNT_LISTED', { account });
    this.#versions.set(listedName, version);
    this.#accounts.add(account);
  }
}
