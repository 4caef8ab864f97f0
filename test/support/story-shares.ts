import type { Act } from '../../ledger/acts/act-definitions.ts';
import { actDigest } from '../../ledger/acts/act-digest.ts';
import {
  deriveGrantId,
  deriveResourceId,
  type GrantId,
  parseRequestId,
  type RequestId,
  resourceCodeHash,
  type ResourceId,
} from '../../ledger/ids.ts';
import { agreement, jointStep, publication, shareRequest, step, submission } from './act-factory.ts';
import type { Actor } from './actors.ts';
import type { LedgerChain } from './ledger-chain.ts';

/** A resource of one department that another one wants. */
export interface Share {
  readonly provider: Actor;
  readonly requester: Actor;
  readonly resourceId: ResourceId;
}

const OTHER_CODE = '301001/000002';

export async function ask(
  chain: LedgerChain,
  { requester, resourceId }: Share,
  changes: Partial<Act<'submitRequest'>> = {},
): Promise<RequestId> {
  const act = shareRequest(requester, resourceId, changes);
  await chain.record('submitRequest', act, requester);
  return parseRequestId(actDigest(chain.deployment, 'submitRequest', act));
}

/** A request that was agreed to; a new one unless one is given. */
export async function issuedGrant(chain: LedgerChain, share: Share, requestId?: RequestId): Promise<GrantId> {
  const act = agreement(share.provider, requestId ?? (await ask(chain, share)));
  await chain.record('agree', act, share.provider);
  return deriveGrantId(act);
}

/** Requested, agreed to, delivered and acknowledged: reads may begin. */
export async function activeGrant(chain: LedgerChain, share: Share, requestId?: RequestId): Promise<GrantId> {
  const { provider, requester } = share;
  const grantId = await issuedGrant(chain, share, requestId);
  await chain.record('deliver', step('deliver', provider, grantId), provider);
  await chain.record('acknowledge', step('acknowledge', requester, grantId), requester);
  return grantId;
}

/** Another resource of the provider, published and retired. */
export async function retireAnother(chain: LedgerChain, provider: Actor): Promise<void> {
  const { authority } = chain;
  const resourceId = deriveResourceId(provider.id, OTHER_CODE);
  await chain.record('submitResource', submission(provider, { codeHash: resourceCodeHash(OTHER_CODE) }), provider);
  await chain.record('publishResource', publication(authority, resourceId), authority);
  const act = jointStep('retireResource', provider, authority, resourceId);
  await chain.record('retireResource', act, provider, authority);
}
