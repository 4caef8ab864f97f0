import type { ShareClass } from '../../ledger/acts/chain-enums.ts';
import type { DecisionState } from '../../ledger/decide.ts';
import type { GrantState } from '../../ledger/grant-table.ts';
import { departmentIdFromHex, parseGrantId, parseResourceId } from '../../ledger/ids.ts';
import { ACTIVE, type Grant, type GrantStatus, type World } from '../ledger/world.ts';

/** What the ledger knew after all entries of a block, in the form that `decide` takes. */
export type LedgerAt = Pick<DecisionState, 'grant' | 'requester' | 'provider' | 'resource'>;

const SHARE_CLASSES: readonly ShareClass[] = ['unconditional', 'conditional', 'denied'];
const NOTHING: LedgerAt = { grant: null, requester: null, provider: null, resource: null };

export function ledgerAt(world: World, grantId: string, block: number): LedgerAt {
  const grant = world.grants.get(grantId);
  const status = grant?.status.at(block);
  if (grant === undefined || status === undefined) return NOTHING;
  const resource = world.resources.get(grant.resourceId);
  const published = resource?.published.at(block) ?? 0;
  const latest = resource?.versions.get(published);
  return {
    grant: stateOf(grantId, grant, status),
    requester: departmentAt(world, grant.requester, block),
    provider: departmentAt(world, grant.provider, block),
    resource:
      resource === undefined
        ? null
        : {
            published: published >= grant.resourceVersion,
            latestClass: latest === undefined ? null : (SHARE_CLASSES[latest.shareClass - 1] ?? null),
            restraint: resource.restraint.at(block) ?? 'none',
          },
  };
}

function stateOf(grantId: string, grant: Grant, status: GrantStatus): GrantState {
  return {
    grantId: parseGrantId(grantId),
    resourceId: parseResourceId(grant.resourceId),
    resourceVersion: grant.resourceVersion,
    requester: departmentIdFromHex(grant.requester),
    notBefore: exact(grant.notBefore),
    notAfter: exact(grant.notAfter),
    status: status === 'certified' ? 'disposal-certified' : status,
  };
}

function departmentAt(world: World, id: string, block: number): DecisionState['requester'] {
  const status = world.departments.get(id)?.status.at(block);
  if (status === undefined) return null;
  return { status: status === ACTIVE ? 'active' : 'suspended' };
}

/** Times beyond all clocks are as good as the last exact number. */
function exact(time: bigint): number {
  return Number(time < BigInt(Number.MAX_SAFE_INTEGER) ? time : BigInt(Number.MAX_SAFE_INTEGER));
}
