import type { Quota } from '../../ledger/documents/share-authorization.ts';
import type { Findings } from '../findings.ts';
import type { ShownReceipt } from './shown-receipt.ts';

const DAY_SECONDS = 86_400;
const SHANGHAI_SECONDS = 28_800;
/** A call is counted just before its receipt opens, which at midnight may be on the day before. */
const MIDNIGHT_SECONDS = 60;
const CLOCK_SECONDS = 2;

interface Counts {
  total: number;
  readonly days: Map<number, { calls: number; bytes: number }>;
  /** The largest usage that a receipt named, and when that one was opened. */
  mostUsed: number;
  mostUsedAt: number;
}

/** Counts permitted calls itself, so that a gateway which counts wrongly shows: never more than there were. */
export class QuotaCounts {
  readonly #grants = new Map<string, Counts>();
  readonly #findings: Findings;

  constructor(findings: Findings) {
    this.#findings = findings;
  }

  take(shown: ShownReceipt, quota: Quota | null): void {
    const { gateway, grantId } = shown.receipt;
    const counts = this.#countsOf(`${gateway}${grantId ?? ''}`);
    this.#checkUsage(shown, counts);
    counts.total += 1;
    const day = this.#countDay(shown, counts);
    if (quota === null) return;
    const isWithin =
      counts.total <= quota.total && (day === null || (day.calls <= quota.perDay && day.bytes <= quota.maxBytesPerDay));
    if (isWithin) return;
    const facts = { total: counts.total, today: day?.calls ?? null, bytesToday: day?.bytes ?? null };
    this.#findings.add('QUOTA_EXCEEDED', shown.line, shown.receipt.receiptId, facts);
  }

  #countsOf(key: string): Counts {
    const known = this.#grants.get(key);
    if (known !== undefined) return known;
    const counts = { total: 0, days: new Map<number, { calls: number; bytes: number }>(), mostUsed: -1, mostUsedAt: 0 };
    this.#grants.set(key, counts);
    return counts;
  }

  #countDay({ receipt }: ShownReceipt, { days }: Counts): { readonly calls: number; readonly bytes: number } | null {
    const local = receipt.openedAt + SHANGHAI_SECONDS;
    if (local % DAY_SECONDS < MIDNIGHT_SECONDS) return null;
    const day = Math.floor(local / DAY_SECONDS);
    const counts = days.get(day) ?? { calls: 0, bytes: 0 };
    counts.calls += 1;
    counts.bytes += receipt.bytes;
    days.set(day, counts);
    return counts;
  }

  #checkUsage({ line, receipt }: ShownReceipt, counts: Counts): void {
    const total = receipt.usage?.total;
    if (total === undefined) return;
    if (receipt.openedAt > counts.mostUsedAt + CLOCK_SECONDS && total <= counts.mostUsed) {
      this.#findings.add('USAGE_FALLS', line, receipt.receiptId, { total, before: counts.mostUsed });
    }
    if (total > counts.mostUsed) Object.assign(counts, { mostUsed: total, mostUsedAt: receipt.openedAt });
  }
}
