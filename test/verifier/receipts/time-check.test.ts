import { beforeEach, describe, expect, it } from 'vitest';

import { parseBytes32 } from '../../../ledger/ids.ts';
import type { AccessReceipt } from '../../../ledger/receipts/receipt.ts';
import { Findings } from '../../../verifier/findings.ts';
import { BlockTimes } from '../../../verifier/ledger/block-times.ts';
import { TimeCheck } from '../../../verifier/receipts/time-check.ts';
import { bundleLines, exporterOf, verifyBytes, writeBundle } from '../evidence-bundle.ts';
import { KeptWorld } from '../kept-world.ts';
import { GRANT, shownReceipt } from './shown.ts';

const BLOCK_TIME = 1_000_000;
const MONTH = 30 * 86_400;

const blockAt = (number: number) => ({ number, hash: parseBytes32(`0x${'b1'.repeat(32)}`) });

describe('TimeCheck', () => {
  let times: BlockTimes;
  let findings: Findings;
  let check: TimeCheck;

  beforeEach(() => {
    times = new BlockTimes();
    findings = new Findings();
    check = new TimeCheck(times, findings);
    times.take(20, BigInt(BLOCK_TIME));
    times.take(30, BigInt(BLOCK_TIME + 10_000));
  });

  function found(openedAt: number, changes: Partial<AccessReceipt> = {}): readonly string[] {
    const before = findings.count;
    check.take(shownReceipt({ block: blockAt(20), openedAt, closedAt: openedAt, ...changes }));
    return findings.listed.slice(before).map(({ code }) => code);
  }

  it('takes a read from its block to the next one', () => {
    expect(found(BLOCK_TIME)).toEqual([]);
    expect(found(BLOCK_TIME + 5_000)).toEqual([]);
    expect(found(BLOCK_TIME + 10_300)).toEqual([]);
  });

  it('finds one that was opened long after the next block', () => {
    expect(found(BLOCK_TIME + 10_301)).toEqual(['RECEIPT_TIME_MISMATCH']);
    expect(findings.listed[0]).toMatchObject({
      line: 7,
      id: 'receipt-000000000001',
      facts: { openedAt: BLOCK_TIME + 10_301, nextBlockTime: String(BLOCK_TIME + 10_000) },
    });
    expect(found(BLOCK_TIME + 10_301, { decision: 'AUDIT' })).toEqual(['RECEIPT_TIME_MISMATCH']);
    expect(found(BLOCK_TIME + 10_301, { block: blockAt(30) })).toEqual([]);
    expect(found(BLOCK_TIME + 10_301, { block: null })).toEqual([]);
  });

  it('finds one that delivered long after the next block, though it was opened before', () => {
    const until = (closedAt: number, changes: Partial<AccessReceipt> = {}) =>
      found(BLOCK_TIME, { closedAt, ...changes });
    expect(until(BLOCK_TIME + 10_600)).toEqual([]);
    expect(until(BLOCK_TIME + 10_601)).toEqual(['RECEIPT_TIME_MISMATCH']);
    // A gateway that stopped closes what it had opened whenever it starts again.
    expect(until(BLOCK_TIME + MONTH, { outcome: 'UNKNOWN', bytes: 0 })).toEqual([]);
  });

  it('finds one that was opened before its block', () => {
    expect(found(BLOCK_TIME - 300)).toEqual([]);
    expect(found(BLOCK_TIME - 301, { closedAt: BLOCK_TIME })).toEqual(['RECEIPT_TIME_MISMATCH']);
    expect(found(BLOCK_TIME, { block: blockAt(19) })).toEqual([]);
    expect(found(BLOCK_TIME, { block: blockAt(31) })).toEqual(['RECEIPT_TIME_MISMATCH']);
  });

  it('holds an ending to its block where the code is of the rules', () => {
    const ended = (code: string, block: number, closedAt: number) =>
      found(closedAt, { block: null, decision: code, outcome: 'REFUSED', endedBy: { code, block: blockAt(block) } });
    expect(ended('NOT_ACTIVE', 20, BLOCK_TIME - 301)).toEqual(['RECEIPT_TIME_MISMATCH']);
    expect(ended('NOT_ACTIVE', 20, BLOCK_TIME + 10_600)).toEqual([]);
    expect(ended('NOT_ACTIVE', 20, BLOCK_TIME + 10_601)).toEqual(['RECEIPT_TIME_MISMATCH']);
    // What a gateway could not prove current may be as old as the silence of its node.
    expect(ended('STALE_CHAIN', 20, BLOCK_TIME + MONTH)).toEqual([]);
    expect(ended('CLIENT_GONE', 20, BLOCK_TIME + MONTH)).toEqual([]);
  });

  it('takes the receipts of one gateway in the order in which they were closed, nearly', () => {
    expect(found(BLOCK_TIME + 5_000)).toEqual([]);
    expect(found(BLOCK_TIME + 4_700)).toEqual([]);
    expect(found(BLOCK_TIME + 4_699)).toEqual(['RECEIPT_TIME_MISMATCH']);
    expect(findings.listed[0]?.facts).toEqual({ closedAt: BLOCK_TIME + 4_699, before: BLOCK_TIME + 5_000 });
    expect(found(BLOCK_TIME, { gateway: GRANT })).toEqual([]);
  });
});

describe('a bundle', () => {
  const world = new KeptWorld();
  const { timestamp } = world.afterSuspension;

  beforeEach(() => {
    world.enterGateway();
  });

  async function codes(): Promise<readonly string[]> {
    const bytes = await writeBundle(await bundleLines(world), exporterOf(world.gateway));
    return (await verifyBytes(bytes)).findings.map(({ code }) => code);
  }

  it('shows a read that names the block before its grant was suspended', async () => {
    const { suspendedGrantId: grantId, inForce: block } = world;
    world.gateway.deliver(world.read({ grantId, block, at: timestamp + MONTH }));
    expect(await codes()).toEqual(['RECEIPT_TIME_MISMATCH']);
  });

  it('shows a read that names the block before its key was revoked and its gateway retired', async () => {
    world.stage = 'gatewayRetired';
    world.gateway.deliver(world.read({ at: timestamp + MONTH }));
    expect(await codes()).toEqual(['RECEIPT_TIME_MISMATCH']);
  });

  it('shows a read of a time before its block, and one before the head that was anchored', async () => {
    world.gateway.deliver(world.read());
    await world.anchor();
    world.gateway.deliver(world.read({ at: timestamp - MONTH }));
    expect(await codes()).toEqual(['RECEIPT_TIME_MISMATCH']);
  });

  it('takes a read on its last block at any later time', async () => {
    world.gateway.deliver(world.read({ block: world.blockOf(), at: timestamp + 10 }));
    expect(await codes()).toEqual([]);
  });
});
