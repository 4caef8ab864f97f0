import { describe, expect, it } from 'vitest';

import { ACTS, isActName } from '../../../ledger/acts/act-definitions.ts';
import { reasonCodeFromBytes32, reasonCodeToBytes32 } from '../../../ledger/documents/reason-code.ts';
import { STATEMENT_ACTS } from '../../../ledger/documents/statement.ts';
import { aDocument, defectOf } from './document.factory.ts';

const AUTHORITY = '11990100MB00000L2J';

describe('Statement', () => {
  it.each(STATEMENT_ACTS)('may be for %s, with an authority and a deadline exactly where that act has them', (act) => {
    const needed = { authority: act === 'retireResource' ? AUTHORITY : null, dueAt: act === 'extendUpdate' ? 1 : null };
    expect(defectOf('Statement', { act, ...needed })).toBeNull();
    const authority = needed.authority === null ? AUTHORITY : null;
    expect(defectOf('Statement', { act, ...needed, authority })?.['rule']).toBe('AUTHORITY_FITS_ACT');
    const dueAt = needed.dueAt === null ? 1 : null;
    expect(defectOf('Statement', { act, ...needed, dueAt })?.['rule']).toBe('DUE_FITS_ACT');
  });

  it('is for exactly the acts that bring one, each named once', () => {
    const names = Object.keys(ACTS).filter(isActName);
    const stated = names.filter((name) => ACTS[name].document === 'Statement');
    expect(STATEMENT_ACTS.toSorted()).toEqual(stated.toSorted());
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
