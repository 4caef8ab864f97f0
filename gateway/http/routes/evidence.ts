import { createHash } from 'node:crypto';

import type { RequestHandler, Response } from 'express';

import type { SaltedDocument } from '../../../ledger/document-hash.ts';
import { scopeSchema } from '../../../ledger/evidence/scope.ts';
import type { EvidenceScope } from '../../../ledger/evidence/scope.ts';
import { parseCaseId, parseGrantId } from '../../../ledger/ids.ts';
import type { Bytes32, DepartmentId } from '../../../ledger/ids.ts';
import { parseDecimal } from '../../../ledger/log/checkpoint.ts';
import type { Caller } from '../../authn/authenticate.ts';
import type { GatewayContext } from '../../context.ts';
import { GatewayError, reasonOf } from '../../errors.ts';
import { exportEvidence } from '../../evidence/export-evidence.ts';
import type { EvidenceOrder } from '../../evidence/export-evidence.ts';
import { pinEvidence } from '../../evidence/pin-evidence.ts';
import { breakOff, endWith, writeTo } from '../../relay/sink.ts';
import { setHeaders } from '../answer.ts';
import { closeAudit, openAudit, requireInForce } from '../audit-receipt.ts';
import { readDocumentSides } from '../document-sides.ts';
import { toGatewayError } from '../problem.ts';
import { authenticateRequest, readQuery, readSignedBody, sendProblem } from '../signed-route.ts';
import { isParty, notFound, supervises } from '../visibility.ts';

export const EVIDENCE_TYPE = 'application/x-ndjson';
/** A client that takes nothing for this long is cut off. */
const STALL_MS = 30_000;
/** Each reads the whole ledger. */
const MAX_PARALLEL = 2;
/** Of all who do not supervise together: what each costs is not to sum up with their number. */
const MAX_PARALLEL_IN_ALL = 4;
const PARAMETERS: readonly string[] = ['grant', 'case', 'receipt', 'from', 'to', 'redact'];

/** What one call asks for, and whose it is. */
interface Asked {
  readonly scope: EvidenceScope;
  /** Who may take it besides supervisors; null for nobody. */
  readonly parties: readonly (DepartmentId | null)[] | null;
  /** The two sides of the grant whose receipts are in it, who alone may see what was delivered. */
  readonly sides: readonly (DepartmentId | null)[];
  /** Of these the one that gave the grant; null where there is none. */
  readonly provider: DepartmentId | null;
  readonly grantOfCase: string | null;
  readonly isRedacted: boolean;
}

/**
 * An evidence bundle as a stream (docs/evidence-format.md): for whoever supervises, and for the sides of a grant, of a
 * receipt or of a case. Its last line is signed by this gateway: without it, it is none.
 */
export function evidenceRoute(context: GatewayContext): RequestHandler {
  return async (request, response) => {
    let caller: Caller | null = null;
    try {
      caller = await authenticateRequest(context, request, await readSignedBody(context, request));
      const asked = await toAsked(context, readQuery(request));
      const places = [context.parallelReads.enter(`${caller.department} evidence`, MAX_PARALLEL)];
      try {
        // Supervisors are few, and nobody else is to keep them waiting.
        if (!supervises(context, { caller })) places.push(context.parallelReads.enter('evidence', MAX_PARALLEL_IN_ALL));
        const order = await toOrder(context, caller, asked);
        await serve(context, { caller, response, target: request.originalUrl }, order);
      } finally {
        for (const leave of places) leave();
      }
    } catch (error) {
      sendProblem(context, response, error, caller);
    }
  };
}

interface EvidenceCall {
  readonly caller: Caller;
  readonly response: Response;
  readonly target: string;
}

async function serve(context: GatewayContext, call: EvidenceCall, order: EvidenceOrder): Promise<void> {
  const { caller, response, target } = call;
  const opened = await openAudit(context, caller, target);
  const hash = createHash('sha256');
  let bytes = 0;
  let cutBy: string | null = null;
  try {
    const head = { status: 200, contentType: EVIDENCE_TYPE, receiptId: opened.receiptId };
    setHeaders(response, head, { digest: null, binding: caller.binding, signing: context.signing });
    let last: Uint8Array = new Uint8Array();
    const onTaken = (): void => {
      hash.update(last);
      bytes += last.length;
    };
    // One line behind, since the last one is not sent like the others: only when it has left was all delivered.
    for await (const line of exportEvidence(context, order)) {
      // A large ledger takes minutes.
      requireInForce(context, caller);
      await writeTo(response, last, onTaken, STALL_MS);
      last = line;
    }
    requireInForce(context, caller);
    await endWith(response, last, onTaken, STALL_MS);
  } catch (failure) {
    const error = toGatewayError(failure);
    cutBy = reasonOf(error);
    context.logger.warn({ err: failure, receiptId: opened.receiptId }, 'Evidence cut');
    // Nobody can take it for whole: the last line, which is signed, is missing.
    breakOff(response);
  }
  await closeAudit(context, opened, { bytes, digest: hash.digest(), cutBy });
}

