import type { DecisionState, ReadRequest } from '../../ledger/decide.ts';
import type { CatalogEntry, CatalogField } from '../../ledger/documents/catalog-entry.ts';
import type { ShareAuthorization } from '../../ledger/documents/share-authorization.ts';
import type { GrantState } from '../../ledger/grant-table.ts';
import { parseDepartmentId, parseGrantId, parseResourceId } from '../../ledger/ids.ts';
import { aCatalogEntry, aShareAuthorization } from './documents/document.factory.ts';

export const PROVIDER = parseDepartmentId('11990100MB0000019L');
export const REQUESTER = parseDepartmentId('11990100MB00000435');
export const STRANGER = parseDepartmentId('11990100MB00000510');
export const GRANT_ID = parseGrantId(`0x${'17'.repeat(32)}`);
export const RESOURCE_ID = parseResourceId(`0x${'a1'.repeat(32)}`);
export const BEGIN = 1_760_889_600;
export const END = 1_792_425_599;
export const NOW = BEGIN + 86_400;

const FIELDS: CatalogEntry['fields'] = [
  { key: 'region_code', name: '区划代码', type: 'c12', level: 1, mask: 'NONE', personal: false },
  { key: 'name', name: '姓名', type: 's50', level: 2, mask: 'NAME', personal: true },
  { key: 'id_no', name: '公民身份号码', type: 'c18', level: 3, mask: 'ID_1_1', personal: true },
  { key: 'phone', name: '联系电话', type: 's20', level: 2, mask: 'PHONE', personal: true },
  { key: 'addr', name: '户籍地址', type: 's200', level: 3, mask: 'ADDR_DISTRICT', personal: true },
];

export function anEntry(changes: Partial<CatalogEntry> = {}): CatalogEntry {
  return aCatalogEntry({ version: 3, fields: FIELDS, level: 3, regionField: 'region_code', ...changes });
}

/** `anEntry` with one of its fields changed. */
export function anEntryWith(key: string, changes: Partial<CatalogField>): CatalogEntry {
  const fields = FIELDS.map((field) => (field.key === key ? { ...field, ...changes } : field));
  return anEntry({ fields, level: Math.max(...fields.map(({ level }) => level)) });
}

/** Grants all fields of `anEntry` but addr, in plain id_no and phone, for region 9901. */
export function anAuthorization(changes: Partial<ShareAuthorization> = {}): ShareAuthorization {
  return aShareAuthorization({
    mode: 'API_QUERY',
    assigner: PROVIDER,
    assignee: REQUESTER,
    resource: { id: RESOURCE_ID, version: 3 },
    fields: ['id_no', 'name', 'phone', 'region_code'],
    plainFields: ['id_no', 'phone'],
    narrowed: [],
    rowFilter: { regionPrefix: '9901' },
    purposes: ['BUSINESS_COLLAB', 'VERIFY'],
    systems: ['SI-PENSION-01'],
    caseIdRequired: true,
    window: { notBefore: BEGIN, notAfter: END },
    quota: { perSecond: 5, perDay: 100, total: 1000, maxRowsPerCall: 50, maxBytesPerDay: 4096 },
    ...changes,
  });
}

export function aGrant(changes: Partial<GrantState> = {}): GrantState {
  return {
    grantId: GRANT_ID,
    resourceId: RESOURCE_ID,
    resourceVersion: 3,
    requester: REQUESTER,
    notBefore: BEGIN,
    notAfter: END,
    status: 'active',
    ...changes,
  };
}

/** A state in which `aRead` is permitted. */
export function aState(changes: Partial<DecisionState> = {}): DecisionState {
  return {
    current: true,
    auditBacklog: false,
    grant: aGrant(),
    requester: { status: 'active' },
    provider: { status: 'active' },
    resource: { published: true, latestClass: 'conditional', restraint: 'none' },
    authorization: anAuthorization(),
    entry: anEntry(),
    usage: { second: 0, day: 10, total: 100, bytesToday: 96 },
    ...changes,
  };
}

export function aRead(changes: Partial<ReadRequest> = {}): ReadRequest {
  return {
    caller: REQUESTER,
    grantId: GRANT_ID,
    fields: ['name', 'id_no'],
    equals: new Map(),
    region: null,
    limit: 10,
    purpose: 'BUSINESS_COLLAB',
    caseNumber: 'CASE-2026-000042',
    system: 'SI-PENSION-01',
    ...changes,
  };
}
