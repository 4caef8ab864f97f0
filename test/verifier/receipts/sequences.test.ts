import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

import { describe, expect, it } from 'vitest';

import type { EvidenceScope } from '../../../ledger/evidence/scope.ts';
import { parseBytes32 } from '../../../ledger/ids.ts';
import type { AccessReceipt } from '../../../ledger/receipts/receipt.ts';
import { Findings } from '../../../verifier/findings.ts';
import { World } from '../../../verifier/ledger/world.ts';
import { ScopeCheck } from '../../../verifier/receipts/scope-check.ts';
import { Sequences } from '../../../verifier/receipts/sequences.ts';
import { GATEWAY, GRANT, shownReceipt } from './shown.ts';

const OTHER = parseBytes32<typeof GRANT>(`0x${'51'.repeat(32)}`);
const LEDGER: EvidenceScope = { kind: 'ledger' };
const OF_GATEWAY: EvidenceScope = { kind: 'gateway', gateway: parseBytes32(GATEWAY) };
const OF_GRANT: EvidenceScope = { kind: 'grant', grantId: parseBytes32(GRANT) };
const RANGE: EvidenceScope = { kind: 'range', gateway: parseBytes32(GATEWAY), first: 3, end: 5 };
const RECEIPT: EvidenceScope = { kind: 'receipt', receiptId: 'receipt-000000000001' };
const CASE_ID = parseBytes32(`0x${'60'.repeat(32)}`);
const CASE: EvidenceScope = { kind: 'case', caseId: CASE_ID };

describe('Sequences', () => {
  /** The findings about receipts that follow one another. */
  function foundIn(
    scope: EvidenceScope,
    receipts: readonly Partial<AccessReceipt>[],
  ): readonly (readonly [string, number | null])[] {
    const findings = new Findings();
    const sequences = new Sequences(scope, findings);
    for (const [line, changes] of receipts.entries()) sequences.take(shownReceipt(changes, { line }));
    return findings.listed.map(({ code, line }) => [code, line]);
  }

  const first = shownReceipt();
  const second = shownReceipt({ sequence: 2, previous: parseBytes32(first.leaf) });
  const third = shownReceipt({ sequence: 3, previous: parseBytes32(second.leaf) });
  const found = (line: number) => ['RECEIPT_SEQUENCE', line];

  it.each([LEDGER, OF_GATEWAY, OF_GRANT, CASE, RANGE, RECEIPT])(
    'takes receipts that follow one another: $kind',
    (scope) => {
      expect(foundIn(scope, [first.receipt, second.receipt, third.receipt])).toEqual([]);
    },
  );

  it.each([LEDGER, OF_GATEWAY, OF_GRANT, CASE])('begins with the first receipt of a grant: $kind', (scope) => {
    expect(foundIn(scope, [second.receipt, third.receipt])).toEqual([found(0)]);
  });

  it.each([RANGE, RECEIPT])('begins anywhere: $kind', (scope) => {
    expect(foundIn(scope, [second.receipt, third.receipt])).toEqual([]);
  });

  it('misses one in between, also in a range', () => {
    expect(foundIn(LEDGER, [first.receipt, third.receipt])).toEqual([found(1)]);
    expect(foundIn(RANGE, [first.receipt, third.receipt])).toEqual([found(1)]);
    expect(foundIn(LEDGER, [first.receipt, first.receipt])).toEqual([found(1)]);
    expect(foundIn(RECEIPT, [first.receipt, third.receipt])).toEqual([]);
  });

  it('finds a predecessor that is another', () => {
    expect(foundIn(LEDGER, [first.receipt, { sequence: 2, previous: parseBytes32(third.leaf) }])).toEqual([found(1)]);
    expect(foundIn(RANGE, [first.receipt, { sequence: 2, previous: parseBytes32(third.leaf) }])).toEqual([found(1)]);
  });

  it('counts each grant for itself, and what has none not at all', () => {
    const none = { grantId: null, sequence: null, previous: null };
    expect(foundIn(LEDGER, [first.receipt, { grantId: OTHER }, none, second.receipt, none])).toEqual([]);
    expect(foundIn(LEDGER, [first.receipt, { gateway: OTHER }, second.receipt])).toEqual([]);
  });

  it.each<[string, Partial<AccessReceipt>]>([
    ['a number without a grant', { grantId: null }],
    ['a grant without a number', { sequence: null }],
    ['a predecessor of the first', { previous: parseBytes32(first.leaf) }],
    ['a predecessor without a number', { grantId: null, sequence: null, previous: parseBytes32(first.leaf) }],
    ['a second one without a predecessor', { sequence: 2 }],
  ])('finds %s', (_, changes) => {
    expect(foundIn(RECEIPT, [changes])).toEqual([found(0)]);
  });
});

