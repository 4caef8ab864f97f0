import type { RequestHandler } from 'express';

import { parseDecimal } from '../../../ledger/log/checkpoint.ts';
import type { GatewayContext } from '../../context.ts';
import { sendProblem } from '../signed-route.ts';
import { notFound } from '../visibility.ts';

export const TIMESTAMP_TYPE = 'application/timestamp-reply';
const FOREVER = 'max-age=31536000, immutable';

/** What an authority said of the checkpoint of this size (RFC 3161): public, as the checkpoint is. */
export function timestampRoute(context: GatewayContext): RequestHandler {
  return async (request, response) => {
    try {
      const { size: text } = request.params;
      const size = typeof text === 'string' ? parseDecimal(text) : null;
      const answer = size === null ? null : await context.timestamping.answerFor(size);
      if (answer === null) throw notFound();
      response.setHeader('cache-control', FOREVER);
      response.type(TIMESTAMP_TYPE).send(Buffer.from(answer));
    } catch (error) {
      sendProblem(context, response, error, null);
    }
  };
}
