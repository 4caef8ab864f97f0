import { actDigest } from '../../ledger/acts/act-digest.ts';
import { encodeActCall } from '../../ledger/acts/encode-act-call.ts';
import type { HistoryHeads } from '../../ledger/deployment.ts';
import type { RawLog } from '../../ledger/events.ts';
import {
  type AccessKeyId,
  deriveAccessKeyId,
  deriveGatewayId,
  deriveResourceId,
  type GrantId,
  parseRequestId,
  type RequestId,
  type ResourceId,
} from '../../ledger/ids.ts';
import { encodeAnchorCall, encodeProveEquivocationCall, treeHeadDigest } from '../../ledger/log-anchor.ts';
import {
  accountsChange,
  designation,
  gatewayRegistration,
  gatewayRetirement,
  keyRegistration,
  keyRevocation,
  publication,
  refusal,
  restoration,
  RESOURCE_CODE,
  shareRequest,
  someHash,
  statusChange,
  statusOrder,
  step,
  submission,
  suspension,
} from './act-factory.ts';
import { type Actor, actor, signAct, walletSigner } from './actors.ts';
import { type BlockFacts, type LedgerChain, officers } from './ledger-chain.ts';
import { tellCorrections, tellDisputes } from './story-cases.ts';
import { dueAtOf, tellEnds, tellSuspensions } from './story-grants.ts';
import { activeGrant, ask, retireAnother } from './story-shares.ts';

/** What the story leaves behind. */
export interface Story {
  /** Its office is an account of three officers, two of whom sign. */
  readonly provider: Actor;
  readonly requester: Actor;
  readonly regulator: Actor;
  readonly bystander: Actor;
  readonly activeKey: AccessKeyId;
  readonly revokedKey: AccessKeyId;
  readonly resourceId: ResourceId;
  readonly openRequest: RequestId;
  readonly refusedRequest: RequestId;
  readonly activeGrant: GrantId;
  /** By the provider, by a regulator, and by the provider while it was suspended itself. */
  readonly suspendedGrants: readonly GrantId[];
  /** Terminated, forfeited, closed after a release, and taken the place of. */
  readonly endedGrants: readonly GrantId[];
}

/** Every act at least once, also a contract account as signer and several acts in one block. */
export async function tellStory(chain: LedgerChain): Promise<Story> {
  const parties = await registerParties(chain);
  const keys = await registerKeys(chain, parties.requester);
  await registerGateways(chain, chain.authority);
  const resourceId = await publishResource(chain, parties.provider);
  const told = { ...parties, ...keys, resourceId, ...(await exchange(chain, parties, resourceId)) };
  await tellCorrections(chain, told);
  await tellDisputes(chain, told);
  await retireAnother(chain, told.provider);
  return told;
}

type Parties = Pick<Story, 'provider' | 'requester' | 'regulator' | 'bystander'>;

async function registerParties(chain: LedgerChain): Promise<Parties> {
  const { authority } = chain;
  const team = officers(3);
  const provider = await chain.register('GA', { office: await chain.deployOfficers(team, 2, team.slice(1)) });
  const entered = await chain.register('RS');
  const requester = actor('RS');
  await chain.record('changeDepartmentAccounts', accountsChange(requester), entered);
  const regulator = await chain.register('AU');
  await chain.order('governStatus', statusOrder(regulator, 'suspended'));
  await chain.order('restoreAccounts', restoration(regulator));
  await chain.order('governStatus', statusOrder(regulator, 'active'));
  const bystander = await chain.register('MZ');
  await chain.record('changeDepartmentStatus', statusChange(authority, bystander, 'suspended'), authority);
  await chain.record('changeDepartmentStatus', statusChange(authority, bystander, 'active'), authority);
  await chain.record('changeDepartmentStatus', statusChange(authority, bystander, 'suspended'), authority);
  return { provider, requester: { ...entered, ...requester }, regulator, bystander };
}

async function registerKeys(chain: LedgerChain, owner: Actor): Promise<Pick<Story, 'activeKey' | 'revokedKey'>> {
  const ed25519 = keyRegistration(owner);
  const p256 = keyRegistration(owner, { algorithm: 2, publicKey: `0x${'cd'.repeat(64)}` });
  await chain.record('registerAccessKey', ed25519, owner);
  await chain.record('registerAccessKey', p256, owner);
  const activeKey = deriveAccessKeyId(owner.id, 'ed25519', Buffer.from(ed25519.publicKey.slice(2), 'hex'));
  const revokedKey = deriveAccessKeyId(owner.id, 'ecdsa-p256-sha256', Buffer.from(p256.publicKey.slice(2), 'hex'));
  await chain.record('revokeAccessKey', keyRevocation(owner, revokedKey), owner);
  return { activeKey, revokedKey };
}

