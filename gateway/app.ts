import express from 'express';
import type { ErrorRequestHandler, Express, Request, RequestHandler } from 'express';

import { isActName } from '../ledger/acts/act-definitions.ts';
import type { GatewayContext } from './context.ts';
import { GatewayError } from './errors.ts';
import { sendAnswer } from './http/answer.ts';
import type { Answer } from './http/answer.ts';
import type { RunningCalls } from './http/running-calls.ts';
import { openApiDocument } from './http/openapi.ts';
import { actsRoute, showAct } from './http/routes/acts.ts';
import { showChain, showHealth, showReadiness } from './http/routes/chain.ts';
import { showTimeline } from './http/routes/audit.ts';
import { confirmDelivery } from './http/routes/confirmations.ts';
import * as duties from './http/routes/duties.ts';
import { evidenceRoute } from './http/routes/evidence.ts';
import { explainReceipt } from './http/routes/explain.ts';
import * as ledger from './http/routes/ledger.ts';
import * as log from './http/routes/log.ts';
import { listReceipts, showReceipt } from './http/routes/receipts.ts';
import { rowsRoute } from './http/routes/rows.ts';
import { timestampRoute } from './http/routes/timestamps.ts';
import * as witness from './http/routes/witness.ts';
import { sendProblem, signedRoute } from './http/signed-route.ts';
import type { SignedCall } from './http/signed-route.ts';

type Handler = (context: GatewayContext, call: SignedCall) => Promise<Answer>;
type Route = readonly [method: 'get' | 'post', path: string, handler: RequestHandler];

/** The whole API, on one page: what the ledger holds, what was read, and the rest. */
function routesOf(context: GatewayContext): readonly Route[] {
  return [...ledgerRoutes(context), ...recordRoutes(context), ...operationRoutes(context)];
}

function ledgerRoutes(context: GatewayContext): readonly Route[] {
  const signed = signedBy(context);
  return [
    ['get', '/v1/grants/:grantId/rows', rowsRoute(context)],
    ['post', '/v1/acts/:id', actsRoute(context, isActName)],
    ['get', '/v1/acts/:id', signed(showAct)],
    ['get', '/v1/calendar', signed(ledger.listCalendar)],
    ['get', '/v1/departments', signed(ledger.listDepartments)],
    ['get', '/v1/departments/:id', signed(ledger.showDepartment)],
    ['get', '/v1/gateways', signed(ledger.listGateways)],
    ['get', '/v1/gateways/:id', signed(ledger.showGateway)],
    ['get', '/v1/resources', signed(ledger.listResources)],
    ['get', '/v1/resources/:id', signed(ledger.showResource)],
    ['get', '/v1/requests', signed(ledger.listRequests)],
    ['get', '/v1/requests/:id', signed(ledger.showRequest)],
    ['get', '/v1/grants', signed(ledger.listGrants)],
    ['get', '/v1/grants/:id', signed(ledger.showGrant)],
    ['get', '/v1/cases', signed(ledger.listCases)],
    ['get', '/v1/cases/:id', signed(ledger.showCase)],
    ['get', '/v1/documents/:hash', signed(ledger.showDocument)],
    ['get', '/v1/inbox', signed(duties.showInbox)],
    ['get', '/v1/scorecards', signed(duties.listScorecards)],
    ['get', '/v1/scorecards/:id', signed(duties.showScorecard)],
  ];
}

function recordRoutes(context: GatewayContext): readonly Route[] {
  const signed = signedBy(context);
  return [
    ['get', '/v1/receipts', signed(listReceipts)],
    ['get', '/v1/receipts/:id', signed(showReceipt)],
    ['get', '/v1/receipts/:id/explanation', signed(explainReceipt)],
    ['get', '/v1/receipts/:id/proof', signed(log.showProof)],
    ['post', '/v1/receipts/:id/confirmation', signed(confirmDelivery)],
    ['get', '/v1/audit/:kind/:id', signed(showTimeline)],
    ['get', '/v1/evidence', evidenceRoute(context)],
    ['get', '/v1/log/consistency', signed(log.showConsistency)],
    ['get', '/log/checkpoint', log.checkpointRoute(context)],
    ['get', '/log/tile/entries/*index', signed(log.showEntries)],
    ['get', '/log/tile/:level/*index', log.tileRoute(context)],
    ['get', '/log/cosigned', witness.cosignedRoute(context)],
    ['get', '/log/timestamp/:size', timestampRoute(context)],
    ['post', '/log/witness/add-checkpoint', witness.witnessRoute(context)],
  ];
}

