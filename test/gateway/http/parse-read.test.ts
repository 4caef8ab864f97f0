import { describe, expect, it } from 'vitest';

import type { Caller } from '../../../gateway/authn/authenticate.ts';
import { MAX_FIELDS_ASKED, MAX_FILTERS, MAX_VALUE_LENGTH, parseRead } from '../../../gateway/http/parse-read.ts';
import { refusalOf } from '../../ledger/refusal-of.ts';
import { makeCaller } from './caller.factory.ts';

const GRANT = `0x${'17'.repeat(32)}`;
const caller = (signed: Partial<Caller['signedFields']> = {}): Caller => {
  const { signedFields } = makeCaller();
  return makeCaller({ signedFields: { ...signedFields, ...signed } });
};

const read = (query: string, by: Caller = caller()) => parseRead(by, GRANT, new URLSearchParams(query));

/** The parameter that is refused, or null. */
function refused(query: string): unknown {
  try {
    read(query);
    return null;
  } catch (error) {
    return (error as { code: string; extensions: Record<string, unknown> }).extensions['parameter'];
  }
}

describe('parseRead', () => {
  it('takes fields, filters, region and limit, and the signed context', () => {
    const by = caller({ purpose: 'BUSINESS_COLLAB', caseNumber: 'CASE-1', system: 'SI-1' });
    expect(read('fields=b,a&region=4401&limit=10&where.name=%E5%BC%A0&where.id_no=1', by)).toEqual({
      caller: by.department,
      grantId: GRANT,
      fields: ['b', 'a'],
      equals: new Map([
        ['name', '张'],
        ['id_no', '1'],
      ]),
      region: '4401',
      limit: 10,
      purpose: 'BUSINESS_COLLAB',
      caseNumber: 'CASE-1',
      system: 'SI-1',
    });
  });

  it('asks for nothing special by default, and for no purpose that a grant could have', () => {
    const asked = read('', caller({ purpose: null }));
    expect(asked).toMatchObject({ fields: [], region: null, limit: null, purpose: '' });
    expect(asked.equals.size).toBe(0);
  });

  it.each([
    ['limit=0', 'limit'],
    ['limit=-1', 'limit'],
    ['limit=1e3', 'limit'],
    ['limit=1000000000', 'limit'],
    ['limit=', 'limit'],
    ['region=4', 'region'],
    ['region=44x', 'region'],
    ['region=1234567890123', 'region'],
    ['fields=', 'fields'],
    ['fields=a,,b', 'fields'],
    ['fields=a,a', 'fields'],
    ['fields=A', 'fields'],
    ['fields=__proto__', 'fields'],
    ['where.=x', 'where.'],
    ['where.__proto__=x', 'where.__proto__'],
    ['where.a%00=x', 'where.a\u0000'],
    ['where.a=1&where.a=2', 'where.a'],
    // No line of evidence may have these, and what was asked is in one.
    ['where.a=e%CC%81', 'where.a'],
    ['where.a=%EF%BF%BE', 'where.a'],
    ['where.a=%F1%90%80%80', 'where.a'],
    [`where.a=${'%CC%81'.repeat(31)}`, 'where.a'],
    ['limit=1&limit=1', 'limit'],
    ['unknown=1', 'unknown'],
    ['Fields=a', 'Fields'],
  ])('refuses %s', (query, parameter) => {
    expect(refused(query)).toBe(parameter);
  });

  it('refuses more than its bounds', () => {
    const keys = (count: number) => Array.from({ length: count }, (_, index) => `k${String(index)}`);
    expect(refused(`fields=${keys(MAX_FIELDS_ASKED).join(',')}`)).toBeNull();
    expect(refused(`fields=${keys(MAX_FIELDS_ASKED + 1).join(',')}`)).toBe('fields');
    const filters = (count: number) =>
      keys(count)
        .map((key) => `where.${key}=1`)
        .join('&');
    expect(refused(filters(MAX_FILTERS))).toBeNull();
    expect(refused(filters(MAX_FILTERS + 1))).toBe('where.');
    expect(refused(`where.a=${'x'.repeat(MAX_VALUE_LENGTH)}`)).toBeNull();
    expect(refused(`where.a=${'x'.repeat(MAX_VALUE_LENGTH + 1)}`)).toBe('where.a');
    expect(String(refused(`${'x'.repeat(1_000)}=1`)).length).toBeLessThanOrEqual(MAX_VALUE_LENGTH);
  });

  it.each(['', '0x17', GRANT.slice(2), `${GRANT}00`, GRANT.replace('17', 'AB')])('refuses the grant id %s', (id) => {
    expect(refusalOf(() => parseRead(caller(), id, new URLSearchParams()))?.code).toBe('HEX_INVALID');
  });
});
