import type { Request, RequestHandler, Response } from 'express';

import type { ReadRequest } from '../../../ledger/decide.ts';
import { newSalt } from '../../../ledger/document-hash.ts';
import { contentHash } from '../../../ledger/receipts/content-hash.ts';
import { contextHash } from '../../../ledger/receipts/context-hash.ts';
import type { Caller } from '../../authn/authenticate.ts';
import { authorize } from '../../authz/authorize.ts';
import type { Permit } from '../../authz/authorize.ts';
import { pointOf } from '../../chain/blocks.ts';
import type { GatewayContext } from '../../context.ts';
import { GATEWAY_ERRORS, GatewayError, reasonOf } from '../../errors.ts';
import type { OpenReceipt } from '../../receipts/receipt-book.ts';
import type { ReceiptFacts } from '../../receipts/receipt-facts.ts';
import { MAX_PARALLEL_READS, sourceShare } from '../../relay/parallel-reads.ts';
import type { HeldBytes } from '../../stores/quota-store.ts';
import { parseRead } from '../parse-read.ts';
import { toGatewayError } from '../problem.ts';
import { authenticateRequest, readParams, readQuery, readSignedBody, sendProblem } from '../signed-route.ts';
import { relayRows } from './relay-rows.ts';
import type { Relayed } from './relay-rows.ts';

/** One read under way; `facts` grow, so that a refusal at any step is recorded with all that was known by then. */
interface ReadCall {
  readonly request: Request;
  readonly response: Response;
  readonly caller: Caller;
  facts: ReceiptFacts;
  opened: OpenReceipt | null;
  /** What `giveBack` has not given back yet. */
  held: HeldBytes | null;
  givenBack: Promise<void>;
}

/** The data path: authenticate, decide, open the receipt, relay, close the receipt. Refusals are receipted as well. */
export function rowsRoute(context: GatewayContext): RequestHandler {
  return async (request, response) => {
    let call: ReadCall | null = null;
    try {
      const caller = await authenticateRequest(context, request, await readSignedBody(context, request));
      call = startCall(context, request, response, caller);
      await serveRead(context, call);
    } catch (failure) {
      const error = toGatewayError(failure);
      if (call === null) sendProblem(context, response, error, null);
      else await refuseRead(context, call, error);
    }
  };
}

async function serveRead(context: GatewayContext, call: ReadCall): Promise<void> {
  const leave = context.parallelReads.enter(call.caller.department, MAX_PARALLEL_READS);
  try {
    const read = parseRead(call.caller, readParams(call.request)['grantId'] ?? '', readQuery(call.request));
    call.facts = withRead(call.facts, read);
    const permit = await authorize(context.authorization, read, call.caller.keyId);
    call.held = permit.held;
    call.facts = withPermit(call.facts, permit);
    await servePermit(context, call, permit);
  } finally {
    leave();
  }
}

async function servePermit(context: GatewayContext, call: ReadCall, permit: Permit): Promise<void> {
  const { resourceId } = permit.terms;
  const source = context.sources.sourceFor(resourceId);
  const place = `${call.caller.department} ${resourceId}`;
  const leave = context.parallelReads.enter(place, sourceShare(source.maxConnections));
  try {
    const opened = await context.refusalBudget.report(call.caller.department, (suppressed) =>
      context.receipts.open({ ...call.facts, suppressed }),
    );
    call.opened = opened;
    const { receiptId } = opened;
    const onWhole = (bytes: number): void => {
      giveBack(context, call, bytes);
    };
    const relayed = await relayRows(context, { ...call, permit, source, receiptId, onWhole });
    await recordDelivery(context, call, opened, relayed);
  } finally {
    leave();
  }
}

/**
 * Gives back what is held of the day and was not used, once. It is submitted before the answer can end: whoever reads
 * again at once finds it. If the store fails, all of it stays counted.
 */
function giveBack(context: GatewayContext, call: ReadCall, bytes: number): void {
  const { held } = call;
  if (held === null) return;
  call.held = null;
  call.givenBack = context.quotas.settle(held, bytes).catch((err: unknown) => {
    context.logger.error({ err, grantId: held.grantId }, 'Unused bytes of a quota could not be given back');
  });
}

