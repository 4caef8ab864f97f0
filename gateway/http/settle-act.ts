import { decodeRevert } from '../../ledger/acts/decode-revert.ts';
import type { GatewayContext } from '../context.ts';
import { GatewayError } from '../errors.ts';
import type { OutboxRow } from '../stores/outbox-row.ts';
import type { Answer } from './answer.ts';

/** How long a caller waits for the ledger, and then for this gateway, before being told 202. */
const SETTLE_MS = 10_000;

/** What has become of an act: `recorded`, `rejected` or `pending`. */
export interface ActState {
  readonly digest: string | null;
  readonly status: 'recorded' | 'pending' | 'rejected';
  readonly entry: { readonly block: number; readonly blockHash: string; readonly transaction: string } | null;
  readonly failure: string | null;
  readonly revert: ReturnType<typeof decodeRevert>;
}

/** The answer to whoever posts an act. */
export interface ActAnswer extends Answer {
  readonly body: ActState;
}

export function describeAct(row: OutboxRow): ActState {
  const { digest, failure, mined, revertData, signed } = row;
  const revert = revertData === null ? null : decodeRevert(revertData);
  if (row.status === 'FAILED') return { digest, status: 'rejected', entry: null, failure, revert };
  if (mined === null || signed === null) return { digest, status: 'pending', entry: null, failure: null, revert: null };
  const entry = { block: mined.blockNumber, blockHash: mined.blockHash, transaction: signed.transactionHash };
  return { digest, status: 'recorded', entry, failure: null, revert: null };
}

/** Waits until the act is on the ledger and in this gateway's own proved state: then its consequences hold here too. */
export async function settleAct(context: GatewayContext, id: string): Promise<ActAnswer> {
  const row = await context.outboxWorker.settled(id, SETTLE_MS);
  if (row === null) throw new GatewayError('STORE_FAILED', 'The queued act cannot be found');
  const state = describeAct(row);
  const headers = { location: `/v1/acts/${state.digest ?? ''}` };
  if (state.status === 'pending') return { status: 202, body: state, headers };
  if (state.status === 'rejected') return { status: 422, body: state, headers };
  if (state.entry !== null) context.follower.heardOf(state.entry.block);
  const { reason } = await context.follower.whenFresh(SETTLE_MS);
  if (reason !== null) return { status: 202, body: state, headers };
  await context.indexer.whenWritten();
  return { status: 201, body: state, headers };
}
