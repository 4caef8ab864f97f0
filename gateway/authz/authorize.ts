import { decide } from '../../ledger/decide.ts';
import type { Decision, QuotaUsage, ReadRequest, Terms } from '../../ledger/decide.ts';
import type { DenyCode } from '../../ledger/deny-codes.ts';
import type { GrantState } from '../../ledger/grant-table.ts';
import type { AccessKeyId } from '../../ledger/ids.ts';
import type { LedgerReader } from '../../ledger/ledger-reader.ts';
import { isKeyInForce } from '../authn/registered-key.ts';
import { type Block, pointOf } from '../chain/blocks.ts';
import type { Follower } from '../chain/follower.ts';
import { requireFresh } from '../chain/require-fresh.ts';
import { GatewayError, denyFacts } from '../errors.ts';
import type { DecidedOn, GatewayErrorCode } from '../errors.ts';
import type { AuditStanding } from '../log/audit-standing.ts';
import { isTaken } from '../log/is-taken.ts';
import type { LogKeys } from '../log/receipt-log.ts';
import { MAX_ANSWER_ROWS, mostBytes } from '../relay/answer-limits.ts';
import type { HeldBytes, QuotaStore } from '../stores/quota-store.ts';
import type { GrantDocuments, GrantTerms } from './terms.ts';

export interface AuthorizeContext {
  readonly follower: Follower;
  readonly terms: GrantTerms;
  readonly quotas: QuotaStore;
  readonly standing: AuditStanding;
  /** This gateway itself, and the account that signs the heads of its log. */
  readonly own: Pick<LogKeys, 'gateway' | 'address'>;
  /** Unix seconds. */
  readonly now: () => number;
}

type DecisionContext = Pick<AuthorizeContext, 'follower' | 'now' | 'own' | 'standing'>;

/** A permitted read, with all that is needed to ask the same question again. */
export interface Permit {
  readonly read: ReadRequest;
  /** The access key that signed it. */
  readonly keyId: AccessKeyId;
  /** The lower of what the grant and the gateway allow; `maxBytes` is what is held of the day. */
  readonly terms: Terms;
  readonly held: HeldBytes;
  readonly block: Block;
  readonly usage: QuotaUsage;
  readonly documents: GrantDocuments;
}

/** How long a read waits for the first look at what the ledger has of this gateway's log. */
const LOOK_MS = 5_000;

const NOTHING_USED: QuotaUsage = { second: 0, day: 0, total: 0, bytesToday: 0 };

/**
 * Asks `decide` about a read: first without the quota, so that a refused read uses none, then with it.
 * @throws GatewayError with the deny code of the decision, STALE_CHAIN, DOCUMENT_UNAVAILABLE, STORE_FAILED
 */
export async function authorize(context: AuthorizeContext, read: ReadRequest, keyId: AccessKeyId): Promise<Permit> {
  // After a start only; a decision denies until it is known.
  await context.standing.whenKnown(LOOK_MS);
  const { ledger } = context.follower;
  const grant = ledger.grant(read.grantId);
  // Only the department that holds a grant has its documents loaded; one that has ended needs none to be refused.
  const documents =
    grant?.requester === read.caller && grant.status === 'active' ? await context.terms.load(ledger, grant) : null;
  const permitted = requirePermit(context, decideNow(context, read, documents, NOTHING_USED), null);
  const maxRows = Math.min(permitted.maxRows, MAX_ANSWER_ROWS);
  if (documents === null) throw denied('NO_GRANT', decidedOn(context, null));
  const { quota } = documents.authorization;
  const { usage, held } = await context.quotas.reserve(read.grantId, quota, mostBytes(maxRows), context.now());
  try {
    await requireFresh(context.follower);
    // All of it in one turn of the event loop, since a verifier asks for it at one block.
    const { block } = context.follower.freshness();
    const terms = requirePermit(context, decideNow(context, read, documents, usage), usage);
    const problem = keyProblem(context, keyId, usage);
    if (problem !== null) throw problem;
    if (block === null) throw denied('STALE_CHAIN', decidedOn(context, usage));
    return { read, keyId, terms: { ...terms, maxRows, maxBytes: held.bytes }, held, block, usage, documents };
  } catch (error) {
    await context.quotas.settle(held, 0);
    throw error;
  }
}

