import {
  CONTRACT_NAMES,
  type ContractName,
  type Deployment,
  type HistoryHead,
  type HistoryHeads,
  mapContracts,
} from './deployment.ts';
import { LedgerError } from './errors.ts';
import type { LedgerReader } from './ledger-reader.ts';
import type { EventName, EventOf, LedgerEvent } from './events/ledger-event.ts';
import type { GrantState } from './grant-table.ts';
import { EMPTY_HEAD, nextHead } from './history.ts';
import type { AccessKeyId, CaseId, DepartmentId, GatewayId, GrantId, RequestId, ResourceId } from './ids.ts';
import { CalendarState, type CalendarYearState } from './projection/calendar-state.ts';
import { type CaseState, CasesState } from './projection/case-state.ts';
import { CatalogState, type ResourceState, type ResourceVersionState } from './projection/catalog-state.ts';
import { DirectoryState } from './projection/directory-state.ts';
import { EventOrder, type BlockPoint } from './projection/event-order.ts';
import { type GatewayState, LogState } from './projection/log-state.ts';
import { type AccessKeyState, type DepartmentState, RegistryState } from './projection/registry-state.ts';
import type { RequestState } from './projection/request-state.ts';
import { ShareState } from './projection/share-state.ts';

interface ProvedState {
  readonly block: BlockPoint;
  readonly heads: ReadonlyMap<ContractName, HistoryHead>;
}

const NO_HISTORY: HistoryHead = { seq: 0, head: EMPTY_HEAD };

/**
 * The ledger's state, built from events that are believed only as far as they prove themselves: no gap, every history
 * head recomputed, the order of the chain kept, and nothing that a contract would have refused.
 *
 * It answers with the state at the block that {@link VerifiedProjection.confirm} last compared with the chain: what was
 * applied since then waits. Before the first confirmation and after any error it answers nothing.
 */
