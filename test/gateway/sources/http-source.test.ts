import { afterEach, describe, expect, it } from 'vitest';

import { GatewayError } from '../../../gateway/errors.ts';
import { HttpSource } from '../../../gateway/sources/http-source.ts';
import type { Row, RowQuery } from '../../../gateway/sources/source.ts';
import {
  collect,
  httpConfig,
  rowQuery,
  sendRows,
  startUpstream,
  type Upstream,
} from '../../support/upstream-server.ts';

const cleanups: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

function sourceOn(upstream: Upstream, changes: Record<string, unknown> = {}): HttpSource {
  const source = new HttpSource(httpConfig(upstream.port, changes));
  cleanups.push(upstream.stop, async () => await source.close());
  return source;
}

async function read(source: HttpSource, query: Partial<RowQuery> = {}): Promise<Row[]> {
  return await collect(await source.open(rowQuery(query)));
}

async function codeOf(work: Promise<unknown>): Promise<string> {
  const error: unknown = await work.then(
    () => null,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(GatewayError);
  return (error as GatewayError).code;
}

const PEOPLE = [
  { id_no: '990100199001010012', name: '王小明', region: '990101', age: 35, secret: 'x' },
  { id_no: '990100198512310020', name: '欧阳娜娜', region: '990102', age: 40, secret: 'y' },
  { id_no: '990100200002290031', name: '张三', region: '980101', age: 25, secret: 'z' },
];

describe('rows of a well-behaved service', () => {
  it('have the fields asked for and nothing else, and no prototype', async () => {
    const rows = await read(sourceOn(await startUpstream(sendRows(PEOPLE))), { fields: ['age', 'name'] });
    expect(rows.map((row) => ({ ...row }))).toEqual(PEOPLE.map(({ age, name }) => ({ age, name })));
    expect(rows.map((row): unknown => Object.getPrototypeOf(row))).toEqual([null, null, null]);
  });

  it('come from a JSON array too, in pieces as small as a byte', async () => {
    const upstream = await startUpstream((_, response) => {
      response.writeHead(200, { 'content-type': 'application/json; charset=utf-8' });
      const bytes = Buffer.from(JSON.stringify(PEOPLE));
      for (let index = 0; index < bytes.length; index += 1) response.write(bytes.subarray(index, index + 1));
      response.end();
    });
    const rows = await read(sourceOn(upstream, { format: 'json-array' }));
    expect(rows.map((row) => row['name'])).toEqual(['王小明', '欧阳娜娜', '张三']);
  });

  it('are filtered again, whatever the service did with the filter', async () => {
    const source = sourceOn(await startUpstream(sendRows(PEOPLE)));
    const names = async (query: Partial<RowQuery>): Promise<unknown[]> =>
      (await read(source, query)).map((row) => row['name']);
    expect(await names({ equals: new Map([['age', '40']]) })).toEqual(['欧阳娜娜']);
    expect(await names({ equals: new Map([['age', '4']]) })).toEqual([]);
    expect(await names({ region: { field: 'region', prefix: '99' } })).toEqual(['王小明', '欧阳娜娜']);
    expect(await names({ region: { field: 'region', prefix: '99' }, limit: 1 })).toEqual(['王小明']);
  });

  it('may use names of their own, and a missing filter field is a failure and not a match', async () => {
    const source = sourceOn(await startUpstream(sendRows([{ XM: '张三' }])), { columns: { name: 'XM' } });
    expect((await read(source)).map((row) => row['name'])).toEqual(['张三']);
    expect(await codeOf(read(source, { equals: new Map([['age', '40']]) }))).toBe('SOURCE_FAILED');
  });

  it('reuse the connection', async () => {
    const upstream = await startUpstream(sendRows(PEOPLE));
    const source = sourceOn(upstream, { maxConnections: 1 });
    for (let count = 0; count < 20; count += 1) await read(source, { limit: 1 });
    expect(upstream.connections()).toBe(1);
  });

  it('end without waiting once the limit is reached', async () => {
    const upstream = await startUpstream((_, response) => {
      response.writeHead(200, { 'content-type': 'application/x-ndjson' });
      response.write('{"name":"张三"}\n{"name":"李四"}\n');
    });
    expect(await read(sourceOn(upstream), { limit: 2 })).toHaveLength(2);
  });
});

describe('what travels to the service', () => {
  const TEMPLATE = {
    params: ['id_no', 'name'],
    query: { n: '{name}', max: '{$limit}', r: '{$region}', f: '{$fields}', v: '2' },
  };

  it('is the declared filters, the region and the columns', async () => {
    const upstream = await startUpstream(sendRows([]));
    const source = sourceOn(upstream, { ...TEMPLATE, url: `http://127.0.0.1:${upstream.port}/people/{id_no}/rows` });
    const equals = new Map([
      ['id_no', '99010020000228001X'],
      ['name', '阿依古丽·买买提 & co'],
      ['age', '40'],
    ]);
    await read(source, { equals, region: { field: 'region', prefix: '99' }, limit: 7 });
    const url = new URL(upstream.targets[0] ?? '', 'http://upstream');
    expect(url.pathname).toBe('/people/99010020000228001X/rows');
    expect([...url.searchParams]).toEqual([
      ['n', '阿依古丽·买买提 & co'],
      ['r', '99'],
      ['f', 'name,id_no,age,region'],
      ['v', '2'],
    ]);
  });

  const FILTERS: [string, Partial<RowQuery>, boolean][] = [
    ['none', {}, true],
    ['one in the query', { equals: new Map([['name', '张三']]) }, true],
    ['the region', { region: { field: 'region', prefix: '98' } }, true],
    ['one that is not declared', { equals: new Map([['age', '25']]) }, false],
    ['one that is declared and stands nowhere', { equals: new Map([['id_no', '990100200002290031']]) }, false],
    ['one in a parameter that lacks another value', { equals: new Map([['secret', 'z']]) }, false],
    [
      'one that travels and one that does not',
      {
        equals: new Map([
          ...[
            ['name', '张三'],
            ['age', '25'],
          ],
        ] as [string, string][]),
      },
      false,
    ],
  ];
  it.each(FILTERS)('has the limit only when all filters travel with it: %s', async (_, filters, travels) => {
    // It cuts before anybody but itself has filtered.
    const upstream = await startUpstream((request, response) => {
      const { searchParams } = new URL(request.url ?? '', 'http://upstream');
      const filtered = PEOPLE.filter(
        ({ name, region }) =>
          name === (searchParams.get('n') ?? name) && region.startsWith(searchParams.get('r') ?? ''),
      );
      sendRows(filtered.slice(0, Number(searchParams.get('max') ?? PEOPLE.length)))(request, response);
    });
    const params = ['id_no', 'name', 'secret'];
    const source = sourceOn(upstream, { params, query: { ...TEMPLATE.query, both: '{secret}/{id_no}' } });
    const rows = await read(source, { ...filters, limit: 1 });
    expect(new URL(upstream.targets[0] ?? '', 'http://upstream').searchParams.get('max')).toBe(travels ? '1' : null);
    expect(rows).toHaveLength(1);
  });

  it('leaves out a parameter that has no value', async () => {
    const upstream = await startUpstream(sendRows([]));
    await read(sourceOn(upstream, TEMPLATE), { limit: 7 });
    expect(upstream.targets).toEqual(['/rows?max=7&f=name&v=2']);
  });

  const TRICKS = [
    '..',
    '.',
    '',
    '../admin',
    'a/b',
    'a\\b',
    '%2e%2e',
    '%2f',
    'a?b=c',
    'a#b',
    'a;b',
    '..;',
    'a\r\nHost: evil',
    'a\nb',
    'a\0b',
    'a\u2028b',
    'a\u0085b',
    '．．',
    '／etc',
    '＼',
    'a％2f',
    '\ud800',
    'x'.repeat(2000),
  ];
  it.each(TRICKS)('refuses %j in the path before any connection', async (value) => {
    const upstream = await startUpstream(sendRows([]));
    const source = sourceOn(upstream, { params: ['id_no'], url: `http://127.0.0.1:${upstream.port}/people/{id_no}` });
    expect(await codeOf(read(source, { equals: new Map([['id_no', value]]) }))).toBe('REQUEST_INVALID');
    expect(upstream.connections()).toBe(0);
  });

  it('refuses a read without the value that the path needs', async () => {
    const upstream = await startUpstream(sendRows([]));
    const source = sourceOn(upstream, { params: ['id_no'], url: `http://127.0.0.1:${upstream.port}/people/{id_no}` });
    expect(await codeOf(read(source))).toBe('REQUEST_INVALID');
  });

  it('encodes what a query could take for structure', async () => {
    const upstream = await startUpstream(sendRows([]));
    const source = sourceOn(upstream, { params: ['name'], query: { n: '{name}' } });
    const value = '&v=3#?/../%00+"\'<>';
    await read(source, { equals: new Map([['name', value]]) });
    expect([...new URL(upstream.targets[0] ?? '', 'http://upstream').searchParams]).toEqual([['n', value]]);
    expect(await codeOf(read(source, { equals: new Map([['name', 'a\r\nb']]) }))).toBe('REQUEST_INVALID');
  });
});

describe('values that a row may not have', () => {
  const BAD_VALUES = ['{"a":1}', '[1]', '9007199254740993', '1e400', '-1e21'];
  it.each(BAD_VALUES)('refuses %s', async (value) => {
    const upstream = await startUpstream((_, response) => {
      response.writeHead(200, { 'content-type': 'application/x-ndjson' });
      response.end(`{"name":${value}}\n`);
    });
    expect(await codeOf(read(sourceOn(upstream)))).toBe('SOURCE_FAILED');
  });

  const NO_MEMBER = ['{}', '{"__proto__":{"name":"x"}}', '{"constructor":{"name":"x"}}', '[]', '"name"', 'null', '7'];
  it.each(NO_MEMBER)('refuses %s, which lacks the field', async (line) => {
    const ndjson = await startUpstream((_, response) => {
      response.writeHead(200, { 'content-type': 'application/x-ndjson' });
      response.end(`${line}\n`);
    });
    const array = await startUpstream((_, response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(`[${line}]`);
    });
    expect(await codeOf(read(sourceOn(ndjson)))).toBe('SOURCE_FAILED');
    expect(await codeOf(read(sourceOn(array, { format: 'json-array' })))).toBe('SOURCE_FAILED');
    expect(({} as Record<string, unknown>)['name']).toBeUndefined();
  });
});
