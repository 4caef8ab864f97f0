import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { parseBytes32 } from '../../ledger/ids.ts';
import { LedgerChain } from '../support/ledger-chain.ts';
import { tellStory } from '../support/ledger-story.ts';
import { bundleLines, exporterOf, verifyBytes, writeBundle } from './evidence-bundle.ts';
import { EvidenceWorld, SMALL_CALENDAR } from './evidence-world.ts';

let chain: LedgerChain;
let world: EvidenceWorld;

beforeAll(async () => {
  chain = await LedgerChain.start({ calendar: SMALL_CALENDAR });
  world = await EvidenceWorld.build(chain);
  for (let count = 0; count < 3; count += 1) world.gateway.deliver(world.read());
  world.gateway.refuse(
    world.read({ grantId: world.suspendedGrantId, block: world.afterSuspension, at: world.afterSuspension.timestamp }),
    'NOT_ACTIVE',
  );
});

afterAll(async () => {
  await chain.stop();
});

describe('verifyBundle', () => {
  it('finds a real history sound, and says what rests on the node', async () => {
    const bytes = await writeBundle(await bundleLines(world), exporterOf(world.gateway));

    const report = await verifyBytes(bytes);

    expect(report.findings).toEqual([]);
    expect(report.verdict).toBe('sound');
    expect(report.notProved).toEqual(['TRUSTED_NODE', 'ANCHORS', 'OFFICERS', 'LATER_RECEIPTS', 'RECEIPT_TIMES']);
    expect(report.checked).toMatchObject({ receipts: 4, delivered: 3, judged: 4, notReplayable: 0, documents: 10 });
  });

  it('finds a history of every act sound', async () => {
    await using other = await LedgerChain.start();
    const { activeGrant, provider } = await tellStory(other);
    const told = EvidenceWorld.empty(other);
    await told.keepAccount(provider.office.account);
    await told.enterGateway();
    const scope = { kind: 'grant', grantId: parseBytes32(activeGrant) } as const;
    const bytes = await writeBundle(await bundleLines(told, { scope }), exporterOf(told.gateway));

    const report = await verifyBytes(bytes);

    expect(report.findings).toEqual([]);
    expect(report.checked.entries).toBeGreaterThan(115);
  });
});
