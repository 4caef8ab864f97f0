import { readFileSync } from 'node:fs';

import { describe, expect, it } from 'vitest';

import { parseBytes32 } from '../../ledger/ids.ts';
import { judgeBytesIndependently, judgementOf, runIndependent } from '../support/independent-verifier.ts';
import { LedgerChain } from '../support/ledger-chain.ts';
import { tellStory } from '../support/ledger-story.ts';
import { bundleLines, exporterOf, verifyBytes, writeBundle } from './evidence-bundle.ts';
import { EvidenceWorld, SMALL_CALENDAR } from './evidence-world.ts';

const index = JSON.parse(readFileSync('test/vectors/evidence/index.json', 'utf8')) as Readonly<Record<string, string>>;

/** Its `findPython` throws where there is no Python, so that this is never skipped. */
describe('the verifier that was written from the page alone', () => {
  it('finds in each vector what it must', async () => {
    const { exitCode, stdout, stderr } = await runIndependent('run_vectors.py');

    expect({ exitCode, stderr, stdout: stdout.trim() }).toEqual({
      exitCode: 0,
      stderr: '',
      stdout: `${String(Object.keys(index).length)} vectors, 0 disagreements`,
    });
  });

  it('agrees about a history of every act', async () => {
    await using chain = await LedgerChain.start();
    const { activeGrant, provider } = await tellStory(chain);
    const told = EvidenceWorld.empty(chain);
    await told.keepAccount(provider.office.account);
    await told.enterGateway();
    const scope = { kind: 'grant', grantId: parseBytes32(activeGrant) } as const;
    const bytes = await writeBundle(await bundleLines(told, { scope }), exporterOf(told.gateway));

    const judged = await judgeBytesIndependently(bytes);

    expect(judged).toEqual(judgementOf(await verifyBytes(bytes)));
    expect(judged).toEqual({ verdict: 'sound', codes: [] });
  });

  it('agrees about reads, refusals and an anchored log', async () => {
    await using chain = await LedgerChain.start({ calendar: SMALL_CALENDAR });
    const world = await EvidenceWorld.build(chain);
    for (let count = 0; count < 3; count += 1) world.gateway.deliver(world.read());
    const { afterSuspension: block, suspendedGrantId: grantId } = world;
    world.gateway.refuse(world.read({ grantId, block, at: block.timestamp }), 'NOT_ACTIVE');
    await world.anchor();
    const bytes = await writeBundle(await bundleLines(world), exporterOf(world.gateway));

    expect(await judgeBytesIndependently(bytes)).toEqual(judgementOf(await verifyBytes(bytes)));
  });
});
