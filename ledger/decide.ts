import type { DepartmentStatus, ShareClass } from './acts/chain-enums.ts';
import type { DenyCode } from './deny-codes.ts';
import type { CatalogEntry, Mask } from './documents/catalog-entry.ts';
import type { Quota, ShareAuthorization } from './documents/share-authorization.ts';
import type { GrantState } from './grant-table.ts';
import type { DepartmentId, GrantId, ResourceId } from './ids.ts';

/** What an authenticated caller asks for. Attacker-controlled but for `caller`. */
export interface ReadRequest {
  readonly caller: DepartmentId;
  readonly grantId: GrantId;
  /** Field keys; empty for all that are granted. */
  readonly fields: readonly string[];
  /** Rows whose field equals the value. */
  readonly equals: ReadonlyMap<string, string>;
  /** Rows whose region code starts so; null for all that are granted. */
  readonly region: string | null;
  readonly limit: number | null;
  readonly purpose: string;
  readonly caseNumber: string | null;
  readonly system: string | null;
}

/** Calls in this second, today and ever, and bytes today (UTC+8 or whatever the store counts by), before this call. */
export interface QuotaUsage {
  readonly second: number;
  readonly day: number;
  readonly total: number;
  readonly bytesToday: number;
}

/**
 * All that a decision rests on. Null is what the caller could not find or could not prove: `authorization` is given
 * only if the grant id derives from it (see deriveGrantId), `entry` only if the ledger holds its hash.
 */
export interface DecisionState {
  /** The projection is proved equal to the chain at a block that is not too old. */
  readonly current: boolean;
  readonly auditBacklog: boolean;
  readonly grant: GrantState | null;
  readonly requester: { readonly status: DepartmentStatus } | null;
  readonly provider: { readonly status: DepartmentStatus } | null;
  /**
   * Whether the granted version is published, the class of the version that was published last, and whether the
   * resource is frozen or retired.
   */
  readonly resource: {
    readonly published: boolean;
    readonly latestClass: ShareClass | null;
    readonly restraint: 'none' | 'frozen' | 'retired';
  } | null;
  readonly authorization: ShareAuthorization | null;
  readonly entry: CatalogEntry | null;
  readonly usage: QuotaUsage;
}

export interface GrantedField {
  readonly key: string;
  /** The entry's, or DROP where nobody granted the value that NONE would show. */
  readonly mask: Mask;
  /** Delivered as it is; otherwise through `mask`. */
  readonly plain: boolean;
}

/** What the gateway may deliver, and no more. */
export interface Terms {
  readonly grantId: GrantId;
  readonly resourceId: ResourceId;
  readonly resourceVersion: number;
  readonly fields: readonly GrantedField[];
  readonly equals: ReadonlyMap<string, string>;
  readonly region: { readonly field: string; readonly prefix: string } | null;
  readonly maxRows: number;
  readonly maxBytes: number;
  readonly quota: Quota;
  /** Unix seconds; the last second in which a row may leave. */
  readonly notAfter: number;
}

export type Decision =
  { readonly outcome: 'permit'; readonly terms: Terms } | { readonly outcome: 'deny'; readonly code: DenyCode };

const REGION = /^\d{1,12}$/;
/** From this level on a value leaves unmasked only if granted in plain, and with a case number (domain.md 6.1). */
const SENSITIVE_LEVEL = 3;

/**
 * Whether a read is permitted, and on what terms. Pure; `now` in Unix seconds. The first rule that fails gives the code:
 *
 * 1. the state is current (STALE_CHAIN) and receipts are anchored (AUDIT_BACKLOG);
 * 2. the grant exists and is the caller's (NO_GRANT);
 * 3. it is active, neither suspended nor over, and has begun (NOT_ACTIVE), has not ended (EXPIRED), both departments are active (NOT_ACTIVE);
 * 4. the resource version is published, no later one denies sharing, and the resource is neither frozen nor retired
 *    (RESOURCE_WITHDRAWN);
 * 5. the terms and the catalogue entry are at hand and are those of the grant (NO_GRANT);
 * 6. the system is one of the grant, if it names any (SYSTEM_MISMATCH);
 * 7. the purpose is one of the grant (PURPOSE_MISMATCH), with a case number if asked for (CASE_MISSING);
 * 8. the mode lets fields be read, every field returned or filtered by is granted, and none is read out by a filter
 *    that the answer would not show (FIELD_NOT_GRANTED, CASE_MISSING);
 * 9. the rows lie within the granted region (ROW_OUT_OF_SCOPE);
 * 10. the quota is not used up (QUOTA_RATE, QUOTA_DAY, QUOTA_TOTAL).
 */
