import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { Transaction, Wallet } from 'ethers';
import { expect, it } from 'vitest';

import { openDatabase } from '../../gateway/stores/database.ts';
import { OutboxStore } from '../../gateway/stores/outbox-store.ts';
import { OutboxChain } from '../gateway/chain/outbox-chain.ts';
import { makeHash } from '../gateway/stores/store-factory.ts';
import { runChild } from './run-child.ts';

const TRIALS = process.env['DXL_LONG'] === '1' ? 1_000 : 45;
const ACTS_PER_TRIAL = 2;
/** Steps that a child may take: about those of three acts, so that what one leaves another carries on. */
const STEPS = 37;
/** After so many trials the chain is killed and comes back from a state that is older. */
const CHAIN_LOSS_EVERY = 9;
const TIMEOUT_MS = process.env['DXL_LONG'] === '1' ? 3_600_000 : 280_000;

const readLines = (file: string): readonly string[] => readFileSync(file, 'utf8').trim().split('\n');

it(
  `carries every act once with the same bytes, killed at ${String(TRIALS)} points`,
  async () => {
    const folder = mkdtempSync(join(tmpdir(), 'dxl-chaos-outbox-'));
    const chain = await OutboxChain.start();
    const key = Wallet.createRandom().privateKey;
    let saved = await chain.save();
    let killed = 0;
    let chainLosses = 0;
    for (let trial = 0; trial < TRIALS; trial += 1) {
      const names = Array.from({ length: ACTS_PER_TRIAL }, (_, index) => `${String(trial)}-${String(index)}`);
      const end = await runChild(
        './outbox-child.ts',
        [folder, chain.webSocketUrl, key, ...names],
        1 + ((trial * 7) % STEPS),
      );
      if (end === 'killed') killed += 1;
      if (trial % CHAIN_LOSS_EVERY === CHAIN_LOSS_EVERY - 1) {
        await chain.kill();
        await chain.boot(saved);
        chainLosses += 1;
      }
      if (trial % (2 * CHAIN_LOSS_EVERY) === CHAIN_LOSS_EVERY) saved = await chain.save();
    }
    expect(await runChild('./outbox-child.ts', [folder, chain.webSocketUrl, key], 0)).toBe('done');

    const db = await openDatabase(join(folder, 'store.sqlite'));
    const rows = await new OutboxStore(db, { maxDepth: 1 }).select((query) => query.orderBy('position'));
    await db.destroy();
    expect(rows.filter((row) => row.status !== 'FINAL')).toEqual([]);
    const acknowledged = readLines(join(folder, 'acknowledged')).map((name) => makeHash(name));
    const taken = await chain.taken();
    expect(new Set(taken).size).toBe(taken.length);
    expect(acknowledged.filter((digest) => !taken.includes(digest))).toEqual([]);
    expect([...taken].sort()).toEqual(rows.flatMap(({ digest }) => (digest === null ? [] : [digest as string])).sort());

    const bytesByNonce = new Map<number, Set<string>>();
    for (const raw of readLines(join(folder, 'sent'))) {
      const { nonce } = Transaction.from(raw);
      bytesByNonce.set(nonce, (bytesByNonce.get(nonce) ?? new Set()).add(raw));
    }
    expect([...bytesByNonce.values()].filter((raws) => raws.size !== 1)).toEqual([]);
    expect(bytesByNonce.size).toBe(rows.length);
    expect(killed).toBeGreaterThan(TRIALS * 0.8);
    expect(chainLosses).toBe(Math.floor(TRIALS / CHAIN_LOSS_EVERY));
    await chain.stop();
    rmSync(folder, { recursive: true });
  },
  TIMEOUT_MS,
);
