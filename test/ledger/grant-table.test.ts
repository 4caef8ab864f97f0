import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { GRANT_STATUSES, GrantTable } from '../../ledger/grant-table.ts';
import { type GrantId, parseGrantId } from '../../ledger/ids.ts';
import { grantIdOf, grantOf } from './grant-table.factory.ts';

const MILLION = 1_000_000;
const MEGABYTE = 1_000_000;
const COLLIDING_SEED = [0, 0] as const;

describe('GrantTable', () => {
  it('gives back what was put in, and null for anything else', () => {
    const table = new GrantTable();
    for (let number = 0; number < 5_000; number += 1) expect(table.insert(grantOf(number))).toBe(true);
    for (let number = 0; number < 5_000; number += 1) expect(table.get(grantIdOf(number))).toEqual(grantOf(number));
    for (let number = 5_000; number < 10_000; number += 1) expect(table.get(grantIdOf(number))).toBeNull();
    expect(table.size).toBe(5_000);
  });

  it('compares all 32 bytes', () => {
    const table = new GrantTable();
    const id = `0x${'1'.repeat(64)}`;
    table.insert(grantOf(1, { grantId: parseGrantId(id) }));
    for (let at = 2; at < id.length; at += 1) {
      const other = parseGrantId(`${id.slice(0, at)}e${id.slice(at + 1)}`);
      expect(table.get(other)).toBeNull();
    }
    expect(table.get(parseGrantId(id))).not.toBeNull();
  });

  it('refuses a second grant with the same id and keeps the first', () => {
    const table = new GrantTable();
    table.insert(grantOf(1));
    expect(table.insert(grantOf(1, { notAfter: 1_999_999_999 }))).toBe(false);
    expect(table.get(grantIdOf(1))).toEqual(grantOf(1));
    expect(table.size).toBe(1);
  });

  it('moves a grant from any status to any other, and changes nothing else', () => {
    const table = new GrantTable();
    table.insert(grantOf(1));
    table.insert(grantOf(2));
    for (const from of GRANT_STATUSES) {
      for (const status of GRANT_STATUSES) {
        expect([table.setStatus(grantIdOf(1), from), table.setStatus(grantIdOf(1), status)]).toEqual([true, true]);
        expect(table.get(grantIdOf(1))).toEqual(grantOf(1, { status }));
      }
    }
    expect(table.get(grantIdOf(2))).toEqual(grantOf(2));
    expect(table.setStatus(grantIdOf(3), 'active')).toBe(false);
  });

  it('still finds every grant when all fall on one slot', () => {
    const table = new GrantTable(COLLIDING_SEED);
    for (let number = 0; number < 600; number += 1) table.insert(grantOf(number));
    for (let number = 0; number < 600; number += 1) expect(table.get(grantIdOf(number))).toEqual(grantOf(number));
    expect(table.get(grantIdOf(600))).toBeNull();
  });

  it.each([
    [0, 0, 0, 0],
    [0xfffffffe, 0xfffffffe, 0xfffffffe, 0xfffffffe],
    [0xffffffff, 0xffffffff, 0xffffffff, 0xfffffffe],
    [1_700_000_000, 0xffffffff, 1_700_000_000, 0xfffffffe],
    [1_700_000_000, Number.MAX_SAFE_INTEGER, 1_700_000_000, 0xfffffffe],
    [2 ** 32, 2 ** 33, 0xffffffff, 0xfffffffe],
  ])('keeps a window %d to %d as %d to %d', (notBefore, notAfter, keptBefore, keptAfter) => {
    const table = new GrantTable();
    table.insert(grantOf(1, { notBefore, notAfter }));
    expect(table.get(grantIdOf(1))).toMatchObject({ notBefore: keptBefore, notAfter: keptAfter });
  });

  it('never lengthens a window', () => {
    const seconds = fc.oneof(
      fc.nat({ max: 2 ** 31 - 1 }),
      fc.maxSafeNat(),
      fc.integer({ min: 2 ** 32 - 3, max: 2 ** 32 + 3 }),
    );
    fc.assert(
      fc.property(seconds, seconds, seconds, (notBefore, notAfter, now) => {
        const table = new GrantTable();
        table.insert(grantOf(1, { notBefore, notAfter }));
        const kept = table.get(grantIdOf(1));
        const isOpen = kept !== null && kept.notBefore <= now && now <= kept.notAfter;
        expect(!isOpen || (notBefore <= now && now <= notAfter)).toBe(true);
      }),
      { numRuns: 2_000 },
    );
  });

  it('does what a Map does', () => {
    const step = fc.record({
      kind: fc.constantFrom('insert', 'move', 'get'),
      number: fc.nat({ max: 40 }),
      status: fc.constantFrom(...GRANT_STATUSES),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
        const table = new GrantTable();
        const model = new Map<GrantId, ReturnType<typeof grantOf>>();
        for (const { kind, number, status } of steps) {
          const id = grantIdOf(number);
          const known = model.get(id);
          if (kind === 'insert') {
            expect(table.insert(grantOf(number))).toBe(known === undefined);
            if (known === undefined) model.set(id, grantOf(number));
          } else if (kind === 'move') {
            expect(table.setStatus(id, status)).toBe(known !== undefined);
            if (known !== undefined) model.set(id, { ...known, status });
          }
          expect(table.get(id)).toEqual(model.get(id) ?? null);
        }
        expect(table.size).toBe(model.size);
      }),
      { numRuns: 500 },
    );
  });

  it('holds 1,000,000 grants in at most 64 MB', () => {
    const table = new GrantTable();
    for (let number = 0; number < MILLION; number += 1) table.insert(grantOf(number));
    expect(table.size).toBe(MILLION);
    expect(table.byteLength).toBeLessThanOrEqual(64 * MEGABYTE);
    expect(table.get(grantIdOf(MILLION - 1))).toEqual(grantOf(MILLION - 1));
  });
});
