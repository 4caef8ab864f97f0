import type { Request, RequestHandler, Response } from 'express';

import { assertSignedHead, authenticate } from '../authn/authenticate.ts';
import type { Caller } from '../authn/authenticate.ts';
import type { GatewayContext } from '../context.ts';
import { requireFresh } from '../chain/require-fresh.ts';
import { sendAnswer } from './answer.ts';
import type { Answer } from './answer.ts';
import { PROBLEM_TYPE, problemHeaders, toGatewayError, toProblem } from './problem.ts';
import { readBody } from './read-body.ts';

/** A signed call: who made it is proved, everything else in it is still attacker-controlled. */
export interface SignedCall {
  readonly caller: Caller;
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  readonly body: Uint8Array | null;
}

export type SignedHandler = (call: SignedCall) => Promise<Answer>;

/** Authenticates, runs the handler, and signs its answer, refusals included. The one place where a route can fail. */
export function signedRoute(context: GatewayContext, handler: SignedHandler): RequestHandler {
  return async (request, response) => {
    let caller: Caller | null = null;
    try {
      const body = await readSignedBody(context, request);
      caller = await authenticateRequest(context, request, body);
      const answer = await handler({ caller, params: readParams(request), query: readQuery(request), body });
      sendAnswer(response, answer, caller.binding, context.signing);
    } catch (error) {
      sendProblem(context, response, error, caller);
    }
  };
}

/** The body of a call that bears a signature. A GET has none: what is announced with it is refused unread. */
export async function readSignedBody(context: GatewayContext, request: Request): Promise<Uint8Array | null> {
  assertSignedHead(context.authentication, request.rawHeaders);
  return request.method === 'GET' ? null : await readBody(request);
}

/** The keys that a request is checked against must be proved current: a revoked one must not slip through. */
export async function authenticateRequest(
  context: GatewayContext,
  request: Request,
  body: Uint8Array | null,
): Promise<Caller> {
  await requireFresh(context.follower);
  const { method, originalUrl: rawTarget, rawHeaders } = request;
  return await authenticate(context.authentication, { method, rawTarget, rawHeaders, body });
}

/** Answers a failure; `caller` is null when nobody has been authenticated, and the answer is then unsigned. */
export function sendProblem(
  context: GatewayContext,
  response: Response,
  failure: unknown,
  caller: Caller | null,
  receiptId: string | null = null,
): void {
  const error = toGatewayError(failure);
  const problem = toProblem(error);
  context.metrics.refused(error.code);
  const facts = { code: error.code, instance: problem.instance, department: caller?.department ?? null };
  if (problem.status >= 500) context.logger.error({ ...facts, err: error.cause ?? error }, 'Request failed');
  else context.logger.info(facts, 'Request refused');
  if (response.headersSent) {
    response.destroy();
    return;
  }
  const headers = problemHeaders(error, context.now());
  const answer = { status: problem.status, body: problem, contentType: PROBLEM_TYPE, receiptId, headers };
  sendAnswer(response, answer, caller?.binding ?? null, context.signing);
}

export function readParams(request: Request): Record<string, string> {
  return Object.fromEntries(
    Object.entries(request.params).map(([name, value]) => [name, Array.isArray(value) ? value.join('/') : value]),
  );
}

/** Parsed from the target exactly as it was signed. */
export function readQuery(request: Request): URLSearchParams {
  const mark = request.originalUrl.indexOf('?');
  return new URLSearchParams(mark < 0 ? '' : request.originalUrl.slice(mark + 1));
}