export class VerifiedProjection implements LedgerReader {
  readonly #deployment: Deployment;
  readonly #order = new EventOrder();
  readonly #directory = new DirectoryState();
  readonly #registry = new RegistryState();
  readonly #calendar = new CalendarState(this.#registry);
  readonly #log = new LogState(this.#registry);
  readonly #catalog = new CatalogState(this.#registry, this.#calendar);
  readonly #cases: CasesState = new CasesState({
    registry: this.#registry,
    calendar: this.#calendar,
    catalog: this.#catalog,
    shares: () => this.#shares,
  });
  readonly #shares: ShareState = new ShareState(this.#registry, this.#calendar, this.#catalog, (requestId) =>
    this.#cases.reopeningOf(requestId),
  );
  #heads: ReadonlyMap<ContractName, HistoryHead> = new Map<ContractName, HistoryHead>();
  readonly #transitions: { readonly [Name in EventName]: (event: EventOf<Name>) => void } = {
    ContractListed: (event) => this.#directory.list(event),
    DepartmentRegistered: (event) => this.#registry.register(event),
    DepartmentAccountsChanged: (event) => this.#registry.changeAccounts(event),
    DepartmentAccountsRestored: (event) => this.#registry.restoreAccounts(event),
    DepartmentStatusChanged: (event) => this.#registry.changeStatus(event),
    DepartmentStatusGoverned: (event) => this.#registry.governStatus(event),
    AccessKeyRegistered: (event) => this.#registry.registerKey(event),
    AccessKeyRevoked: (event) => this.#registry.revokeKey(event),
    CalendarYearSet: (event) => this.#calendar.setYear(event),
    ResourceSubmitted: (event) => this.#catalog.submit(event),
    ResourcePublished: (event) => this.#catalog.publish(event),
    ResourceReturned: (event) => this.#catalog.returnVersion(event),
    UpdateRequired: (event) => this.#catalog.requireUpdate(event),
    UpdateExtended: (event) => this.#catalog.extendUpdate(event),
    ResourceFrozen: (event) => this.#catalog.freeze(event),
    ResourceUnfrozen: (event) => this.#catalog.unfreeze(event),
    SourceDesignated: (event) => this.#catalog.designateSource(event),
    ShareRequested: (event) => this.#shares.requests.submit(event),
    SupplementAsked: (event) => this.#shares.requests.askSupplement(event),
    RequestResubmitted: (event) => this.#shares.requests.supplement(event),
    AnswerExtended: (event) => this.#shares.requests.extend(event),
    RequestWithdrawn: (event) => this.#shares.requests.withdraw(event),
    ShareRefused: (event) => this.#shares.requests.refuse(event),
    RequestReopened: (event) => this.#shares.requests.reopen(event),
    GrantIssued: (event) => this.#shares.agree(event),
    GrantDelivered: (event) => this.#shares.deliver(event),
    GrantActivated: (event) => this.#shares.activate(event),
    GrantSuspended: (event) => this.#shares.suspend(event),
    SuspensionFollowedUp: (event) => this.#shares.followUp(event),
    GrantResumed: (event) => this.#shares.resume(event),
    GrantTerminated: (event) => this.#shares.terminate(event),
    GrantForfeited: (event) => this.#shares.forfeit(event),
    GrantChanged: (event) => this.#shares.change(event),
    GrantReleased: (event) => this.#shares.release(event),
    DisposalCertified: (event) => this.#shares.certifyDisposal(event),
    GrantClosed: (event) => this.#shares.close(event),
    CorrectionFiled: (event) => this.#cases.fileCorrection(event),
    DisputeOpened: (event) => this.#cases.openDispute(event),
    CorrectionVerifying: (event) => this.#cases.step(event),
    CorrectionMade: (event) => this.#cases.step(event),
    CorrectionUpheld: (event) => this.#cases.step(event),
    CorrectionFedBack: (event) => this.#cases.step(event),
    CorrectionClosed: (event) => this.#cases.step(event),
    CoordinationApplied: (event) => this.#cases.step(event),
    DisputeCoordinated: (event) => this.#cases.step(event),
    DisputeSettled: (event) => this.#cases.step(event),
    DisputeEscalated: (event) => this.#cases.step(event),
    DisputeDecided: (event) => this.#cases.step(event),
    DisputeExecuted: (event) => this.#cases.step(event),
    GatewayRegistered: (event) => this.#log.register(event),
    GatewayRetired: (event) => this.#log.retire(event),
    GatewayEquivocated: (event) => this.#log.equivocate(event),
    ResourceRetired: (event) => {
      this.#shares.assertSettled(event.act.subject, event.recordedAt);
      this.#catalog.retire(event);
    },
  };
  /** Where the chain itself agreed. */
  #proved: ProvedState | null = null;
  /** Applied since then, and not part of the state yet. */
  #pending: LedgerEvent[] = [];
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
        this.#pending.push(event);
      }
      // Nobody can read yet, so nothing has to wait: a long history is not kept in memory as events.
      if (this.#proved === null) this.#settle();
    });
  }

  /**
   * Compares with the heads that the chain itself holds at `block` (`Directory.headsOf`, pinned by block hash).
   * @throws LedgerError HISTORY_GAP for another number of entries, HISTORY_HEAD_MISMATCH, HISTORY_ILLEGAL; nothing can
   * be read afterwards
   */
  confirm(heads: HistoryHeads): void {
    this.#orPoison(() => {
      const { block } = this.#order;
      if (block === null) throw broken('HISTORY_GAP', {});
      for (const contract of CONTRACT_NAMES) {
        const own = this.#headOf(contract);
        const { seq, head } = heads[contract];
        if (own.seq !== seq) throw broken('HISTORY_GAP', { contract, expected: own.seq, actual: seq });
        if (own.head !== head) throw broken('HISTORY_HEAD_MISMATCH', { contract, seq });
      }
      this.#settle();
      this.#proved = { block, heads: this.#heads };
    });
  }

  /**
   * Forgets what was applied since the last confirmation, for a chain that no longer has it.
   * @returns false when nothing was confirmed yet: then there is nothing to go back to
   */
  rollBack(): boolean {
    const proved = this.#proved;
    if (proved === null || this.#poison !== null) return false;
    this.#pending = [];
    this.#heads = proved.heads;
    this.#order.rollBack();
    return true;
  }

  get block(): BlockPoint {
    return this.#readable().block;
  }

  get heads(): HistoryHeads {
    const { heads } = this.#readable();
    return mapContracts((contract) => heads.get(contract) ?? NO_HISTORY);
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

  request(id: RequestId): RequestState | null {
    return this.#sound(this.#shares).requests.all.get(id) ?? null;
  }

  case(id: CaseId): CaseState | null {
    return this.#sound(this.#cases).all.get(id) ?? null;
  }

  isSameLevel(authority: DepartmentId, department: DepartmentId): boolean {
    return this.#sound(this.#registry).isSameLevel(authority, department);
  }

  commonGovernmentOf(one: DepartmentId, other: DepartmentId): DepartmentId | null {
    return this.#sound(this.#registry).commonGovernmentOf(one, other);
  }

  governmentOf(id: DepartmentId): DepartmentId | null {
    return this.#sound(this.#registry).governmentOf(id);
  }

  calendarYears(): readonly CalendarYearState[] {
    return [...this.#sound(this.#calendar).years.values()];
  }

  calendarYear(year: number): CalendarYearState | null {
    return this.#sound(this.#calendar).years.get(year) ?? null;
  }

  grant(id: GrantId): GrantState | null {
    return this.#sound(this.#shares).grants.get(id);
  }

  gateway(id: GatewayId): GatewayState | null {
    return this.#sound(this.#log).gateways.get(id) ?? null;
  }

  gateways(): readonly GatewayState[] {
    return [...this.#sound(this.#log).gateways.values()];
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
    this.#heads = new Map(this.#heads).set(contract, { seq, head });
  }

  #settle(): void {
    for (const event of this.#pending) this.#transition(event.name, event);
    this.#pending = [];
    this.#order.settle();
  }

  #transition<Name extends EventName>(name: Name, event: EventOf<Name>): void {
    this.#transitions[name](event);
  }

  /** `state`, or the reason why it may not be believed. */
  #sound<State>(state: State): State {
    this.#readable();
    return state;
  }

  #readable(): ProvedState {
    if (this.#poison !== null) throw this.#poison;
    if (this.#proved === null) throw new LedgerError('HISTORY_UNPROVED', 'No state was compared with the chain yet');
    return this.#proved;
  }

  #orPoison(step: () => void): void {
    if (this.#poison !== null) throw this.#poison;
    try {
      step();
    } catch (cause) {
      this.#poison = asBroken(cause);
      throw this.#poison;
    }
  }
}

/** What an entry says that no contract lets be said, such as a number of no enum, is a broken history too. */
function asBroken(cause: unknown): LedgerError {
  if (!(cause instanceof LedgerError)) return broken('HISTORY_ILLEGAL', {}, cause);
  return cause.code.startsWith('HISTORY_') ? cause : broken('HISTORY_ILLEGAL', { reason: cause.code }, cause);
}

function broken(
  code: 'HISTORY_GAP' | 'HISTORY_HEAD_MISMATCH' | 'HISTORY_ILLEGAL',
  details: Readonly<Record<string, string | number>>,
  cause?: unknown,
): LedgerError {
  return new LedgerError(code, 'The history is not complete and unaltered', details, cause);
}