function operationRoutes(context: GatewayContext): readonly Route[] {
  const open = (handler: () => Answer | Promise<Answer>): RequestHandler => openRoute(context, handler);
  const openApi = { status: 200, body: openApiDocument() };
  return [
    ['get', '/v1/chain', open(() => showChain(context))],
    ['get', '/healthz', open(showHealth)],
    ['get', '/readyz', open(() => showReadiness(context))],
    ['get', '/openapi.json', open(() => openApi)],
    ['get', '/metrics', metricsRoute(context)],
  ];
}

function signedBy(context: GatewayContext): (handler: Handler) => RequestHandler {
  return (handler) => signedRoute(context, (call) => handler(context, call));
}

/** Never listens. */
export function createApp(context: GatewayContext): Express {
  const app = express();
  app.disable('x-powered-by').disable('etag').set('query parser', false).set('case sensitive routing', true);
  app.use(refuseWhenStopping(context), refuseHead(context));
  const routes = routesOf(context);
  for (const [method, path, handler] of routes) app[method](path, tracked(context.runningCalls, handler));
  const methodsByPath = Map.groupBy(routes, ([, path]) => path);
  for (const [path, known] of methodsByPath) {
    const allowed = known.map(([method]) => method.toUpperCase());
    app.all(path, refuseMethod(context, allowed));
  }
  app.use((_request, response) => {
    sendProblem(context, response, new GatewayError('NOT_FOUND', 'There is nothing here'), null);
  });
  app.use(lastResort(context));
  return app;
}

/** Known to whoever stops the gateway until it has ended, which may be after its client has left. */
function tracked(calls: RunningCalls, handler: RequestHandler): RequestHandler {
  return (request, response, next) => {
    const work = handler(request, response, next);
    return work instanceof Promise ? calls.track(work) : work;
  };
}

/** Public answers: unsigned, and holding nothing of anybody. */
function openRoute(context: GatewayContext, handler: () => Answer | Promise<Answer>): RequestHandler {
  return async (_request, response) => {
    sendAnswer(response, await handler(), null, context.signing);
  };
}

function metricsRoute(context: GatewayContext): RequestHandler {
  return async (_request, response) => {
    const { registry } = context.metrics;
    response.type(registry.contentType).send(await registry.metrics());
  };
}

/** Express would run a GET handler for HEAD: a read that is counted and receipted and delivers nothing. */
function refuseHead(context: GatewayContext): RequestHandler {
  return (request, response, next) => {
    if (request.method !== 'HEAD' || isProbe(request)) {
      next();
      return;
    }
    response.setHeader('allow', 'GET');
    sendProblem(context, response, new GatewayError('METHOD_NOT_ALLOWED', 'Use GET'), null);
  };
}

function isProbe(request: Request): boolean {
  return request.path === '/readyz' || request.path === '/healthz';
}

/** A known path with a method that it does not take. */
function refuseMethod(context: GatewayContext, allowed: readonly string[]): RequestHandler {
  return (_request, response) => {
    response.setHeader('allow', allowed.join(', '));
    sendProblem(context, response, new GatewayError('METHOD_NOT_ALLOWED', `Use ${allowed.join(' or ')}`), null);
  };
}

/** While stopping, only what tells a balancer so is answered. */
function refuseWhenStopping(context: GatewayContext): RequestHandler {
  return (request, response, next) => {
    if (!context.stopping()) {
      next();
      return;
    }
    response.setHeader('connection', 'close');
    if (isProbe(request)) next();
    else sendProblem(context, response, new GatewayError('STOPPING', 'Ask another gateway'), null);
  };
}

/** What Express itself refuses, such as a path that does not decode, and what escaped from a public route. */
function lastResort(context: GatewayContext): ErrorRequestHandler {
  return (error: unknown, _request, response, next) => {
    if (response.headersSent) {
      next(error);
      return;
    }
    const refusedByExpress = error instanceof URIError;
    const failure = refusedByExpress ? new GatewayError('REQUEST_INVALID', 'The path is not well-formed') : error;
    sendProblem(context, response, failure, null);
  };
}
