import { canonicalBytes } from '../../ledger/canonical-json.ts';
import { LedgerError } from '../../ledger/errors.ts';
import type { EvidenceLineOf } from '../../ledger/evidence/evidence-line.ts';
import { hashLeaf } from '../../ledger/log/merkle-tree.ts';
import { contextHash } from '../../ledger/receipts/context-hash.ts';
import { parseReceipt, type AccessReceipt } from '../../ledger/receipts/receipt.ts';
import type { CopyCheck } from '../copies/copy-check.ts';
import type { DecisionJudge } from '../decisions/judge.ts';
import { isJudged } from '../decisions/judged-codes.ts';
import type { Facts, Findings } from '../findings.ts';
import type { GatewayLog, GatewayLogs } from './gateway-logs.ts';
import type { ScopeCheck } from './scope-check.ts';
import type { Sequences } from './sequences.ts';
import type { ShownReceipt } from './shown-receipt.ts';
import type { TermsCheck } from './terms-check.ts';
import type { TimeCheck } from './time-check.ts';

export interface ReceiptParts {
  readonly logs: GatewayLogs;
  readonly scope: ScopeCheck;
  readonly sequences: Sequences;
  readonly terms: TermsCheck;
  readonly times: TimeCheck;
  readonly judge: DecisionJudge;
  readonly copies: CopyCheck;
  readonly findings: Findings;
  /** To which the history reaches. */
  readonly lastBlock: { readonly number: number; readonly hash: string };
}

/** Checks receipts one by one; nothing of them is kept but counts. */
export class ReceiptChecks {
  count = 0;
  delivered = 0;
  /** Of those delivered whose salt is shown: the confirmation of the others may be withheld with it. */
  unconfirmed = 0;
  withheldContexts = 0;
  readonly #parts: ReceiptParts;
  #lastGateway = '';

  constructor(parts: ReceiptParts) {
    this.#parts = parts;
  }

  /** The receipt, for the confirmation that may follow; null if it is none. */
  take(line: number, shownLine: EvidenceLineOf<'receipt'>): ShownReceipt | null {
    const { findings, logs, scope, sequences, terms, times, judge, copies } = this.#parts;
    this.count += 1;
    const receipt = this.#parse(line, shownLine);
    if (receipt === null) return null;
    const log = logs.logs.get(receipt.gateway);
    if (log === undefined) {
      findings.add('GATEWAY_UNKNOWN', line, receipt.receiptId, { gateway: receipt.gateway });
      return null;
    }
    if (!this.#isInPlace(line, shownLine, receipt, log)) return null;
    const leafHash = hashLeaf(canonicalBytes(shownLine.receipt));
    const { index, contentSalt } = shownLine;
    const leaf = `0x${Buffer.from(leafHash).toString('hex')}`;
    const shown = { line, index, receipt, leaf, contentSalt, context: this.#contextOf(line, receipt, shownLine) };
    if (receipt.outcome === 'DELIVERED') this.delivered += 1;
    if (isConfirmable(shown)) this.unconfirmed += 1;
    scope.take(shown);
    sequences.take(shown);
    copies.take(shown);
    this.#checkBlocks(shown);
    times.take(shown);
    judge.take(shown);
    const wrong = logs.placeOf(log, index, leafHash, shownLine.proof);
    if (wrong !== null) findings.add(wrong, line, receipt.receiptId, { index });
    terms.take(shown, log);
    return shown;
  }

  /** A confirmation that fits stands behind the receipt. */
  confirm(shown: ShownReceipt): void {
    if (isConfirmable(shown)) this.unconfirmed -= 1;
  }

  #parse(line: number, { receipt }: EvidenceLineOf<'receipt'>): AccessReceipt | null {
    try {
      const parsed = parseReceipt(receipt);
      const broken = brokenBy(parsed);
      if (broken === null) return parsed;
      this.#parts.findings.add('RECEIPT_INVALID', line, parsed.receiptId, broken);
      return null;
    } catch (error) {
      if (!(error instanceof LedgerError)) throw error;
      this.#parts.findings.add('RECEIPT_INVALID', line, null, error.details);
      return null;
    }
  }

  #contextOf(line: number, receipt: AccessReceipt, shown: EvidenceLineOf<'receipt'>): ShownReceipt['context'] {
    const { context, contextSalt } = shown;
    if (context === null || contextSalt === null) {
      this.withheldContexts += receipt.contextHash === null ? 0 : 1;
      return null;
    }
    if (contextHashOf(contextSalt, context) === receipt.contextHash) return context;
    this.#parts.findings.add('CONTEXT_MISMATCH', line, receipt.receiptId);
    return null;
  }

  #checkBlocks({ line, receipt }: ShownReceipt): void {
    const { findings, lastBlock } = this.#parts;
    for (const block of [receipt.block, receipt.endedBy?.block ?? null]) {
      if (block === null || block.number < lastBlock.number) continue;
      if (block.number === lastBlock.number && block.hash === lastBlock.hash) continue;
      const facts = { block: block.number, hash: block.hash, lastBlock: lastBlock.number };
      findings.add('RECEIPT_BLOCK_UNKNOWN', line, receipt.receiptId, facts);
    }
  }

  /** Ascending by gateway, then by index, so that one receipt cannot be there twice; with a proof where it needs one. */
  #isInPlace(line: number, shown: EvidenceLineOf<'receipt'>, receipt: AccessReceipt, log: GatewayLog): boolean {
    const { findings } = this.#parts;
    const { index, proof } = shown;
    const isProofExpected = log.frontier === null;
    if ((proof !== null) !== isProofExpected) {
      findings.stop('LINE_INVALID', line, receipt.receiptId, { path: '/proof', rule: 'PROOF' });
      return false;
    }
    const isAscending = receipt.gateway >= this.#lastGateway && index > log.lastIndex;
    if (!isAscending) findings.stop('LINE_ORDER', line, receipt.receiptId, { index });
    this.#lastGateway = receipt.gateway;
    log.lastIndex = index;
    return isAscending;
  }
}

function isConfirmable({ receipt, contentSalt }: ShownReceipt): boolean {
  return receipt.outcome === 'DELIVERED' && contentSalt !== null;
}

/** The first rule that a receipt breaks as evidence; null for none. */
function brokenBy({ decision, endedBy, grantId, caller, contextHash }: AccessReceipt): Facts | null {
  // What the rules of a grant refuse or end is judged again, and cannot be without these.
  const code = decision === 'PERMIT' ? endedBy?.code : decision;
  const needed = [grantId, caller, contextHash, endedBy?.block ?? null];
  const isBroken = code !== undefined && isJudged(code) && needed.includes(null);
  return isBroken ? { path: '/endedBy', rule: 'REFUSAL_IS_COMPLETE' } : null;
}

/** Null for a salt that is none. */
function contextHashOf(salt: string, context: NonNullable<ShownReceipt['context']>): string | null {
  try {
    return contextHash(salt, context);
  } catch {
    return null;
  }
}
