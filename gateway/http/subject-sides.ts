import { parseBytes32, parseCaseId, parseGrantId, parseRequestId, parseResourceId } from '../../ledger/ids.ts';
import type { DepartmentId } from '../../ledger/ids.ts';
import type { GatewayContext } from '../context.ts';

export type Side = DepartmentId | null | undefined;

type SidesContext = Pick<GatewayContext, 'follower' | 'index'>;

/** The sides of the request, grant, resource, correction or dispute that an id names; none for anything else. */
export async function readSubjectSides(context: SidesContext, id: unknown): Promise<readonly Side[]> {
  if (typeof id !== 'string') return [];
  const hash = parseBytes32(id);
  const request = await context.index.request(parseRequestId(hash));
  if (request !== null) return [request.requester, request.provider];
  const grant = await context.index.grant(parseGrantId(hash));
  if (grant !== null) return [grant.requester, grant.provider];
  const entry = await context.index.case(parseCaseId(hash));
  if (entry !== null) return [entry.claimant, entry.respondent, entry.coordinator];
  return [context.follower.ledger.resource(parseResourceId(hash))?.provider];
}
