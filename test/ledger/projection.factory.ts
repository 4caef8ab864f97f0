import { type Act, ACTS } from '../../ledger/acts/act-definitions.ts';
import { type ContractName, type HistoryHead, mapContracts } from '../../ledger/deployment.ts';
import { reasonCodeToBytes32 } from '../../ledger/documents/reason-code.ts';
import type { EventContents, EventName, LedgerEvent, StepName } from '../../ledger/events/ledger-event.ts';
import { EMPTY_HEAD, nextHead } from '../../ledger/history.ts';
import {
  type CaseId,
  deriveAccessKeyId,
  deriveGrantId,
  deriveResourceId,
  type DepartmentId,
  type GrantId,
  parseCaseId,
  parseRequestId,
  type RequestId,
} from '../../ledger/ids.ts';
import { VerifiedProjection } from '../../ledger/projection.ts';
import * as factory from '../support/act-factory.ts';
import { type Actor, actor } from '../support/actors.ts';
import { ACT_NAMES } from './acts/example-acts.ts';
import { aDeployment } from './deployment.factory.ts';
import { RECORDED_AT, resourceIdOf } from './events.factory.ts';
import { datesOf, dueAfter } from './projection.calendar.ts';

export const DAY = 86_400;
/** Within it a suspension after an incident wants its follow-up. */
export const FOLLOW_UP = 10 * DAY;

const CONTRACT_OF = new Map<string, ContractName>([
  ['ContractListed', 'Directory'],
  ['DepartmentAccountsRestored', 'DepartmentRegistry'],
  ['DepartmentStatusGoverned', 'DepartmentRegistry'],
  ['GatewayEquivocated', 'ReceiptLog'],
  ...ACT_NAMES.map((name) => [ACTS[name].event, ACTS[name].contract] as const),
]);

export const PROVINCE = actor('PG');
export const CITY = actor('CG', { superior: PROVINCE.id });
const ofCity = { superior: CITY.id };
/** The authority of the city, whose departments the others are. */
export const ROOT = actor('SH', ofCity);
export const PROVIDER = actor('GA', ofCity);
export const REQUESTER = actor('RS', ofCity);
export const REGULATOR = actor('AU', ofCity);
export const RESOURCE_ID = deriveResourceId(PROVIDER.id, factory.RESOURCE_CODE);

/**
 * A history whose heads are all right, as a chain would have it that allows anything: what the projection refuses of it,
 * it refuses by the rules of the contracts alone. One block for each entry, one second after the last.
 */
export class ForgedHistory {
  readonly projection = new VerifiedProjection(aDeployment());
  readonly #heads = new Map<ContractName, HistoryHead>();
  #number = 0;
  #recordedAt = RECORDED_AT;
  readonly #authorities: Actor[] = [];
  /** Called before each entry. */
  watch: (name: EventName) => void = () => undefined;

  append<Name extends EventName>(name: Name, contents: EventContents[Name]): this {
    this.watch(name);
    const { block, event } = this.make(name, contents);
    this.projection.apply(block, [event]);
    this.projection.confirm(this.heads);
    return this;
  }