export function decide(state: DecisionState, request: ReadRequest, now: number): Decision {
  const { grant, authorization, entry } = state;
  const stale = denyByState(state);
  if (stale !== null) return deny(stale);
  if (grant?.grantId !== request.grantId || grant.requester !== request.caller) return deny('NO_GRANT');
  const inactive = denyByGrant(state, grant, now);
  if (inactive !== null) return deny(inactive);
  if (authorization === null || entry === null || !isOfGrant(authorization, entry, grant)) return deny('NO_GRANT');
  const code =
    denyByUse(authorization, request) ??
    denyByFields(authorization, entry, request) ??
    denyByRows(authorization, entry, request) ??
    denyByQuota(authorization.quota, state.usage);
  return code === null
    ? { outcome: 'permit', terms: termsOf({ grant, authorization, entry }, request, state.usage) }
    : deny(code);
}

interface ProvedGrant {
  readonly grant: GrantState;
  readonly authorization: ShareAuthorization;
  readonly entry: CatalogEntry;
}

function deny(code: DenyCode): Decision {
  return { outcome: 'deny', code };
}

function denyByState({ current, auditBacklog }: DecisionState): DenyCode | null {
  if (!current) return 'STALE_CHAIN';
  return auditBacklog ? 'AUDIT_BACKLOG' : null;
}

const SHARED_CLASSES: readonly ShareClass[] = ['unconditional', 'conditional'];

/** Rules 3 and 4. Comparisons are the positive ones, so that a time which is no number denies. */
function denyByGrant(
  { requester, provider, resource }: DecisionState,
  grant: GrantState,
  now: number,
): DenyCode | null {
  if (grant.status !== 'active' || !(now >= grant.notBefore)) return 'NOT_ACTIVE';
  if (!(now <= grant.notAfter)) return 'EXPIRED';
  if (requester?.status !== 'active' || provider?.status !== 'active') return 'NOT_ACTIVE';
  const isShared =
    resource?.published === true &&
    resource.restraint === 'none' &&
    SHARED_CLASSES.some((name) => name === resource.latestClass);
  return isShared ? null : 'RESOURCE_WITHDRAWN';
}

/** Whether the documents can be those of the grant. The window of a grant may have been cut short, never prolonged. */
function isOfGrant(authorization: ShareAuthorization, entry: CatalogEntry, grant: GrantState): boolean {
  const { assigner, assignee, resource, window } = authorization;
  return (
    assignee === grant.requester &&
    resource.id === grant.resourceId &&
    resource.version === grant.resourceVersion &&
    window.notBefore <= grant.notBefore &&
    window.notAfter >= grant.notAfter &&
    entry.provider.uscc === assigner &&
    entry.version === grant.resourceVersion &&
    entry.shareClass !== 'DENIED'
  );
}

function denyByUse(authorization: ShareAuthorization, request: ReadRequest): DenyCode | null {
  const { systems, purposes, caseIdRequired } = authorization;
  const isSystemGranted = systems.length === 0 || (request.system !== null && systems.includes(request.system));
  if (!isSystemGranted) return 'SYSTEM_MISMATCH';
  if (!purposes.includes(request.purpose)) return 'PURPOSE_MISMATCH';
  return caseIdRequired && !hasCaseNumber(request) ? 'CASE_MISSING' : null;
}

function hasCaseNumber({ caseNumber }: ReadRequest): boolean {
  return caseNumber !== null && caseNumber.trim() !== '';
}

/** Modes that let field values out. A verification answers yes or no, a file is no row: neither grants a field to read. */
const READABLE_MODES: readonly ShareAuthorization['mode'][] = ['API_QUERY', 'BATCH'];