async function toOrder(context: GatewayContext, caller: Caller, asked: Asked): Promise<EvidenceOrder> {
  const call = { caller };
  const isSupervised = supervises(context, call);
  if (!isSupervised && (asked.parties === null || !isParty(context, call, asked.parties))) throw notFound();
  const { scope, grantOfCase, isRedacted, provider } = asked;
  const { department } = caller;
  const point = await pinEvidence(context);
  requireRange(scope, point.head.size);
  return {
    scope,
    grantOfCase,
    point,
    maySee: async (hash, salted) => isSupervised || (await isOwn(context, caller, hash, salted)),
    // A stranger's refused read names the grant too, and its filters are no business of the requester.
    maySeeContext: (receipt) =>
      !isRedacted && (isSupervised || department === provider || department === receipt.caller),
    withContentSalts: !isRedacted && asked.sides.includes(department),
  };
}

/** Asked before anything leaves. */
function requireRange(scope: EvidenceScope, size: number): void {
  if (scope.kind !== 'range' || scope.end <= size) return;
  throw new GatewayError('REQUEST_INVALID', 'The log is not that large', { size });
}

async function isOwn(
  context: GatewayContext,
  caller: Caller,
  hash: Bytes32,
  { document }: SaltedDocument,
): Promise<boolean> {
  const sides = await readDocumentSides(context, hash, document);
  return sides === 'everyone' || sides?.includes(caller.department) === true;
}

/** Exactly one scope, the whole log of this gateway if none is named. All of it is attacker-controlled. */
async function toAsked(context: GatewayContext, query: URLSearchParams): Promise<Asked> {
  const wrong = [...query.keys()].find((name) => !PARAMETERS.includes(name) || query.getAll(name).length > 1);
  if (wrong !== undefined) throw invalid(wrong);
  const scope = scopeSchema.safeParse(toScope(context, query));
  if (!scope.success) throw invalid(scope.error.issues[0]?.path.join('/') ?? '');
  const isRedacted = parseRedact(query.get('redact'));
  await context.indexer.whenWritten();
  return { scope: scope.data, isRedacted, ...(await subjectOf(context, scope.data)) };
}

function toScope(context: GatewayContext, query: URLSearchParams): unknown {
  const { keyId: gateway } = context.gatewayKey;
  const scopes = [
    query.has('grant') ? { kind: 'grant', grantId: query.get('grant') } : null,
    query.has('case') ? { kind: 'case', caseId: query.get('case') } : null,
    query.has('receipt') ? { kind: 'receipt', receiptId: query.get('receipt') } : null,
    query.has('from') || query.has('to')
      ? { kind: 'range', gateway, first: toNumber(query.get('from')), end: toNumber(query.get('to')) }
      : null,
  ].filter((scope) => scope !== null);
  if (scopes.length > 1) throw invalid('scope');
  return scopes[0] ?? { kind: 'gateway', gateway };
}

/** Whoever asks to withhold must not get all for a slip of the pen. */
function parseRedact(text: string | null): boolean {
  if (text !== null && text !== 'yes' && text !== 'no') throw invalid('redact');
  return text === 'yes';
}

function toNumber(text: string | null): number | null {
  return text === null ? null : parseDecimal(text);
}

type Subject = Pick<Asked, 'parties' | 'sides' | 'provider' | 'grantOfCase'>;

async function subjectOf(context: GatewayContext, scope: EvidenceScope): Promise<Subject> {
  switch (scope.kind) {
    case 'grant': {
      const grant = await context.index.grant(parseGrantId(scope.grantId));
      if (grant === null) throw notFound();
      const { requester, provider } = grant;
      const sides = [requester, provider];
      return { parties: sides, sides, provider, grantOfCase: null };
    }
    case 'receipt': {
      const found = await context.receipts.get(scope.receiptId);
      if (found === null || (await context.receipts.leafOf(scope.receiptId)) === null) throw notFound();
      const { caller, grantId } = found.receipt;
      const grant = grantId === null ? null : await context.index.grant(grantId);
      const provider = grant?.provider ?? null;
      const sides = [caller, provider];
      return { parties: sides, sides, provider, grantOfCase: null };
    }
    case 'case': {
      const found = await context.index.case(parseCaseId(scope.caseId));
      if (found === null) throw notFound();
      const { claimant, respondent, coordinator, subject } = found;
      const grant = await context.index.grant(parseGrantId(subject));
      const parties = [claimant, respondent, coordinator];
      if (grant === null) return { parties, sides: [], provider: null, grantOfCase: null };
      const { grantId, requester, provider } = grant;
      return { parties, sides: [requester, provider], provider, grantOfCase: grantId };
    }
    default:
      return { parties: null, sides: [], provider: null, grantOfCase: null };
  }
}

function invalid(parameter: string): GatewayError {
  return new GatewayError('REQUEST_INVALID', 'A query parameter is unknown, doubled or not well-formed', { parameter });
}
