import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { LedgerChain } from '../support/ledger-chain.ts';
import { bundleLines, exporterOf, verifyBytes, writeBundle } from './evidence-bundle.ts';
import { EvidenceWorld, SMALL_CALENDAR } from './evidence-world.ts';

const COUNT = process.env['DXL_LONG'] === '1' ? 100_000 : 10_000;
const NO_LIMIT = 1_000_000_000;
const QUOTA = {
  perSecond: NO_LIMIT,
  perDay: NO_LIMIT,
  total: NO_LIMIT,
  maxRowsPerCall: 10,
  maxBytesPerDay: NO_LIMIT,
};

let chain: LedgerChain;
let world: EvidenceWorld;

beforeAll(async () => {
  chain = await LedgerChain.start({ calendar: SMALL_CALENDAR });
  world = await EvidenceWorld.build(chain, 2, QUOTA);
});

afterAll(async () => {
  await chain.stop();
});

/** Most are delivered and some refused, under two grants, one of which is suspended later. */
function serve(count: number): void {
  const { afterSuspension, suspendedGrantId: grantId } = world;
  const refused = world.read({ grantId, block: afterSuspension, at: afterSuspension.timestamp });
  for (let index = 0; index < count; index += 1) {
    if (index % 7 === 0) world.gateway.refuse(refused, 'NOT_ACTIVE');
    else world.gateway.deliver(world.read());
  }
}

describe('a gateway with many receipts', () => {
  it('that is honest has no finding', async () => {
    serve(COUNT);
    const bytes = await writeBundle(await bundleLines(world), exporterOf(world.gateway));

    const { verdict, findings, checked } = await verifyBytes(bytes);

    expect({ verdict, findings }).toEqual({ verdict: 'sound', findings: [] });
    expect(checked).toMatchObject({ receipts: COUNT, judged: COUNT, notReplayable: 0 });
  });

  it('that grants once what it may not is found, and the receipt is named', async () => {
    await world.enterGateway();
    serve(COUNT / 2);
    const { suspendedGrantId: grantId, afterSuspension: block } = world;
    const { receipt } = world.gateway.deliver(world.read({ grantId, block, at: block.timestamp }));
    serve(COUNT / 2 - 1);
    const bytes = await writeBundle(await bundleLines(world), exporterOf(world.gateway));

    const { findings } = await verifyBytes(bytes);

    expect(findings).toMatchObject([{ code: 'OVER_GRANT', id: receipt.receiptId, facts: { expected: 'NOT_ACTIVE' } }]);
  });
});