function denyByFields(authorization: ShareAuthorization, entry: CatalogEntry, request: ReadRequest): DenyCode | null {
  if (!READABLE_MODES.includes(authorization.mode)) return 'FIELD_NOT_GRANTED';
  const toField = (key: string): GrantedField | null => grantedField(key, authorization, entry, request);
  const asked = requestedKeys(authorization, request).map(toField);
  // An answer without a single field would still tell how many rows there are.
  if (asked.includes(null) || !asked.some(isShown)) return 'FIELD_NOT_GRANTED';
  const filters = [...request.equals.keys()].map(toField);
  if (!filters.every(isShown)) return 'FIELD_NOT_GRANTED';
  // Prefix by prefix a region spells its field out, so only the granted one is free.
  const isFree = request.region === null || request.region === authorization.rowFilter?.regionPrefix;
  if (!isFree && entry.regionField !== null && !isShownUnmasked(toField(entry.regionField))) return 'FIELD_NOT_GRANTED';
  return filters.every(isShownUnmasked) || hasCaseNumber(request) ? null : 'CASE_MISSING';
}

function isShown(field: GrantedField | null): boolean {
  return field !== null && field.mask !== 'DROP';
}

function isShownUnmasked(field: GrantedField | null): boolean {
  return field !== null && isShown(field) && (field.plain || field.mask === 'NONE');
}

/** How this read shows a field; null when it is not granted, or the entry does not have it. */
function grantedField(
  key: string,
  { fields, plainFields }: ShareAuthorization,
  entry: CatalogEntry,
  request: ReadRequest,
): GrantedField | null {
  const field = entry.fields.find((candidate) => candidate.key === key);
  if (field === undefined || !fields.includes(key)) return null;
  const isSensitive = !(field.level < SENSITIVE_LEVEL);
  const plain = plainFields.includes(key) && (!isSensitive || hasCaseNumber(request));
  const isUnmasked = isSensitive && !plain && field.mask === 'NONE';
  return { key, mask: isUnmasked ? 'DROP' : field.mask, plain };
}

function requestedKeys(authorization: ShareAuthorization, request: ReadRequest): readonly string[] {
  return request.fields.length === 0 ? authorization.fields : [...new Set(request.fields)];
}

function denyByRows(authorization: ShareAuthorization, entry: CatalogEntry, request: ReadRequest): DenyCode | null {
  const { limit } = request;
  if (limit !== null && !(Number.isSafeInteger(limit) && limit > 0)) return 'ROW_OUT_OF_SCOPE';
  const granted = authorization.rowFilter?.regionPrefix ?? null;
  if (granted === null && request.region === null) return null;
  const field = entry.regionField;
  if (field === null) return 'ROW_OUT_OF_SCOPE';
  const prefix = request.region ?? granted ?? '';
  const value = request.equals.get(field) ?? prefix;
  const isWithin = REGION.test(prefix) && prefix.startsWith(granted ?? '') && value.startsWith(prefix);
  return isWithin ? null : 'ROW_OUT_OF_SCOPE';
}

function denyByQuota(quota: Quota, usage: QuotaUsage): DenyCode | null {
  if (!isLeft(usage.second, quota.perSecond)) return 'QUOTA_RATE';
  if (!isLeft(usage.day, quota.perDay) || !isLeft(usage.bytesToday, quota.maxBytesPerDay)) return 'QUOTA_DAY';
  return isLeft(usage.total, quota.total) ? null : 'QUOTA_TOTAL';
}

function isLeft(used: number, limit: number): boolean {
  return Number.isSafeInteger(used) && used >= 0 && used < limit;
}

function termsOf({ grant, authorization, entry }: ProvedGrant, request: ReadRequest, usage: QuotaUsage): Terms {
  const { maxRowsPerCall, maxBytesPerDay } = authorization.quota;
  const prefix = request.region ?? authorization.rowFilter?.regionPrefix ?? null;
  return {
    grantId: grant.grantId,
    resourceId: grant.resourceId,
    resourceVersion: grant.resourceVersion,
    fields: grantedFields(authorization, entry, request),
    equals: new Map(request.equals),
    region: entry.regionField === null || prefix === null ? null : { field: entry.regionField, prefix },
    maxRows: Math.min(request.limit ?? maxRowsPerCall, maxRowsPerCall),
    maxBytes: maxBytesPerDay - usage.bytesToday,
    quota: authorization.quota,
    notAfter: grant.notAfter,
  };
}

/** In the order of the request, or of the authorization. */
function grantedFields(authorization: ShareAuthorization, entry: CatalogEntry, request: ReadRequest): GrantedField[] {
  return requestedKeys(authorization, request)
    .map((key) => grantedField(key, authorization, entry, request))
    .filter((field) => field !== null);
}
