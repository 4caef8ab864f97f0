import type { GrantSuspension } from '../../ledger/documents/grant-suspension.ts';
import type { ShareAuthorization } from '../../ledger/documents/share-authorization.ts';
import type { ShareRequest } from '../../ledger/documents/share-request.ts';
import type { CatalogEntry } from '../../ledger/documents/catalog-entry.ts';
import type { Statement } from '../../ledger/documents/statement.ts';
import { type GrantId, parseBytes32, type RequestId, type ResourceId } from '../../ledger/ids.ts';
import { BEGIN, END } from './act-factory.ts';
import type { Actor } from './actors.ts';

interface Resource {
  readonly entry: CatalogEntry;
  readonly resourceId: ResourceId;
  readonly provider: { readonly actor: Actor };
}

const QUOTA = {
  perSecond: 1_000,
  perDay: 100_000,
  total: 1_000_000,
  maxRowsPerCall: 100_000,
  maxBytesPerDay: 1_000_000_000,
};
const WINDOW = { notBefore: BEGIN, notAfter: END };

/** Asks for all that `changes` of the authorization will give. */
export function requestDocument(
  requester: Actor,
  resource: Resource,
  changes: Partial<ShareAuthorization> = {},
): ShareRequest {
  return {
    type: 'ShareRequest',
    schema: 'dxl/share-request/1',
    kind: 'NEW',
    priorGrantId: null,
    requester: { name: '示例需求部门', uscc: requester.id },
    recipient: null,
    resource: { id: resource.resourceId, version: resource.entry.version },
    basis: [{ instrument: '中华人民共和国社会保险法', article: '第七十四条' }],
    scenario: '核验办件信息',
    purposes: ['BUSINESS_COLLAB'],
    scope: {
      fields: changes.fields ?? allFields(resource.entry),
      plainFields: changes.plainFields ?? [],
      rowFilter: changes.rowFilter ?? null,
      systems: ['SI-TEST-01'],
      users: '窗口经办人员',
    },
    mode: 'API_QUERY',
    window: changes.window ?? WINDOW,
    expected: { perSecond: 5, perDay: 20_000 },
    storage: { retain: '不落库', disposal: '用后即删' },
    security: { mlps: 3, contact: '共享工作机构' },
    commitment: '所填真实、合法、必要',
  };
}

export function authorizationDocument(
  facts: { readonly requester: Actor; readonly resource: Resource; readonly requestId: RequestId },
  changes: Partial<ShareAuthorization> = {},
): ShareAuthorization {
  const { requester, resource, requestId } = facts;
  return {
    type: 'ShareAuthorization',
    schema: 'dxl/share-authorization/1',
    requestId,
    assigner: resource.provider.actor.id,
    assignee: requester.id,
    resource: { id: resource.resourceId, version: resource.entry.version },
    fields: allFields(resource.entry),
    plainFields: [],
    narrowed: [],
    rowFilter: null,
    purposes: ['BUSINESS_COLLAB'],
    systems: ['SI-TEST-01'],
    conditions: resource.entry.conditions.map(({ code }) => code).toSorted(),
    caseIdRequired: true,
    mode: 'API_QUERY',
    window: WINDOW,
    quota: QUOTA,
    onward: false,
    records: { retainYears: 3 },
    disposal: { days: 10, method: 'ERASE' },
    ...changes,
  };
}

/** After an incident, which anybody who may suspend can state. */
export function suspensionDocument(department: Actor, grantId: GrantId): GrantSuspension {
  return {
    type: 'GrantSuspension',
    schema: 'dxl/grant-suspension/1',
    department: department.id,
    grantId,
    reasonCode: 'SECURITY',
    findings: '疑似泄露',
    demands: [],
    rectifyBy: null,
  };
}

/** The reason of a step that needs no more than words. */
export function statement(act: Statement['act'], department: Actor, subject: string): Statement {
  return {
    type: 'Statement',
    schema: 'dxl/statement/1',
    department: department.id,
    act,
    subject: parseBytes32(subject),
    reasonCode: 'STATED',
    text: '情况属实',
    authority: null,
    dueAt: null,
    attachments: [],
  };
}

function allFields(entry: CatalogEntry): string[] {
  return entry.fields.map(({ key }) => key).toSorted();
}
