import { z } from 'zod';

import type { ActTable } from './act-definition.ts';
import { department, grantId, hash, requestId, resourceId, seconds, small, uint256, version } from './columns.ts';

/** `hashAlgorithm` is one of HASH_ALGORITHMS. */
const document = { documentHash: hash, hashAlgorithm: small(3) };
const expiry = { nonce: uint256, expiresAt: seconds };

/** `fields` is a bitmap over the field list of the entry (see fieldBitmap); the window is in Unix seconds. */
export const shareRequest = z.strictObject({
  requester: department,
  resourceId,
  resourceVersion: version,
  fields: uint256,
  notBefore: seconds,
  notAfter: seconds,
  ...document,
  ...expiry,
});

const shareAgreement = z.strictObject({
  provider: department,
  requestId,
  fields: uint256,
  notBefore: seconds,
  notAfter: seconds,
  ...document,
  ...expiry,
});

const shareRefusal = z.strictObject({ provider: department, requestId, reasonCode: hash, ...document, ...expiry });

const grantRevocation = z.strictObject({ department, grantId, reasonCode: hash, ...document, ...expiry });

/** The acts of `IShareLedger`. */
export const SHARE_ACTS = {
  submitRequest: {
    contract: 'ShareLedger',
    primaryType: 'ShareRequest',
    method: 'submitRequestBySig',
    department: 'requester',
    role: 'office',
    document: 'ShareRequest',
    schema: shareRequest,
  },
  agree: {
    contract: 'ShareLedger',
    primaryType: 'ShareAgreement',
    method: 'agreeBySig',
    department: 'provider',
    role: 'office',
    document: 'ShareAuthorization',
    schema: shareAgreement,
  },
  refuse: {
    contract: 'ShareLedger',
    primaryType: 'ShareRefusal',
    method: 'refuseBySig',
    department: 'provider',
    role: 'office',
    document: 'ShareRefusal',
    schema: shareRefusal,
  },
  revoke: {
    contract: 'ShareLedger',
    primaryType: 'GrantRevocation',
    method: 'revokeBySig',
    department: 'department',
    role: 'office',
    document: 'GrantRevocation',
    schema: grantRevocation,
  },
} as const satisfies ActTable;
