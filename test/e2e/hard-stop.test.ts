import type { ServerResponse } from 'node:http';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { readReceipt, rowsPath } from '../../cli/fetch-rows.ts';
import { deriveResourceId } from '../../ledger/ids.ts';
import { sampleResources } from '../../scripts/samples/resources.ts';
import { GatewayFixture, readOptions } from '../support/gateway-fixture.ts';
import { LedgerChain } from '../support/ledger-chain.ts';
import { startUpstream, type Upstream } from '../support/upstream-server.ts';

const sample = sampleResources().find(({ entry }) => entry.resourceCode === '301001/000001');
if (sample === undefined) throw new TypeError('The sample is missing');

const READ_HEADERS = { 'dxl-purpose': 'BUSINESS_COLLAB', 'dxl-case-number': 'CASE-1', 'dxl-system': 'SI-TEST-01' };
const STREAMS = 4;
const ROW = `${JSON.stringify({ id_no: '990100199001010012', name: '张三', sex: '1', nation: '01', birth: '1990-01-01', addr: '示例省' })}\n`;

let chain: LedgerChain;
let upstream: Upstream;

/** More than the gateway collects before it begins to stream, then a row now and then, without end. */
function drip(response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'application/x-ndjson' }).write(ROW.repeat(3_000));
  const timer = setInterval(() => response.write(ROW), 5);
  response.once('close', () => clearInterval(timer));
}

beforeAll(async () => {
  chain = await LedgerChain.start();
  upstream = await startUpstream((_request, response) => drip(response));
});

afterAll(async () => {
  await upstream.stop();
  await chain.stop();
});

describe('a gateway that is stopped while streams are open', () => {
  it('records the end of each before its journal closes', async () => {
    const [ga, rs] = [await chain.register('GA'), await chain.register('RS')];
    const source = {
      ...{ kind: 'http', format: 'ndjson', allowedCidrs: ['127.0.0.0/8'], allowLoopback: true },
      url: `http://127.0.0.1:${String(upstream.port)}/rows`,
    };
    const sources = { [deriveResourceId(ga.id, '301001/000001')]: source };
    const fixture = await GatewayFixture.start({ chain, sources, config: { stopMs: 200 } });
    const [provider, requester] = [await fixture.join(ga), await fixture.join(rs)];
    const resource = await fixture.publish(provider, await fixture.join(chain.authority), sample.entry);
    const { grantId } = await fixture.grant(requester, resource);
    const path = rowsPath(readOptions(grantId));
    const streams = await Promise.all(
      Array.from({ length: STREAMS }, async () => {
        const opened = await requester.client.openRows(path, READ_HEADERS);
        const pieces = opened.body[Symbol.asyncIterator]();
        await pieces.next();
        return { receiptId: opened.receiptId, pieces };
      }),
    );

    await fixture.stop({ keepData: true });

    const again = await GatewayFixture.start({ chain, sources, like: fixture });
    for (const { receiptId } of streams) {
      const receipt = await readReceipt(requester.client, receiptId);
      expect(receipt.outcome).toBe('ABORTED');
      expect(receipt.bytes).toBeGreaterThan(0);
    }
    await again.stop();
  });
});
