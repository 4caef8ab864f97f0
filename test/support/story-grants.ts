import { reasonCodeToBytes32 } from '../../ledger/documents/reason-code.ts';
import { decodeLog } from '../../ledger/events.ts';
import { deriveGrantId, type GrantId } from '../../ledger/ids.ts';
import { grantChange, jointStep, step, suspension } from './act-factory.ts';
import type { Actor } from './actors.ts';
import type { LedgerChain, Recorded } from './ledger-chain.ts';
import { activeGrant, ask, issuedGrant, type Share } from './story-shares.ts';

const DAY_SECONDS = 86_400;

/** The deadline that an act set, as its event says. */
export async function dueAtOf(chain: LedgerChain, { blockNumber, transactionHash }: Recorded): Promise<number> {
  for (const log of await chain.logs(blockNumber, blockNumber)) {
    const event = log.transactionHash === transactionHash ? decodeLog(chain.deployment, log) : null;
    if (event !== null && 'dueAt' in event) return event.dueAt;
  }
  throw new TypeError('The act set no deadline');
}

/** @returns a grant suspended by the provider for a misuse, and one by a regulator after an incident, resumed before */
export async function tellSuspensions(
  chain: LedgerChain,
  share: Share & { readonly regulator: Actor },
): Promise<readonly GrantId[]> {
  const { provider, regulator } = share;
  const [misused, insecure] = [await activeGrant(chain, share), await activeGrant(chain, share)];
  await suspendForMisuse(chain, provider, misused);
  await chain.record('suspend', suspension(regulator, insecure), regulator);
  await chain.record('followUpSuspension', step('followUpSuspension', regulator, insecure), regulator);
  await chain.record('resume', step('resume', regulator, insecure), regulator);
  await chain.record('suspend', suspension(regulator, insecure), regulator);
  return [misused, insecure];
}

/** @returns grants that were terminated, forfeited, released and closed, and changed into another one */
export async function tellEnds(chain: LedgerChain, share: Share): Promise<readonly GrantId[]> {
  const { authority } = chain;
  const { provider, requester } = share;
  await tellClocks(chain, share);

  const terminated = await issuedGrant(chain, share);
  const termination = jointStep('terminate', provider, authority, terminated);
  await chain.record('terminate', termination, provider, authority);

  const forfeited = await activeGrant(chain, share);
  await suspendForMisuse(chain, provider, forfeited);
  const reasonCode = reasonCodeToBytes32('RECTIFICATION_INSUFFICIENT');
  await chain.record('forfeit', step('forfeit', authority, forfeited, { reasonCode }), authority);

  const released = await activeGrant(chain, share);
  await chain.record('release', step('release', requester, released), requester);
  await chain.record('certifyDisposal', step('certifyDisposal', requester, released), requester);
  await chain.record('acceptDisposal', step('acceptDisposal', provider, released), provider);

  return [terminated, forfeited, released, await changeTerms(chain, share)];
}

/** The clock of an answer: stopped, started anew and extended; the request is withdrawn at last. */
async function tellClocks(chain: LedgerChain, share: Share): Promise<void> {
  const { authority } = chain;
  const { provider, requester } = share;
  const requestId = await ask(chain, share);
  await chain.record('askSupplement', step('askSupplement', provider, requestId), provider);
  const supplemented = await chain.record('supplement', step('supplement', requester, requestId), requester);
  const dueAt = (await dueAtOf(chain, supplemented)) + 1;
  const extension = jointStep('extendAnswer', provider, authority, requestId, { dueAt });
  await chain.record('extendAnswer', extension, provider, authority);
  await chain.record('withdrawRequest', step('withdrawRequest', requester, requestId), requester);
}

/** @returns the grant that another one took the place of; that one is terminated */
async function changeTerms(chain: LedgerChain, share: Share): Promise<GrantId> {
  const { authority } = chain;
  const { provider } = share;
  const requestId = await ask(chain, share);
  const changed = await activeGrant(chain, share, requestId);
  const act = grantChange(provider, authority, changed);
  await chain.record('changeGrant', act, provider, authority);
  const successor = deriveGrantId({ ...act, requestId });
  await chain.record('terminate', jointStep('terminate', provider, authority, successor), provider, authority);
  return changed;
}

async function suspendForMisuse(chain: LedgerChain, provider: Actor, grantId: GrantId): Promise<void> {
  const { timestamp } = await chain.block();
  const changes = { reasonCode: reasonCodeToBytes32('MISUSE'), dueAt: timestamp + DAY_SECONDS };
  await chain.record('suspend', suspension(provider, grantId, changes), provider);
}
