import { rename, rm } from 'node:fs/promises';
import { join } from 'node:path';

import { hashDocument } from '../../../ledger/document-hash.ts';
import { endStatement } from '../../../ledger/evidence/end-statement.ts';
import type { EvidenceLine, EvidenceLineOf, EvidenceLineType } from '../../../ledger/evidence/evidence-line.ts';
import { parseBytes32, parseGatewayId } from '../../../ledger/ids.ts';
import { formatCheckpoint, logOrigin } from '../../../ledger/log/checkpoint.ts';
import type { TreeHead } from '../../../ledger/log/merkle-tree.ts';
import { signNote } from '../../../ledger/log/signed-note.ts';
import { accountsChange, someHash } from '../../../test/support/act-factory.ts';
import { LedgerChain } from '../../../test/support/ledger-chain.ts';
import { EvidenceWorld, SMALL_CALENDAR } from '../../../test/verifier/evidence-world.ts';
import { BenchError } from '../bench-error.ts';
import { fastSigner } from './fast-signer.ts';
import { LineFile } from './line-file.ts';
import { PaperActs } from './paper-acts.ts';
import { PaperReceipts } from './paper-receipts.ts';

/** Nothing but the decision limits the reads of the bench. */
const NO_LIMIT = 1_000_000_000;
const QUOTA = { perSecond: NO_LIMIT, perDay: NO_LIMIT, total: NO_LIMIT, maxRowsPerCall: 10, maxBytesPerDay: NO_LIMIT };
/** Of the one document that all share requests of the bench name; it is withheld. */
const REQUEST_DOCUMENT = someHash(0xd0);

export interface BundleSize {
  readonly acts: number;
  readonly receipts: number;
}

/** Where the bundle of that size is, or will be. */
export function bundlePath(folder: string, { acts, receipts }: BundleSize): string {
  return join(folder, `evidence-${String(acts)}-${String(receipts)}.ndjson`);
}

/** Makes the parties and their history on a chain, once, and bundles of several sizes that continue it. */
export class EvidenceMaker {
  readonly #world: EvidenceWorld;
  readonly #lines: readonly EvidenceLine[];
  readonly #folder: string;

  private constructor(world: EvidenceWorld, lines: readonly EvidenceLine[], folder: string) {
    this.#world = world;
    this.#lines = lines;
    this.#folder = folder;
  }

  static async open(folder: string): Promise<EvidenceMaker> {
    await using chain = await LedgerChain.start({ calendar: SMALL_CALENDAR });
    const world = await EvidenceWorld.build(chain, 2, QUOTA);
    const accounts = { maker: fastSigner(), office: fastSigner(), head: fastSigner() };
    const requester = { ...world.requester, ...accounts };
    await chain.record('changeDepartmentAccounts', accountsChange(requester), world.requester);
    world.requester = requester;
    return new EvidenceMaker(world, await world.ledgerLines(), folder);
  }

  async write({ acts, receipts }: BundleSize): Promise<void> {
    const path = bundlePath(this.#folder, { acts, receipts });
    // Under its name only when it is whole, so that the next run does not take half of one.
    const file = new LineFile(`${path}.part`);
    await this.#writeHistory(file, acts);
    await this.#writeReceipts(file, receipts);
    const sha256 = parseBytes32(await file.sha256());
    const { lines } = file;
    const { gateway } = this.#world;
    const signature = `0x${Buffer.from(gateway.sign(endStatement(lines, sha256))).toString('hex')}`;
    await file.add({ type: 'end', lines, sha256, exporter: parseBytes32(gateway.id), signature });
    await file.close();
    await rename(file.path, path);
  }

  async #writeHistory(file: LineFile, count: number): Promise<void> {
    const { chain, requester, resourceId, documents } = this.#world;
    const [block] = this.#linesOf('block');
    const [heads] = this.#linesOf('heads');
    if (block === undefined || heads === undefined) throw new BenchError('SETUP_FAILED', 'No history');
    const facts = { deployment: chain.deployment, requester, resourceId };
    const acts = new PaperActs({ ...facts, heads: heads.contracts, block: block.number, now: block.timestamp });
    const part = new LineFile(`${file.path}.acts`);
    for (let made = 0; made < count; made += 1) for (const line of acts.next()) await part.add(line);
    await part.close();
    for (const line of this.#linesOf('header')) await file.add(line);
    await file.add({ ...block, number: acts.block });
    await file.add({ ...heads, contracts: acts.heads });
    for (const line of [...this.#linesOf('account'), ...this.#linesOf('log')]) await file.add(line);
    await file.addPart(part);
    await rm(part.path);
    for (const salted of documents) await file.add({ type: 'document', hash: hashDocument(salted), ...salted });
    if (count > 1) await file.add({ type: 'document', hash: REQUEST_DOCUMENT, salt: null, document: null });
  }

  async #writeReceipts(file: LineFile, count: number): Promise<void> {
    const { gateway, afterSuspension: block, suspendedGrantId: grantId } = this.#world;
    const refused = this.#world.read({ grantId, block, at: block.timestamp });
    const receipts = new PaperReceipts(gateway.id, this.#world.read(), refused);
    const part = new LineFile(`${file.path}.receipts`);
    for (let made = 0; made < count; made += 1) await part.add(receipts.next());
    await part.close();
    const note = this.#noteOf({ size: receipts.frontier.size, root: receipts.frontier.root() });
    const id = parseBytes32(gateway.id);
    await file.add({ type: 'checkpoint', gateway: id, note, consistency: [], complete: true });
    await file.addPart(part);
    await rm(part.path);
  }

  #noteOf(head: TreeHead): string {
    const { gateway } = this.#world;
    const origin = logOrigin(parseGatewayId(gateway.id));
    const signed = signNote(formatCheckpoint({ origin, ...head }), [{ name: origin, privateKey: gateway.privateKey }]);
    return Buffer.from(signed).toString();
  }

  #linesOf<Type extends EvidenceLineType>(type: Type): EvidenceLineOf<Type>[] {
    return this.#lines.filter((line): line is EvidenceLineOf<Type> => line.type === type);
  }
}
