import { z } from 'zod';

import { buildShareAgreement, buildShareRequest } from '../../ledger/acts/build-acts.ts';
import type { CatalogEntry } from '../../ledger/documents/catalog-entry.ts';
import type { GrantSuspension } from '../../ledger/documents/grant-suspension.ts';
import type { Quota, ShareAuthorization } from '../../ledger/documents/share-authorization.ts';
import type { ShareRequest } from '../../ledger/documents/share-request.ts';
import {
  type Bytes32,
  deriveGrantId,
  deriveResourceId,
  type GrantId,
  parseBytes32,
  parseRequestId,
  type RequestId,
  type ResourceId,
} from '../../ledger/ids.ts';
import { actDeadline, carryAct, type Recorded, unixNow } from './carry-act.ts';
import type { Principal } from './principal.ts';
import { salt, state, takeStep } from './take-step.ts';

const DAY_SECONDS = 86_400;

/** What one department wants of another; the provider agrees to all of it. */
export interface ShareTerms {
  readonly requester: Principal;
  readonly provider: Principal;
  readonly entry: CatalogEntry;
  readonly fields: readonly string[];
  readonly regionPrefix: string | null;
  readonly system: string;
  readonly caseIdRequired: boolean;
  readonly mode: ShareRequest['mode'];
  readonly basis: ShareRequest['basis'];
  readonly scenario: string;
  readonly quota: Quota;
  /** A new request unless it says otherwise. */
  readonly kind?: 'NEW' | 'REFLOW';
}

export const PURPOSE = 'BUSINESS_COLLAB';

export interface AskedShare {
  readonly terms: ShareTerms;
  readonly resourceId: ResourceId;
  /** Of the published conditions, as the ledger has it; zero without. */
  readonly conditionsHash: Bytes32;
  readonly requestId: RequestId;
  readonly window: { readonly notBefore: number; readonly notAfter: number };
  readonly recorded: Recorded;
}

export interface GrantedShare extends AskedShare {
  readonly grantId: GrantId;
  readonly agreed: Recorded;
}

/** One that was delivered and acknowledged. */
export interface ActiveShare extends GrantedShare {
  readonly delivered: Recorded;
  readonly activated: Recorded;
}

const publishedSchema = z.object({
  state: z.object({ conditionsHash: z.string().transform((text) => parseBytes32(text)) }),
});

/** 共享申请: signed by the requester's sharing office and by who prepared it. */
export async function askForShare(terms: ShareTerms): Promise<AskedShare> {
  const { requester, provider, entry } = terms;
  const now = unixNow();
  const window = { notBefore: now - 60, notAfter: now + 30 * DAY_SECONDS };
  const resourceId = deriveResourceId(provider.department.id, entry.resourceCode);
  const salted = salt(requestFor(terms, resourceId, window));
  const act = buildShareRequest(salted, entry, actDeadline());
  const { state } = publishedSchema.parse((await requester.client.get(`/v1/resources/${resourceId}`)).body);
  const recorded = await carryAct({ name: 'submitRequest', act, salted, principal: requester });
  return { terms, resourceId, ...state, requestId: parseRequestId(recorded.digest), window, recorded };
}

/**
 * 共享授权: the provider's agreed answer. The grant's id is computed from its terms, as the contract does.
 * @param signers keys of the provider's office that sign, if not all that must
 */
export async function agreeToShare(asked: AskedShare, signers?: readonly string[]): Promise<GrantedShare> {
  const { provider, entry } = asked.terms;
  const salted = salt(authorizationFor(asked));
  const act = buildShareAgreement(salted, { entry, conditionsHash: asked.conditionsHash }, actDeadline());
  const offer = { name: 'agree', act, salted, principal: provider } as const;
  const agreed = await carryAct(signers === undefined ? offer : { ...offer, signers });
  return { ...asked, grantId: deriveGrantId(act), agreed };
}

/** 交付与确认: the provider says that the data is there, and the requester that it works; then reads begin. */
export async function handOver(share: GrantedShare): Promise<ActiveShare> {
  const { requester, provider } = share.terms;
  const delivered = await state('deliver', provider, share.grantId, ['DELIVERED', '数据接口已开通。']);
  const activated = await state('acknowledge', requester, share.grantId, ['RECEIVED', '接口可用,已确认接收。']);
  return { ...share, delivered, activated };
}

/** All of it, from the request to the acknowledgement. */
export async function share(terms: ShareTerms): Promise<ActiveShare> {
  return await handOver(await agreeToShare(await askForShare(terms)));
}

/** 暂停: from the block that holds it, no new answer begins and open streams are cut. */
export async function suspendShare({ grantId, terms }: GrantedShare, findings: string): Promise<Recorded> {
  const { provider } = terms;
  const document: GrantSuspension = {
    type: 'GrantSuspension',
    schema: 'dxl/grant-suspension/1',
    department: provider.department.id,
    grantId,
    reasonCode: 'SECURITY',
    findings,
    demands: [],
    rectifyBy: null,
  };
  return await takeStep('suspend', provider, document);
}

export function requestFor(terms: ShareTerms, resourceId: ResourceId, window: AskedShare['window']): ShareRequest {
  const { requester, entry, quota } = terms;
  return {
    type: 'ShareRequest',
    schema: 'dxl/share-request/1',
    kind: terms.kind ?? 'NEW',
    priorGrantId: null,
    requester: { name: requester.department.name, uscc: requester.department.id },
    recipient: null,
    resource: { id: resourceId, version: entry.version },
    basis: terms.basis,
    scenario: terms.scenario,
    purposes: [PURPOSE],
    scope: {
      fields: terms.fields.toSorted(),
      plainFields: [],
      rowFilter: rowFilterOf(terms),
      systems: [terms.system],
      users: '窗口经办人员',
    },
    mode: terms.mode,
    window,
    expected: { perSecond: quota.perSecond, perDay: quota.perDay },
    storage: { retain: '不落库', disposal: '用后即删' },
    security: { mlps: 3, contact: '共享工作机构' },
    commitment: '所填真实、合法、必要',
  };
}

export function authorizationFor({ terms, requestId, resourceId, window }: AskedShare): ShareAuthorization {
  return {
    type: 'ShareAuthorization',
    schema: 'dxl/share-authorization/1',
    requestId,
    assigner: terms.provider.department.id,
    assignee: terms.requester.department.id,
    resource: { id: resourceId, version: terms.entry.version },
    fields: terms.fields.toSorted(),
    plainFields: [],
    narrowed: [],
    rowFilter: rowFilterOf(terms),
    purposes: [PURPOSE],
    systems: [terms.system],
    // Data that returns to its region comes without conditions (R27).
    conditions: terms.kind === 'REFLOW' ? [] : terms.entry.conditions.map(({ code }) => code).toSorted(),
    caseIdRequired: terms.caseIdRequired,
    mode: terms.mode,
    window,
    quota: terms.quota,
    onward: false,
    records: { retainYears: 3 },
    disposal: { days: 10, method: 'ERASE' },
  };
}

function rowFilterOf({ regionPrefix }: ShareTerms): ShareAuthorization['rowFilter'] {
  return regionPrefix === null ? null : { regionPrefix };
}
