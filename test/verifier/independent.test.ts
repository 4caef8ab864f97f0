import { readFileSync } from 'node:fs';

import { describe, expect, it } from 'vitest';

import { parseBytes32 } from '../../ledger/ids.ts';
import {
  judgeBytesIndependently,
  type Judgement,
  judgementOf,
  runIndependent,
} from '../support/independent-verifier.ts';
import { LedgerChain } from '../support/ledger-chain.ts';
import { tellStory } from '../support/ledger-story.ts';
import { bundleLines, exporterOf, verifyBytes, writeBundle } from './evidence-bundle.ts';
import { VECTORS, vectorIndex, verifyVector } from './evidence-vectors.ts';
import { EvidenceWorld, SMALL_CALENDAR } from './evidence-world.ts';

const TOO_LONG = 1_048_577;

/** Its `findPython` throws where there is no Python, so that this is never skipped. */
describe('the verifier that was written from the page alone', () => {
  it('finds in each vector what it must, and no more than the other verifier', async () => {
    const { exitCode, stdout, stderr } = await runIndependent('run_vectors.py', ['--json']);
    const judged = JSON.parse(stdout) as Readonly<Record<string, Judgement>>;
    const files = Object.keys(vectorIndex());
    const reports = await Promise.all(
      files.map(async (file) => [file, judgementOf(await verifyVector(file))] as const),
    );

    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    expect(files.length).toBeGreaterThanOrEqual(95);
    expect(judged).toEqual(Object.fromEntries(reports));
    process.stdout.write(`two verifiers: ${String(files.length)} vectors, 0 disagreements\n`);
  });

  it('agrees about a line that is too long', async () => {
    const [header = ''] = readFileSync(`${VECTORS}/valid/whole-ledger.ndjson`, 'utf8').split('\n');
    const bytes = Buffer.from(`${header}\n"${'x'.repeat(TOO_LONG - 2)}"\n`);

    expect(await judgeBytesIndependently(bytes)).toEqual({ verdict: 'findings', codes: ['LINE_TOO_LONG'] });
    expect(judgementOf(await verifyBytes(bytes))).toEqual({ verdict: 'findings', codes: ['LINE_TOO_LONG'] });
  });

  it('agrees about marks in a row', async () => {
    const [header = ''] = readFileSync(`${VECTORS}/valid/whole-ledger.ndjson`, 'utf8').split('\n');
    for (const [count, code] of [
      [30, 'LINE_INVALID'],
      [31, 'LINE_NOT_CANONICAL'],
    ] as const) {
      const bytes = Buffer.from(`${header}\n"a${'\u0316'.repeat(count)}"\n`);

      expect(await judgeBytesIndependently(bytes)).toEqual({ verdict: 'findings', codes: [code] });
      expect(judgementOf(await verifyBytes(bytes))).toEqual({ verdict: 'findings', codes: [code] });
    }
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
