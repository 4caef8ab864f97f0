import { z } from 'zod';

import { bytes32Schema, departmentIdSchema, grantIdSchema, requestIdSchema } from '../ledger/documents/terms.ts';
import type { GraphDocument } from '../ledger/exports/graph.ts';
import { odrlAgreement } from '../ledger/exports/odrl-agreement.ts';
import { GRANT_STATUSES } from '../ledger/grant-table.ts';
import type { GrantId } from '../ledger/ids.ts';
import { CliError } from './cli-error.ts';
import type { GatewayClient } from './gateway-client.ts';
import { readCommitted } from './read-committed.ts';

const grantSchema = z.object({
  grantId: grantIdSchema,
  requestId: requestIdSchema,
  provider: departmentIdSchema,
  requester: departmentIdSchema,
  status: z.enum(GRANT_STATUSES),
  recordedAt: z.int(),
  documentHash: bytes32Schema,
});

/** The agreement of a grant, from the authorization that the ledger commits to. */
export async function readAgreement(client: GatewayClient, id: GrantId): Promise<GraphDocument> {
  const { body } = await client.get(`/v1/grants/${id}`);
  const grant = grantSchema.parse(body);
  const authorization = await readCommitted(client, 'ShareAuthorization', grant.documentHash);
  const isItsOwn =
    grant.grantId === id &&
    authorization.requestId === grant.requestId &&
    authorization.assigner === grant.provider &&
    authorization.assignee === grant.requester;
  if (!isItsOwn) throw new CliError('ANSWER_UNVERIFIED', `The authorization is not that of grant ${id}`);
  // ODRL export knows two states only: in force, or not.
  return odrlAgreement(authorization, grant);
}
