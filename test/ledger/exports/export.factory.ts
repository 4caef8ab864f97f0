import type { CatalogEntry } from '../../../ledger/documents/catalog-entry.ts';
import type { ShareAuthorization } from '../../../ledger/documents/share-authorization.ts';
import { type CatalogFacts, dcatCatalog, type RecordedEntry } from '../../../ledger/exports/dcat-catalog.ts';
import type { GraphDocument } from '../../../ledger/exports/graph.ts';
import { type GrantFacts, odrlAgreement } from '../../../ledger/exports/odrl-agreement.ts';
import { deriveResourceId, parseBytes32, parseDepartmentId, parseGrantId } from '../../../ledger/ids.ts';
import { aCatalogEntry, aShareAuthorization } from '../documents/document.factory.ts';

export const ENDPOINT = 'https://gateway.example/v1/';
export const RECORDED_AT = 1_760_000_000;
export const DOCUMENT_HASH = parseBytes32(`0x${'5a'.repeat(32)}`);
export const GRANT_ID = parseGrantId(`0x${'9f'.repeat(32)}`);
export const SOURCE = parseDepartmentId('11990100MB00000435');
export const AUTHORITY = parseDepartmentId('11990100MB0000019L');

export function aRecordedEntry(changes: Partial<CatalogEntry> = {}): RecordedEntry {
  const entry = aCatalogEntry(changes);
  return {
    resourceId: deriveResourceId(entry.provider.uscc, entry.resourceCode),
    entry,
    status: 'published',
    recordedAt: RECORDED_AT,
    documentHash: DOCUMENT_HASH,
  };
}

export function aDeniedEntry(changes: Partial<CatalogEntry> = {}): RecordedEntry {
  return aRecordedEntry({
    resourceCode: '301001/000002',
    shareClass: 'DENIED',
    conditions: [],
    denyBasis: { instrumentKind: 'LAW', instrument: '中华人民共和国统计法', article: '第二十五条' },
    modes: ['API_QUERY'],
    ...changes,
  });
}

/** Derived from the example, related to it, and read in batches and files. */
export function aDerivedEntry(changes: Partial<CatalogEntry> = {}): RecordedEntry {
  const { resourceId } = aRecordedEntry();
  return aRecordedEntry({
    resourceCode: '301001/000003',
    shareClass: 'UNCONDITIONAL',
    conditions: [],
    modes: ['BATCH', 'FILE'],
    derivedFrom: resourceId,
    sourceDept: SOURCE,
    related: [resourceId],
    ...changes,
  });
}

export function aCatalog(entries: readonly RecordedEntry[], facts: Partial<CatalogFacts> = {}): GraphDocument {
  const publisher = { uscc: AUTHORITY, name: '示例市数据局' };
  const all = { title: '政务数据目录', description: '可共享的数据', publisher, endpointUrl: ENDPOINT, ...facts };
  return dcatCatalog(all, entries);
}

export function anAgreement(changes: Partial<ShareAuthorization> = {}, facts: Partial<GrantFacts> = {}): GraphDocument {
  const grant = { grantId: GRANT_ID, status: 'active', recordedAt: RECORDED_AT, documentHash: DOCUMENT_HASH } as const;
  return odrlAgreement(aShareAuthorization(changes), { ...grant, ...facts });
}
