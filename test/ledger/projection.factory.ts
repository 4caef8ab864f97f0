import type { Act } from '../../ledger/acts/act-definitions.ts';
import { CONTRACT_NAMES, type ContractName, type HistoryHead, type HistoryHeads } from '../../ledger/deployment.ts';
import type { EventContents, EventName, LedgerEvent } from '../../ledger/events/ledger-event.ts';
import { EMPTY_HEAD, nextHead } from '../../ledger/history.ts';
import {
  deriveAccessKeyId,
  deriveGrantId,
  deriveResourceId,
  type GrantId,
  parseRequestId,
  type RequestId,
} from '../../ledger/ids.ts';
import { VerifiedProjection } from '../../ledger/projection.ts';
import * as factory from '../support/act-factory.ts';
import { type Actor, actor } from '../support/actors.ts';
import { aDeployment } from './deployment.factory.ts';
import { RECORDED_AT } from './events.factory.ts';

const CONTRACT_OF: Readonly<Record<EventName, ContractName>> = {
  ContractListed: 'Directory',
  DepartmentRegistered: 'DepartmentRegistry',
  DepartmentAccountsChanged: 'DepartmentRegistry',
  DepartmentAccountsRestored: 'DepartmentRegistry',
  DepartmentStatusChanged: 'DepartmentRegistry',
  DepartmentStatusGoverned: 'DepartmentRegistry',
  AccessKeyRegistered: 'DepartmentRegistry',
  AccessKeyRevoked: 'DepartmentRegistry',
  ResourceSubmitted: 'ResourceCatalog',
  ResourcePublished: 'ResourceCatalog',
  ShareRequested: 'ShareLedger',
  GrantIssued: 'ShareLedger',
  ShareRefused: 'ShareLedger',
  GrantRevoked: 'ShareLedger',
};

export const ROOT = actor('SH');
export const PROVIDER = actor('GA');
export const REQUESTER = actor('RS');
export const REGULATOR = actor('AU');
export const RESOURCE_ID = deriveResourceId(PROVIDER.id, factory.RESOURCE_CODE);

/**
 * A history whose heads are all right, as a chain would have it that allows anything: what the projection refuses of it,
 * it refuses by the rules of the contracts alone. One block for each entry.
 */
export class ForgedHistory {
  readonly projection = new VerifiedProjection(aDeployment());
  readonly #heads = new Map<ContractName, HistoryHead>();
  #number = 0;
  recordedAt = RECORDED_AT;

  append<Name extends EventName>(name: Name, contents: EventContents[Name]): this {
    this.#number += 1;
    this.recordedAt += 1;
    const contract = CONTRACT_OF[name];
    const last = this.#heads.get(contract) ?? { seq: 0, head: EMPTY_HEAD };
    const actHash = factory.someHash(this.#number % 256);
    const next = { seq: last.seq + 1, head: nextHead(last.head, last.seq + 1, actHash) };
    this.#heads.set(contract, next);
    const block = { number: this.#number, hash: factory.someHash(0x40 + (this.#number % 64)) };
    const record = {
      ...{ name, contract, ...next, recordedAt: this.recordedAt, actHash },
      ...{ blockNumber: block.number, blockHash: block.hash, logIndex: 0, transactionHash: factory.someHash(0xff) },
    };
    this.projection.apply(block, [{ ...record, ...contents } as unknown as LedgerEvent]);
    this.projection.confirm(this.heads);
    return this;
  }

  get heads(): HistoryHeads {
    const of = (name: ContractName) => this.#heads.get(name) ?? { seq: 0, head: EMPTY_HEAD };
    return Object.fromEntries(CONTRACT_NAMES.map((name) => [name, of(name)])) as unknown as HistoryHeads;
  }

  register(department: Actor, changes: Partial<Act<'registerDepartment'>> = {}, authority = ROOT): this {
    return this.append('DepartmentRegistered', { act: factory.registration(authority, department, changes) });
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

  submit(changes: Partial<Act<'submitResource'>> = {}, provider = PROVIDER): this {
    const act = factory.submission(provider, changes);
    return this.append('ResourceSubmitted', { resourceId: deriveResourceId(provider.id, factory.RESOURCE_CODE), act });
  }

  publish(changes: Partial<Act<'publishResource'>> = {}, authority = ROOT): this {
    return this.append('ResourcePublished', { act: factory.publication(authority, RESOURCE_ID, changes) });
  }

  request(number: number, changes: Partial<Act<'submitRequest'>> = {}, requester = REQUESTER): this {
    return this.append('ShareRequested', {
      requestId: requestIdOf(number),
      act: factory.shareRequest(requester, RESOURCE_ID, changes),
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
    return this.append('GrantIssued', { grantId: deriveGrantId(act), ...subject, act, ...contents });
  }

  refuse(number: number, changes: Partial<Act<'refuse'>> = {}, provider = PROVIDER): this {
    return this.append('ShareRefused', { act: { ...factory.refusal(provider, requestIdOf(number)), ...changes } });
  }

  revoke(number: number, changes: Partial<Act<'revoke'>> = {}, department = PROVIDER): this {
    return this.append('GrantRevoked', { act: factory.revocation(department, grantIdOf(number), changes) });
  }
}

export function requestIdOf(number: number): RequestId {
  return parseRequestId(factory.someHash(number));
}

/** The grant that `agree(number)` issues. */
export function grantIdOf(number: number): GrantId {
  return deriveGrantId(factory.agreement(PROVIDER, requestIdOf(number)));
}

/** Authority, provider, requester and regulator; a published resource; request 1 open, request 2 granted. */
export function aHistory(): ForgedHistory {
  return new ForgedHistory()
    .register(ROOT)
    .register(PROVIDER)
    .register(REQUESTER)
    .register(REGULATOR)
    .registerKey(REQUESTER)
    .submit()
    .publish()
    .request(1)
    .request(2)
    .agree(2);
}
