import { describe, expect, it } from 'vitest';

import { REQUEST_ITEMS } from '../../../ledger/documents/request-items.ts';
import { aShareRequest, defectOf } from './document.factory.ts';

const itemsOf = (...items: readonly string[]): unknown => items.map((item) => ({ item, text: '见说明' }));

describe('the items of a request', () => {
  it('are members of a ShareRequest, and other', () => {
    const members = Object.keys(aShareRequest());
    expect(REQUEST_ITEMS.filter((item) => !members.includes(item))).toEqual(['other']);
  });
});

describe.each([
  ['SupplementNotice', 'missing'],
  ['RequestSupplement', 'supplied'],
] as const)('%s', (kind, member) => {
  it.each([
    ['every item', itemsOf(...REQUEST_ITEMS), null],
    ['32 items', itemsOf(...Array<string>(32).fill('other')), null],
    ['33 items', itemsOf(...Array<string>(33).fill('other')), 'TOO_BIG'],
    ['no item', [], 'TOO_SMALL'],
    ['other twice', itemsOf('other', 'other'), null],
    ['an item twice', itemsOf('basis', 'other', 'basis'), 'UNIQUE'],
  ])('with %s', (_name, items, rule) => {
    expect(defectOf(kind, { [member]: items })).toEqual(rule === null ? null : { kind, path: `/${member}`, rule });
  });
});
