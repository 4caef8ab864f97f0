import { decide, type DecisionState, type QuotaUsage, type ReadRequest } from '../../ledger/decide.ts';
import type { CatalogEntry } from '../../ledger/documents/catalog-entry.ts';
import type { ShareAuthorization } from '../../ledger/documents/share-authorization.ts';
import type { DepartmentId, GrantId } from '../../ledger/ids.ts';
import type { Findings } from '../findings.ts';
import type { World } from '../ledger/world.ts';
import type { ShownReceipt } from '../receipts/shown-receipt.ts';
import { ledgerAt } from './decision-state.ts';
import { isJudged } from './judged-codes.ts';

export interface GrantPapers {
  readonly authorization: ShareAuthorization | null;
  readonly entry: CatalogEntry | null;
}

const NOTHING_USED: QuotaUsage = { second: 0, day: 0, total: 0, bytesToday: 0 };
/** Codes of rules 2 to 4, which need neither documents nor context. */
const EARLY: readonly string[] = ['NOT_ACTIVE', 'EXPIRED', 'RESOURCE_WITHDRAWN'];
const PERMIT = 'PERMIT';

/** Runs the published decision again for each receipt, on the state of the block that it names. */
export class DecisionJudge {
  judged = 0;
  notReplayable = 0;
  readonly #world: World;
  readonly #papersOf: (resourceId: string, version: number, grantId: string) => GrantPapers;
  readonly #findings: Findings;

  constructor(
    world: World,
    papersOf: (resourceId: string, version: number, grantId: string) => GrantPapers,
    findings: Findings,
  ) {
    this.#world = world;
    this.#papersOf = papersOf;
    this.#findings = findings;
  }

  take(shown: ShownReceipt): void {
    const { decision, block, endedBy } = shown.receipt;
    const isBegun = decision !== PERMIT || block === null || this.#judge(shown, PERMIT, block.number);
    const code = decision === PERMIT ? endedBy?.code : decision;
    const ended = endedBy?.block ?? null;
    const isEnded = ended === null || code === undefined || !isJudged(code) || this.#judge(shown, code, ended.number);
    if (!isBegun || !isEnded) this.notReplayable += 1;
  }

  /** False where what is withheld would be needed. */
  #judge(shown: ShownReceipt, decision: string, block: number): boolean {
    const { receipt, line } = shown;
    const { grantId, caller, openedAt, closedAt } = receipt;
    if (grantId === null || caller === null) return true;
    const ask = this.#question({ ...shown, grantId, caller }, block);
    const given = [ask(openedAt), ask(closedAt)];
    const isRight = given.includes(decision);
    if (!isRight && given.includes(null) && !isRefuted(decision, given)) return false;
    this.judged += 1;
    if (isRight) return true;
    const facts = { decision, expected: given[0] ?? given[1] ?? null, block, leaf: shown.leaf, grantId };
    this.#findings.add(decision === PERMIT ? 'OVER_GRANT' : 'WRONG_REFUSAL', line, receipt.receiptId, facts);
    return true;
  }

  /** What the rules give at a time: PERMIT or a code; null where what is withheld would be needed. */
  #question(
    { receipt, context, grantId, caller }: ShownReceipt & { readonly grantId: GrantId; readonly caller: DepartmentId },
    block: number,
  ): (now: number) => string | null {
    const ledger = ledgerAt(this.#world, grantId, block);
    const { resourceId = '', resourceVersion = 0 } = ledger.grant ?? {};
    const papers = this.#papersOf(resourceId, resourceVersion, grantId);
    const isShown = context !== null && papers.authorization !== null && papers.entry !== null;
    const isOwn = ledger.grant?.requester === caller;
    const state: DecisionState = {
      current: true,
      auditBacklog: false,
      ...ledger,
      ...papers,
      usage: receipt.usage ?? NOTHING_USED,
    };
    const request: ReadRequest = {
      caller,
      grantId,
      fields: context?.fields ?? [],
      equals: new Map(Object.entries(context?.equals ?? {})),
      region: context?.region ?? null,
      limit: context?.limit ?? null,
      purpose: context?.purpose ?? '',
      caseNumber: context?.caseNumber ?? null,
      system: context?.system ?? null,
    };
    return (now) => {
      const decision = decide(state, request, now);
      const code = decision.outcome === 'permit' ? PERMIT : decision.code;
      if (isShown || EARLY.includes(code)) return code;
      // Another's grant, or none at all, is refused before anything that is withheld.
      return code === 'NO_GRANT' && !isOwn ? code : null;
    };
  }
}

/** Whether what was decided is wrong although something is withheld: at no time can the rules have given it. */
function isRefuted(decision: string, given: readonly (string | null)[]): boolean {
  return EARLY.includes(decision) && !given.includes(decision);
}
