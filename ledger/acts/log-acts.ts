import { z } from 'zod';

import type { ActTable } from './act-definition.ts';
import { address, department, ed25519Key, gatewayId, seconds, uint256 } from './columns.ts';

const expiry = { nonce: uint256, expiresAt: seconds };

/** `publicKey` signs answers and the notes of the log, `account` the heads of the log. */
const gatewayRegistration = z.strictObject({ operator: department, publicKey: ed25519Key, account: address, ...expiry });

const gatewayRetirement = z.strictObject({ operator: department, gateway: gatewayId, ...expiry });

const LOG = 'ReceiptLog';

/** The acts of `IReceiptLog`. */
export const LOG_ACTS = {
  registerGateway: {
    contract: LOG,
    primaryType: 'GatewayRegistration',
    method: 'registerGatewayBySig',
    event: 'GatewayRegistered',
    signers: [{ department: 'operator', role: 'office' }],
    document: null,
    schema: gatewayRegistration,
  },
  retireGateway: {
    contract: LOG,
    primaryType: 'GatewayRetirement',
    method: 'retireGatewayBySig',
    event: 'GatewayRetired',
    signers: [{ department: 'operator', role: 'office' }],
    document: null,
    schema: gatewayRetirement,
  },
} as const satisfies ActTable;
