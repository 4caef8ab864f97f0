import type { Quota } from '../../ledger/documents/share-authorization.ts';
import type { AccessReceipt } from '../../ledger/receipts/receipt.ts';
import type { Findings } from '../findings.ts';
import { SLACK_SECONDS } from './clock-slack.ts';
import type { ShownReceipt } from './shown-receipt.ts';
import { type Most, WindowCounts } from './window-counts.ts';

const DAY_SECONDS = 86_400;
const SHANGHAI_SECONDS = 28_800;
/** Gateways that share a count have clocks of their own: near midnight a call may be of the day that another has. */
const MIDNIGHT_SECONDS = 60;
const CLOCK_SECONDS = 2;
const MOST_SECONDS = 2_000;

interface Counts {
  total: number;
  totalBytes: number;
  readonly calls: WindowCounts;
  readonly bytes: WindowCounts;
  readonly seconds: WindowCounts;
  lastClosed: number;
  /** The largest usage that a receipt named, and when that one was opened. */
  mostUsed: number;
  mostUsedAt: number;
  /** The largest that a refusal for the quota rests on. */
  refusedAt: number;
  refusedAtBytes: number;
}

/** Counts permitted calls itself, so that a gateway which counts wrongly shows: never more than there were. */
export class QuotaCounts {
  readonly #grants = new Map<string, Counts>();
  readonly #findings: Findings;

  constructor(findings: Findings) {
    this.#findings = findings;
  }

  /** A call is counted between the times at which its receipt opens and closes. */
  take(shown: ShownReceipt, quota: Quota | null): void {
    const { receipt, line } = shown;
    const counts = this.#countsOf(receipt);
    this.#checkUsage(shown, counts);
    counts.total += 1;
    counts.totalBytes += receipt.bytes;
    const [first, last] = [dayOf(receipt.openedAt - MIDNIGHT_SECONDS), dayOf(receipt.closedAt + MIDNIGHT_SECONDS)];
    const calls = counts.calls.take(first, last, 1);
    const bytes = counts.bytes.take(first, last, receipt.bytes);
    const seconds = countSecond(receipt, counts);
    if (quota === null) return;
    const { perDay, maxBytesPerDay, perSecond } = quota;
    const isWithin =
      counts.total <= quota.total &&
      fits(calls, perDay, 2 * perDay) &&
      fits(bytes, maxBytesPerDay, 2 * maxBytesPerDay) &&
      fits(seconds, 2 * perSecond, 3 * perSecond);
    if (isWithin) return;
    const facts = { total: counts.total, today: calls.one, bytesToday: bytes.one, thisSecond: seconds.one };
    this.#findings.add('QUOTA_EXCEEDED', line, receipt.receiptId, facts);
  }

  /** What a gateway says to be used up, which need not be so. */
  takeRefusal(receipt: AccessReceipt): void {
    const { decision, usage } = receipt;
    if (usage === null || !decision.startsWith('QUOTA_')) return;
    const counts = this.#countsOf(receipt);
    counts.refusedAt = Math.max(counts.refusedAt, usage.total, usage.day, usage.second);
    if (decision === 'QUOTA_DAY') counts.refusedAtBytes = Math.max(counts.refusedAtBytes, usage.bytesToday);
  }

  /** Whether a refusal rests on calls or bytes that no receipt shows: a gateway may share its count with others. */
  get hasUnseen(): boolean {
    return [...this.#grants.values()].some(
      ({ total, totalBytes, refusedAt, refusedAtBytes }) => refusedAt > total || refusedAtBytes > totalBytes,
    );
  }

  #countsOf({ gateway, grantId }: AccessReceipt): Counts {
    const key = `${gateway}${grantId ?? ''}`;
    const known = this.#grants.get(key);
    if (known !== undefined) return known;
    const counts = {
      ...{ total: 0, totalBytes: 0, lastClosed: 0, mostUsed: -1, mostUsedAt: 0, refusedAt: 0, refusedAtBytes: 0 },
      ...{ calls: new WindowCounts(), bytes: new WindowCounts(), seconds: new WindowCounts() },
    };
    this.#grants.set(key, counts);
    return counts;
  }

  #checkUsage({ line, receipt }: ShownReceipt, counts: Counts): void {
    const total = receipt.usage?.total;
    if (total === undefined) return;
    if (receipt.openedAt > counts.mostUsedAt + CLOCK_SECONDS && total <= counts.mostUsed) {
      this.#findings.add('USAGE_FALLS', line, receipt.receiptId, { total, before: counts.mostUsed });
    }
    // It was counted at some time until then: reads that are open together may overtake each other.
    if (total > counts.mostUsed) Object.assign(counts, { mostUsed: total, mostUsedAt: receipt.closedAt });
  }
}

/** One that closed long before another is in the wrong place, which is a finding of its own. */
function countSecond({ openedAt, closedAt }: AccessReceipt, counts: Counts): Most {
  const oldest = counts.lastClosed - SLACK_SECONDS;
  counts.lastClosed = Math.max(counts.lastClosed, closedAt);
  if (closedAt < oldest) return { one: 0, two: 0 };
  if (counts.seconds.size > MOST_SECONDS) counts.seconds.forgetBefore(oldest - 2);
  return counts.seconds.take(openedAt, closedAt, 1);
}

function fits({ one, two }: Most, mostOfOne: number, mostOfTwo: number): boolean {
  return one <= mostOfOne && two <= mostOfTwo;
}

function dayOf(time: number): number {
  return Math.floor((time + SHANGHAI_SECONDS) / DAY_SECONDS);
}
