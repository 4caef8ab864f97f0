import { ZeroHash } from 'ethers';

import { type SaltedDocument, hashDocument } from '../document-hash.ts';
import { assessmentHashes, type CatalogEntry, conditionsHash, denyBasisHash } from '../documents/catalog-entry.ts';
import { parseDocument } from '../documents/parse-document.ts';
import { reasonCodeToBytes32 } from '../documents/reason-code.ts';
import { refusalGrounds } from '../documents/share-refusal.ts';
import { fieldBitmap } from '../field-set.ts';
import {
  type Bytes32,
  type DepartmentId,
  elementHash,
  HASH_ALGORITHMS,
  parseBytes32,
  parseGrantId,
  parseResourceId,
  resourceCodeHash,
  type ResourceId,
} from '../ids.ts';
import type { Act } from './act-definitions.ts';
import {
  DENY_INSTRUMENT_NUMBERS,
  DISPUTE_SUBJECT_NUMBERS,
  LAW_CLASS_NUMBERS,
  REQUEST_KIND_NUMBERS,
  SHARE_CLASS_NUMBERS,
} from './chain-enums.ts';
import { newNonce } from './new-nonce.ts';
import { parseAct } from './parse-act.ts';
import { type DocumentedStepName, stepFacts } from './step-facts.ts';

/**
 * Acts from the documents that they commit to. Everything that stands in both is taken from the document, so that the
 * two cannot differ. `expiresAt`: Unix seconds, the last in which the ledger takes the act.
 */
export function buildResourceSubmission(salted: SaltedDocument, expiresAt: number): Act<'submitResource'> {
  const entry = parseDocument('CatalogEntry', salted.document);
  return {
    provider: entry.provider.uscc,
    codeHash: resourceCodeHash(entry.resourceCode),
    version: entry.version,
    shareClass: SHARE_CLASS_NUMBERS[entry.shareClass],
    lawClass: LAW_CLASS_NUMBERS[entry.lawClass],
    level: entry.level,
    fieldCount: entry.fields.length,
    derivedFrom: entry.derivedFrom ?? parseResourceId(ZeroHash),
    conditionsHash: conditionsHash(entry, salted.salt),
    denyInstrument: entry.denyBasis === null ? 0 : DENY_INSTRUMENT_NUMBERS[entry.denyBasis.instrumentKind],
    denyBasisHash: denyBasisHash(entry, salted.salt),
    ...assessmentHashes(entry),
    ...commitment(salted),
    ...once(expiresAt),
  };
}

/** @param entry the published entry of the resource version that is asked for */
export function buildShareRequest(
  salted: SaltedDocument,
  entry: CatalogEntry,
  expiresAt: number,
): Act<'submitRequest'> {
  const request = parseDocument('ShareRequest', salted.document);
  return {
    requester: request.requester.uscc,
    resourceId: request.resource.id,
    resourceVersion: request.resource.version,
    kind: REQUEST_KIND_NUMBERS[request.kind],
    priorGrantId: request.priorGrantId ?? parseGrantId(ZeroHash),
    fields: fieldBitmap(entry, request.scope.fields),
    regionPrefix: request.scope.rowFilter?.regionPrefix ?? null,
    notBefore: request.window.notBefore,
    notAfter: request.window.notAfter,
    ...commitment(salted),
    ...once(expiresAt),
  };
}

/** What the ledger holds of the resource version that was asked for. */
export interface PublishedEntry {
  readonly entry: CatalogEntry;
  /** As recorded; zero without conditions. */
  readonly conditionsHash: Bytes32;
}

export function buildShareAgreement(
  salted: SaltedDocument,
  { entry, conditionsHash: published }: PublishedEntry,
  expiresAt: number,
): Act<'agree'> {
  const authorization = parseDocument('ShareAuthorization', salted.document);
  return {
    provider: authorization.assigner,
    requestId: authorization.requestId,
    fields: fieldBitmap(entry, authorization.fields),
    regionPrefix: authorization.rowFilter?.regionPrefix ?? null,
    notBefore: authorization.window.notBefore,
    notAfter: authorization.window.notAfter,
    conditionsHash: authorization.conditions.length === 0 ? parseBytes32(ZeroHash) : published,
    disposalDays: authorization.disposal.days,
    ...commitment(salted),
    ...once(expiresAt),
  };
}