describe('what Sequences keep', () => {
  const COUNT = 20_000;
  const collect = (): number => {
    setFlagsFromString('--expose-gc');
    (runInNewContext('gc') as () => void)();
    return process.memoryUsage().heapUsed;
  };

  it('is little for each grant that a receipt names', () => {
    const sequences = new Sequences(LEDGER, new Findings());
    const sample = shownReceipt();
    const before = collect();
    for (let count = 0; count < COUNT; count += 1) {
      const [grantId, leaf] = [count, count + 7].map((value) => `0x${value.toString(16).padStart(64, '0')}`);
      sequences.take({
        ...sample,
        leaf: leaf ?? '',
        receipt: { ...sample.receipt, grantId: parseBytes32<typeof GRANT>(grantId) },
      });
    }
    const kept = (collect() - before) / COUNT;
    sequences.take(sample);
    expect(kept).toBeLessThan(300);
  });
});

describe('ScopeCheck', () => {
  function checkOf(scope: EvidenceScope, world = new World()) {
    const findings = new Findings();
    const check = new ScopeCheck(scope, findings);
    check.begin(1, world);
    return { check, codes: () => findings.listed.map(({ code, line }) => `${code} ${String(line)}`), findings };
  }
  const worldWith = (subjectKind: number, subject: string = GRANT): World => {
    const world = new World();
    const sides = { claimant: '0x', respondent: '0x', coordinator: null };
    world.cases.set(CASE_ID, { subjectKind, subject, ...sides, dueAt: 0n, status: 'negotiating' });
    world.grants.set(GRANT, {} as never);
    return world;
  };

  it('is about what is on the ledger', () => {
    expect(checkOf(OF_GRANT).codes()).toEqual(['SCOPE_UNKNOWN 1']);
    expect(checkOf(OF_GRANT, worldWith(2)).codes()).toEqual([]);
    expect(checkOf(CASE).codes()).toEqual(['SCOPE_UNKNOWN 1']);
    expect(checkOf(CASE, worldWith(2)).codes()).toEqual([]);
    for (const scope of [LEDGER, RANGE, RECEIPT]) expect(checkOf(scope).codes()).toEqual([]);
  });

  it.each<[string, EvidenceScope, World, Partial<AccessReceipt>, number | null, boolean]>([
    ['the ledger: anything', LEDGER, new World(), { grantId: OTHER }, 0, true],
    ['a grant: its own', OF_GRANT, worldWith(2), {}, 0, true],
    ['a grant: another', OF_GRANT, worldWith(2), { grantId: OTHER }, 0, false],
    ['a grant: none', OF_GRANT, worldWith(2), { grantId: null }, 0, false],
    ['a case over a grant: of the grant', CASE, worldWith(2), {}, 0, true],
    ['a case over a grant: of another', CASE, worldWith(2), { grantId: OTHER }, 0, false],
    ['a case over something else: nothing', CASE, worldWith(1), {}, 0, false],
    ['a case over something else: nor what has no grant', CASE, worldWith(1), { grantId: null }, 0, false],
    ['a receipt: that one', RECEIPT, new World(), {}, 0, true],
    ['a receipt: another', RECEIPT, new World(), { receiptId: 'receipt-000000000002' }, 0, false],
    ['a range: its first', RANGE, new World(), {}, 3, true],
    ['a range: its last', RANGE, new World(), {}, 4, true],
    ['a range: the one before', RANGE, new World(), {}, 2, false],
    ['a range: the one behind', RANGE, new World(), {}, 5, false],
    ['a range: of another gateway', RANGE, new World(), { gateway: OTHER }, 3, false],
    ['a range: at no place', RANGE, new World(), {}, null, false],
  ])('covers %s', (_, scope, world, changes, index, expected) => {
    const { check, codes } = checkOf(scope, world);
    expect(check.covers(shownReceipt(changes).receipt, index)).toBe(expected);
    if (index === null) return;
    check.take(shownReceipt(changes, { index }));
    expect(codes().includes('RECEIPT_OUT_OF_SCOPE 7')).toBe(!expected);
  });

  it('says how far a range goes', () => {
    const { check, findings } = checkOf(RANGE);
    check.take(shownReceipt({}, { index: 3 }));
    check.finish(1);
    expect(findings.listed).toEqual([
      { code: 'SCOPE_INCOMPLETE', line: 1, id: GATEWAY, facts: { expected: 5, actual: 4 } },
    ]);
  });

  it('has whole logs where it is about the ledger', () => {
    for (const [scope, expected] of [
      [LEDGER, ['SCOPE_INCOMPLETE 4']],
      [RANGE, []],
    ] as const) {
      const { check, codes } = checkOf(scope);
      check.takeCheckpoint(3, GATEWAY, true);
      expect(codes()).toEqual([]);
      check.takeCheckpoint(4, GATEWAY, false);
      expect(codes()).toEqual(expected);
    }
  });
});
