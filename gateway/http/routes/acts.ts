import type { RequestHandler } from 'express';

import type { ActName } from '../../../ledger/acts/act-definitions.ts';
import { parseBytes32 } from '../../../ledger/ids.ts';
import type { Caller } from '../../authn/authenticate.ts';
import { requireFresh } from '../../chain/require-fresh.ts';
import type { GatewayContext } from '../../context.ts';
import { GatewayError } from '../../errors.ts';
import { acceptAct } from '../accept-act.ts';
import { sendAnswer } from '../answer.ts';
import type { Answer } from '../answer.ts';
import { readBody } from '../read-body.ts';
import { describeAct } from '../settle-act.ts';
import { authenticateRequest, readParams, sendProblem } from '../signed-route.ts';
import type { SignedCall } from '../signed-route.ts';

/** First keys that are looked at at once: these calls come without a signed request, so they are kept few. */
const MAX_UNSIGNED_ACTS = 4;

/**
 * Carries a signed act to the ledger. Every call is a signed request, but for one: a department's first access key can
 * only be registered without one. Its act is signed by the department's office, and the ledger checks that.
 */
export function actsRoute(context: GatewayContext, isActName: (text: string) => text is ActName): RequestHandler {
  let unsigned = 0;
  return async (request, response) => {
    let caller: Caller | null = null;
    const isUnsigned = request.headers['signature-input'] === undefined;
    unsigned += isUnsigned ? 1 : 0;
    try {
      const name = readParams(request)['id'] ?? '';
      if (!isActName(name)) throw new GatewayError('NOT_FOUND', 'There is no such act');
      if (isUnsigned && unsigned > MAX_UNSIGNED_ACTS) throw new GatewayError('TOO_MANY_REQUESTS', 'Try again shortly');
      const body = await readBody(request);
      if (isUnsigned && name === 'registerAccessKey') await requireFresh(context.follower);
      else caller = await authenticateRequest(context, request, body);
      sendAnswer(response, await acceptAct(context, name, { caller, body }), caller?.binding ?? null, context.signing);
    } catch (error) {
      sendProblem(context, response, error, caller);
    } finally {
      unsigned -= isUnsigned ? 1 : 0;
    }
  };
}

/** What became of an act, by its EIP-712 digest. */
export async function showAct(context: GatewayContext, call: SignedCall): Promise<Answer> {
  const entry = await context.outbox.findByDigest(parseBytes32(call.params['id']));
  if (entry === null) throw new GatewayError('NOT_FOUND', 'This gateway has not carried such an act');
  return { status: 200, body: describeAct(entry) };
}
