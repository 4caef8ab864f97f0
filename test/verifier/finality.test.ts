import { hexlify } from 'ethers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import type { EvidenceLine, EvidenceLineOf } from '../../ledger/evidence/evidence-line.ts';
import type { QbftTrust } from '../../ledger/finality/trusted-validators.ts';
import { parseBytes32 } from '../../ledger/ids.ts';
import type { JsonObject } from '../../ledger/json/strict-json.ts';
import { LedgerChain } from '../support/ledger-chain.ts';
import { addressesOf, buildBlock, type BuiltBlock } from '../support/qbft-chain.ts';
import { bundleLines, exporterOf, verifyBytes, writeBundle } from './evidence-bundle.ts';
import { EvidenceWorld, SMALL_CALENDAR } from './evidence-world.ts';

/** Before the headers of `qbft-chain.ts`, so that no entry is later than the block. */
const GENESIS_TIME = 1_780_000_000;
const HEADER_TIME = 1_790_000_000;
const ZERO = parseBytes32(`0x${'00'.repeat(32)}`);

let chain: LedgerChain;
let world: EvidenceWorld;
let lines: EvidenceLine[];
let trust: QbftTrust;
let plan: Parameters<typeof buildBlock>[0];

/** The state and its proofs are a real node's; only the header around it is sealed here. */
beforeAll(async () => {
  chain = await LedgerChain.start({ calendar: SMALL_CALENDAR, genesisTime: GENESIS_TIME });
  world = await EvidenceWorld.build(chain, 1);
  const [header, , heads, ...rest] = await bundleLines(world);
  const { number } = await chain.block();
  const tag = `0x${number.toString(16)}`;
  const { stateRoot } = (await chain.rpc('eth_getBlockByNumber', [tag, false])) as { stateRoot: string };
  const proofs: Record<string, unknown> = {};
  for (const [name, address] of Object.entries(chain.deployment.contracts)) {
    proofs[name] = await chain.rpc('eth_getProof', [address, [ZERO], tag]);
  }
  plan = { number, parentHash: ZERO, stateRoot, round: 0, laterFields: 5, vote: null, ...FOUR };
  const { deployment, ...facts } = header as EvidenceLineOf<'header'>;
  lines = [
    { ...facts, deployment: { ...deployment, profile: 'qbft' } },
    blockLine(buildBlock(plan)),
    { ...(heads as EvidenceLineOf<'heads'>), proofs: proofs as never },
    ...rest,
  ];
  const { chainId } = chain.deployment;
  trust = { profile: 'qbft', chainId, epochLength: 30_000, block: null, validators: addressesOf('ABCD') };
});

afterAll(async () => {
  await chain.stop();
});

const FOUR = { validators: 'ABCD', proposer: 'A', signers: 'ABC' };

function blockLine({ bytes, hash }: BuiltBlock, changes: Partial<EvidenceLineOf<'block'>> = {}): EvidenceLine {
  const { number } = plan;
  const timestamp = HEADER_TIME + number;
  const seal = { header: hexlify(bytes) };
  return { type: 'block', number, hash: parseBytes32(hash), timestamp, seal, ...changes };
}

async function codesOf(changed: readonly EvidenceLine[], validators: QbftTrust | null = trust) {
  const report = await verifyBytes(await writeBundle(changed, exporterOf(world.gateway)), { validators });
  return { verdict: report.verdict, codes: report.findings.map(({ code }) => code), report };
}

function withProofs(change: (proof: JsonObject, name: string) => unknown): EvidenceLine[] {
  const heads = lines[2] as EvidenceLineOf<'heads'>;
  const proofs = Object.entries(heads.proofs!).map(([name, proof]) => [name, change(proof as JsonObject, name)]);
  return lines.with(2, { ...heads, proofs: Object.fromEntries(proofs) as never });
}

