import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { parseBytes32 } from '../../../ledger/ids.ts';
import type { EvidenceLine, EvidenceLineOf } from '../../../ledger/evidence/evidence-line.ts';
import { statusChange } from '../../support/act-factory.ts';
import { LedgerChain } from '../../support/ledger-chain.ts';
import { tellStory } from '../../support/ledger-story.ts';
import { bundleLines, exporterOf, writeBundle } from '../../verifier/evidence-bundle.ts';
import { EvidenceWorld, SMALL_CALENDAR } from '../../verifier/evidence-world.ts';
import { type KeptFile, type Stage, STAGES } from '../../verifier/kept-world.ts';

/**
 * Writes the histories that tests read instead of a chain: `node test/vectors/evidence/write-kept-world.ts`. One is that
 * of `EvidenceWorld` with its keys, the other that of every act.
 */
const folder = import.meta.dirname;

async function keptWorld(): Promise<KeptFile> {
  await using chain = await LedgerChain.start({ calendar: SMALL_CALENDAR });
  const world = await EvidenceWorld.build(chain);
  const steps: Readonly<Record<Stage, () => Promise<unknown>>> = {
    entered: () => Promise.resolve(),
    keyRevoked: () => world.revokeKey(),
    callerSuspended: () =>
      chain.record('changeDepartmentStatus', statusChange(chain.authority, world.requester, 'suspended'), chain.authority),
    gatewayRetired: () => world.retireGateway(),
  };
  let lines: readonly EvidenceLine[] = [];
  const stages: Partial<KeptFile['stages']> = {};
  for (const stage of STAGES) {
    await steps[stage]();
    lines = await world.ledgerLines();
    const [, block, heads] = lines as [unknown, EvidenceLineOf<'block'>, EvidenceLineOf<'heads'>];
    Object.assign(stages, { [stage]: { logs: ofType(lines, 'log').length, block, heads } });
  }
  const pem = (key: EvidenceWorld['keyPair']): string => key.export({ type: 'pkcs8', format: 'pem' }) as string;
  return {
    header: ofType(lines, 'header')[0]!,
    accounts: ofType(lines, 'account'),
    logs: ofType(lines, 'log'),
    stages: stages as KeptFile['stages'],
    documents: world.documents,
    provider: world.provider.id,
    requester: world.requester.id,
    keyId: world.keyId,
    callerKey: pem(world.keyPair),
    gatewayKey: pem(world.gateway.privateKey),
    grantId: world.grantId,
    suspendedGrantId: world.suspendedGrantId,
    inForce: world.inForce,
    afterSuspension: world.afterSuspension,
  };
}

function ofType<Type extends EvidenceLine['type']>(lines: readonly EvidenceLine[], type: Type): EvidenceLineOf<Type>[] {
  return lines.filter((line): line is EvidenceLineOf<Type> => line.type === type);
}

async function everyAct(): Promise<Uint8Array> {
  await using chain = await LedgerChain.start();
  const { activeGrant, provider } = await tellStory(chain);
  const world = EvidenceWorld.empty(chain);
  await world.keepAccount(provider.office.account);
  await world.enterGateway();
  const scope = { kind: 'grant', grantId: parseBytes32(activeGrant) } as const;
  return await writeBundle(await bundleLines(world, { scope }), exporterOf(world.gateway));
}

await writeFile(join(folder, 'kept-world.json'), `${JSON.stringify(await keptWorld(), null, 1)}\n`);
await writeFile(join(folder, 'every-act.ndjson'), await everyAct());
