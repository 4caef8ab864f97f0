import { describe, expect, it } from 'vitest';

import {
  MAX_HEADER_BYTES,
  MAX_HEADER_LINES,
  assertBodyFraming,
  assertHost,
  parseHeaderFields,
} from '../../../gateway/authn/request-facts.ts';
import { ORIGIN } from '../../ledger/request-signature.factory.ts';

const invalid = expect.objectContaining({ code: 'REQUEST_INVALID' }) as Error;

describe('parseHeaderFields', () => {
  it('keeps every line in order, names in lower case', () => {
    expect(parseHeaderFields(['Host', 'a', 'X-A', '1', 'x-a', '2'])).toEqual([
      { name: 'host', value: 'a' },
      { name: 'x-a', value: '1' },
      { name: 'x-a', value: '2' },
    ]);
  });

  it.each([
    ['an odd array', ['Host']],
    ['a line too many', Array.from({ length: MAX_HEADER_LINES + 1 }, () => ['x', '1']).flat()],
    ['a character too many', ['x', 'v'.repeat(MAX_HEADER_BYTES)]],
    ['a name that is no token', ['dxl purpose', 'P1']],
    ['a name outside ASCII', ['dxl-purpose\u017f', 'P1']],
    ['an empty name', ['', 'P1']],
  ])('refuses %s', (_, rawHeaders) => {
    expect(() => parseHeaderFields(rawHeaders)).toThrow(invalid);
  });

  it('accepts as much as its bounds allow', () => {
    const lines = Array.from({ length: MAX_HEADER_LINES }, () => ['x', '1']).flat();
    expect(parseHeaderFields(lines)).toHaveLength(MAX_HEADER_LINES);
    expect(parseHeaderFields(['x', 'v'.repeat(MAX_HEADER_BYTES - 1)])).toHaveLength(1);
  });
});

describe('assertHost', () => {
  it.each([
    ['https', 'gw.example', 'gw.example'],
    ['https', 'gw.example', 'GW.example:443'],
    ['https', 'gw.example:443', 'gw.example'],
    ['http', '127.0.0.1:8080', '127.0.0.1:8080'],
    ['http', 'gw.example', 'gw.example:80'],
  ] as const)('%s://%s takes Host %s', (scheme, authority, host) => {
    expect(() => {
      assertHost([{ name: 'host', value: host }], { scheme, authority });
    }).not.toThrow();
  });

  it.each([[[]], [['gw2.example']], [['gw.example:80']], [['gw.example', 'gw.example']], [['']]])(
    'refuses %o',
    (hosts) => {
      const fields = hosts.map((value) => ({ name: 'host', value }));
      expect(() => {
        assertHost(fields, { ...ORIGIN, authority: 'gw.example' });
      }).toThrow(invalid);
    },
  );
});

describe('assertBodyFraming', () => {
  const body = Buffer.from('{}');
  const frame = (lines: Record<string, string>, given: Uint8Array | null) => () => {
    assertBodyFraming(
      Object.entries(lines).map(([name, value]) => ({ name, value })),
      given,
    );
  };

  it.each([
    [{}, null],
    [{ 'content-length': '0' }, null],
    [{ 'content-length': '2' }, body],
    [{ 'transfer-encoding': 'chunked' }, body],
  ])('accepts %o', (lines, given) => {
    expect(frame(lines as Record<string, string>, given)).not.toThrow();
  });

  it.each([
    [{ 'content-length': '2' }, null],
    [{ 'content-length': '3' }, body],
    [{ 'content-length': '02' }, body],
    [{ 'transfer-encoding': 'chunked' }, null],
    [{ 'transfer-encoding': 'chunked', 'content-length': '2' }, body],
    [{ 'content-encoding': 'gzip' }, body],
    [{ 'content-encoding': 'identity' }, null],
  ])('refuses %o', (lines, given) => {
    expect(frame(lines as Record<string, string>, given)).toThrow(invalid);
  });

  it('refuses two lengths', () => {
    const twice = ['2', '2'].map((value) => ({ name: 'content-length', value }));
    expect(() => {
      assertBodyFraming(twice, body);
    }).toThrow(invalid);
  });
});
