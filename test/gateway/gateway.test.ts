import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { fetchRows } from '../../cli/fetch-rows.ts';
import { deriveResourceId } from '../../ledger/ids.ts';
import { sampleResources } from '../../scripts/samples/resources.ts';
import { GatewayFixture, readOptions, type Granted, type Member } from '../support/gateway-fixture.ts';
import { LedgerChain } from '../support/ledger-chain.ts';
import { httpConfig, startUpstream, type Upstream } from '../support/upstream-server.ts';

const CODE = '301004/000009';
const sample = sampleResources().find(({ entry }) => entry.resourceCode === CODE);
if (sample === undefined) throw new TypeError('The sample is missing');
const LINE = `${JSON.stringify({ date: '2026-01-01', working: false, weekday: 4, holiday: '元旦' })}\n`;

let chain: LedgerChain;
let upstream: Upstream;
let fixture: GatewayFixture;
let requester: Member;
let granted: Granted;
let finishUpstream: () => void;

beforeEach(async () => {
  chain = await LedgerChain.start();
  const mayFinish = new Promise<void>((resolve) => {
    finishUpstream = resolve;
  });
  // More than fits in one piece, so that the answer has begun while the rest is still to come.
  upstream = await startUpstream((_request, response) => {
    response.writeHead(200, { 'content-type': 'application/x-ndjson' });
    response.write(LINE.repeat(3_000));
    void mayFinish.then(() => response.end(LINE));
  });
  const rs = await chain.register('RS');
  const zw = await chain.register('ZW');
  const source = httpConfig(upstream.port);
  fixture = await GatewayFixture.start({ chain, sources: { [deriveResourceId(rs.id, CODE)]: source } });
  const authority = await fixture.join(chain.authority);
  const provider = await fixture.join(rs);
  requester = await fixture.join(zw);
  granted = await fixture.grant(requester, await fixture.publish(provider, authority, sample.entry));
});

afterEach(async () => {
  finishUpstream();
  await upstream.stop();
  await chain.stop();
});

describe('stopping the gateway', () => {
  it('lets the answer under way end, serves nobody else, and closes idle connections', async () => {
    const idle = connect(fixture.config.listenPort, '127.0.0.1');
    const idleClosed = once(idle, 'close');
    idle.write(`GET /healthz HTTP/1.1\r\nhost: ${fixture.config.authority}\r\n\r\n`);
    await once(idle, 'data');
    idle.resume();
    let received = 0;
    const answer = fetchRows(requester.client, readOptions(granted.grantId), (bytes) => {
      received += bytes.length;
    });
    // The receipt cannot be asked for once the gateway has stopped; that the bytes are whole is what counts here.
    const ended = answer.catch((error: unknown) => error);
    await expect.poll(() => received).toBeGreaterThan(0);
    const stopped = fixture.stop();
    await sleep(200);
    await expect(requester.client.getPublic('/healthz')).rejects.toMatchObject({ code: 'GATEWAY_UNREACHABLE' });
    await idleClosed;
    finishUpstream();
    await stopped;
    await ended;
    expect(received).toBe(Buffer.byteLength(LINE) * 3_001);
  });
});
