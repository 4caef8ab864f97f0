import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { fetchRows } from '../../cli/fetch-rows.ts';
import { createLogger } from '../../gateway/logger.ts';
import type { CatalogEntry } from '../../ledger/documents/catalog-entry.ts';
import { deriveResourceId } from '../../ledger/ids.ts';
import { sampleResources } from '../../scripts/samples/resources.ts';
import { freePort, GatewayFixture, readOptions, type Member } from '../support/gateway-fixture.ts';
import { LedgerChain } from '../support/ledger-chain.ts';
import { startPostgres, type TestDatabase } from '../support/postgres.ts';
import { httpConfig, sendRows, startUpstream, type Upstream } from '../support/upstream-server.ts';

/** Stands in every bad row; nothing of it may be logged. */
const PERSON = '欧阳娜娜198512310020';
const HTTP_CODE = '301004/000009';
const DATABASE_CODE = '301002/000009';

const SETUP = `
  CREATE TABLE divisions (code text, name text);
  INSERT INTO divisions VALUES ('440101', '${PERSON}');
  CREATE VIEW division AS
    SELECT code, name, name::int::text AS level, code AS parent_code, code AS province FROM divisions;
  CREATE ROLE reader LOGIN;
  GRANT SELECT ON division TO reader;
`;

function sampleOf(code: string): CatalogEntry {
  const sample = sampleResources().find(({ entry }) => entry.resourceCode === code);
  if (sample === undefined) throw new TypeError('The sample is missing');
  return sample.entry;
}

let chain: LedgerChain;
let database: TestDatabase;
let upstream: Upstream;
let fixture: GatewayFixture;
let provider: Member;
let requester: Member;
let authority: Member;
let log = '';

const resourceOf = (digit: string): string => `0x${digit.repeat(64)}`;

function postgres(user: string, changes: Record<string, unknown> = {}) {
  const { host, port, database: name } = database;
  const columns = Object.fromEntries(sampleOf(DATABASE_CODE).fields.map(({ key }) => [key, key]));
  const connection = { host, port, database: name, user };
  return { kind: 'postgres', connection, view: { schema: 'public', name: 'division' }, columns, ...changes };
}

beforeAll(async () => {
  database = await startPostgres();
  await database.query(SETUP);
  upstream = await startUpstream((request, response) => {
    if (request.url !== '/torn') {
      sendRows([{}])(request, response);
      return;
    }
    response.writeHead(200, { 'content-type': 'application/x-ndjson' });
    response.end(`{"date":"2026-01-01","working":false,"weekday":4,"holiday":${PERSON}}\n`);
  });
  chain = await LedgerChain.start();
  const rs = await chain.register('RS');
  fixture = await GatewayFixture.start({
    chain,
    sources: {
      [deriveResourceId(rs.id, HTTP_CODE)]: httpConfig(upstream.port, {
        url: `http://127.0.0.1:${upstream.port}/torn`,
      }),
      [deriveResourceId(rs.id, DATABASE_CODE)]: postgres('reader'),
      [resourceOf('1')]: postgres(database.user),
      [resourceOf('2')]: postgres('reader', { columns: { code: 'missing' } }),
      [resourceOf('3')]: httpConfig(await freePort()),
    },
    logger: createLogger('debug', { write: (line) => void (log += line) }),
  });
  authority = await fixture.join(chain.authority);
  provider = await fixture.join(rs);
  requester = await fixture.join(await chain.register('ZW'));
});

afterAll(async () => {
  await fixture.stop();
  await chain.stop();
  await upstream.stop();
  await database.stop();
});

function logged(resourceId: string): unknown[] {
  const lines = log.split('\n').filter((line) => line !== '');
  return lines
    .map((line) => JSON.parse(line) as Record<string, unknown>)
    .filter((fact) => fact['resourceId'] === resourceId);
}

const LEVEL = { warn: 40, error: 50 } as const;

describe('the sources of a gateway that starts', () => {
  it('are checked: those that are away or wrong are told apart, and stop nobody', async () => {
    const readiness = async () => {
      const { status, body } = await requester.client.getPublic('/readyz');
      return { status, sources: (body as { sources?: unknown }).sources };
    };
    const sources = { usable: 2, wrong: 2, away: 1, unchecked: 0 };
    await expect.poll(readiness).toEqual({ status: 200, sources });
    expect(logged(resourceOf('1'))).toMatchObject([{ level: LEVEL.error, code: 'SOURCE_FORBIDDEN' }]);
    expect(logged(resourceOf('2'))).toMatchObject([{ level: LEVEL.error, code: 'SOURCE_MISCONFIGURED' }]);
    expect(logged(resourceOf('3'))).toMatchObject([{ level: LEVEL.warn, code: 'SOURCE_FAILED' }]);
  });
});

describe('the log', () => {
  it.each([
    ['an HTTP service', HTTP_CODE, 'SyntaxError'],
    ['a database', DATABASE_CODE, '22P02'],
  ])('says that a row of %s is bad, and nothing of the row', async (_source, code, cause) => {
    const { grantId } = await fixture.grant(requester, await fixture.publish(provider, authority, sampleOf(code)));
    const read = fetchRows(requester.client, readOptions(grantId), () => undefined);
    await expect(read).rejects.toMatchObject({ facts: { problem: { code: 'SOURCE_FAILED' } } });
    expect(log).toContain(cause);
    for (const part of [PERSON, '欧', '娜', '19851231', '2310020']) expect(log).not.toContain(part);
  });
});
