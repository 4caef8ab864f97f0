import { describe, expect, it } from 'vitest';

import { AUDIT_GRACE_SECONDS, AuditStanding } from '../../../gateway/log/audit-standing.ts';

const GRACE = 100;

function seenStanding(oldest: number | null): AuditStanding {
  const standing = new AuditStanding(null, GRACE);
  standing.anchored(oldest);
  return standing;
}

describe('AuditStanding', () => {
  it('counts from the oldest receipt that the ledger does not have, to the second', () => {
    const standing = seenStanding(null);
    expect(standing.problem(1_000_000)).toBeNull();
    standing.completed(1_000);
    standing.completed(1_050);
    expect([standing.behindSeconds(1_060), standing.problem(1_100), standing.problem(1_101)]).toEqual([
      60,
      null,
      'BEHIND',
    ]);
    standing.anchored(1_050);
    expect([standing.problem(1_150), standing.problem(1_151)]).toEqual([null, 'BEHIND']);
    standing.anchored(null);
    expect([standing.behindSeconds(9_999), standing.problem(9_999)]).toEqual([0, null]);
    standing.completed(10_000);
    expect(standing.problem(10_101)).toBe('BEHIND');
  });

  it('refuses, and lets nothing be signed, until the ledger was seen', () => {
    const standing = new AuditStanding(1_000, GRACE);
    expect([standing.problem(1_000), standing.isKnown, standing.maySign]).toEqual(['UNKNOWN', false, false]);
    standing.completed(1_001);
    expect([standing.problem(1_000), standing.behindSeconds(1_101)]).toEqual(['UNKNOWN', 101]);
    standing.anchored(null);
    expect([standing.problem(1_101), standing.isKnown, standing.maySign]).toEqual([null, true, true]);
  });

  it('lets a gateway that was retired sign the end of its log, and one whose log is another nothing', () => {
    const standing = seenStanding(null);
    standing.refuse('REVOKED');
    expect(standing.maySign).toBe(true);
    standing.refuse('FORKED');
    expect([standing.maySign, standing.isKnown]).toEqual([false, true]);
  });

  it('tells those who wait for the first look of it, and lets them go after a time', async () => {
    const standing = new AuditStanding(null, GRACE);
    await standing.whenKnown(1);
    expect(standing.isKnown).toBe(false);
    const waiting = standing.whenKnown(60_000);
    standing.refuse('FORKED');
    await waiting;
    await standing.whenKnown(60_000);
    expect(standing.isKnown).toBe(true);
  });

  it.each(['FORKED', 'REVOKED', 'TAKEN'] as const)(
    'refuses at once when the log is %s, until the ledger says otherwise',
    (problem) => {
      const standing = new AuditStanding(null, GRACE);
      standing.refuse(problem);
      expect(standing.problem(0)).toBe(problem);
      standing.anchored(null);
      expect(standing.problem(0)).toBeNull();
    },
  );

  it('is four hours unless it is told otherwise', () => {
    const standing = new AuditStanding(1_000);
    standing.anchored(1_000);
    expect(AUDIT_GRACE_SECONDS).toBe(14_400);
    expect([standing.problem(15_400), standing.problem(15_401)]).toEqual([null, 'BEHIND']);
  });

  it('denies by a clock that is none, and takes one that was set back for no age', () => {
    const standing = seenStanding(1_000);
    for (const each of [standing, seenStanding(null)]) expect(each.problem(Number.NaN)).toBe('BEHIND');
    expect(standing.behindSeconds(900)).toBe(0);
  });
});
