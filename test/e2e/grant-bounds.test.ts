import { setTimeout as sleep } from 'node:timers/promises';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import type { CliError } from '../../cli/cli-error.ts';
import { fetchRows, readReceipt, type FetchOptions } from '../../cli/fetch-rows.ts';
import type { CatalogEntry } from '../../ledger/documents/catalog-entry.ts';
import { deriveResourceId } from '../../ledger/ids.ts';
import { sampleResources } from '../../scripts/samples/resources.ts';
import { GatewayFixture, readOptions, type Granted, type Member, type Published } from '../support/gateway-fixture.ts';
import { LedgerChain } from '../support/ledger-chain.ts';
import { httpConfig, sendRows, startUpstream, type Upstream } from '../support/upstream-server.ts';

const PEOPLE = '301001/000001';
const HOUSES = '301009/000001';
const PERSON = { id_no: '990100199001010012', name: '张三', sex: '1', birth: '1990-01-01', addr: '示例省示例市一号' };
const HOUSE = { unit_no: 'U1', owner: '王小明', id_no: PERSON.id_no, area: 88, mortgage: true, sealed: true };
/** More than the gateway collects before it begins to stream. */
const STREAMED_ROWS = 3_000;

let chain: LedgerChain;
let people: Upstream;
let houses: Upstream;
let fixture: GatewayFixture;
let authority: Member;
let requester: Member;
let person: Published;
let house: Published;
/** Lets the stream of houses end. */
let finish: (() => void) | null = null;

function entryOf(code: string): CatalogEntry {
  const sample = sampleResources().find(({ entry }) => entry.resourceCode === code);
  if (sample === undefined) throw new TypeError(`The sample ${code} is missing`);
  return sample.entry;
}

/** The people with the district of each, so that their rows can be filtered by region. */
function peopleEntry(): CatalogEntry {
  const entry = entryOf(PEOPLE);
  const region = { key: 'region', name: '区划代码', type: 'c6', level: 1, mask: 'NONE', personal: true } as const;
  return { ...entry, fields: [...entry.fields, region], regionField: 'region' };
}

beforeAll(async () => {
  chain = await LedgerChain.start();
  people = await startUpstream(sendRows([{ ...PERSON, region: '990102' }]));
  houses = await startUpstream((_request, response) => {
    response.writeHead(200, { 'content-type': 'application/x-ndjson' });
    response.write(`${JSON.stringify(HOUSE)}\n`.repeat(finish === null ? 1 : STREAMED_ROWS));
    if (finish === null) response.end();
    else finish = () => response.end();
  });
  const [ga, zr] = [await chain.register('GA'), await chain.register('ZR')];
  const asked = { query: { fields: '{$fields}' } };
  fixture = await GatewayFixture.start({
    chain,
    sources: {
      [deriveResourceId(ga.id, PEOPLE)]: httpConfig(people.port, asked),
      [deriveResourceId(zr.id, HOUSES)]: httpConfig(houses.port),
    },
  });
  authority = await fixture.join(chain.authority);
  requester = await fixture.join(await chain.register('ZW'));
  person = await fixture.publish(await fixture.join(ga), authority, peopleEntry());
  house = await fixture.publish(await fixture.join(zr), authority, entryOf(HOUSES));
});

afterAll(async () => {
  await fixture.stop();
  await people.stop();
  await houses.stop();
  await chain.stop();
});

async function read({ grantId }: Granted, changes: Partial<FetchOptions> = {}) {
  const parts: Buffer[] = [];
  await fetchRows(requester.client, readOptions(grantId, changes), (bytes) => void parts.push(bytes));
  const lines = Buffer.concat(parts).toString('utf8').split('\n').slice(0, -1);
  return lines.map((line) => JSON.parse(line) as Record<string, unknown>);
}

async function denyCode(granted: Granted, changes: Partial<FetchOptions> = {}): Promise<unknown> {
  const error: unknown = await read(granted, changes).catch((refused: unknown) => refused);
  return (error as { facts?: { problem?: Record<string, unknown> } }).facts?.problem?.['deny_code'];
}

