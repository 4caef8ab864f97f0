import { createHash } from 'node:crypto';

import { describe, expect, it } from 'vitest';

import { parseStrictJson } from '../../../ledger/json/strict-json.ts';
import {
  linkReceipt,
  MAX_LEAF_BYTES,
  parseReceipt,
  receiptHash,
  receiptLeaf,
} from '../../../ledger/receipts/receipt.ts';
import { refusalOf } from '../refusal-of.ts';
import { aReceipt, aRefusedReceipt, rawReceipt } from './receipt.factory.ts';

type Changes = Readonly<Record<string, unknown>>;

const ENDING = { code: 'NOT_ACTIVE', block: { number: 43, hash: `0x${'e'.repeat(64)}` } };

const PREVIOUS = `0x${'0'.repeat(64)}`;
const defectOf = (changes: Changes): unknown => refusalOf(() => parseReceipt(rawReceipt(changes)))?.details ?? null;

describe('linkReceipt', () => {
  it('numbers the receipts of a grant and names the one before', () => {
    const first = linkReceipt(aReceipt(), null);
    const second = linkReceipt(aReceipt(), { sequence: 1, hash: receiptHash(first) });
    expect([first.sequence, first.previous]).toEqual([1, null]);
    expect([second.sequence, second.previous]).toEqual([2, receiptHash(first)]);
    expect(parseReceipt({ ...second })).toEqual(second);
  });

  it('leaves out of every chain what names no grant', () => {
    const linked = linkReceipt(aRefusedReceipt(), { sequence: 7, hash: receiptHash(aReceipt()) });
    expect([linked.sequence, linked.previous]).toEqual([null, null]);
  });
});

describe('parseReceipt', () => {
  it.each<[string, Changes]>([
    ['a delivered read', {}],
    ['an aborted read with what was sent', { outcome: 'ABORTED', rows: 3, bytes: 100, endedBy: ENDING }],
    [
      'an aborted read before its first byte',
      { outcome: 'ABORTED', rows: 0, bytes: 0, contentHash: null, endedBy: ENDING },
    ],
    ['an end before any block was proved', { outcome: 'ABORTED', endedBy: { code: 'STALE_CHAIN', block: null } }],
    [
      'a permitted read that the source failed',
      { outcome: 'REFUSED', status: 502, rows: 0, bytes: 0, contentHash: null, endedBy: ENDING },
    ],
    [
      'a read that was open when the gateway stopped',
      { outcome: 'UNKNOWN', status: null, rows: 0, bytes: 0, contentHash: null },
    ],
    ['what a supervisor took out', { grantId: null, sequence: null, decision: 'AUDIT', rows: 0 }],
    ['an end in the second of its beginning', { openedAt: 1_000, closedAt: 1_000 }],
    ['a later receipt of a grant', { sequence: 2, previous: PREVIOUS }],
    [
      'a denied read of a known grant',
      { decision: 'EXPIRED', outcome: 'REFUSED', status: 403, rows: 0, bytes: 0, contentHash: null, endedBy: ENDING },
    ],
  ])('accepts %s', (_name, changes) => {
    expect(defectOf(changes)).toBeNull();
  });

  it('accepts a refusal of a request about which nothing is known', () => {
    expect(aRefusedReceipt().outcome).toBe('REFUSED');
  });

  it.each(['grantId', 'caller', 'keyId', 'block', 'requestHash', 'contextHash'])('needs %s for a permit', (member) => {
    expect(defectOf({ [member]: null })).toEqual({ path: '/decision', rule: 'PERMIT_IS_COMPLETE' });
  });

  it.each<[string, Changes]>([
    ['under a grant', { grantId: aReceipt().grantId, sequence: 1 }],
    ['with rows', { rows: 1 }],
    ['by nobody', { caller: null }],
    ['with no key', { keyId: null }],
    ['on no block', { block: null }],
  ])('refuses an audit %s', (_name, changes) => {
    const audit: Changes = { grantId: null, sequence: null, decision: 'AUDIT', rows: 0, ...changes };
    expect(defectOf(audit)).toEqual({ path: '/decision', rule: 'AUDIT_IS_OF_NO_GRANT' });
  });

  it.each<[string, Changes, string, string]>([
    ['data delivered after a denial', { decision: 'EXPIRED' }, '/outcome', 'OUTCOME_FITS_DECISION'],
    [
      'a stream aborted after a denial',
      { decision: 'EXPIRED', outcome: 'ABORTED', endedBy: ENDING },
      '/outcome',
      'OUTCOME_FITS_DECISION',
    ],
    ['a delivery without hash', { contentHash: null }, '/contentHash', 'OUTCOME_FITS_DECISION'],
    ['an end of a whole delivery', { endedBy: ENDING }, '/endedBy', 'ENDING_FITS_OUTCOME'],
    ['an abort without its reason', { outcome: 'ABORTED' }, '/endedBy', 'ENDING_FITS_OUTCOME'],
    ['an ending in words', { endedBy: { code: 'Gone', block: null } }, '/endedBy/code', 'INVALID_FORMAT'],
    ['a digest in clear', { contentDigest: 'sha-256=:AA==:' }, '/contentDigest', 'UNRECOGNIZED_KEYS'],
    ['refusals less than none', { suppressed: -1 }, '/suppressed', 'TOO_SMALL'],
    ['a delivery without status', { status: null }, '/status', 'OUTCOME_FITS_DECISION'],
    ['rows in a refusal', { outcome: 'REFUSED', bytes: 0, endedBy: ENDING }, '/bytes', 'REFUSED_IS_EMPTY'],
    ['bytes in a refusal', { outcome: 'REFUSED', rows: 0, endedBy: ENDING }, '/bytes', 'REFUSED_IS_EMPTY'],
    ['rows of an end that nobody saw', { outcome: 'UNKNOWN', bytes: 0 }, '/bytes', 'UNKNOWN_IS_EMPTY'],
    ['bytes of an end that nobody saw', { outcome: 'UNKNOWN', rows: 0 }, '/bytes', 'UNKNOWN_IS_EMPTY'],
    ['a purpose in clear', { purpose: 'BUSINESS_COLLAB' }, '/purpose', 'UNRECOGNIZED_KEYS'],
    ['a salt on the leaf', { salt: 'x' }, '/salt', 'UNRECOGNIZED_KEYS'],
    ['a block with more to it', { block: { ...aReceipt().block, time: 1 } }, '/block/time', 'UNRECOGNIZED_KEYS'],
    ['usage with more to it', { usage: { ...aReceipt().usage, month: 1 } }, '/usage/month', 'UNRECOGNIZED_KEYS'],
    ['a sequence before the first', { sequence: 0 }, '/sequence', 'TOO_SMALL'],
    ['a decision in words', { decision: 'Not now' }, '/decision', 'INVALID_FORMAT'],
    ['an outcome of its own', { outcome: 'PARTIAL' }, '/outcome', 'INVALID_VALUE'],
    ['a status of no class', { status: 99 }, '/status', 'TOO_SMALL'],
    ['a status beyond all classes', { status: 600 }, '/status', 'TOO_BIG'],
    ['negative rows', { rows: -1 }, '/rows', 'TOO_SMALL'],
    ['half a byte', { bytes: 0.5 }, '/bytes', 'INVALID_TYPE'],
    ['a bare digest as the hash', { contentHash: 'sha-256=:AA==:' }, '/contentHash', 'INVALID_FORMAT'],
    ['an id with a path in it', { receiptId: '../../../etc/passwd' }, '/receiptId', 'INVALID_FORMAT'],
    ['a gateway of two lines', { gateway: 'a\nb' }, '/gateway', 'INVALID_FORMAT'],
    ['times as text', { openedAt: '2025-10-20' }, '/openedAt', 'INVALID_TYPE'],
    ['an end before its beginning', { openedAt: 1_001, closedAt: 1_000 }, '/closedAt', 'WINDOW_ORDERED'],
    ['another schema', { schema: 'dxl/receipt/2' }, '/schema', 'INVALID_VALUE'],
  ])('refuses %s', (_name, changes, path, rule) => {
    expect(defectOf(changes)).toEqual({ path, rule });
  });

  it.each([null, [], 'receipt', 1])('refuses %j', (value) => {
    expect(refusalOf(() => parseReceipt(value))?.code).toBe('RECEIPT_INVALID');
  });

  it('needs every member', () => {
    const accepted = Object.keys(rawReceipt()).filter((member) => {
      const rest = Object.fromEntries(Object.entries(rawReceipt()).filter(([key]) => key !== member));
      return refusalOf(() => parseReceipt(rest)) === null;
    });
    expect(accepted).toEqual([]);
  });
});

