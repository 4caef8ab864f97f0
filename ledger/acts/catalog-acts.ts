import { z } from 'zod';

import type { ActTable } from './act-definition.ts';
import { SHARE_CLASSES } from './chain-enums.ts';
import { count, department, hash, resourceId, seconds, small, uint256, version } from './columns.ts';

const expiry = { nonce: uint256, expiresAt: seconds };

/** `shareClass` is one of SHARE_CLASSES, `hashAlgorithm` one of HASH_ALGORITHMS; absent hashes are zero. */
const resourceSubmission = z.strictObject({
  provider: department,
  codeHash: hash,
  version,
  shareClass: small(SHARE_CLASSES.denied),
  level: small(4),
  fieldCount: count,
  conditionsHash: hash,
  denyBasisHash: hash,
  documentHash: hash,
  hashAlgorithm: small(3),
  ...expiry,
});

const resourcePublication = z.strictObject({
  authority: department,
  resourceId,
  version,
  documentHash: hash,
  ...expiry,
});

/** The acts of `IResourceCatalog`. */
export const CATALOG_ACTS = {
  submitResource: {
    contract: 'ResourceCatalog',
    primaryType: 'ResourceSubmission',
    method: 'submitResourceBySig',
    department: 'provider',
    role: 'head',
    document: 'CatalogEntry',
    schema: resourceSubmission,
  },
  publishResource: {
    contract: 'ResourceCatalog',
    primaryType: 'ResourcePublication',
    method: 'publishResourceBySig',
    department: 'authority',
    role: 'office',
    document: null,
    schema: resourcePublication,
  },
} as const satisfies ActTable;
