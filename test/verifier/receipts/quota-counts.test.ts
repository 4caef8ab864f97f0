import { beforeEach, describe, expect, it } from 'vitest';

import type { ShareAuthorization } from '../../../ledger/documents/share-authorization.ts';
import type { AccessReceipt } from '../../../ledger/receipts/receipt.ts';
import { Findings } from '../../../verifier/findings.ts';
import { QuotaCounts } from '../../../verifier/receipts/quota-counts.ts';
import { bundleLines, exporterOf, verifyBytes, writeBundle } from '../evidence-bundle.ts';
import { KeptWorld } from '../kept-world.ts';
import { GATEWAY, GRANT, OPENED, shownReceipt } from './shown.ts';

const QUOTA = { perSecond: 1_000, perDay: 100, total: 1_000, maxRowsPerCall: 10, maxBytesPerDay: 1_000 };
const DAY = 86_400;

const at = (time: number) => ({ openedAt: time, closedAt: time });

describe('QuotaCounts', () => {
  let findings: Findings;
  let counts: QuotaCounts;

  beforeEach(() => {
    findings = new Findings();
    counts = new QuotaCounts(findings);
  });

  function take(
    changes: Partial<AccessReceipt> = {},
    terms: ShareAuthorization['quota'] | null = QUOTA,
  ): readonly string[] {
    const before = findings.count;
    counts.take(shownReceipt({ usage: null, bytes: 1, ...changes }), terms);
    return findings.listed.slice(before).map(({ code }) => code);
  }

  it('counts the calls of a day in Shanghai', () => {
    const midnight = OPENED + DAY / 2;
    for (let call = 0; call < 100; call += 1) expect(take()).toEqual([]);
    expect(take()).toEqual(['QUOTA_EXCEEDED']);
    expect(findings.listed[0]?.facts).toMatchObject({ total: 101, today: 101, bytesToday: 101 });
    expect(take(at(midnight - 61))).toEqual(['QUOTA_EXCEEDED']);
    for (let call = 0; call < 98; call += 1) expect(take(at(midnight + 60))).toEqual([]);
    expect(take(at(midnight + 60))).toEqual(['QUOTA_EXCEEDED']);
  });

  it('counts what lies across midnight for either day', () => {
    const midnight = OPENED + DAY / 2;
    for (let call = 0; call < 100; call += 1) expect(take()).toEqual([]);
    const across = { openedAt: midnight - 1, closedAt: midnight };
    for (let call = 0; call < 100; call += 1) expect(take(across)).toEqual([]);
    expect(take(across)).toEqual(['QUOTA_EXCEEDED']);
    expect(take(at(midnight + 3_600))).toEqual(['QUOTA_EXCEEDED']);
    expect(take(at(midnight + DAY + 3_600))).toEqual([]);
  });

  it('counts a read that was closed late in the day in which it happened', () => {
    const midnight = OPENED + DAY / 2;
    const late = (call: number) => ({ openedAt: midnight + 60, closedAt: midnight + 60 + call * 60 });
    for (let call = 0; call < 100; call += 1) expect(take(late(call))).toEqual([]);
    expect(take(late(100))).toEqual(['QUOTA_EXCEEDED']);
  });

  it('does not count by days what nobody saw the end of', () => {
    const few = { ...QUOTA, perDay: 1 };
    const lost = { outcome: 'UNKNOWN', bytes: 0, closedAt: OPENED + 3 * DAY } as const;
    expect(take(lost, few)).toEqual([]);
    expect(take(lost, few)).toEqual([]);
    expect(take(lost, { ...few, total: 2 })).toEqual(['QUOTA_EXCEEDED']);
  });

  describe('by seconds', () => {
    const few = { ...QUOTA, perSecond: 5 };
    const long = { ...few, perDay: 9_999, total: 9_999, maxBytesPerDay: 9_999 };

    it('leaves room for two gateways with clocks of their own', () => {
      for (let call = 0; call < 10; call += 1) expect(take(at(OPENED), few)).toEqual([]);
      expect(take(at(OPENED), few)).toEqual(['QUOTA_EXCEEDED']);
      expect(findings.listed[0]?.facts).toMatchObject({ thisSecond: 11 });
      expect(take(at(OPENED + 2), few)).toEqual([]);
    });

    it('counts what lies across two for either', () => {
      for (let call = 0; call < 10; call += 1) expect(take(at(OPENED), few)).toEqual([]);
      for (let call = 0; call < 5; call += 1) expect(take({}, few)).toEqual([]);
      expect(take({}, few)).toEqual(['QUOTA_EXCEEDED']);
      expect(take({ closedAt: OPENED + 2 }, few)).toEqual([]);
    });

    it('forgets seconds that are long over', () => {
      for (let second = 0; second < 3_000; second += 1) expect(take(at(OPENED + second), long)).toEqual([]);
      for (let call = 0; call < 20; call += 1) expect(take(at(OPENED), long)).toEqual([]);
    });
  });

  describe('of a refusal for the quota', () => {
    const used = (
      decision: string,
      usage: { second: number; day: number; total: number; bytesToday: number },
    ): boolean => {
      counts.takeRefusal(shownReceipt({ decision, usage }).receipt);
      return counts.hasUnseen;
    };

    it('tells whether receipts show what was used', () => {
      take({ bytes: 10 });
      expect(used('QUOTA_TOTAL', { second: 0, day: 1, total: 1, bytesToday: 50 })).toBe(false);
      expect(used('NOT_ACTIVE', { second: 9, day: 9, total: 9, bytesToday: 9 })).toBe(false);
      expect(used('QUOTA_RATE', { second: 2, day: 0, total: 0, bytesToday: 0 })).toBe(true);
      take();
      expect(counts.hasUnseen).toBe(false);
      expect(used('QUOTA_DAY', { second: 0, day: 0, total: 0, bytesToday: 12 })).toBe(true);
    });
  });

  it('counts the bytes of a day', () => {
    expect(take({ bytes: 600 })).toEqual([]);
    expect(take({ bytes: 400 })).toEqual([]);
    expect(take({ bytes: 1 })).toEqual(['QUOTA_EXCEEDED']);
    expect(take({ bytes: 1_000, ...at(OPENED + 2 * DAY) })).toEqual([]);
  });

  it('counts all calls of a grant', () => {
    const few = { ...QUOTA, total: 3 };
    for (let day = 0; day < 3; day += 1) expect(take(at(OPENED + day * DAY), few)).toEqual([]);
    expect(take(at(OPENED + 3 * DAY), few)).toEqual(['QUOTA_EXCEEDED']);
    expect(take(at(OPENED + 4 * DAY - DAY / 2), few)).toEqual(['QUOTA_EXCEEDED']);
    expect(findings.listed.at(-1)?.facts).toMatchObject({ total: 5, today: 0, bytesToday: 0 });
  });

  it('counts for each grant and gateway', () => {
    const one = { ...QUOTA, total: 1 };
    expect(take({}, one)).toEqual([]);
    expect(take({ grantId: shownReceipt().receipt.gateway as never }, one)).toEqual([]);
    expect(take({ gateway: GRANT }, one)).toEqual([]);
    expect(take({}, one)).toEqual(['QUOTA_EXCEEDED']);
    expect(GATEWAY).not.toBe(GRANT);
  });

  it('counts what is permitted while the terms are withheld', () => {
    const one = { ...QUOTA, total: 1 };
    expect(take({}, null)).toEqual([]);
    expect(take({}, one)).toEqual(['QUOTA_EXCEEDED']);
  });

  describe('of a usage that is told', () => {
    const told = (total: number, seconds: number) =>
      take({ ...at(OPENED + seconds), usage: { second: 0, day: 0, total, bytesToday: 0 } });

    it('finds one that does not grow', () => {
      expect(told(5, 0)).toEqual([]);
      expect(told(6, 10)).toEqual([]);
      expect(told(6, 20)).toEqual(['USAGE_FALLS']);
      expect(findings.listed[0]?.facts).toEqual({ total: 6, before: 6 });
      expect(told(7, 30)).toEqual([]);
      expect(told(2, 40)).toEqual(['USAGE_FALLS']);
      expect(told(8, 50)).toEqual([]);
    });

    it('takes calls of about one time in any order', () => {
      expect(told(5, 0)).toEqual([]);
      expect(told(4, 2)).toEqual([]);
      expect(told(5, 2)).toEqual([]);
      expect(told(4, 3)).toEqual(['USAGE_FALLS']);
    });

    it('takes calls that were open together in any order', () => {
      const open = (total: number, from: number, to: number) => {
        const usage = { second: 0, day: 0, total, bytesToday: 0 };
        return take({ openedAt: OPENED + from, closedAt: OPENED + to, usage });
      };
      // Counted after 40 seconds, and closed before the one that was counted first.
      expect(open(6, 0, 40)).toEqual([]);
      expect(open(5, 42, 60)).toEqual([]);
      expect(open(5, 43, 61)).toEqual(['USAGE_FALLS']);
    });

    it('begins at nothing', () => {
      expect(told(0, 0)).toEqual([]);
      expect(take({ ...at(OPENED + 10), usage: null })).toEqual([]);
      expect(told(0, 10)).toEqual(['USAGE_FALLS']);
    });
  });
});