describe('receiptLeaf', () => {
  it('is canonical: members sorted, no space, readable by the strict parser', () => {
    const receipt = aReceipt();
    const text = new TextDecoder().decode(receiptLeaf(receipt));
    expect(text.startsWith('{"block":{"hash":"0xcccc')).toBe(true);
    expect(text.endsWith('"usage":{"bytesToday":6789,"day":12,"second":0,"total":345}}')).toBe(true);
    expect(parseReceipt(parseStrictJson(receiptLeaf(receipt)))).toEqual(receipt);
  });

  it('fits an entry of the log at its largest', () => {
    const most = Number.MAX_SAFE_INTEGER;
    const largest = aReceipt({
      receiptId: 'z'.repeat(80),
      gateway: 'g'.repeat(128),
      block: { number: most, hash: aReceipt().block!.hash },
      rows: most,
      bytes: most,
      openedAt: most,
      closedAt: most,
      usage: { second: most, day: most, total: most, bytesToday: most },
      outcome: 'ABORTED',
      endedBy: { code: 'A'.repeat(64), block: { number: most, hash: aReceipt().block!.hash } },
      suppressed: most,
    });
    expect(receiptLeaf(largest).length).toBeLessThan(2_000);
    expect(2_000).toBeLessThan(MAX_LEAF_BYTES);
  });
});

describe('receiptHash', () => {
  it('is SHA-256 over 0x00 and the leaf, as RFC 9162 section 2.1.1 says', () => {
    const receipt = aReceipt();
    const expected = createHash('sha256').update('\0').update(receiptLeaf(receipt)).digest('hex');
    expect(receiptHash(receipt)).toBe(`0x${expected}`);
  });

  it('is not the hash of the bare leaf', () => {
    const receipt = aReceipt();
    expect(receiptHash(receipt)).not.toBe(`0x${createHash('sha256').update(receiptLeaf(receipt)).digest('hex')}`);
  });

  it('changes with every count', () => {
    const receipt = aReceipt();
    const hashes = [receipt, { ...receipt, rows: 2 }, { ...receipt, bytes: 58 }, { ...receipt, status: 206 }].map(
      receiptHash,
    );
    expect(new Set(hashes).size).toBe(4);
  });
});