/** One that ended, and one that is shown to have signed two logs. */
async function registerGateways(chain: LedgerChain, operator: Actor): Promise<void> {
  const account = walletSigner();
  for (const byte of [0xe1, 0xe3]) {
    const act = gatewayRegistration(operator, { publicKey: someHash(byte), account: account.account });
    await chain.record('registerGateway', act, operator);
  }
  const [retired, other] = [0xe1, 0xe3].map((byte) => deriveGatewayId('ed25519', Buffer.alloc(32, byte)));
  if (retired === undefined || other === undefined) throw new TypeError('Two gateways were registered');
  await chain.record('retireGateway', gatewayRetirement(operator, retired), operator);
  const head = { gateway: other, size: 7, root: someHash(1) };
  const otherRoot = someHash(2);
  const signature = account.sign(treeHeadDigest(chain.deployment, head));
  const otherSignature = account.sign(treeHeadDigest(chain.deployment, { ...head, root: otherRoot }));
  await chain.send(encodeAnchorCall(chain.deployment, head, [], signature));
  const proof = { head, signature, otherRoot, otherSignature };
  await chain.send(encodeProveEquivocationCall(chain.deployment, proof));
}

/** A first version that was returned, then published; its update, required and extended, waits for the review. */
async function publishResource(chain: LedgerChain, provider: Actor): Promise<ResourceId> {
  const { authority } = chain;
  const resourceId = deriveResourceId(provider.id, RESOURCE_CODE);
  await chain.record('submitResource', submission(provider, { documentHash: someHash(0xd1) }), provider);
  await chain.record('returnResource', step('returnResource', authority, resourceId), authority);
  await chain.record('submitResource', submission(provider), provider);
  await chain.record('publishResource', publication(authority, resourceId), authority);
  await chain.record('designateSource', designation(authority, resourceId), authority);
  await chain.record('freezeResource', step('freezeResource', authority, resourceId), authority);
  await chain.record('unfreezeResource', step('unfreezeResource', authority, resourceId), authority);
  const required = await chain.record('requireUpdate', step('requireUpdate', authority, resourceId), authority);
  const dueAt = (await dueAtOf(chain, required)) + 1;
  await chain.record('extendUpdate', step('extendUpdate', authority, resourceId, { dueAt }), authority);
  const second = submission(provider, { version: 2, fieldCount: 6, documentHash: someHash(0xd2) });
  await chain.record('submitResource', second, provider);
  return resourceId;
}

type Exchanged = Pick<Story, 'openRequest' | 'refusedRequest' | 'activeGrant' | 'suspendedGrants' | 'endedGrants'>;

async function exchange(chain: LedgerChain, parties: Parties, resourceId: ResourceId): Promise<Exchanged> {
  const share = { ...parties, resourceId };
  const refusedRequest = await ask(chain, share);
  await chain.record('refuse', refusal(parties.provider, refusedRequest), parties.provider);
  const suspendedGrants = await tellSuspensions(chain, share);
  const endedGrants = await tellEnds(chain, share);
  const inOneBlock = await activeGrant(chain, share);
  const openRequest = await recordTogether(chain, parties, resourceId, inOneBlock);
  return {
    refusedRequest,
    openRequest,
    activeGrant: await activeGrant(chain, share),
    suspendedGrants: [...suspendedGrants, inOneBlock],
    endedGrants,
  };
}

/** A request, a suspension of the provider, and one of a grant by the provider although suspended, in one block. */
async function recordTogether(
  chain: LedgerChain,
  { provider, requester }: Parties,
  resourceId: ResourceId,
  grantId: GrantId,
): Promise<RequestId> {
  const { authority, deployment } = chain;
  const request = shareRequest(requester, resourceId);
  const status = statusChange(authority, provider, 'suspended');
  const suspend = suspension(provider, grantId);
  await chain.sendTogether([
    encodeActCall(deployment, 'submitRequest', request, signAct(deployment, 'submitRequest', request, requester)),
    encodeActCall(
      deployment,
      'changeDepartmentStatus',
      status,
      signAct(deployment, 'changeDepartmentStatus', status, authority),
    ),
    encodeActCall(deployment, 'suspend', suspend, signAct(deployment, 'suspend', suspend, provider)),
  ]);
  await chain.record('changeDepartmentStatus', statusChange(authority, provider, 'active'), authority);
  return parseRequestId(actDigest(deployment, 'submitRequest', request));
}

/** One block with its logs and the heads that the chain holds there. */
export interface RecordedBlock {
  readonly block: BlockFacts;
  readonly logs: readonly RawLog[];
  readonly heads: HistoryHeads;
}

/** All blocks with everything before them in the first: until the contracts are listed nobody can ask for heads. */
export async function recordedBlocks(chain: LedgerChain): Promise<RecordedBlock[]> {
  const { number: last } = await chain.block();
  const logs = await chain.logs();
  const listings = logs.filter(({ address }) => address === chain.deployment.contracts.Directory);
  const first = listings.at(-1)?.blockNumber ?? last;
  const blocks: RecordedBlock[] = [];
  for (let number = first; number <= last; number += 1) {
    const block = await chain.block(number);
    const heads = await chain.heads(block.hash);
    const own = logs.filter(({ blockNumber }) => blockNumber === number || (number === first && blockNumber < first));
    blocks.push({ block, logs: own, heads });
  }
  return blocks;
}