describe('what a read may learn of a field', () => {
  it('is not its region, prefix by prefix, when the field is not granted', async () => {
    const granted = await fixture.grant(requester, person, { fields: ['name'], rowFilter: { regionPrefix: '9901' } });
    expect(await denyCode(granted, { region: '990102' })).toBe('FIELD_NOT_GRANTED');
    expect(await read(granted, { region: '9901' })).toEqual([{ name: '张*' }]);
    expect(await read(granted)).toEqual([{ name: '张*' }]);
  });

  it('is nothing that is dropped, neither by filter nor by asking the source', async () => {
    const fields = ['name', 'nation', 'region'];
    const granted = await fixture.grant(requester, person, { fields });
    expect(await denyCode(granted, { equals: new Map([['nation', '01']]) })).toBe('FIELD_NOT_GRANTED');
    expect(await denyCode(granted, { fields: ['nation'] })).toBe('FIELD_NOT_GRANTED');
    expect(await read(granted)).toEqual([{ name: '张*', region: '990102' }]);
    const asked = new URL(people.targets.at(-1) ?? '', 'http://source');
    expect(asked.searchParams.get('fields')).toBe('name,region');
  });

  it('is masked, and then filtered by for a case only', async () => {
    const changes = { fields: ['id_no', 'name'], caseIdRequired: false };
    const granted = await fixture.grant(requester, person, changes);
    const equals = new Map([['id_no', PERSON.id_no]]);
    expect(await denyCode(granted, { equals, caseNumber: null })).toBe('CASE_MISSING');
    expect(await read(granted, { equals })).toEqual([{ id_no: '9****************2', name: '张*' }]);
  });

  it('is no sensitive value without mask, unless granted in plain and asked for a case', async () => {
    const changes = { fields: ['area', 'sealed', 'unit_no'], plainFields: ['area'], caseIdRequired: false };
    const granted = await fixture.grant(requester, house, changes);
    expect(await read(granted, { caseNumber: null })).toEqual([{ unit_no: 'U1' }]);
    expect(await read(granted)).toEqual([{ area: 88, unit_no: 'U1' }]);
  });
});

describe('a later version that denies sharing', () => {
  function denied({ entry, provider }: Published) {
    const denyBasis = { instrumentKind: 'LAW', instrument: '中华人民共和国统计法', article: '第二十八条' } as const;
    const changes = { version: 2, shareClass: 'DENIED', conditions: [], denyBasis, modes: [] } as const;
    return fixture.publish(provider, authority, { ...entry, ...changes });
  }

  it('ends the grants of the earlier ones, and cuts their open streams', async () => {
    const granted = await fixture.grant(requester, house, { fields: ['id_no', 'owner', 'unit_no'] });
    const { promise: begun, resolve: begin } = Promise.withResolvers<undefined>();
    finish = () => undefined;
    const streamed = fetchRows(requester.client, readOptions(granted.grantId), () => begin(undefined));
    const ended = streamed.catch((error: unknown) => error as CliError);
    await begun;
    await denied(house);
    const result = await Promise.race([ended, sleep(5_000).then(() => ({ code: 'STILL_OPEN' }))]);
    finish();
    finish = null;
    expect(result).toMatchObject({ code: 'STREAM_CUT' });
    expect(await denyCode(granted)).toBe('RESOURCE_WITHDRAWN');
    const { body } = await requester.client.get('/v1/receipts?limit=1');
    const [last] = (body as { receipts: { receiptId: string }[] }).receipts;
    const receipt = await readReceipt(requester.client, last?.receiptId ?? '');
    expect(receipt).toMatchObject({ decision: 'RESOURCE_WITHDRAWN', outcome: 'REFUSED', rows: 0 });
  });

  it('is itself followed by one that shares again, under which the grants go on', async () => {
    const granted = await fixture.grant(requester, person, { fields: ['sex'] });
    await denied(person);
    expect(await denyCode(granted)).toBe('RESOURCE_WITHDRAWN');
    await fixture.publish(person.provider, authority, { ...person.entry, version: 3 });
    expect(await read(granted)).toEqual([{ sex: '1' }]);
  });
});
