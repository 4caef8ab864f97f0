import type { Request, RequestHandler, Response } from 'express';

import type { ReadRequest } from '../../../ledger/decide.ts';
import { newSalt } from '../../../ledger/document-hash.ts';
import { contextHash } from '../../../ledger/receipts/context-hash.ts';
import type { Caller } from '../../authn/authenticate.ts';
import { authorize } from '../../authz/authorize.ts';
import type { Permit } from '../../authz/authorize.ts';
import type { GatewayContext } from '../../context.ts';
import { GATEWAY_ERRORS } from '../../errors.ts';
import type { GatewayError } from '../../errors.ts';
import type { OpenReceipt } from '../../receipts/receipt-book.ts';
import type { ReceiptFacts } from '../../receipts/receipt-facts.ts';
import type { Delivered } from '../../relay/deliver.ts';
import { parseRead } from '../parse-read.ts';
import { toGatewayError } from '../problem.ts';
import { readBody } from '../read-body.ts';
import { authenticateRequest, readParams, readQuery, sendProblem } from '../signed-route.ts';
import { relayRows } from './relay-rows.ts';

/** One read under way; `facts` grow, so that a refusal at any step is recorded with all that was known by then. */
interface ReadCall {
  readonly request: Request;
  readonly response: Response;
  readonly caller: Caller;
  facts: ReceiptFacts;
  opened: OpenReceipt | null;
}

/** The data path: authenticate, decide, open the receipt, relay, close the receipt. Refusals are receipted as well. */
export function rowsRoute(context: GatewayContext): RequestHandler {
  return async (request, response) => {
    let call: ReadCall | null = null;
    try {
      const caller = await authenticateRequest(context, request, await readBody(request));
      call = { request, response, caller, facts: factsOf(context, caller), opened: null };
      await serveRead(context, call);
    } catch (failure) {
      const error = toGatewayError(failure);
      const receiptId = call === null ? null : await recordRefusal(context, call, error);
      sendProblem(context, response, error, call?.caller ?? null, receiptId);
    }
  };
}

async function serveRead(context: GatewayContext, call: ReadCall): Promise<void> {
  const leave = context.parallelReads.enter(call.caller.department);
  try {
    const read = parseRead(call.caller, readParams(call.request)['grantId'] ?? '', readQuery(call.request));
    call.facts = withRead(call.facts, read);
    const permit = await authorize(context.authorization, read, call.caller.keyId);
    const source = context.sources.sourceFor(permit.terms.resourceId);
    call.facts = withPermit(call.facts, permit);
    call.opened = await context.receipts.open(call.facts);
    const delivered = await relayRows(context, { ...call, permit, source, receiptId: call.opened.receiptId });
    await recordDelivery(context, permit, call.opened, delivered);
  } finally {
    leave();
  }
}

function factsOf(context: GatewayContext, caller: Caller): ReceiptFacts {
  return {
    grantId: null,
    caller: caller.department,
    keyId: caller.keyId,
    block: null,
    requestHash: caller.requestHash,
    contextHash: null,
    contextSalt: null,
    usage: null,
    openedAt: context.now(),
  };
}

/** What was asked stays off the receipt but for a salted hash: it may hold a case number or a person's id. */
function withRead(facts: ReceiptFacts, read: ReadRequest): ReceiptFacts {
  const contextSalt = newSalt();
  const { grantId, fields, purpose, caseNumber, system, region, limit } = read;
  const equals = Object.fromEntries(read.equals);
  const hash = contextHash(contextSalt, { purpose, caseNumber, system, fields, equals, region, limit });
  return { ...facts, grantId, contextSalt, contextHash: hash };
}

function withPermit(facts: ReceiptFacts, { block, usage }: Permit): ReceiptFacts {
  return { ...facts, block: { number: block.number, hash: block.hash }, usage };
}

async function recordDelivery(
  context: GatewayContext,
  permit: Permit,
  opened: OpenReceipt,
  delivered: Delivered,
): Promise<void> {
  const { outcome, reason, rows, bytes, contentDigest } = delivered;
  if (reason !== null) {
    context.logger.warn({ receiptId: opened.receiptId, reason, err: delivered.error }, 'Delivery cut');
  }
  const closedAt = context.now();
  const digest = `sha-256=:${contentDigest}:`;
  const result = { decision: 'PERMIT', outcome, status: 200, rows, bytes, contentDigest: digest, closedAt } as const;
  try {
    await context.receipts.close(opened, result);
    await context.quotas.addBytes(permit.terms.grantId, bytes, closedAt);
  } catch (err) {
    // The answer has left: this is no refusal. An unclosed receipt is closed UNKNOWN at the next start.
    context.logger.error({ err, receiptId: opened.receiptId }, 'The end of a delivery could not be recorded');
  }
}

/** Null when even the record failed: the caller is refused all the same, and the log says why there is no receipt. */
async function recordRefusal(context: GatewayContext, call: ReadCall, error: GatewayError): Promise<string | null> {
  const denyCode = error.extensions['deny_code'];
  const decision = typeof denyCode === 'string' ? denyCode : error.code;
  if (typeof denyCode === 'string') context.metrics.denied(denyCode);
  const { status } = GATEWAY_ERRORS[error.code];
  const result = {
    decision,
    outcome: 'REFUSED',
    status,
    rows: 0,
    bytes: 0,
    contentDigest: null,
    closedAt: context.now(),
  } as const;
  try {
    if (call.opened !== null) {
      await context.receipts.close(call.opened, result);
      return call.opened.receiptId;
    }
    const block = call.facts.block ?? context.follower.freshness().block;
    const point = block === null ? null : { number: block.number, hash: block.hash };
    return await context.receipts.refuse({ ...call.facts, block: point }, result);
  } catch (err) {
    context.logger.error({ err, code: error.code }, 'A refusal could not be recorded');
    return null;
  }
}