describe('finality by qbft', () => {
  it('is proved by the seals of validators that the reader knows', async () => {
    const { verdict, codes, report } = await codesOf(lines);

    expect({ verdict, codes }).toEqual({ verdict: 'sound', codes: [] });
    expect(report.notProved).not.toContain('TRUSTED_NODE');
    expect(report.notProved).toContain('BLOCK_NUMBERS');
  });

  it('cannot be checked without them', async () => {
    const { verdict, report } = await codesOf(lines, null);

    expect(verdict).toBe('cannot-check');
    expect(report.obstacles).toEqual(['VALIDATORS_MISSING']);
  });

  it('cannot be checked with those of an older block', async () => {
    const { report } = await codesOf(lines, { ...trust, block: { number: 1, hash: ZERO } });

    expect(report.obstacles).toEqual(['VALIDATORS_MISSING']);
  });

  it.each([
    ['two of four seals', { signers: 'AB' }],
    ['a foreign validator set', { validators: 'BCDE', proposer: 'B', signers: 'BCDE' }],
    ['a doubled seal', { signers: 'AAB' }],
    ['a foreign seal', { signers: 'ABE' }],
  ])('is not proved by %s', async (_name, changes) => {
    const changed = lines.with(1, blockLine(buildBlock({ ...plan, ...changes })));

    expect((await codesOf(changed)).codes).toEqual(['FINALITY_NOT_PROVED']);
  });

  it.each([
    ['more after it', (hex: string) => `${hex}zz`],
    ['half a byte more', (hex: string) => `${hex}0`],
    ['capital letters', (hex: string) => `0x${hex.slice(2).toUpperCase()}`],
    ['another beginning', (hex: string) => hex.replace('0x', '0X')],
    ['a list around it', (hex: string) => [hex]],
  ])('is not proved by a header with %s', async (_name, spell) => {
    const header = spell(hexlify(buildBlock(plan).bytes));
    const changed = lines.with(1, blockLine(buildBlock(plan), { seal: { header } }));

    expect((await codesOf(changed)).codes).toEqual(['FINALITY_NOT_PROVED']);
  });

  it('is not proved for another chain', async () => {
    expect((await codesOf(lines, { ...trust, chainId: 1 })).codes).toEqual(['FINALITY_NOT_PROVED']);
  });

  it.each([
    ['hash', { hash: parseBytes32(`0x${'11'.repeat(32)}`) }],
    ['time', { timestamp: HEADER_TIME + 1_000_000 }],
  ])('is about a block of this %s', async (_name, changes) => {
    const changed = lines.with(1, blockLine(buildBlock(plan), changes));

    expect((await codesOf(changed)).codes).toEqual(['BLOCK_MISMATCH']);
  });

  it('needs heads in the state of the block', async () => {
    const other = buildBlock({ ...plan, stateRoot: `0x${'11'.repeat(32)}` });

    expect(new Set((await codesOf(lines.with(1, blockLine(other)))).codes)).toEqual(new Set(['HEADS_NOT_PROVED']));
  });

  it('needs proofs of each contract itself', async () => {
    const { proofs } = lines[2] as EvidenceLineOf<'heads'>;
    const swapped = withProofs((proof, name) => (name === 'CaseBook' ? proofs!.ReceiptLog : proof));
    const dropped = withProofs((proof, name) => (name === 'CaseBook' ? null : proof));

    expect((await codesOf(swapped)).codes).toEqual(['HEADS_NOT_PROVED']);
    expect((await codesOf(dropped)).codes).toEqual(['HEADS_NOT_PROVED']);
  });

  it('finds a history that was rewritten with heads to fit it', async () => {
    const heads = lines[2] as EvidenceLineOf<'heads'>;
    const shorter = { ...heads.contracts, WorkingDayCalendar: { seq: 0, head: ZERO } };
    const without = lines.filter((line) => line.type !== 'log' || line.contract !== 'WorkingDayCalendar');
    const changed = without.with(2, { ...heads, contracts: shorter });

    expect((await codesOf(changed)).codes).toContain('HEADS_NOT_PROVED');
  });
});
