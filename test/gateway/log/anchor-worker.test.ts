import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import {
  type AnchorCall,
  type AnchorChain,
  type AnchoredLog,
  AnchorWorker,
  type AnchorWorkerOptions,
} from '../../../gateway/log/anchor-worker.ts';
import { AuditStanding } from '../../../gateway/log/audit-standing.ts';
import { ReceiptLog } from '../../../gateway/log/receipt-log.ts';
import { verifyConsistency } from '../../../ledger/log/consistency.ts';
import { recoverTreeHeadSigner } from '../../../ledger/log/head-signature.ts';
import { EMPTY_ROOT, isSameHash, type TreeHead } from '../../../ledger/log/merkle-tree.ts';
import { leaf, makeKeys } from './log-fixture.ts';

const keys = makeKeys();
/** Closed a second one after the other. */
const CLOSED = 1_000;
const GRACE = 100;

function isEqual(one: TreeHead, other: TreeHead): boolean {
  return one.size === other.size && isSameHash(one.root, other.root);
}

/** What `ReceiptLog` on the ledger does with a head, on paper. */
class PaperChain implements AnchorChain {
  status: AnchoredLog['status'] = 'active';
  account: AnchoredLog['account'] = keys.address;
  /** Before the first one the contract has zeros, which no tree has for its root. */
  head: TreeHead = { size: 0, root: new Uint8Array(32) };
  readonly calls: number[] = [];
  /** Heads from which calls began, and which were not the last. */
  readonly wrong: TreeHead[] = [];
  /** Thrown once by the next read. */
  failure: Error | null = null;
  /** The next call is lost on its way. */
  isLossy = false;

  read(): Promise<AnchoredLog> {
    const { failure } = this;
    this.failure = null;
    if (failure !== null) return Promise.reject(failure);
    const { size, root } = this.head;
    const { status, account } = this;
    return Promise.resolve({ status, account, head: { size, rootPrefix: root.subarray(0, 27) } });
  }

  #last(): TreeHead {
    return this.head.size === 0 ? { size: 0, root: EMPTY_ROOT } : this.head;
  }

  carry({ from, head, proof, signature }: AnchorCall): Promise<void> {
    this.calls.push(head.size);
    if (!isEqual(from, this.#last())) this.wrong.push(from);
    const isSigned =
      head.gateway === keys.gateway && recoverTreeHeadSigner(keys.place, head, signature) === keys.address;
    const isNext = head.size > this.head.size && verifyConsistency({ from: this.#last(), to: head, proof });
    if (!this.isLossy && isSigned && isNext) this.head = { size: head.size, root: head.root };
    return Promise.resolve();
  }
}

let folder: string;
let log: ReceiptLog;
let chain: PaperChain;
let standing: AuditStanding;
let worker: AnchorWorker;
let problems: unknown[];
let leaves: number;
let closedAt: (number: number) => number | null;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'dxl-anchor-'));
  leaves = 0;
  problems = [];
  closedAt = (number) => CLOSED + number;
  chain = new PaperChain();
  standing = new AuditStanding(null, GRACE);
  log = await openLog();
  worker = makeWorker();
});

afterEach(async () => {
  await worker.stop();
  await log.stop();
  rmSync(folder, { recursive: true });
  expect(chain.wrong).toEqual([]);
});

async function openLog(): Promise<ReceiptLog> {
  return await ReceiptLog.open({
    folder,
    keys,
    leavesFrom: async function* () {
      for (let number = 0; number < leaves; number += 1) yield await Promise.resolve(leaf(number));
    },
    journalLeaves: leaves,
    checkpointMs: 60_000,
    maySign: () => true,
    onProblem: (error) => problems.push(error),
  });
}

function makeWorker(changes: Partial<AnchorWorkerOptions> = {}): AnchorWorker {
  return new AnchorWorker({
    keys,
    log,
    chain,
    standing,
    closedAt: (number) => Promise.resolve(closedAt(number)),
    leaves: () => leaves,
    anchorMs: 60_000,
    onProblem: (error) => problems.push(error),
    ...changes,
  });
}