function startCall(context: GatewayContext, request: Request, response: Response, caller: Caller): ReadCall {
  const facts = factsOf(context, caller);
  return { request, response, caller, facts, opened: null, held: null, givenBack: Promise.resolve() };
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
    context: null,
    usage: null,
    suppressed: 0,
    openedAt: context.now(),
  };
}

/** What was asked is kept beside the receipt, which has a salted hash of it: it may hold a case number or a person's id. */
function withRead(facts: ReceiptFacts, read: ReadRequest): ReceiptFacts {
  const contextSalt = newSalt();
  const { grantId, fields, purpose, caseNumber, system, region, limit } = read;
  const equals = Object.fromEntries(read.equals);
  const asked = { purpose, caseNumber, system, fields: [...fields], equals, region, limit };
  return { ...facts, grantId, contextSalt, context: asked, contextHash: contextHash(contextSalt, asked) };
}

function withPermit(facts: ReceiptFacts, { block, usage }: Permit): ReceiptFacts {
  return { ...facts, block: pointOf(block), usage };
}

async function recordDelivery(
  context: GatewayContext,
  call: ReadCall,
  opened: OpenReceipt,
  relayed: Relayed,
): Promise<void> {
  const { outcome, reason, rows, bytes } = relayed;
  giveBack(context, call, bytes);
  if (reason !== null) {
    context.logger.warn({ receiptId: opened.receiptId, reason, err: relayed.error }, 'Delivery cut');
  }
  const contentSalt = newSalt();
  const content = { contentSalt, contentHash: contentHash(contentSalt, Buffer.from(relayed.contentDigest, 'base64')) };
  const endedBy = reason === null ? null : { code: reason, block: pointOf(relayed.endedAt) };
  const closedAt = context.now();
  const result = { decision: 'PERMIT', outcome, status: 200, rows, bytes, ...content, endedBy, closedAt } as const;
  try {
    await context.receipts.close(opened, result);
    await call.givenBack;
  } catch (err) {
    // The answer has left: this is no refusal. An unclosed receipt is closed UNKNOWN at the next start.
    context.logger.error({ err, receiptId: opened.receiptId }, 'The end of a delivery could not be recorded');
  }
}

/** Beyond its budget a department is told only that it asks too often: that costs no receipt. */
async function refuseRead(context: GatewayContext, call: ReadCall, error: GatewayError): Promise<void> {
  const { caller, response } = call;
  giveBack(context, call, 0);
  if (call.opened === null && !context.refusalBudget.spend(caller.department, context.now())) {
    const tooMany = new GatewayError('TOO_MANY_REQUESTS', 'Too many requests of this department are refused');
    sendProblem(context, response, tooMany, caller);
  } else {
    const receiptId = await recordRefusal(context, call, error);
    sendProblem(context, response, error, caller, receiptId);
  }
  await call.givenBack;
}

const NOTHING_SENT = { outcome: 'REFUSED', rows: 0, bytes: 0, contentHash: null, contentSalt: null } as const;

/** Null when even the record failed: the caller is refused all the same, and the log says why there is no receipt. */
async function recordRefusal(context: GatewayContext, call: ReadCall, error: GatewayError): Promise<string | null> {
  const decision = reasonOf(error);
  if ('deny_code' in error.extensions) context.metrics.denied(decision);
  const block = error.decidedOn === null ? pointOf(context.follower.freshness().block) : error.decidedOn.block;
  const { status } = GATEWAY_ERRORS[error.code];
  const endedBy = { code: decision, block };
  const closedAt = context.now();
  const result = { ...NOTHING_SENT, decision, status, endedBy, closedAt };
  try {
    if (call.opened !== null) {
      await context.receipts.close(call.opened, result);
      return call.opened.receiptId;
    }
    const usage = call.facts.usage ?? error.decidedOn?.usage ?? null;
    const facts = { ...call.facts, usage, block: call.facts.block ?? block };
    return await context.refusalBudget.report(call.caller.department, (suppressed) =>
      context.receipts.refuse({ ...facts, suppressed }, result),
    );
  } catch (err) {
    context.logger.error({ err, code: error.code }, 'A refusal could not be recorded');
    return null;
  }
}
