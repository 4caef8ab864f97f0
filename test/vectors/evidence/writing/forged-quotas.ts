import type { EvidenceLine } from '../../../../ledger/evidence/evidence-line.ts';
import { parseBytes32 } from '../../../../ledger/ids.ts';
import { LedgerChain } from '../../../support/ledger-chain.ts';
import { bundleLines, exporterOf, writeBundle } from '../../../verifier/evidence-bundle.ts';
import { EvidenceWorld, SMALL_CALENDAR } from '../../../verifier/evidence-world.ts';
import type { VectorFolder } from './vector-folder.ts';

const DAY = 86_400;
const SHANGHAI = 28_800;
const QUOTA = { perSecond: 1, perDay: 2, total: 100, maxRowsPerCall: 10, maxBytesPerDay: 100_000 };

/** Reads of a grant that allows one in a second and two in a day, from noon on and around a midnight. */
export async function writeForgedQuotas(folder: VectorFolder): Promise<void> {
  await using chain = await LedgerChain.start({ calendar: SMALL_CALENDAR });
  const world = await EvidenceWorld.build(chain, 2, QUOTA);
  const { gateway } = world;
  const block = await chain.block();
  const midnight = block.timestamp - ((block.timestamp + SHANGHAI) % DAY) + 2 * DAY;
  const noon = midnight - DAY / 2;
  const serve = (openedAt: number, closedAt = openedAt): unknown =>
    gateway.deliver(world.read({ block, at: openedAt }), { closedAt, usage: null });
  const scope = { kind: 'grant', grantId: parseBytes32(world.grantId) } as const;
  const written = async (deed: () => unknown): Promise<Buffer> => {
    gateway.forget();
    deed();
    const lines = await bundleLines(world, { scope, withholdContexts: true });
    return await writeBundle(lines.filter(isNeeded), exporterOf(gateway));
  };
  const honest = await written(() => [noon, noon + 10, midnight - 1].map((time) => serve(time, time + 1)));
  await folder.sound('read-across-midnight', honest);
  const ofDay = await written(() => [0, 10, 20].map((later) => serve(noon, noon + later)));
  await folder.defective('more-calls-in-a-day-than-granted', ofDay, 'QUOTA_EXCEEDED');
  const ofSecond = await written(() => [midnight, midnight, midnight].map((time) => serve(time)));
  await folder.defective('more-calls-in-a-second-than-granted', ofSecond, 'QUOTA_EXCEEDED');
  const across = await written(() => Array.from({ length: 5 }, (_, call) => serve(midnight - 30, midnight + call * 2)));
  await folder.defective('more-calls-across-midnight-than-granted', across, 'QUOTA_EXCEEDED');
}

/** Of the documents only terms are needed, and in this scope none has to have a line. */
function isNeeded(line: EvidenceLine): boolean {
  return line.type !== 'document' || (line.document as { readonly type?: unknown } | null)?.type === 'ShareAuthorization';
}
