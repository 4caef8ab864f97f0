import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { fetchRows, readReceipt } from '../../cli/fetch-rows.ts';
import { deriveResourceId } from '../../ledger/ids.ts';
import { sampleResources } from '../../scripts/samples/resources.ts';
import { GatewayFixture, readOptions, type Granted, type Member, type Published } from '../support/gateway-fixture.ts';
import { LedgerChain } from '../support/ledger-chain.ts';
import { sendRows, startUpstream, type Upstream } from '../support/upstream-server.ts';

const sample = sampleResources().find(({ entry }) => entry.resourceCode === '301001/000001');
if (sample === undefined) throw new TypeError('The sample is missing');

const ROWS = [
  {
    id_no: '990100199001010012',
    name: '张三',
    sex: '1',
    nation: '01',
    birth: '1990-01-01',
    addr: '示例省示例市示例区一号',
  },
  {
    id_no: '990100198512310020',
    name: '欧阳娜娜',
    sex: '2',
    nation: '01',
    birth: '1985-12-31',
    addr: '示例省示例市示例区二号',
  },
];

let chain: LedgerChain;
let upstream: Upstream;
let fixture: GatewayFixture;
let provider: Member;
let requester: Member;
let authority: Member;
let resource: Published;

beforeAll(async () => {
  chain = await LedgerChain.start();
  upstream = await startUpstream(sendRows(ROWS));
  const ga = await chain.register('GA');
  const rs = await chain.register('RS');
  const source = {
    kind: 'http',
    url: `http://127.0.0.1:${String(upstream.port)}/rows`,
    allowedCidrs: ['127.0.0.0/8'],
    allowLoopback: true,
    format: 'ndjson',
  };
  const resourceId = deriveResourceId(ga.id, '301001/000001');
  fixture = await GatewayFixture.start({ chain, sources: { [resourceId]: source } });
  authority = await fixture.join(chain.authority);
  provider = await fixture.join(ga);
  requester = await fixture.join(rs, 'p256');
  resource = await fixture.publish(provider, authority, sample.entry);
});

afterAll(async () => {
  await fixture.stop();
  await upstream.stop();
  await chain.stop();
});

async function read(granted: Granted, by: Member = requester, changes = {}) {
  const lines: Buffer[] = [];
  const fetched = await fetchRows(by.client, readOptions(granted.grantId, changes), (bytes) => {
    lines.push(bytes);
  });
  const text = Buffer.concat(lines).toString('utf8');
  return {
    fetched,
    rows: text
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as Record<string, unknown>),
  };
}

async function refusal(granted: Granted, by: Member = requester, changes = {}) {
  const error: unknown = await read(granted, by, changes).catch((failure: unknown) => failure);
  const { facts } = error as { facts: { status: number; receiptId: string | null; problem: Record<string, unknown> } };
  return facts;
}

describe('from a request to a receipt', () => {
  it('relays masked rows under an active grant and leaves a receipt for them', async () => {
    const granted = await fixture.grant(requester, resource, { fields: ['birth', 'id_no', 'name'] });
    const { fetched, rows } = await read(granted);
    expect(rows).toEqual([
      { id_no: '9****************2', name: '张*', birth: '1990' },
      { id_no: '9****************0', name: '欧阳**', birth: '1985' },
    ]);
    expect(await readReceipt(requester.client, fetched.receiptId)).toMatchObject({
      type: 'AccessReceipt',
      grantId: granted.grantId,
      caller: requester.actor.id,
      decision: 'PERMIT',
      outcome: 'DELIVERED',
      rows: 2,
      bytes: fetched.bytes,
      endedBy: null,
    });
  });

  it('refuses a field outside the grant, and leaves a receipt for the refusal', async () => {
    const granted = await fixture.grant(requester, resource, { fields: ['name'] });
    const { status, receiptId, problem } = await refusal(granted, requester, { fields: ['name', 'addr'] });
    expect([status, problem['code'], problem['deny_code']]).toEqual([403, 'DENIED', 'FIELD_NOT_GRANTED']);
    const receipt = await readReceipt(requester.client, receiptId ?? '');
    expect(receipt).toMatchObject({
      decision: 'FIELD_NOT_GRANTED',
      outcome: 'REFUSED',
      status: 403,
      rows: 0,
      bytes: 0,
    });
  });

  it('tells a stranger nothing of a grant, and the holder why', async () => {
    const granted = await fixture.grant(requester, resource);
    expect(await refusal(granted, authority)).toMatchObject({ status: 404, problem: { deny_code: 'NO_GRANT' } });
    expect(await refusal(granted, requester, { purpose: 'RESEARCH' })).toMatchObject({
      status: 403,
      problem: { deny_code: 'PURPOSE_MISMATCH' },
    });
    expect(await refusal(granted, requester, { caseNumber: null })).toMatchObject({
      problem: { deny_code: 'CASE_MISSING' },
    });
    expect(await refusal(granted, requester, { system: 'SI-OTHER' })).toMatchObject({
      problem: { deny_code: 'SYSTEM_MISMATCH' },
    });
  });

  it('refuses what goes over the quota', async () => {
    const quota = { perSecond: 100, perDay: 2, total: 2, maxRowsPerCall: 10, maxBytesPerDay: 1_000_000 };
    const granted = await fixture.grant(requester, resource, { quota });
    await read(granted);
    await read(granted);
    expect(await refusal(granted)).toMatchObject({ status: 429, problem: { code: 'QUOTA_EXCEEDED' } });
  });

  it('refuses from the revocation on', async () => {
    const granted = await fixture.grant(requester, resource);
    await read(granted);
    await fixture.suspend(granted);
    expect(await refusal(granted)).toMatchObject({ status: 403, problem: { deny_code: 'NOT_ACTIVE' } });
  });
});
