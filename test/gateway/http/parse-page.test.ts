import { describe, expect, it } from 'vitest';

import { parsePage } from '../../../gateway/http/parse-page.ts';

const page = (query: string) => parsePage(new URLSearchParams(query));

describe('parsePage', () => {
  it('is bounded when nothing is said', () => {
    expect(page('')).toEqual({ limit: 50, offset: 0 });
  });

  it('takes what lies within the bounds', () => {
    expect(page('limit=1&offset=1000000')).toEqual({ limit: 1, offset: 1_000_000 });
    expect(page('limit=500')).toEqual({ limit: 500, offset: 0 });
  });

  it.each([
    ['limit=0', 'limit'],
    ['limit=501', 'limit'],
    ['limit=', 'limit'],
    ['limit=+5', 'limit'],
    ['limit=0x10', 'limit'],
    ['limit=1.5', 'limit'],
    ['limit=9999999999', 'limit'],
    ['offset=-1', 'offset'],
    ['offset=1000001', 'offset'],
    ['offset=NaN', 'offset'],
  ])('refuses %s', (query, parameter) => {
    expect(() => page(query)).toThrow(expect.objectContaining({ code: 'REQUEST_INVALID', extensions: { parameter } }));
  });
});
