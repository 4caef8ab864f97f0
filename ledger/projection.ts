import {
  CONTRACT_NAMES,
  type ContractName,
  type Deployment,
  type HistoryHead,
  type HistoryHeads,
} from './deployment.ts';
import { LedgerError } from './errors.ts';
import type { EventName, EventOf, LedgerEvent } from './events/ledger-event.ts';
import type { GrantState } from './grant-table.ts';
import { EMPTY_HEAD, nextHead } from './history.ts';
import type { AccessKeyId, DepartmentId, GrantId, RequestId, ResourceId } from './ids.ts';
import { CatalogState, type ResourceState, type ResourceVersionState } from './projection/catalog-state.ts';
import { DirectoryState } from './projection/directory-state.ts';
import { type BlockPoint, EventOrder } from './projection/event-order.ts';
import { type AccessKeyState, type DepartmentState, RegistryState } from './projection/registry-state.ts';
import { type OpenRequest, ShareState } from './projection/share-state.ts';

/** What the ledger says now, at `block`. Everything is null when unknown; everything throws once history is broken. */
export interface LedgerReader {
  readonly block: BlockPoint | null;
  readonly heads: HistoryHeads;
  department(id: DepartmentId): DepartmentState | null;
  accessKey(id: AccessKeyId): AccessKeyState | null;
  resource(id: ResourceId): ResourceState | null;
  resourceVersion(id: ResourceId, version: number): ResourceVersionState | null;
  openRequest(id: RequestId): OpenRequest | null;
  grant(id: GrantId): GrantState | null;
  departments(): readonly DepartmentState[];
  resources(): readonly ResourceState[];
}

const NO_HISTORY: HistoryHead = { seq: 0, head: EMPTY_HEAD };

/**
 * The ledger's state, built from events that are believed only as far as they prove themselves: no gap, every history
 * head recomputed, the order of the chain kept, and nothing that a contract would have refused.
 *
 * It is the chain's own state at `block` once {@link VerifiedProjection.confirm} has compared the heads with those of
 * that block. After any error it answers nothing any more; its owner builds a new one.
 */
export class VerifiedProjection implements LedgerReader {
  readonly #deployment: Deployment;
  readonly #order = new EventOrder();
  readonly #directory = new DirectoryState();
  readonly #registry = new RegistryState();
  readonly #catalog = new CatalogState(this.#registry);
  readonly #shares = new ShareState(this.#registry, this.#catalog);
  readonly #heads = new Map<ContractName, HistoryHead>();
  readonly #transitions: { readonly [Name in EventName]: (event: EventOf<Name>) => void } = {
    ContractListed: (event) => this.#directory.list(event),
    DepartmentRegistered: (event) => this.#registry.register(event),
    DepartmentAccountsChanged: (event) => this.#registry.changeAccounts(event),
    DepartmentStatusChanged: (event) => this.#registry.changeStatus(event),
    AccessKeyRegistered: (event) => this.#registry.registerKey(event),
    AccessKeyRevoked: (event) => this.#registry.revokeKey(event),
    ResourceSubmitted: (event) => this.#catalog.submit(event),
    ResourcePublished: (event) => this.#catalog.publish(event),
    ShareRequested: (event) => this.#shares.request(event),
    GrantIssued: (event) => this.#shares.agree(event),
    ShareRefused: (event) => this.#shares.refuse(event),
    GrantRevoked: (event) => this.#shares.revoke(event),
  };
  #poison: LedgerError | null = null;

  constructor(deployment: Deployment) {
    this.#deployment = deployment;
  }

  /**
   * Applies all events after the last applied block up to and including `block`, in chain order.
   * @throws LedgerError HISTORY_GAP, HISTORY_HEAD_MISMATCH, HISTORY_ILLEGAL; nothing can be read afterwards
   */
  apply(block: BlockPoint, events: readonly LedgerEvent[]): void {
    this.#orPoison(() => {
      this.#order.advance(block, events, this.#deployment.startBlock);
      for (const event of events) {
        this.#extendHistory(event);
        this.#transition(event.name, event);
      }
    });
  }

  /**
   * Compares with the heads that the chain itself holds at `block` (`Directory.headsOf`, pinned by block hash).
   * @throws LedgerError HISTORY_GAP for another number of entries, HISTORY_HEAD_MISMATCH; nothing can be read afterwards
   */
  confirm(heads: HistoryHeads): void {
    this.#orPoison(() => {
      for (const contract of CONTRACT_NAMES) {
        const own = this.#headOf(contract);
        const { seq, head } = heads[contract];
        if (own.seq !== seq) throw broken('HISTORY_GAP', { contract, expected: own.seq, actual: seq });
        if (own.head !== head) throw broken('HISTORY_HEAD_MISMATCH', { contract, seq });
      }
    });
  }

  get block(): BlockPoint | null {
    return this.#sound(this.#order).block;
  }

  get heads(): HistoryHeads {
    this.#sound(this.#heads);
    return {
      Directory: this.#headOf('Directory'),
      DepartmentRegistry: this.#headOf('DepartmentRegistry'),
      ResourceCatalog: this.#headOf('ResourceCatalog'),
      ShareLedger: this.#headOf('ShareLedger'),
    };
  }

  department(id: DepartmentId): DepartmentState | null {
    return this.#sound(this.#registry).departments.get(id) ?? null;
  }

  accessKey(id: AccessKeyId): AccessKeyState | null {
    return this.#sound(this.#registry).accessKeys.get(id) ?? null;
  }

  resource(id: ResourceId): ResourceState | null {
    return this.#sound(this.#catalog).resources.get(id) ?? null;
  }

  resourceVersion(id: ResourceId, version: number): ResourceVersionState | null {
    return this.#sound(this.#catalog).versionOf(id, version);
  }

  openRequest(id: RequestId): OpenRequest | null {
    return this.#sound(this.#shares).requests.get(id) ?? null;
  }

  grant(id: GrantId): GrantState | null {
    return this.#sound(this.#shares).grants.get(id);
  }

  departments(): readonly DepartmentState[] {
    return [...this.#sound(this.#registry).departments.values()];
  }

  resources(): readonly ResourceState[] {
    return [...this.#sound(this.#catalog).resources.values()];
  }

  #headOf(contract: ContractName): HistoryHead {
    return this.#heads.get(contract) ?? NO_HISTORY;
  }

  #extendHistory({ contract, seq, head, actHash }: LedgerEvent): void {
    const last = this.#headOf(contract);
    if (seq !== last.seq + 1) throw broken('HISTORY_GAP', { contract, expected: last.seq + 1, actual: seq });
    if (head !== nextHead(last.head, seq, actHash)) throw broken('HISTORY_HEAD_MISMATCH', { contract, seq });
    this.#heads.set(contract, { seq, head });
  }

  #transition<Name extends EventName>(name: Name, event: EventOf<Name>): void {
    this.#transitions[name](event);
  }

  /** `state`, or the error that broke the history. */
  #sound<State>(state: State): State {
    if (this.#poison !== null) throw this.#poison;
    return state;
  }

  #orPoison(step: () => void): void {
    this.#sound(null);
    try {
      step();
    } catch (cause) {
      this.#poison = cause instanceof LedgerError ? cause : broken('HISTORY_ILLEGAL', {}, cause);
      throw this.#poison;
    }
  }
}

function broken(
  code: 'HISTORY_GAP' | 'HISTORY_HEAD_MISMATCH' | 'HISTORY_ILLEGAL',
  details: Readonly<Record<string, string | number>>,
  cause?: unknown,
): LedgerError {
  return new LedgerError(code, 'The history is not complete and unaltered', details, cause);
}