/** Why a permitted read may not begin, or go on, at this moment; null while it may. */
export function whyEnded(context: DecisionContext, permit: Permit): GatewayError | null {
  const decision = decideNow(context, permit.read, permit.documents, permit.usage);
  if (decision.outcome === 'deny') return denied(decision.code, decidedOn(context, permit.usage));
  return keyProblem(context, permit.keyId, permit.usage);
}

/** The key was good when the request came; one that was revoked since then permits nothing, and ends what it began. */
function keyProblem(context: DecisionContext, keyId: AccessKeyId, usage: QuotaUsage): GatewayError | null {
  if (isKeyInForce(context.follower.ledger, keyId)) return null;
  return new GatewayError('KEY_NOT_VALID', 'The key was revoked meanwhile', {}, undefined, decidedOn(context, usage));
}

/** The pure decision over the state that is proved at this moment; also asked before the first byte and while open. */
export function decideNow(
  context: DecisionContext,
  read: ReadRequest,
  documents: GrantDocuments | null,
  usage: QuotaUsage,
): Decision {
  const { follower } = context;
  if (follower.freshness().reason !== null) return { outcome: 'deny', code: 'STALE_CHAIN' };
  const { ledger } = follower;
  const grant = ledger.grant(read.grantId);
  const state = {
    current: true,
    auditBacklog: context.standing.problem(context.now()) !== null || isEnded(context),
    grant,
    ...partiesOf(ledger, grant),
    authorization: documents?.authorization ?? null,
    entry: documents?.entry ?? null,
    usage,
  };
  return decide(state, read, context.now());
}

/**
 * By the proved state itself: from the block on that ends this gateway, or registers its key for another account, no
 * receipt of it can be anchored.
 */
function isEnded({ follower: { ledger }, own }: DecisionContext): boolean {
  const registered = ledger.gateway(own.gateway);
  return (registered !== null && registered.status !== 'active') || isTaken(ledger, own);
}

function partiesOf(ledger: LedgerReader, grant: GrantState | null) {
  if (grant === null) return { requester: null, provider: null, resource: null };
  const resource = ledger.resource(grant.resourceId);
  const granted = ledger.resourceVersion(grant.resourceId, grant.resourceVersion);
  const latest = resource === null ? null : ledger.resourceVersion(resource.id, resource.publishedVersion);
  return {
    requester: ledger.department(grant.requester),
    provider: resource === null ? null : ledger.department(resource.provider),
    resource:
      granted === null || resource === null
        ? null
        : {
            published: granted.status === 'published',
            latestClass: latest?.shareClass ?? null,
            restraint: resource.restraint,
          },
  };
}

/** In the same turn of the event loop as `decideNow`: the proved block is the one that was decided on. */
function requirePermit(
  context: Pick<AuthorizeContext, 'follower'>,
  decision: Decision,
  usage: QuotaUsage | null,
): Terms {
  if (decision.outcome === 'deny') throw denied(decision.code, decidedOn(context, usage));
  return decision.terms;
}

function decidedOn({ follower }: Pick<AuthorizeContext, 'follower'>, usage: QuotaUsage | null): DecidedOn {
  return { block: pointOf(follower.freshness().block), usage };
}

/** Strangers learn nothing: an unknown grant and somebody else's are the same answer (ADR on denials). */
export function denied(code: DenyCode, on: DecidedOn): GatewayError {
  const [answer, detail] = answerOf(code);
  return new GatewayError(answer, detail, denyFacts(code), undefined, on);
}

function answerOf(code: DenyCode): readonly [GatewayErrorCode, string] {
  switch (code) {
    case 'NO_GRANT':
      return ['NOT_FOUND', 'There is no such grant for this department'];
    case 'STALE_CHAIN':
      return ['STALE_CHAIN', 'The ledger state cannot be proved current'];
    case 'AUDIT_BACKLOG':
      return ['AUDIT_BACKLOG', 'Receipts could not be anchored for too long'];
    case 'QUOTA_RATE':
    case 'QUOTA_DAY':
    case 'QUOTA_TOTAL':
      return ['QUOTA_EXCEEDED', 'The quota of the grant is used up'];
    default:
      return ['DENIED', 'The ledger does not permit this read'];
  }
}
