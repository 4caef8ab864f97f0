import { hexlify } from 'ethers';

import type { EvidenceLine, EvidenceLineOf } from '../../../../ledger/evidence/evidence-line.ts';
import { parseBytes32 } from '../../../../ledger/ids.ts';
import { LedgerChain } from '../../../support/ledger-chain.ts';
import { addressesOf, buildBlock } from '../../../support/qbft-chain.ts';
import { bundleLines, exporterOf, writeBundle } from '../../../verifier/evidence-bundle.ts';
import { EvidenceWorld } from '../../../verifier/evidence-world.ts';
import type { VectorFolder } from './vector-folder.ts';

/** Before the headers of `qbft-chain.ts`, so that no entry is later than the block. */
const GENESIS_TIME = 1_780_000_000;
const HEADER_TIME = 1_790_000_000;
const ZERO = parseBytes32(`0x${'00'.repeat(32)}`);
const FOUR = { validators: 'ABCD', proposer: 'A', signers: 'ABC' };

/** The state and its proofs are a real node's; only the header around it is sealed here. */
export async function writeSealedBlocks(folder: VectorFolder): Promise<void> {
  await using chain = await LedgerChain.start({ calendar: [], genesisTime: GENESIS_TIME });
  const world = EvidenceWorld.empty(chain);
  await world.enterGateway();
  const [header, , heads, ...rest] = await bundleLines(world);
  const { number } = await chain.block();
  const tag = `0x${number.toString(16)}`;
  const { stateRoot } = (await chain.rpc('eth_getBlockByNumber', [tag, false])) as { stateRoot: string };
  const proofs: Record<string, unknown> = {};
  for (const [name, address] of Object.entries(chain.deployment.contracts)) {
    proofs[name] = await chain.rpc('eth_getProof', [address, [ZERO], tag]);
  }
  const plan = { number, parentHash: ZERO, stateRoot, round: 0, laterFields: 5, vote: null, ...FOUR };
  const block = (changes: Partial<typeof plan>, told: Partial<EvidenceLineOf<'block'>> = {}): EvidenceLine => {
    const { bytes, hash } = buildBlock({ ...plan, ...changes });
    const seal = { header: hexlify(bytes) };
    return { type: 'block', number, hash: parseBytes32(hash), timestamp: HEADER_TIME + number, seal, ...told };
  };
  const { deployment, ...facts } = header as EvidenceLineOf<'header'>;
  const lines: EvidenceLine[] = [
    { ...facts, deployment: { ...deployment, profile: 'qbft' } },
    block({}),
    { ...(heads as EvidenceLineOf<'heads'>), proofs: proofs as never },
    ...rest,
  ];
  const trust = { profile: 'qbft', chainId: deployment.chainId, epochLength: 30_000, block: null };
  const validators = await folder.besides('validators.json', { ...trust, validators: addressesOf('ABCD') });
  const old = { ...trust, block: { number: 1, hash: ZERO }, validators: addressesOf('ABCD') };
  const bytesOf = async (changed: readonly EvidenceLine[]): Promise<Buffer> => {
    return await writeBundle(changed, exporterOf(world.gateway));
  };
  const write = async (name: string, expected: string, changed: readonly EvidenceLine[]): Promise<void> => {
    await folder.defective(name, await bytesOf(changed), expected, { validators });
  };
  await folder.sound('sealed', await bytesOf(lines), { validators });
  await folder.defective('sealed-without-validators', await bytesOf(lines), 'cannot-check');
  const older = await folder.besides('validators-of-an-older-block.json', old);
  await folder.defective('sealed-with-older-validators', await bytesOf(lines), 'cannot-check', { validators: older });
  await write('two-seals-of-four', 'FINALITY_NOT_PROVED', lines.with(1, block({ signers: 'AB' })));
  const bare = { ...(heads as EvidenceLineOf<'heads'>), proofs: null };
  const unsealed = [header!, block({}, { seal: null }), bare, ...rest];
  await write('dev-where-validators-are-known', 'FINALITY_NOT_PROVED', unsealed);
  await write('seal-doubled', 'FINALITY_NOT_PROVED', lines.with(1, block({ signers: 'AAB' })));
  await write('validators-of-its-own', 'FINALITY_NOT_PROVED', lines.with(1, block({ validators: 'BCDE', proposer: 'B', signers: 'BCDE' })));
  await write('seal-without-header', 'FINALITY_NOT_PROVED', lines.with(1, block({}, { seal: null })));
  await write('hash-of-another-block', 'BLOCK_MISMATCH', lines.with(1, block({}, { hash: parseBytes32(`0x${'61'.repeat(32)}`) })));
  await write('state-of-another-block', 'HEADS_NOT_PROVED', lines.with(1, block({ stateRoot: `0x${'62'.repeat(32)}` })));
  const swapped = { ...proofs, CaseBook: proofs['ReceiptLog'] } as never;
  await write('proof-of-another-contract', 'HEADS_NOT_PROVED', lines.with(2, { ...(lines[2] as EvidenceLineOf<'heads'>), proofs: swapped }));
}