  /** The next entry with its block, not applied yet. */
  make<Name extends EventName>(name: Name, contents: EventContents[Name]) {
    this.#number += 1;
    this.#recordedAt += 1;
    const contract = CONTRACT_OF.get(name);
    if (contract === undefined) throw new TypeError(name);
    const last = this.#heads.get(contract) ?? { seq: 0, head: EMPTY_HEAD };
    const actHash = factory.someHash(this.#number % 256);
    const next = { seq: last.seq + 1, head: nextHead(last.head, last.seq + 1, actHash) };
    this.#heads.set(contract, next);
    const block = { number: this.#number, hash: factory.someHash(0x40 + (this.#number % 64)) };
    const record = {
      ...{ name, contract, ...next, recordedAt: this.#recordedAt, actHash },
      ...{ blockNumber: block.number, blockHash: block.hash, logIndex: 0, transactionHash: factory.someHash(0xff) },
    };
    return { block, event: { ...record, ...contents } as unknown as LedgerEvent };
  }

  get heads() {
    return mapContracts((name) => this.#heads.get(name) ?? { seq: 0, head: EMPTY_HEAD });
  }

  /** When the next entry is recorded. */
  get next(): number {
    return this.#recordedAt + 1;
  }

  /** Lets the next entry be recorded at `seconds`. */
  at(seconds: number): this {
    this.#recordedAt = seconds - 1;
    return this;
  }

  later(seconds: number): this {
    return this.at(this.next + seconds);
  }

  /** The deadline of `days` working days that the next entry sets. */
  due(days: number, from = this.next): number {
    return dueAfter(from, days);
  }

  /** By an authority of the same government or of one above, if the history has one. */
  register(
    department: Actor,
    changes: Partial<Act<'registerDepartment'>> = {},
    authority = this.#overseerOf(department.superior),
  ): this {
    const { superior } = department;
    if (department.kind === 'authority') this.#authorities.push(department);
    return this.append('DepartmentRegistered', {
      act: factory.registration(authority, department, { superior, ...changes }),
    });
  }

  #overseerOf(superior: DepartmentId | null): Actor {
    const found = this.#authorities.find((authority) => authority.superior === superior);
    if (found !== undefined || superior === null) return found ?? ROOT;
    return this.#overseerOf(this.projection.department(superior)?.superior ?? null);
  }

  setStatus(department: Actor, status: 'active' | 'suspended', authority = ROOT): this {
    return this.append('DepartmentStatusChanged', { act: factory.statusChange(authority, department, status) });
  }

  govern(department: Actor, status: 'active' | 'suspended'): this {
    return this.append('DepartmentStatusGoverned', { act: factory.statusOrder(department, status) });
  }

  registerKey(department: Actor, changes: Partial<Act<'registerAccessKey'>> = {}): this {
    const act = factory.keyRegistration(department, changes);
    const keyId = deriveAccessKeyId(department.id, 'ed25519', Buffer.from(act.publicKey.slice(2), 'hex'));
    return this.append('AccessKeyRegistered', { keyId, act });
  }

  setYear(year: number, changes: Partial<Act<'setCalendarYear'>> = {}, authority = ROOT): this {
    return this.append('CalendarYearSet', { act: factory.calendarYear(authority, year, datesOf(year), changes) });
  }

  submit(changes: Partial<Act<'submitResource'>> = {}, provider = PROVIDER, reviewDueAt?: number): this {
    const act = factory.submission(provider, changes);
    return this.append('ResourceSubmitted', {
      resourceId: resourceIdOf(act),
      act,
      reviewDueAt: reviewDueAt ?? (act.version === 1 ? 0 : this.due(2)),
    });
  }

  publish(changes: Partial<Act<'publishResource'>> = {}, authority = ROOT, resourceId = RESOURCE_ID): this {
    return this.append('ResourcePublished', { act: factory.publication(authority, resourceId, changes), dueAt: 0 });
  }

  /** The next version, whose document is another one. */
  update(version: number, changes: Partial<Act<'submitResource'>> = {}): this {
    return this.submit({ version, ...changes }).publish();
  }

  designate(changes: Partial<Act<'designateSource'>> = {}, authority = ROOT): this {
    return this.append('SourceDesignated', { act: factory.designation(authority, RESOURCE_ID, changes) });
  }

  request(number: number, changes: Partial<Act<'submitRequest'>> = {}, requester = REQUESTER, dueAt?: number): this {
    return this.append('ShareRequested', {
      requestId: requestIdOf(number),
      act: factory.shareRequest(requester, RESOURCE_ID, changes),
      dueAt: dueAt ?? this.due(10),
    });
  }

  agree(
    number: number,
    changes: Partial<Act<'agree'>> = {},
    contents: Partial<EventContents['GrantIssued']> = {},
    provider = PROVIDER,
  ): this {
    const act = factory.agreement(provider, requestIdOf(number), changes);
    const subject = { requester: REQUESTER.id, resourceId: RESOURCE_ID, resourceVersion: 1 };
    return this.append('GrantIssued', {
      grantId: deriveGrantId(act),
      ...subject,
      act,
      dueAt: this.due(20),
      ...contents,
    });
  }

  refuse(number: number, changes: Partial<Act<'refuse'>> = {}, provider = PROVIDER): this {
    return this.append('ShareRefused', { act: { ...factory.refusal(provider, requestIdOf(number)), ...changes } });
  }

  change(grantId: GrantId, changes: Partial<Act<'changeGrant'>> = {}, provider = PROVIDER, authority = ROOT): this {
    const act = factory.grantChange(provider, authority, grantId, changes);
    const requestId = requestIdOf(2);
    return this.append('GrantChanged', { grantId: deriveGrantId({ ...act, requestId }), requestId, act });
  }

  file(number: number, changes: Partial<Act<'fileCorrection'>> = {}, requester = REQUESTER, dueAt?: number): this {
    const act = factory.correctionFiling(requester, RESOURCE_ID, changes);
    return this.append('CorrectionFiled', { caseId: caseIdOf(number), act, dueAt: dueAt ?? this.due(10) });
  }

  dispute(
    number: number,
    subject: Parameters<typeof factory.disputeOpening>[2],
    { by = REQUESTER, against = PROVIDER, changes = {} }: DisputeParts = {},
  ): this {
    const act = factory.disputeOpening(by, against, subject, changes);
    return this.append('DisputeOpened', { caseId: caseIdOf(number), act });
  }

  /** Any step of one department; `dueAt` is what the event says, by default what the contract would. */
  take(
    name: factory.SoleStepName,
    by: Actor,
    subject: string,
    changes: Partial<factory.StepChanges> = {},
    dueAt?: number,
  ): this {
    return this.#appendStep(name, factory.step(name, by, subject, { ...REASONS[name], ...changes }), dueAt);
  }

  /** Any step that an authority signs too. */
  join(
    name: factory.JointStepName,
    [by, authority]: readonly [Actor, Actor],
    subject: string,
    changes: Partial<factory.StepChanges> = {},
    dueAt?: number,
  ): this {
    return this.#appendStep(name, factory.jointStep(name, by, authority, subject, changes), dueAt);
  }

  #appendStep<Name extends StepName>(name: Name, act: Act<Name> & { readonly dueAt: number }, dueAt?: number): this {
    const contents = { act, dueAt: dueAt ?? stepDueAt(this, name, act.dueAt) };
    return this.append(ACTS[name].event, contents as never);
  }
}

/** The deadline that a contract would write into the event of a step. */
function stepDueAt(history: ForgedHistory, name: StepName, given: number): number {
  switch (name) {
    case 'requireUpdate':
    case 'supplement':
    case 'reopenRequest':
      return history.due(10);
    case 'suspend':
      return given === 0 ? history.next + FOLLOW_UP : given;
    case 'terminate':
    case 'forfeit':
    case 'release':
      return history.next + 10 * DAY;
    case 'extendUpdate':
    case 'extendAnswer':
      return given;
    default:
      return 0;
  }
}

interface DisputeParts {
  readonly by?: Actor;
  readonly against?: Actor;
  readonly changes?: Partial<Act<'openDispute'>>;
}

/** Steps whose reason is looked at. */
const REASONS: Partial<Record<StepName, Pick<factory.StepChanges, 'reasonCode'>>> = {
  suspend: { reasonCode: reasonCodeToBytes32('SECURITY') },
};

export function requestIdOf(number: number): RequestId {
  return parseRequestId(factory.someHash(number));
}

export function caseIdOf(number: number): CaseId {
  return parseCaseId(factory.someHash(0xc0 + number));
}

/** The grant that `agree(number)` issues. */
export function grantIdOf(number: number, changes: Partial<Act<'agree'>> = {}): GrantId {
  return deriveGrantId(factory.agreement(PROVIDER, requestIdOf(number), changes));
}

/** The grant that `change(grantIdOf(2))` puts in its place. */
export function changedGrantId(changes: Partial<Act<'changeGrant'>> = {}): GrantId {
  const act = factory.grantChange(PROVIDER, ROOT, grantIdOf(2), changes);
  return deriveGrantId({ ...act, requestId: requestIdOf(2) });
}

/**
 * Two governments, an authority, a provider, a requester and a regulator; four years of the calendar; a published
 * resource; request 1 open, request 2 granted and not yet delivered.
 */
export function aHistory(): ForgedHistory {
  return [2025, 2026, 2027, 2028]
    .reduce((history, year) => history.setYear(year), withDepartments(new ForgedHistory()))
    .registerKey(REQUESTER)
    .submit()
    .publish()
    .request(1)
    .request(2)
    .agree(2);
}

function withDepartments(history: ForgedHistory): ForgedHistory {
  return [PROVINCE, CITY, ROOT, PROVIDER, REQUESTER, REGULATOR].reduce((all, one) => all.register(one), history);
}
