import type { DepartmentId } from '../../ledger/ids.ts';
import type { GatewayContext } from '../context.ts';
import { GatewayError } from '../errors.ts';
import type { SignedCall } from './signed-route.ts';

/** Kinds that see every request, grant and receipt: they supervise sharing (条例 art. 29, 38). */
const SUPERVISORS: ReadonlySet<string> = new Set(['authority', 'regulator', 'government']);

type VisibilityContext = Pick<GatewayContext, 'follower'>;

export function supervises(context: VisibilityContext, call: Pick<SignedCall, 'caller'>): boolean {
  return SUPERVISORS.has(context.follower.ledger.department(call.caller.department)?.kind ?? '');
}

/** The caller is one of the sides, or supervises them. */
export function isParty(
  context: VisibilityContext,
  call: Pick<SignedCall, 'caller'>,
  sides: readonly (DepartmentId | null)[],
): boolean {
  return sides.includes(call.caller.department) || supervises(context, call);
}

/** One answer for what does not exist and for what is not the caller's, so that ids cannot be tried out. */
export function notFound(): GatewayError {
  return new GatewayError('NOT_FOUND', 'It does not exist, or it is not yours to see');
}
