import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { openSources, parseSourcesConfig, SourceConfigError } from '../../../gateway/sources/source-config.ts';
import { rowQuery, sendRows, startUpstream } from '../../support/upstream-server.ts';

let folder = '';
let secretFile = '';
let emptyFile = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'dxl-sources-'));
  secretFile = join(folder, 'token');
  emptyFile = join(folder, 'empty');
  writeFileSync(secretFile, 'Bearer 0123456789\n');
  writeFileSync(emptyFile, '');
});
afterAll(() => rmSync(folder, { recursive: true }));

const RESOURCE_ID = `0x${'ab'.repeat(32)}`;
const OTHER_ID = `0x${'5c'.repeat(32)}`;

function http(changes: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    ...{ kind: 'http', url: 'http://10.20.0.5:8080/people/{id_no}', params: ['id_no'] },
    ...{ allowedCidrs: ['10.20.0.0/16'], format: 'ndjson' },
    ...changes,
  };
}

function postgres(changes: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    ...{ kind: 'postgres', connection: { host: '10.20.0.6', database: 'registers', user: 'reader' } },
    ...{ view: { schema: 'public', name: 'people' }, columns: { id_no: 'id_no' } },
    ...changes,
  };
}

function problemsOf(source: unknown, key = OTHER_ID): readonly string[] {
  try {
    parseSourcesConfig(JSON.stringify({ sources: { [key]: source } }));
    return [];
  } catch (error) {
    expect(error).toBeInstanceOf(SourceConfigError);
    return (error as SourceConfigError).problems;
  }
}

describe('the sources file', () => {
  it('takes sources of both kinds, by resource id or code', () => {
    expect(problemsOf(http())).toEqual([]);
    expect(problemsOf(postgres(), RESOURCE_ID)).toEqual([]);
    expect(problemsOf(http({ authorizationFile: secretFile, query: { n: '{$limit}' } }))).toEqual([]);
  });

  it.each(['{', '[]', 'null', '{}', '{"sources":[]}', '{"sources":{},"more":1}'])(
    'is refused when it is %s',
    (text) => {
      expect(() => parseSourcesConfig(text)).toThrow(SourceConfigError);
    },
  );

  it.each(['', 'people', '0xab', RESOURCE_ID.toUpperCase(), '__proto__ '])('is refused for the resource %j', (key) => {
    expect(problemsOf(http(), key)).not.toEqual([]);
  });

  it('lists every problem at once, with its place', () => {
    const text = JSON.stringify({
      sources: {
        [RESOURCE_ID]: http({ url: 'ftp://x/', format: 'xml', allowedCidrs: ['0.0.0.0/0'] }),
        [OTHER_ID]: postgres({ columns: {}, maxConnections: 0 }),
      },
    });
    expect.assertions(2);
    try {
      parseSourcesConfig(text);
    } catch (error) {
      const places = (error as SourceConfigError).problems.map((problem) => problem.split(':')[0]);
      expect((error as SourceConfigError).code).toBe('SOURCES_INVALID');
      expect(places.sort()).toEqual(
        [
          `${RESOURCE_ID}.allowedCidrs.0`,
          `${RESOURCE_ID}.format`,
          `${RESOURCE_ID}.url`,
          `${OTHER_ID}.columns`,
          `${OTHER_ID}.maxConnections`,
        ]
          .map((place) => `sources.${place}`)
          .sort(),
      );
    }
  });

  const BAD_HTTP: [string, Record<string, unknown>][] = [
    ['a placeholder in the host', { url: 'http://{id_no}.example/rows' }],
    ['a placeholder in the port', { url: 'http://10.20.0.5:{id_no}/rows' }],
    ['a placeholder that is not declared', { url: 'http://10.20.0.5/{name}' }],
    ['a limit in the path', { url: 'http://10.20.0.5/{$limit}' }],
    ['an unknown built-in', { url: 'http://10.20.0.5/{$all}' }],
    ['an unknown placeholder in the query', { query: { n: '{name}' } }],
    ['a stray brace', { query: { n: '{' } }],
    ['a user name', { url: 'http://user:pass@10.20.0.5/rows' }],
    ['a query in the URL', { url: 'http://10.20.0.5/rows?x=1' }],
    ['a fragment', { url: 'http://10.20.0.5/rows#x' }],
    ['dot segments', { url: 'http://10.20.0.5/a/../rows' }],
    ['encoded dot segments', { url: 'http://10.20.0.5/a/%2e%2e/rows' }],
    ['an encoded slash', { url: 'http://10.20.0.5/a%2frows' }],
    ['no path', { url: 'http://10.20.0.5' }],
    ['the default port written out', { url: 'http://10.20.0.5:80/rows' }],
    ['an address in another notation', { url: 'http://0x0a140005/rows' }],
    ['a name in capitals', { url: 'http://DATA.example/rows' }],
    ['a trailing dot', { url: 'http://data.example./rows' }],
    ['another scheme', { url: 'file:///etc/passwd' }],
    ['no range', { allowedCidrs: [] }],
    ['all addresses', { allowedCidrs: ['::/0'] }],
    ['a relative file', { authorizationFile: 'token' }],
    ['a missing file', { authorizationFile: '/nonexistent/token' }],
    ['a time of zero', { timeouts: { idleTimeoutMs: 0 } }],
    ['a member by mistake', { allowPrivate: true }],
    ['a field that is no field', { params: ['Id No'] }],
  ];
  it.each(BAD_HTTP)('refuses %s in an HTTP source', (_, changes) => {
    expect(problemsOf(http({ url: 'http://10.20.0.5/rows', ...changes }))).not.toEqual([]);
  });

  const BAD_POSTGRES: [string, Record<string, unknown>][] = [
    ['no columns', { columns: {} }],
    ['a column that PostgreSQL would cut', { columns: { name: 'x'.repeat(64) } }],
    ['SQL in place of a view', { view: 'SELECT 1' }],
    ['NUL in a name', { view: { schema: 'public', name: 'a\0b' } }],
    ['a password in the file', { connection: { host: 'h', database: 'd', user: 'u', password: 'p' } }],
    ['a port that is none', { connection: { host: 'h', port: 70_000, database: 'd', user: 'u' } }],
  ];
  it.each(BAD_POSTGRES)('refuses %s in a PostgreSQL source', (_, changes) => {
    expect(problemsOf(postgres(changes))).not.toEqual([]);
  });

  it('refuses a resource code as a key: another department could register the same code', () => {
    expect(problemsOf(http({ url: 'http://10.20.0.5/rows' }), '301001/000001')).not.toEqual([]);
  });

  it('refuses an empty file of secrets', () => {
    expect(problemsOf(http({ authorizationFile: emptyFile }))).not.toEqual([]);
  });
});

