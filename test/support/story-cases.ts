import { actDigest } from '../../ledger/acts/act-digest.ts';
import type { DisputeSubject } from '../../ledger/acts/chain-enums.ts';
import { reasonCodeToBytes32 } from '../../ledger/documents/reason-code.ts';
import { type CaseId, parseCaseId } from '../../ledger/ids.ts';
import { correctionFiling, disputeOpening, refusal, type SoleStepName, step } from './act-factory.ts';
import type { Actor } from './actors.ts';
import type { LedgerChain } from './ledger-chain.ts';
import { ask, type Share } from './story-shares.ts';

/** A doubt that was right, up to its end, and one that was not. */
export async function tellCorrections(chain: LedgerChain, share: Share): Promise<void> {
  const { provider, requester } = share;
  const right = await fileCorrection(chain, share);
  await take(chain, right, [
    ['verifyCorrection', provider],
    ['correct', provider],
    ['feedBackCorrection', provider],
    ['closeCorrection', requester],
  ]);
  const wrong = await fileCorrection(chain, share);
  await take(chain, wrong, [
    ['verifyCorrection', provider],
    ['uphold', provider],
  ]);
}

/** Over a refusal, up to the government, so that the request opens again; and over a share class, settled before. */
export async function tellDisputes(chain: LedgerChain, share: Share): Promise<void> {
  const { authority, government } = chain;
  const { provider, requester, resourceId } = share;
  const requestId = await ask(chain, share);
  await chain.record('refuse', refusal(provider, requestId), provider);
  const refused = await openDispute(chain, share, { kind: 'request', id: requestId });
  await take(chain, refused, [
    ['applyForCoordination', requester],
    ['coordinate', authority],
    ['escalateDispute', requester],
    ['decideDispute', government],
    ['executeDispute', provider],
  ]);
  await chain.record('reopenRequest', step('reopenRequest', requester, requestId), requester);
  await chain.record('withdrawRequest', step('withdrawRequest', requester, requestId), requester);

  const unshared = await openDispute(chain, share, { kind: 'resource', id: resourceId });
  await take(chain, unshared, [
    ['applyForCoordination', provider],
    ['coordinate', authority],
    ['settleDispute', authority],
  ]);
}

async function fileCorrection(chain: LedgerChain, { requester, resourceId }: Share): Promise<CaseId> {
  const act = correctionFiling(requester, resourceId);
  await chain.record('fileCorrection', act, requester);
  return parseCaseId(actDigest(chain.deployment, 'fileCorrection', act));
}

async function openDispute(
  chain: LedgerChain,
  { provider, requester }: Share,
  subject: { readonly kind: DisputeSubject; readonly id: string },
): Promise<CaseId> {
  const act = disputeOpening(requester, provider, subject);
  await chain.record('openDispute', act, requester);
  return parseCaseId(actDigest(chain.deployment, 'openDispute', act));
}

async function take(
  chain: LedgerChain,
  caseId: CaseId,
  steps: readonly (readonly [name: SoleStepName, by: Actor])[],
): Promise<void> {
  const reasonCode = reasonCodeToBytes32('REOPEN');
  for (const [name, by] of steps) await chain.record(name, step(name, by, caseId, { reasonCode }), by);
}
