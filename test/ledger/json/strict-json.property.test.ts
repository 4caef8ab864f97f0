import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { canonicalBytes } from '../../../ledger/canonical-json.ts';
import { MALFORMED_REASONS } from '../../../ledger/json/malformed.ts';
import { type JsonValue, parseStrictJson } from '../../../ledger/json/strict-json.ts';
import { refusalOf } from '../refusal-of.ts';
import { judge } from './json-oracle.ts';
import { jsonText, mutatedJson } from './json-text.arbitrary.ts';

/** A nightly run raises the count and takes another seed. */
const RUNS = Number(process.env['DXL_FUZZ_RUNS'] ?? 60_000);
const SEED = Number(process.env['DXL_FUZZ_SEED'] ?? 20_990);

/** Refusals that JSON.parse does not share. SIZE and the two of the encoding are named vectors elsewhere. */
const STRICTER = [
  'COMBINING_RUN',
  'DEPTH',
  'DUPLICATE_KEY',
  'FORBIDDEN_KEY',
  'LONE_SURROGATE',
  'NONCHARACTER',
  'NOT_NFC',
  'NUMBER_INEXACT',
  'NUMBER_NEGATIVE_ZERO',
  'NUMBER_OUT_OF_RANGE',
  'UNASSIGNED',
];

type Tally = Map<string, number>;

function count(tally: Tally, name: string): void {
  tally.set(name, (tally.get(name) ?? 0) + 1);
}

/** One comparison of the two implementations; the name says how it ended. */
function compare(bytes: Uint8Array): string {
  const verdict = judge(bytes);
  let value: JsonValue = null;
  const refusal = refusalOf(() => (value = parseStrictJson(bytes)));
  if (refusal === null) {
    expect([verdict.isJson, ...verdict.defects]).toEqual([true]);
    expect(JSON.stringify(value)).toBe(JSON.stringify(verdict.value));
    return 'accepted';
  }
  expect(refusal.code).toBe('DOCUMENT_MALFORMED');
  const reason = String(refusal.details['reason']);
  if (!verdict.isJson) return 'both refuse';
  expect([...verdict.defects]).toContain(reason);
  return reason;
}

describe('parseStrictJson beside JSON.parse', () => {
  it(`agrees on ${RUNS} mutated texts, or refuses for a rule that the text breaks`, { timeout: 600_000 }, () => {
    const tally: Tally = new Map();
    fc.assert(
      fc.property(mutatedJson, (bytes) => count(tally, compare(bytes))),
      { numRuns: RUNS, seed: SEED },
    );
    console.info(`strict JSON, ${RUNS} texts:`, Object.fromEntries([...tally].sort()));
    const stricter = [...tally.keys()].filter((name) => name !== 'accepted' && name !== 'both refuse').sort();
    // A run so rare that no text has one is a vector of its own.
    expect(stricter).toEqual(STRICTER.filter((reason) => reason !== 'COMBINING_RUN'));
    expect(tally.get('accepted')).toBeGreaterThan(RUNS / 5);
  });

  it('gives back the value whose canonical bytes it reads, and the same bytes again', () => {
    const values = jsonText
      .map((text) => new TextEncoder().encode(text))
      .filter((bytes) => judge(bytes).defects.size === 0);
    fc.assert(
      fc.property(values, (bytes) => {
        const value = parseStrictJson(bytes);
        const canonical = canonicalBytes(value);
        expect(parseStrictJson(canonical)).toEqual(value);
        expect(canonicalBytes(parseStrictJson(canonical))).toEqual(canonical);
      }),
      { numRuns: 5_000, seed: SEED },
    );
  });

  it('survives any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
        expect(compare(bytes)).not.toBe('');
      }),
      { numRuns: 5_000, seed: SEED },
    );
  });

  it('lists no reason twice and each with words', () => {
    expect(Object.keys(MALFORMED_REASONS)).toEqual(expect.arrayContaining(STRICTER));
    expect(new Set(Object.values(MALFORMED_REASONS)).size).toBe(Object.keys(MALFORMED_REASONS).length);
  });
});