describe('a bundle', () => {
  const world = new KeptWorld();
  const { timestamp } = world.afterSuspension;
  const midnight = timestamp - ((timestamp + 28_800) % DAY) + DAY;
  const read = (time: number) => world.read({ block: world.blockOf(), at: time });
  const used = (day: number, total: number) => ({ second: 0, day, total, bytesToday: 0 });

  beforeEach(() => {
    world.enterGateway();
  });

  async function report() {
    return await verifyBytes(await writeBundle(await bundleLines(world), exporterOf(world.gateway)));
  }

  it('shows more reads of a day than were granted, all opened in the minute after midnight', async () => {
    for (let call = 0; call < 201; call += 1) {
      world.gateway.deliver(read(midnight + 30), { usage: null, closedAt: midnight + 60 + call * 4 });
    }
    expect((await report()).findings.map(({ code }) => code)).toContain('QUOTA_EXCEEDED');
  });

  it('shows more reads of one second than were granted', async () => {
    for (let call = 0; call < 11; call += 1) world.gateway.deliver(read(timestamp));
    expect((await report()).findings.map(({ code }) => code)).toEqual(['QUOTA_EXCEEDED']);
  });

  it('does not blame a gateway for a read that was opened before midnight and counted after it', async () => {
    for (let call = 0; call < 100; call += 1) {
      world.gateway.deliver(read(midnight - 3_600 + call * 10), { usage: used(call, call) });
    }
    world.gateway.deliver(read(midnight - 1), { closedAt: midnight, usage: used(0, 100) });
    expect((await report()).findings).toEqual([]);
  });

  it('says that a refusal rests on calls that no receipt shows', async () => {
    world.gateway.refuse(world.read(), 'QUOTA_TOTAL', { usage: used(0, 1_000) });
    const { verdict, notProved } = await report();
    expect([verdict, notProved]).toEqual(['sound', expect.arrayContaining(['USAGE'])]);
  });
});
