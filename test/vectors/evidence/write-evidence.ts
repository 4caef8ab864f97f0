import { hashDocument } from '../../../ledger/document-hash.ts';
import { parseBytes32 } from '../../../ledger/ids.ts';
import { LedgerChain } from '../../support/ledger-chain.ts';
import { EvidenceWorld, SMALL_CALENDAR } from '../../verifier/evidence-world.ts';
import { targetOf } from '../../verifier/tampering.ts';
import { writeChangedFiles } from './writing/changed-files.ts';
import { writeForgedHistories } from './writing/forged-histories.ts';
import { writeForgedQuotas } from './writing/forged-quotas.ts';
import { bundle, writeAroundReceipts, writeForgedReceipts } from './writing/forged-receipts.ts';
import { writeAnchored, writeCases, writeDocuments, writeGatewayLogs, writeOfficers, writeOpaqueSigners } from './writing/ledger-histories.ts';
import { writeSealedBlocks } from './writing/sealed-blocks.ts';
import { VectorFolder } from './writing/vector-folder.ts';

/**
 * Writes the evidence vectors anew, from real chains with fresh keys: `node test/vectors/evidence/write-evidence.ts`.
 * The name of an invalid one says its defect; index.json says which finding it must have, given.json what a reader has
 * besides.
 */
const QUOTA = { perSecond: 5, perDay: 100, total: 3, maxRowsPerCall: 10, maxBytesPerDay: 100_000 };

const folder = await VectorFolder.clear(import.meta.dirname);
await using chain = await LedgerChain.start({ calendar: SMALL_CALENDAR });
const world = await EvidenceWorld.build(chain, 1, QUOTA);
for (let count = 0; count < 3; count += 1) world.gateway.deliver(world.read());
const whole = await bundle(world);
await folder.sound('whole-ledger', whole);
const scope = { kind: 'grant', grantId: parseBytes32(world.grantId) } as const;
await folder.sound('grant-with-proofs', await bundle(world, { scope, indexes: [0, 1, 2] }));
const withheld = world.documents.map(hashDocument);
await folder.sound('withheld', await bundle(world, { withheld, withholdContexts: true }));
await writeChangedFiles(folder, targetOf(whole, world.gateway));
await writeForgedReceipts(folder, world);
await writeAroundReceipts(folder, world);
await writeForgedQuotas(folder);
await world.enterGateway();
world.gateway.deliver(world.read());
await world.anchor();
await writeForgedHistories(folder, targetOf(await bundle(world), world.gateway));
await writeCases(folder);
await writeOfficers(folder);
await writeOpaqueSigners(folder);
await writeAnchored(folder);
await writeGatewayLogs(folder);
await writeDocuments(folder);
await writeSealedBlocks(folder);
await folder.finish();
