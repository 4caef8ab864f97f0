import type { Act } from '../../../ledger/acts/act-definitions.ts';
import { deriveGatewayId } from '../../../ledger/ids.ts';
import * as factory from '../../support/act-factory.ts';
import { actor } from '../../support/actors.ts';
import { CITY, PROVIDER, REQUESTER } from '../projection.factory.ts';
import { after, type Step, type Table } from './transition.ts';

const STRANGER = actor('ZJ', { superior: CITY.id });
const GATEWAY = deriveGatewayId('ed25519', Buffer.alloc(32, 0xe1));
const OTHER_GATEWAY = deriveGatewayId('ed25519', Buffer.alloc(32, 0xe3));
const EXPIRED = { expiresAt: factory.BEGIN };
const [ROOT, OTHER_ROOT] = [factory.someHash(1), factory.someHash(2)];

const register =
  (operator = REQUESTER, changes: Partial<Act<'registerGateway'>> = {}): Step =>
  (history) => {
    const act = factory.gatewayRegistration(operator, changes);
    const gateway = deriveGatewayId('ed25519', Buffer.from(act.publicKey.slice(2), 'hex'));
    return history.append('GatewayRegistered', { gateway, act });
  };
const retire =
  (operator = REQUESTER, gateway = GATEWAY, changes: Partial<Act<'retireGateway'>> = {}): Step =>
  (history) =>
    history.append('GatewayRetired', { act: { ...factory.gatewayRetirement(operator, gateway), ...changes } });
const equivocate =
  (gateway = GATEWAY, otherRoot = OTHER_ROOT): Step =>
  (history) =>
    history.append('GatewayEquivocated', { gateway, size: 2n ** 64n - 1n, root: ROOT, otherRoot });
const suspend =
  (operator = REQUESTER): Step =>
  (history) =>
    history.setStatus(operator, 'suspended');

export const GATEWAYS: Table = {
  machine: 'ReceiptLog',
  stateOf: (projection) => projection.gateway(GATEWAY)?.status ?? 'none',
  rows: [
    ['a gateway', 'active', register()],
    ['another gateway', 'active', after(register(), register(PROVIDER, { publicKey: factory.someHash(0xe3) }))],
    ['the same gateway twice', 'GATEWAY_KNOWN', after(register(), register())],
    ['the same gateway by another', 'GATEWAY_KNOWN', after(register(), register(PROVIDER))],
    ['a gateway that was retired', 'GATEWAY_KNOWN', after(register(), retire(), register())],
    ['a gateway of nobody known', 'DEPARTMENT_NOT_ACTIVE', register(STRANGER)],
    ['a gateway while suspended', 'DEPARTMENT_NOT_ACTIVE', after(suspend(), register())],
    ['a gateway too late', 'ACT_EXPIRED', register(REQUESTER, EXPIRED)],
    ['a retirement', 'retired', after(register(), retire())],
    ['a retirement while suspended', 'retired', after(register(), suspend(), retire())],
    ['a retirement too late', 'ACT_EXPIRED', after(register(), retire(REQUESTER, GATEWAY, EXPIRED))],
    ['a second retirement', 'GATEWAY_STATUS', after(register(), retire(), retire())],
    ['a retirement by another', 'NOT_OPERATOR', after(register(), retire(PROVIDER))],
    ['a retirement of nothing known', 'GATEWAY_STATUS', after(register(), retire(REQUESTER, OTHER_GATEWAY))],
    ['a retirement of who signed two logs', 'GATEWAY_STATUS', after(register(), equivocate(), retire())],
    ['two logs', 'equivocated', after(register(), equivocate())],
    ['two logs of a gateway that was retired', 'equivocated', after(register(), retire(), equivocate())],
    ['two logs a second time', 'GATEWAY_STATUS', after(register(), equivocate(), equivocate())],
    ['two logs of nothing known', 'GATEWAY_STATUS', equivocate()],
    ['one root twice', 'SAME_ROOT', after(register(), equivocate(GATEWAY, ROOT))],
  ],
};
