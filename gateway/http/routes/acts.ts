import type { RequestHandler } from 'express';

import type { ActName } from '../../../ledger/acts/act-definitions.ts';
import { parseBytes32 } from '../../../ledger/ids.ts';
import type { Caller } from '../../authn/authenticate.ts';
import { requireFresh } from '../../chain/require-fresh.ts';
import type { GatewayContext } from '../../context.ts';
import { GatewayError } from '../../errors.ts';
import { acceptAct } from '../accept-act.ts';
import type { PostedAct } from '../accept-act.ts';
import { readActSides } from '../act-sides.ts';
import { sendAnswer } from '../answer.ts';
import type { Answer } from '../answer.ts';
import { readBody } from '../read-body.ts';
import { describeAct } from '../settle-act.ts';
import { authenticateRequest, readParams, readSignedBody, sendProblem } from '../signed-route.ts';
import type { SignedCall } from '../signed-route.ts';
import { isParty, notFound } from '../visibility.ts';

/** First keys that are looked at at once: these calls come without a signed request, so they are kept few. */
const MAX_UNSIGNED_ACTS = 4;

/** A department account of many officers has a long signature; anything longer is no first key. */
export const MAX_UNSIGNED_BODY_BYTES = 64 * 1024;

/**
 * Carries a signed act to the ledger. Every call is a signed request, but for one: a department's first access key can
 * only be registered without one. Its act is signed by the department's office, and the ledger checks that.
 */
export function actsRoute(context: GatewayContext, isActName: (text: string) => text is ActName): RequestHandler {
  const acceptFirstKey = firstKeys(context);
  return async (request, response) => {
    let caller: Caller | null = null;
    try {
      const name = readParams(request)['id'] ?? '';
      if (!isActName(name)) throw new GatewayError('NOT_FOUND', 'There is no such act');
      if (name === 'registerAccessKey' && request.headers['signature-input'] === undefined) {
        const body = await readBody(request, MAX_UNSIGNED_BODY_BYTES);
        sendAnswer(response, await acceptFirstKey(body), null, context.signing);
        return;
      }
      const body = await readSignedBody(context, request);
      caller = await authenticateRequest(context, request, body);
      sendAnswer(response, await carryAct(context, name, { caller, body }), caller.binding, context.signing);
    } catch (error) {
      sendProblem(context, response, error, caller);
    }
  };
}

/** Counts only calls that are whole: one whose body never comes must not keep out the others. */
function firstKeys(context: GatewayContext): (body: Uint8Array | null) => Promise<Answer> {
  let underWay = 0;
  return async (body) => {
    if (underWay >= MAX_UNSIGNED_ACTS) throw new GatewayError('TOO_MANY_REQUESTS', 'Try again shortly');
    underWay += 1;
    try {
      await requireFresh(context.follower);
      return await carryAct(context, 'registerAccessKey', { caller: null, body });
    } finally {
      underWay -= 1;
    }
  };
}

/** Counts what the ledger made of an act; one that is not well-formed never came before it. */
async function carryAct(context: GatewayContext, name: ActName, call: PostedAct): Promise<Answer> {
  try {
    const answer = await acceptAct(context, name, call);
    context.metrics.act(name, answer.body.status);
    return answer;
  } catch (error) {
    if (error instanceof GatewayError && error.code === 'ACT_REJECTED') context.metrics.act(name, 'rejected');
    throw error;
  }
}

/** What became of an act, by its EIP-712 digest: the id of a request is such a digest, and no secret. */
export async function showAct(context: GatewayContext, call: SignedCall): Promise<Answer> {
  const row = await context.outbox.findByDigest(parseBytes32(call.params['id']));
  await context.indexer.whenWritten();
  if (row === null || !isParty(context, call, await readActSides(context, row.data))) throw notFound();
  return { status: 200, body: describeAct(row) };
}
