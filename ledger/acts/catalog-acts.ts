import { z } from 'zod';

import type { ActTable } from './act-definition.ts';
import { DENY_INSTRUMENTS, LAW_CLASSES, SHARE_CLASSES } from './chain-enums.ts';
import { count, department, hash, resourceId, small, version } from './columns.ts';
import { document, expiry, JOINT_STEP, jointStep, STEP, step } from './step-acts.ts';

/**
 * `shareClass` is one of SHARE_CLASSES, `lawClass` of LAW_CLASSES, `denyInstrument` of DENY_INSTRUMENTS or 0,
 * `hashAlgorithm` of HASH_ALGORITHMS; absent hashes are zero.
 */
export const resourceSubmission = z.strictObject({
  provider: department,
  codeHash: hash,
  version,
  shareClass: small(SHARE_CLASSES.denied),
  lawClass: small(LAW_CLASSES.core),
  level: small(4),
  fieldCount: count,
  derivedFrom: resourceId,
  conditionsHash: hash,
  denyInstrument: small(DENY_INSTRUMENTS.stateCouncilDecision),
  denyBasisHash: hash,
  secrecyHash: hash,
  piaHash: hash,
  ...document,
  ...expiry,
});

/** `element` is keccak256 of the element's code; `replaces` zero when the element had no source. */
const sourceDesignation = z.strictObject({
  authority: department,
  element: hash,
  resourceId,
  replaces: resourceId,
  ...document,
  ...expiry,
});

const CATALOG = 'ResourceCatalog';

/** The acts of `IResourceCatalog`. */
export const CATALOG_ACTS = {
  submitResource: {
    contract: CATALOG,
    primaryType: 'ResourceSubmission',
    method: 'submitResourceBySig',
    event: 'ResourceSubmitted',
    signers: [
      { department: 'provider', role: 'head' },
      { department: 'provider', role: 'maker' },
    ],
    document: 'CatalogEntry',
    schema: resourceSubmission,
  },
  publishResource: step(CATALOG, STEP.resource, {
    primaryType: 'ResourcePublication',
    method: 'publishResourceBySig',
    event: 'ResourcePublished',
    document: null,
  } as const),
  returnResource: step(CATALOG, STEP.resource, {
    primaryType: 'ResourceReturn',
    method: 'returnResourceBySig',
    event: 'ResourceReturned',
    document: 'EntryReturn',
  } as const),
  requireUpdate: step(CATALOG, STEP.resource, {
    primaryType: 'UpdateRequirement',
    method: 'requireUpdateBySig',
    event: 'UpdateRequired',
    document: 'Statement',
  } as const),
  extendUpdate: step(CATALOG, STEP.resource, {
    primaryType: 'UpdateExtension',
    method: 'extendUpdateBySig',
    event: 'UpdateExtended',
    document: 'Statement',
  } as const),
  freezeResource: step(CATALOG, STEP.resource, {
    primaryType: 'ResourceFreeze',
    method: 'freezeResourceBySig',
    event: 'ResourceFrozen',
    document: 'Statement',
  } as const),
  unfreezeResource: step(CATALOG, STEP.resource, {
    primaryType: 'ResourceUnfreeze',
    method: 'unfreezeResourceBySig',
    event: 'ResourceUnfrozen',
    document: 'Statement',
  } as const),
  retireResource: jointStep(CATALOG, JOINT_STEP.resource, 'head', {
    primaryType: 'ResourceRetirement',
    method: 'retireResourceBySig',
    event: 'ResourceRetired',
    document: 'Statement',
  } as const),
  designateSource: {
    contract: CATALOG,
    primaryType: 'SourceDesignation',
    method: 'designateSourceBySig',
    event: 'SourceDesignated',
    signers: [{ department: 'authority', role: 'office' }],
    document: 'SourceDesignation',
    schema: sourceDesignation,
  },
} as const satisfies ActTable;