/** Receipts that are complete, and published unless they wait. */
async function add(count: number, isPublished = true): Promise<void> {
  for (let left = count; left > 0; left -= 1) {
    standing.completed(CLOSED + leaves);
    log.add(leaf(leaves));
    leaves += 1;
  }
  if (isPublished) await log.publish();
}

describe('AnchorWorker', () => {
  it('anchors each head once, and nothing where there is nothing new', async () => {
    expect(worker.anchored).toBeNull();
    await worker.pass();
    expect([worker.anchored, chain.calls]).toEqual([0, []]);
    await add(3);
    await worker.pass();
    expect([worker.anchored, chain.calls, chain.head.size]).toEqual([3, [3], 3]);
    await worker.pass();
    expect(chain.calls).toEqual([3]);
    await add(260);
    await worker.pass();
    expect([worker.anchored, chain.calls, chain.head]).toEqual([263, [3, 263], { size: 263, root: log.head.root }]);
    expect(problems).toEqual([]);
  });

  it('takes a receipt for anchored when the ledger has it, and not before', async () => {
    await add(2);
    expect(standing.behindSeconds(CLOSED + 50)).toBe(50);
    chain.isLossy = true;
    await worker.pass();
    expect([worker.anchored, standing.behindSeconds(CLOSED + 50)]).toEqual([0, 50]);
    chain.isLossy = false;
    await worker.pass();
    expect([worker.anchored, standing.behindSeconds(CLOSED + 50)]).toEqual([2, 0]);
  });

  it('counts from the first receipt that the ledger does not have', async () => {
    await add(2);
    await worker.pass();
    await add(3, false);
    await worker.pass();
    expect([worker.anchored, standing.behindSeconds(CLOSED + 50)]).toEqual([2, 48]);
    closedAt = () => null;
    await worker.pass();
    expect(standing.behindSeconds(CLOSED + 50)).toBe(48);
  });

  it('counts from the second receipt when the ledger has the first alone', async () => {
    await add(1);
    const { size, root } = log.head;
    await add(1);
    chain.isLossy = true;
    chain.head = { size, root };
    await worker.pass();
    expect([worker.anchored, standing.behindSeconds(CLOSED + 50)]).toEqual([1, 49]);
  });

  it('leaves the oldest receipt as old as it was known to be while the index cannot tell', async () => {
    await add(2);
    closedAt = () => null;
    chain.isLossy = true;
    await worker.pass();
    expect(standing.behindSeconds(CLOSED + 50)).toBe(50);
  });

  it.each(['retired', 'equivocated'] as const)('refuses when the ledger has the gateway as %s', async (status) => {
    await add(2);
    chain.status = status;
    await worker.pass();
    expect([standing.problem(CLOSED), chain.calls, worker.anchored, problems]).toEqual(['REVOKED', [], null, []]);
    chain.status = 'active';
    await worker.pass();
    expect([standing.problem(CLOSED), chain.calls]).toEqual([null, [2]]);
  });

  it('refuses when the ledger has the key for another account, whatever that has anchored', async () => {
    await add(2);
    chain.account = `0x${'5a'.repeat(20)}`;
    chain.head = { size: 3, root: EMPTY_ROOT };
    await worker.pass();
    expect([standing.problem(CLOSED), chain.calls, worker.anchored, problems]).toEqual(['TAKEN', [], null, []]);
    expect(standing.maySign).toBe(false);
  });

  it('takes a retired gateway with another history for one that may sign nothing', async () => {
    await add(2);
    chain.status = 'retired';
    chain.head = { size: 1, root: EMPTY_ROOT };
    await worker.pass();
    expect([standing.problem(CLOSED), standing.maySign]).toEqual(['FORKED', false]);
  });

  it('anchors nothing for a gateway that is not registered, and serves for a while', async () => {
    await add(2);
    [chain.status, chain.account] = ['none', null];
    await worker.pass();
    expect([chain.calls, worker.anchored]).toEqual([[], 0]);
    expect([standing.problem(CLOSED + GRACE), standing.problem(CLOSED + GRACE + 1)]).toEqual([null, 'BEHIND']);
  });

  it('refuses when the ledger has another history, or a longer one', async () => {
    await add(3);
    await worker.pass();
    const { head } = chain;
    chain.head = { size: 3, root: EMPTY_ROOT };
    await worker.pass();
    expect([standing.problem(CLOSED), chain.calls]).toEqual(['FORKED', [3]]);
    chain.head = head;
    await worker.pass();
    expect(standing.problem(CLOSED)).toBeNull();
    chain.head = { size: 4, root: head.root };
    await worker.pass();
    expect(standing.problem(CLOSED)).toBe('FORKED');
    chain.head = head;
    await worker.pass();
    expect(standing.problem(CLOSED)).toBeNull();
    await add(1);
    chain.head = { size: 2, root: head.root };
    await worker.pass();
    expect([standing.problem(CLOSED), chain.calls]).toEqual(['FORKED', [3]]);
  });

  it('publishes what waits once a longer history is known to be its own', async () => {
    await add(2);
    await worker.pass();
    await add(2, false);
    const other = new ReceiptLogCopy();
    chain.head = await other.headAt(4);
    await worker.pass();
    expect([standing.problem(CLOSED), log.head.size, worker.anchored, chain.calls]).toEqual([null, 4, 4, [2]]);
  });

  it('signs nothing to find out that a longer history is another', async () => {
    await add(2);
    await worker.pass();
    await add(2, false);
    chain.head = { size: 3, root: EMPTY_ROOT };
    await worker.pass();
    expect([standing.problem(CLOSED), log.head.size]).toEqual(['FORKED', 2]);
  });

  it('tells of a failure, changes nothing, and goes on', async () => {
    await add(2);
    chain.failure = new TypeError('unreachable');
    await worker.pass();
    expect([problems, worker.anchored]).toEqual([[new TypeError('unreachable')], null]);
    expect(standing.problem(CLOSED)).toBe('UNKNOWN');
    await worker.pass();
    expect([problems.length, worker.anchored, standing.problem(CLOSED)]).toEqual([1, 2, null]);
    chain.failure = new TypeError('unreachable');
    await worker.pass();
    expect(standing.problem(CLOSED)).toBeNull();
  });

  it('makes one pass at a time', async () => {
    await add(2);
    await Promise.all([worker.pass(), worker.pass(), worker.pass()]);
    expect(chain.calls).toEqual([2]);
    await add(1);
    await worker.pass();
    expect(chain.calls).toEqual([2, 3]);
  });

  it('begins at once and goes on by itself', async () => {
    worker = makeWorker({ anchorMs: 1 });
    await add(1);
    worker.start();
    await expect.poll(() => worker.anchored).toBe(1);
    await add(1);
    await expect.poll(() => worker.anchored).toBe(2);
    expect(chain.calls).toEqual([1, 2]);
  });

  it('stops when the pass that runs is at its end', async () => {
    await add(1);
    const pass = worker.pass();
    await worker.stop();
    expect(chain.calls).toEqual([1]);
    await pass;
  });
});

/** The heads that the same receipts come to in another folder. */
class ReceiptLogCopy {
  async headAt(size: number): Promise<TreeHead> {
    const path = mkdtempSync(join(tmpdir(), 'dxl-anchor-'));
    const copy = await ReceiptLog.open({
      folder: path,
      keys,
      leavesFrom: async function* () {
        for (let number = 0; number < size; number += 1) yield await Promise.resolve(leaf(number));
      },
      journalLeaves: 0,
      checkpointMs: 60_000,
      maySign: () => true,
      onProblem: (error) => problems.push(error),
    });
    for (let number = 0; number < size; number += 1) copy.add(leaf(number));
    await copy.stop();
    rmSync(path, { recursive: true });
    return { size: copy.head.size, root: copy.head.root };
  }
}
