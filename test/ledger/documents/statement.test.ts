import { describe, expect, it } from 'vitest';

import { ACTS } from '../../../ledger/acts/act-definitions.ts';
import { reasonCodeFromBytes32, reasonCodeToBytes32 } from '../../../ledger/documents/reason-code.ts';
import { STATEMENT_ACTS } from '../../../ledger/documents/statement.ts';
import { aDocument, defectOf } from './document.factory.ts';

describe('Statement', () => {
  it.each(STATEMENT_ACTS)('may be for %s', (act) => {
    expect(defectOf('Statement', { act })).toBeNull();
  });

  it('names each act once, and none that brings a document with a structure', () => {
    expect(new Set(STATEMENT_ACTS).size).toBe(STATEMENT_ACTS.length);
    const documents = Object.entries<{ readonly document: string | null }>(ACTS);
    const structured = documents.filter(([, { document }]) => document !== null && document !== 'Statement');
    const names = structured.map(([name]) => name);
    expect(STATEMENT_ACTS.filter((name) => names.includes(name))).toEqual([]);
  });

  it.each(['agree', 'revoke', 'Deliver', '', null])('may not be for %j', (act) => {
    expect(defectOf('Statement', { act })).toEqual({ kind: 'Statement', path: '/act', rule: 'INVALID_VALUE' });
  });

  it.each([
    ['A', null],
    ['A'.repeat(31), null],
    ['A'.repeat(32), 'TOO_BIG'],
    ['', 'INVALID_FORMAT'],
    ['late', 'INVALID_FORMAT'],
  ])('with the reason %j', (reasonCode, rule) => {
    expect(defectOf('Statement', { reasonCode })?.['rule'] ?? null).toBe(rule);
  });

  it('has a reason that fits the chain', () => {
    const { reasonCode } = aDocument('Statement');
    expect(reasonCodeFromBytes32(reasonCodeToBytes32(reasonCode))).toBe(reasonCode);
  });

  it.each([
    [0, null],
    [32, null],
    [33, 'TOO_BIG'],
  ])('with %i attachments', (count, rule) => {
    const attachments = Array(count).fill({ alg: 'sm3', value: 'ab'.repeat(32) });
    expect(defectOf('Statement', { attachments })?.['rule'] ?? null).toBe(rule);
  });
});
