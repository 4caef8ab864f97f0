import type { GatewayStatus } from '../acts/chain-enums.ts';
import type { EventOf } from '../events/ledger-event.ts';
import type { Bytes32, DepartmentId, GatewayId } from '../ids.ts';
import { assertLegal } from './illegal.ts';
import { assertInTime, type RegistryState } from './registry-state.ts';

/** A gateway now. `account`: address in lower case; `publicKey`: Ed25519, hex; times in Unix seconds. */
export interface GatewayState {
  readonly id: GatewayId;
  readonly operator: DepartmentId;
  readonly publicKey: Bytes32;
  readonly account: string;
  readonly status: GatewayStatus;
  readonly registeredAt: number;
  /** When it was retired, or shown to have signed two logs. */
  readonly endedAt: number | null;
}

/** The state of `ReceiptLog` with its rules, but for tree heads, which are no entries of the history. */
export class LogState {
  readonly gateways = new Map<GatewayId, GatewayState>();
  readonly #registry: RegistryState;

  constructor(registry: RegistryState) {
    this.#registry = registry;
  }

  register({ gateway, act, recordedAt }: EventOf<'GatewayRegistered'>): void {
    assertInTime(act.expiresAt, recordedAt);
    const { status } = this.#registry.departments.get(act.operator) ?? { status: null };
    assertLegal(status === 'active', 'DEPARTMENT_NOT_ACTIVE', { department: act.operator });
    assertLegal(!this.gateways.has(gateway), 'GATEWAY_KNOWN', { gateway });
    this.gateways.set(gateway, {
      id: gateway,
      operator: act.operator,
      publicKey: act.publicKey,
      account: act.account,
      status: 'active',
      registeredAt: recordedAt,
      endedAt: null,
    });
  }

  /** Taken from a suspended operator too. */
  retire({ act, recordedAt }: EventOf<'GatewayRetired'>): void {
    assertInTime(act.expiresAt, recordedAt);
    const gateway = this.gateways.get(act.gateway);
    assertLegal(gateway?.status === 'active', 'GATEWAY_STATUS', { gateway: act.gateway });
    assertLegal(gateway.operator === act.operator, 'NOT_OPERATOR', { gateway: act.gateway });
    this.gateways.set(act.gateway, { ...gateway, status: 'retired', endedAt: recordedAt });
  }

  equivocate({ gateway: id, root, otherRoot, recordedAt }: EventOf<'GatewayEquivocated'>): void {
    const gateway = this.gateways.get(id);
    const isTrusted = gateway?.status === 'active' || gateway?.status === 'retired';
    assertLegal(isTrusted, 'GATEWAY_STATUS', { gateway: id });
    assertLegal(root !== otherRoot, 'SAME_ROOT', { gateway: id });
    this.gateways.set(id, { ...gateway, status: 'equivocated', endedAt: recordedAt });
  }
}
