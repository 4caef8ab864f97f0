import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { fetchRows } from '../../cli/fetch-rows.ts';
import { deriveResourceId } from '../../ledger/ids.ts';
import { sampleResources } from '../../scripts/samples/resources.ts';
import { GatewayFixture, readOptions, type Granted, type Member, type Published } from '../support/gateway-fixture.ts';
import { LedgerChain } from '../support/ledger-chain.ts';
import { startPglite, startPostgres, type TestDatabase } from '../support/postgres.ts';

const CODE = '301002/000009';
const sample = sampleResources().find(({ entry }) => entry.resourceCode === CODE);
if (sample === undefined) throw new TypeError('The sample is missing');

const SETUP = `
  CREATE TABLE divisions (code text, name text, level text, parent_code text, province text, secret text);
  INSERT INTO divisions
    SELECT '44' || lpad(n::text, 4, '0'), '区划' || n, 'area', '4401', '44', 'never' FROM generate_series(1, 3000) AS n;
  INSERT INTO divisions VALUES ('110101', '东城区', 'area', '1101', '11', 'never');
  CREATE VIEW division AS SELECT code, name, level, parent_code, province FROM divisions;
`;

const ENGINES: [string, () => Promise<TestDatabase>][] = [
  ['PGlite', startPglite],
  ['a PostgreSQL server', startPostgres],
];

describe.each(ENGINES)('the story on %s', (_engine, startDatabase) => {
  let chain: LedgerChain;
  let database: TestDatabase;
  let fixture: GatewayFixture;
  let requester: Member;
  let resource: Published;

  beforeAll(async () => {
    database = await startDatabase();
    await database.query(SETUP);
    chain = await LedgerChain.start();
    const mz = await chain.register('MZ');
    const zw = await chain.register('ZW');
    const { host, port, user } = database;
    const columns = Object.fromEntries(sample.entry.fields.map(({ key }) => [key, key]));
    const source = {
      kind: 'postgres',
      connection: { host, port, database: database.database, user },
      view: { schema: 'public', name: 'division' },
      columns,
      maxConnections: 1,
      allowPrivilegedRole: true,
    };
    fixture = await GatewayFixture.start({ chain, sources: { [deriveResourceId(mz.id, CODE)]: source } });
    const authority = await fixture.join(chain.authority);
    const provider = await fixture.join(mz);
    requester = await fixture.join(zw);
    resource = await fixture.publish(provider, authority, sample.entry);
  });

  afterAll(async () => {
    await fixture.stop();
    await chain.stop();
    await database.stop();
  });

  async function read(granted: Granted, changes = {}): Promise<Record<string, unknown>[]> {
    const parts: Buffer[] = [];
    await fetchRows(requester.client, readOptions(granted.grantId, changes), (bytes) => {
      parts.push(bytes);
    });
    const lines = Buffer.concat(parts).toString('utf8').trimEnd().split('\n');
    return lines.filter((line) => line !== '').map((line) => JSON.parse(line) as Record<string, unknown>);
  }

  it('relays all granted rows of the region in a stream, proved by the receipt, and no other rows or columns', async () => {
    const granted = await fixture.grant(requester, resource, { rowFilter: { regionPrefix: '44' } });
    const rows = await read(granted);
    expect(rows).toHaveLength(3000);
    expect(new Set(rows.map(({ province }) => province))).toEqual(new Set(['44']));
    expect(Object.keys(rows[0] ?? {})).not.toContain('secret');
  });

  it('filters by a granted field, with the value bound and never run', async () => {
    const granted = await fixture.grant(requester, resource, { rowFilter: { regionPrefix: '44' } });
    expect(await read(granted, { equals: new Map([['code', '440007']]) })).toHaveLength(1);
    expect(
      await read(granted, { equals: new Map([['code', '110101']]) }).catch((error: unknown) => error),
    ).toMatchObject({
      facts: { problem: { deny_code: 'ROW_OUT_OF_SCOPE' } },
    });
    expect(await read(granted, { equals: new Map([['name', "x' OR '1'='1"]]) })).toEqual([]);
  });

  it('refuses from the revocation on', async () => {
    const granted = await fixture.grant(requester, resource);
    expect(await read(granted, { limit: 5 })).toHaveLength(5);
    await fixture.suspend(granted);
    await expect(read(granted)).rejects.toMatchObject({ facts: { problem: { deny_code: 'NOT_ACTIVE' } } });
  });
});
