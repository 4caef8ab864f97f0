import { afterAll, beforeAll, expect, it } from 'vitest';

import { fetchRows } from '../../cli/fetch-rows.ts';
import { deriveResourceId } from '../../ledger/ids.ts';
import { sampleResources } from '../../scripts/samples/resources.ts';
import { GatewayFixture, readOptions, type Granted, type Member } from '../support/gateway-fixture.ts';
import { GatewayProcess } from '../support/gateway-process.ts';
import { LedgerChain } from '../support/ledger-chain.ts';
import { httpConfig, startUpstream, type Upstream } from '../support/upstream-server.ts';

const CODE = '301004/000009';
const sample = sampleResources().find(({ entry }) => entry.resourceCode === CODE);
if (sample === undefined) throw new TypeError('The sample is missing');
const LINE = `${JSON.stringify({ date: '2026-01-01', working: false, weekday: 4, holiday: '元旦' })}\n`;
/** More than fits in one piece, so that the answer has begun while the rest is still to come. */
const LINES = 3_000;

const { promise: mayFinish, resolve: finishUpstream } = Promise.withResolvers<undefined>();
let chain: LedgerChain;
let upstream: Upstream;
let gateway: GatewayProcess;
let requester: Member;
let granted: Granted;

beforeAll(async () => {
  chain = await LedgerChain.start();
  upstream = await startUpstream((_request, response) => {
    response.writeHead(200, { 'content-type': 'application/x-ndjson' });
    response.write(LINE.repeat(LINES));
    void mayFinish.then(() => response.end(LINE));
  });
  const rs = await chain.register('RS');
  const source = httpConfig(upstream.port, { timeouts: {} });
  const fixture = await GatewayFixture.start({ chain, sources: { [deriveResourceId(rs.id, CODE)]: source } });
  const authority = await fixture.join(chain.authority);
  requester = await fixture.join(await chain.register('ZW'));
  const resource = await fixture.publish(await fixture.join(rs), authority, sample.entry);
  granted = await fixture.grant(requester, resource);
  await fixture.stop({ keepData: true });
  gateway = await GatewayProcess.prepare(fixture);
  await gateway.start();
});

afterAll(async () => {
  await gateway.kill();
  await upstream.stop();
  await chain.stop();
});

it('a gateway that is told twice to stop lets the answer under way end all the same', async () => {
  let received = 0;
  const answer = fetchRows(requester.client, readOptions(granted.grantId), (bytes) => {
    received += bytes.length;
  });
  // The receipt cannot be asked for once the gateway has stopped; that the bytes are whole is what counts here.
  const ended = answer.catch((error: unknown) => error);
  await expect.poll(() => received).toBeGreaterThan(0);
  gateway.signal('SIGTERM');
  await expect.poll(async () => await requester.client.getPublic('/healthz').catch(() => null)).toBeNull();
  gateway.signal('SIGTERM');
  gateway.signal('SIGINT');
  const exited = gateway.kill('SIGTERM');
  finishUpstream(undefined);
  expect(await exited).toBe(0);
  await ended;
  expect(received).toBe(Buffer.byteLength(LINE) * (LINES + 1));
});