describe('the registry', () => {
  it('finds a source by id, and says when there is none', async () => {
    const registry = openSources(
      parseSourcesConfig(JSON.stringify({ sources: { [RESOURCE_ID]: http(), [OTHER_ID]: postgres() } })),
    );
    expect(registry.sourceFor(RESOURCE_ID).kind).toBe('http');
    expect(registry.sourceFor(OTHER_ID).kind).toBe('postgres');
    expect(() => registry.sourceFor('0x')).toThrow(expect.objectContaining({ code: 'SOURCE_NOT_CONFIGURED' }));
    await registry.close();
  });

  it('checks every source and names those that fail', async () => {
    const upstream = await startUpstream(sendRows([{ name: 'a' }]));
    const url = `http://127.0.0.1:${upstream.port}/rows`;
    const good = http({ url, allowedCidrs: ['127.0.0.0/8'], allowLoopback: true, authorizationFile: secretFile });
    const registry = openSources(
      parseSourcesConfig(JSON.stringify({ sources: { [RESOURCE_ID]: good, [OTHER_ID]: http({ url }) } })),
    );
    const failures = await registry.check();
    expect([...failures].map(([key, { code }]) => [key, code])).toEqual([[OTHER_ID, 'SOURCE_FORBIDDEN']]);
    expect(registry.standing).toEqual({ usable: 1, wrong: 1, away: 0, unchecked: 0 });
    // It is wrong still, which is no news.
    expect((await registry.check()).size).toBe(0);
    expect(registry.standing.wrong).toBe(1);
    await registry.sourceFor(RESOURCE_ID).open(rowQuery());
    await registry.close();
    await upstream.stop();
  });
});