export function buildShareRefusal(
  salted: SaltedDocument,
  published: Pick<PublishedEntry, 'conditionsHash'>,
  expiresAt: number,
): Act<'refuse'> {
  const refusal = parseDocument('ShareRefusal', salted.document);
  return {
    provider: refusal.provider,
    requestId: refusal.requestId,
    reasonCode: reasonCodeToBytes32(refusal.reasonCode),
    groundsHash: refusalGrounds(refusal, salted.salt, published.conditionsHash),
    ...commitment(salted),
    ...once(expiresAt),
  };
}

/** Any step, from the document that says everything it says. */
export function buildStep<Name extends DocumentedStepName>(
  name: Name,
  salted: SaltedDocument,
  expiresAt: number,
): Act<Name> {
  const { authority, ...facts } = stepFacts(name, salted);
  return parseAct(name, {
    ...facts,
    ...(authority === null ? {} : { authority }),
    reasonCode: reasonCodeToBytes32(facts.reasonCode),
    ...commitment(salted),
    ...once(expiresAt),
    nonce: newNonce().toString(),
  });
}

/** @param documentHash hash of the entry that is announced */
export function buildResourcePublication(
  authority: DepartmentId,
  resourceId: ResourceId,
  documentHash: Bytes32,
  expiresAt: number,
): Act<'publishResource'> {
  return {
    department: authority,
    subject: resourceId,
    reasonCode: reasonCodeToBytes32('PUBLISHED'),
    dueAt: 0,
    documentHash,
    hashAlgorithm: HASH_ALGORITHMS.sha256,
    ...once(expiresAt),
  };
}

/** @param negotiationHash hash of the record of the negotiation (条例 art. 27) */
export function buildGrantChange(
  salted: SaltedDocument,
  entry: CatalogEntry,
  filed: Pick<Act<'changeGrant'>, 'authority' | 'grantId' | 'negotiationHash'>,
  expiresAt: number,
): Act<'changeGrant'> {
  const authorization = parseDocument('ShareAuthorization', salted.document);
  return {
    provider: authorization.assigner,
    authority: filed.authority,
    grantId: filed.grantId,
    fields: fieldBitmap(entry, authorization.fields),
    notBefore: authorization.window.notBefore,
    notAfter: authorization.window.notAfter,
    negotiationHash: filed.negotiationHash,
    ...commitment(salted),
    ...once(expiresAt),
  };
}

export function buildSourceDesignation(salted: SaltedDocument, expiresAt: number): Act<'designateSource'> {
  const { department, element, resourceId, replaces } = parseDocument('SourceDesignation', salted.document);
  return {
    authority: department,
    element: elementHash(element),
    resourceId,
    replaces: replaces ?? parseResourceId(ZeroHash),
    ...commitment(salted),
    ...once(expiresAt),
  };
}

export function buildCorrectionFiling(salted: SaltedDocument, expiresAt: number): Act<'fileCorrection'> {
  const { department, resourceId, version, errorKind } = parseDocument('CorrectionFiling', salted.document);
  return {
    requester: department,
    resourceId,
    resourceVersion: version,
    reasonCode: reasonCodeToBytes32(errorKind),
    ...commitment(salted),
    ...once(expiresAt),
  };
}

export function buildDisputeOpening(salted: SaltedDocument, expiresAt: number): Act<'openDispute'> {
  const { department, respondent, subject } = parseDocument('DisputeOpening', salted.document);
  return {
    claimant: department,
    respondent,
    subjectKind: DISPUTE_SUBJECT_NUMBERS[subject.kind],
    subject: subject.id,
    reasonCode: reasonCodeToBytes32('DISPUTED'),
    ...commitment(salted),
    ...once(expiresAt),
  };
}

function commitment(salted: SaltedDocument) {
  return { documentHash: hashDocument(salted), hashAlgorithm: HASH_ALGORITHMS.sha256 };
}

/** What makes an act usable once and not for ever. */
export function once(expiresAt: number): { readonly nonce: bigint; readonly expiresAt: number } {
  return { nonce: newNonce(), expiresAt };
}
