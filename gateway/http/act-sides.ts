import { decodeActCall } from '../../ledger/acts/decode-act-call.ts';
import type { DepartmentId } from '../../ledger/ids.ts';
import type { GatewayContext } from '../context.ts';

type SidesContext = Pick<GatewayContext, 'follower' | 'index'>;

/** The department that acts in a call (hex) and the one that it acts towards; null stands for one that is not known. */
export async function readActSides(context: SidesContext, call: string): Promise<readonly (DepartmentId | null)[]> {
  const { follower, index } = context;
  const decoded = decodeActCall(call);
  switch (decoded?.name) {
    case undefined:
      return [];
    case 'registerDepartment':
    case 'changeDepartmentStatus':
      return [decoded.act.authority, decoded.act.department];
    case 'changeDepartmentAccounts':
    case 'registerAccessKey':
    case 'revokeAccessKey':
      return [decoded.act.department];
    case 'submitResource':
      return [decoded.act.provider];
    case 'publishResource':
      return [decoded.act.authority, follower.ledger.resource(decoded.act.resourceId)?.provider ?? null];
    case 'submitRequest':
      return [decoded.act.requester, follower.ledger.resource(decoded.act.resourceId)?.provider ?? null];
    case 'agree':
    case 'refuse':
      return [decoded.act.provider, (await index.request(decoded.act.requestId))?.requester ?? null];
    case 'revoke': {
      const grant = await index.grant(decoded.act.grantId);
      return [decoded.act.department, grant?.requester ?? null, grant?.provider ?? null];
    }
  }
}
