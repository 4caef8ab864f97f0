import type { AccessReceipt } from '../../ledger/receipts/receipt.ts';
import { isJudged } from '../decisions/judged-codes.ts';
import type { Facts, Findings } from '../findings.ts';
import type { BlockTimes } from '../ledger/block-times.ts';
import { SLACK_SECONDS } from './clock-slack.ts';
import type { ShownReceipt } from './shown-receipt.ts';

/** No answer is open for longer. */
const LONGEST_ANSWER_SECONDS = 300;

/** Holds the times of receipts to those of the blocks they name, so that no old block stands for the state of a later time. */
export class TimeCheck {
  readonly #times: BlockTimes;
  readonly #findings: Findings;
  readonly #lastClosed = new Map<string, number>();

  constructor(times: BlockTimes, findings: Findings) {
    this.#times = times;
    this.#findings = findings;
  }

  take({ line, receipt }: ShownReceipt): void {
    const facts = this.#tooEarly(receipt) ?? this.#tooLate(receipt);
    if (facts !== null) this.#findings.add('RECEIPT_TIME_MISMATCH', line, receipt.receiptId, facts);
    const last = this.#lastClosed.get(receipt.gateway) ?? 0;
    this.#lastClosed.set(receipt.gateway, Math.max(last, receipt.closedAt));
  }

  /** Nobody knows a block before its time, nor appends a receipt before the one in front of it. */
  #tooEarly({ gateway, block, endedBy, openedAt, closedAt }: AccessReceipt): Facts | null {
    const ended = endedBy?.block ?? null;
    const decidedAt = block === null ? null : this.#times.upTo(block.number);
    const endedAt = ended === null ? null : this.#times.upTo(ended.number);
    const before = this.#lastClosed.get(gateway) ?? 0;
    if (isBefore(openedAt, decidedAt)) return { openedAt, blockTime: String(decidedAt) };
    if (isBefore(closedAt, endedAt)) return { closedAt, blockTime: String(endedAt) };
    return closedAt + SLACK_SECONDS < before ? { closedAt, before } : null;
  }

  /** What was decided on a block cannot have been decided long after the next one. */
  #tooLate({ decision, block, endedBy, openedAt, closedAt, bytes }: AccessReceipt): Facts | null {
    const closing = closedAt - LONGEST_ANSWER_SECONDS;
    const lets = decision === 'PERMIT' || decision === 'AUDIT';
    const next = block === null || !lets ? null : this.#times.behind(block.number);
    if (isBehind(openedAt, next)) return { openedAt, nextBlockTime: String(next) };
    if (decision === 'PERMIT' && bytes > 0 && isBehind(closing, next)) return { closedAt, nextBlockTime: String(next) };
    const ended = endedBy !== null && isJudged(endedBy.code) ? endedBy.block : null;
    const after = ended === null ? null : this.#times.behind(ended.number);
    return isBehind(closing, after) ? { closedAt, nextBlockTime: String(after) } : null;
  }
}

function isBefore(time: number, known: bigint | null): boolean {
  return known !== null && BigInt(time + SLACK_SECONDS) < known;
}

function isBehind(time: number, known: bigint | null): boolean {
  return known !== null && BigInt(time - SLACK_SECONDS) > known;
}
