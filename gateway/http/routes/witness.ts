import type { RequestHandler } from 'express';

import type { GatewayContext } from '../../context.ts';
import { GatewayError } from '../../errors.ts';
import type { Answer } from '../answer.ts';
import { sendAnswer } from '../answer.ts';
import { readBody } from '../read-body.ts';
import { sendProblem } from '../signed-route.ts';

const TEXT_TYPE = 'text/plain; charset=utf-8';
/** As the specification names it: the body is a size and a line feed. */
export const SIZE_TYPE = 'text/x.tlog.size';
/** A proof of 63 hashes, and a note with room for many signatures. */
const MAX_BODY_BYTES = 65_536;

/** `add-checkpoint` of C2SP tlog-witness: public, since what it takes is signed by a gateway and what it gives is too. */
export function witnessRoute(context: GatewayContext): RequestHandler {
  return async (request, response) => {
    try {
      const body = await readBody(request, MAX_BODY_BYTES);
      sendAnswer(response, await answerOf(context, body ?? new Uint8Array()), null, context.signing);
    } catch (error) {
      sendProblem(context, response, error, null);
    }
  };
}

/** The newest checkpoint that witnesses cosigned, with what they signed: public as `/log/checkpoint` is. */
export function cosignedRoute(context: GatewayContext): RequestHandler {
  return (_request, response) => {
    const { note } = context.cosigning;
    if (note === null) {
      sendProblem(context, response, new GatewayError('NOT_FOUND', 'No witness has cosigned the log yet'), null);
      return;
    }
    response.setHeader('cache-control', 'no-store');
    response.type(TEXT_TYPE).send(Buffer.from(note));
  };
}

async function answerOf({ witness, metrics }: GatewayContext, body: Uint8Array): Promise<Answer> {
  const answer = await witness.addCheckpoint(body);
  metrics.witnessed(answer.result);
  if (answer.result === 'cosigned') return { status: 200, body: Buffer.from(answer.lines), contentType: TEXT_TYPE };
  return { status: 409, body: Buffer.from(`${String(answer.size)}\n`), contentType: SIZE_TYPE };
}
