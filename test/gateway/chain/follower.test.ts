import { afterEach, beforeAll, afterAll, beforeEach, describe, expect, it } from 'vitest';

import { Follower } from '../../../gateway/chain/follower.ts';
import type { HighWater } from '../../../gateway/chain/freshness.ts';
import { NodeClient } from '../../../gateway/chain/node-client.ts';
import { requireFresh } from '../../../gateway/chain/require-fresh.ts';
import { RpcError } from '../../../gateway/chain/rpc.ts';
import { requireSameChain } from '../../../gateway/chain/same-chain.ts';
import { GatewayError } from '../../../gateway/errors.ts';
import { LedgerChain } from '../../support/ledger-chain.ts';
import { tellStory, type Story } from '../../support/ledger-story.ts';
import { suspension, statusChange } from '../../support/act-factory.ts';
import { LyingNode } from '../../support/lying-node.ts';

const SILENCE_MS = 3_000;
/** Longer than anything takes on a busy machine. */
const WAIT_MS = 60_000;

class MemoryHighWater implements HighWater {
  readonly marks = new Map<string, number>();
  isBroken = false;
  /** What a look-up waits for. */
  gate: Promise<unknown> = Promise.resolve();
  asked = 0;
  async read() {
    this.asked += 1;
    await this.gate;
    if (this.isBroken) throw new GatewayError('STORE_FAILED', 'broken');
    return this.marks;
  }
  raise(seqs: ReadonlyMap<string, number>) {
    for (const [name, seq] of seqs) this.marks.set(name, Math.max(seq, this.marks.get(name) ?? 0));
    return Promise.resolve();
  }
}

let chain: LedgerChain;
let story: Story;
let node: LyingNode;
let client: NodeClient;
let follower: Follower;
let problems: unknown[];
let behind: number[];
let proved: number[];
let highWater: MemoryHighWater;

beforeAll(async () => {
  chain = await LedgerChain.start();
  story = await tellStory(chain);
});
afterAll(async () => {
  await chain.stop();
});

beforeEach(async () => {
  node = await LyingNode.start(chain.webSocketUrl);
  highWater = new MemoryHighWater();
});
afterEach(async () => {
  await follower.stop();
  client.close();
  await node.stop();
});

function start(maxBlockAgeMs: number | null = null, timeoutMs = 2_000): Follower {
  problems = [];
  behind = [];
  proved = [];
  client = new NodeClient({ url: node.url, timeoutMs });
  follower = new Follower({
    deployment: chain.deployment,
    node: client,
    assertSameChain: () => requireSameChain(client, chain.deployment),
    maxNodeSilenceMs: SILENCE_MS,
    maxBlockAgeMs,
    pollMs: 100,
    highWater,
    now: Date.now,
    onProblem: (problem) => problems.push(problem),
    onBehind: (blockNumber) => behind.push(blockNumber),
  });
  follower.onApplied(({ block }) => proved.push(block.number));
  follower.start();
  return follower;
}

/** A new entry on the chain, which every follower must hear of. */
async function oneMoreEntry(): Promise<void> {
  const { bystander } = story;
  const status = suspended ? 'active' : 'suspended';
  suspended = !suspended;
  await chain.record('changeDepartmentStatus', statusChange(chain.authority, bystander, status), chain.authority);
}
/** The story ends with the bystander suspended. */
let suspended = true;

function statusOfBystander(): string | undefined {
  return follower.ledger.department(story.bystander.id)?.status;
}

function reasonOf(): string | null {
  return follower.freshness().reason;
}

describe('Follower on an honest node', () => {
  it('proves the whole history and then each new block as it is announced', async () => {
    start();
    expect((await follower.whenFresh(WAIT_MS)).reason).toBeNull();
    expect(follower.ledger.grant(story.activeGrant)?.status).toBe('active');
    await oneMoreEntry();
    const { number } = await chain.block();
    await expect.poll(() => follower.freshness().block?.number).toBe(number);
    await expect.poll(reasonOf).toBeNull();
    expect(follower.ledger.department(story.bystander.id)?.status).toBe(suspended ? 'suspended' : 'active');
  });

  it('hears of a block by polling when nothing is announced', async () => {
    node.isSilent = true;
    start();
    await expect.poll(reasonOf).toBeNull();
    await oneMoreEntry();
    const { number } = await chain.block();
    await expect.poll(() => follower.freshness().block?.number).toBe(number);
  });

  it('refuses a block that is too old where blocks come on a schedule', async () => {
    await chain.rpc('evm_mine', []);
    start(1);
    await expect.poll(reasonOf).toBe('BLOCK_TOO_OLD');
  });
});

describe('Follower on a node that fails', () => {
  it('refuses when the node goes away, and recovers when it is back', async () => {
    start();
    await expect.poll(reasonOf).toBeNull();
    node.goAway();
    await expect.poll(reasonOf).toBe('NODE_UNREACHABLE');
    node.comeBack();
    await expect.poll(reasonOf).toBeNull();
  });

  it('refuses when the node takes requests and does not answer', async () => {
    start();
    await expect.poll(reasonOf).toBeNull();
    node.hangs = true;
    await expect.poll(reasonOf).toBe('NODE_UNREACHABLE');
  });

  it('permits nothing between the announcement of a block and its proof', async () => {
    start();
    await expect.poll(reasonOf).toBeNull();
    node.lie = (method, _params, result) => (method === 'eth_getLogs' ? undefined : result);
    await oneMoreEntry();
    await expect.poll(reasonOf).toBe('CATCHING_UP');
  });
});

describe('Follower after a disturbance', () => {
  it('says so when its own store fails, blames no node and builds nothing again', async () => {
    start();
    await expect.poll(reasonOf).toBeNull();
    const rebuilt: boolean[] = [];
    follower.onApplied((applied) => rebuilt.push(applied.rebuilt));
    highWater.isBroken = true;
    await oneMoreEntry();
    await expect.poll(() => follower.freshness().reason).toBe('STORE_FAILED');
    highWater.isBroken = false;
    await expect.poll(reasonOf).toBeNull();
    expect(rebuilt).toEqual([false]);
    expect(statusOfBystander()).toBe(suspended ? 'suspended' : 'active');
  });

  it('is fresh when it tells of the block that made it so', async () => {
    start();
    await expect.poll(reasonOf).toBeNull();
    const reasons: (string | null)[] = [];
    follower.onApplied(() => reasons.push(follower.freshness().reason));
    node.lie = (method, _params, result) => (method === 'eth_getBlockByNumber' ? null : result);
    await oneMoreEntry();
    await expect.poll(() => follower.freshness().reason).toBe('NODE_UNREACHABLE');
    node.lie = null;
    await expect.poll(reasonOf).toBeNull();
    expect(reasons).toEqual([null]);
  });

  it('remembers a block that it heard of when a pass outlives its connection', async () => {
    start();
    await expect.poll(reasonOf).toBeNull();
    const { promise, resolve: open } = Promise.withResolvers<undefined>();
    const askedBefore = highWater.asked;
    highWater.gate = promise;
    await oneMoreEntry();
    const { number } = await chain.block();
    await expect.poll(() => highWater.asked).toBeGreaterThan(askedBefore);
    await oneMoreEntry();
    await expect.poll(() => follower.freshness().announced).toBe(number + 1);
    let connections = 0;
    client.onConnect(() => (connections += 1));
    node.goAway();
    node.hangs = true;
    node.comeBack();
    await expect.poll(() => connections).toBeGreaterThan(0);
    open(undefined);
    await expect.poll(() => follower.freshness().block?.number).toBe(number);
    expect(follower.freshness().announced).toBe(number + 1);
  });

  it('permits nothing by a state older than a block that it was told of, announced or not', async () => {
    node.isSilent = true;
    start();
    await expect.poll(reasonOf).toBeNull();
    node.lie = (method, _params, result) => (method === 'eth_getLogs' ? undefined : result);
    follower.heardOf((await chain.block()).number + 1);
    expect(follower.freshness().reason).toBe('CATCHING_UP');
    node.lie = null;
    await oneMoreEntry();
    await expect.poll(reasonOf).toBeNull();
  });

  it('lets a request wait for a second attempt after the node left one question unanswered', async () => {
    start(null, 2_500);
    await expect.poll(reasonOf).toBeNull();
    let swallowed = 0;
    node.lie = (method, _params, result) => (method === 'eth_getLogs' && (swallowed += 1) === 1 ? undefined : result);
    await oneMoreEntry();
    const { number } = await chain.block();
    await expect.poll(() => swallowed).toBe(1);
    expect((await requireFresh(follower)).number).toBe(number);
  });
});

type Log = Record<string, unknown> & { topics: string[]; data: string };

function withLogs(change: (logs: Log[]) => Log[]) {
  return (method: string, _params: readonly unknown[], result: unknown): unknown =>
    method === 'eth_getLogs' ? change(result as Log[]) : result;
}

/** Not the silence of a node that is still being connected to. */
function isDisbelief(problem: unknown): boolean {
  return !(problem instanceof RpcError && /^RPC_(UNREACHABLE|TIMEOUT)$/.test(problem.code));
}

const flipLastByte = (hex: string): string => `${hex.slice(0, -2)}${hex.endsWith('00') ? '01' : '00'}`;

describe('Follower on a node that lies from the start', () => {
  const LIES: [string, (logs: Log[]) => Log[]][] = [
    ['leaves out the first entries', (logs) => logs.slice(4)],
    ['leaves out the last entry', (logs) => logs.slice(0, -2)],
    ['leaves out all entries', () => []],
    ['leaves out one in the middle', (logs) => logs.toSpliced(Math.floor(logs.length / 2) & ~1, 2)],
    [
      'changes a byte of data',
      (logs) => logs.map((log, index) => (index === 2 ? { ...log, data: flipLastByte(log.data) } : log)),
    ],
    [
      'changes an indexed argument',
      (logs) =>
        logs.map((log, index) =>
          index === 2
            ? { ...log, topics: [log.topics[0] ?? '', flipLastByte(log.topics[1] ?? ''), ...log.topics.slice(2)] }
            : log,
        ),
    ],
    ['gives an entry twice', (logs) => [...logs.slice(0, 3), ...logs.slice(2)]],
    ['marks an entry as removed', (logs) => logs.map((log, index) => (index === 1 ? { ...log, removed: true } : log))],
    [
      'moves an entry to another block',
      (logs) => logs.map((log, index) => (index === 1 ? { ...log, blockNumber: '0xffff' } : log)),
    ],
  ];
  it.each(LIES)('refuses one that %s', async (_what, change) => {
    node.lie = withLogs(change);
    start();
    await expect.poll(() => problems.some(isDisbelief)).toBe(true);
    expect(reasonOf()).toMatch(/HISTORY_MISMATCH|NODE_UNREACHABLE/);
    expect(proved).toEqual([]);
    node.lie = null;
    await expect.poll(reasonOf).toBeNull();
  });

  it('refuses one that gives other history heads', async () => {
    node.lie = (method, params, result) =>
      method === 'eth_call' && JSON.stringify(params).includes('blockHash') ? flipLastByte(String(result)) : result;
    start();
    await expect.poll(reasonOf).toBe('HISTORY_MISMATCH');
    expect(proved).toEqual([]);
  });

  it.each([
    ['eth_chainId', (): unknown => '0x1'],
    ['eth_getCode', (): unknown => '0x6000'],
  ])('refuses one that serves another chain by %s', async (lied, answer) => {
    node.lie = (method, _params, result) => (method === lied ? answer() : result);
    start();
    await expect.poll(reasonOf).toBe('WRONG_CHAIN');
    expect(proved).toEqual([]);
  });

  it('refuses one that serves an old block, also after a restart of the gateway', async () => {
    start();
    await expect.poll(reasonOf).toBeNull();
    await oneMoreEntry();
    const { number } = await chain.block();
    await expect.poll(() => follower.freshness().block?.number).toBe(number);
    const old = await chain.rpc('eth_getBlockByNumber', [`0x${(number - 1).toString(16)}`, false]);
    node.isSilent = true;
    node.lie = (method, params, result) => (method === 'eth_getBlockByNumber' && params[0] === 'latest' ? old : result);
    await expect.poll(reasonOf).toBe('NODE_BEHIND');
    expect(behind.length).toBeGreaterThan(0);
    await follower.stop();
    client.close();
    start();
    await expect.poll(reasonOf).toBe('NODE_BEHIND');
    expect(proved).toEqual([]);
  });

  it('refuses one that hides a suspension, from the block that holds it on', async () => {
    const granted = story.activeGrant;
    start();
    await expect.poll(reasonOf).toBeNull();
    node.lie = withLogs(() => []);
    await chain.record('suspend', suspension(story.provider, granted), story.provider);
    await expect.poll(reasonOf).toMatch(/HISTORY_MISMATCH|CATCHING_UP/);
    node.lie = null;
    await expect.poll(reasonOf).toBeNull();
    expect(follower.ledger.grant(granted)?.status).toBe('suspended');
  });
});

describe('Follower on a chain that lost its tail', () => {
  it('forgets a block that it applied and could not prove before the chain lost it', async () => {
    start();
    await expect.poll(reasonOf).toBeNull();
    const before = statusOfBystander();
    const snapshot = await chain.rpc('evm_snapshot', []);
    const isAskedForHeads = (method: string, params: readonly unknown[]): boolean =>
      method === 'eth_call' && JSON.stringify(params).includes('blockHash');
    let asked = 0;
    node.lie = (method, params, result) => {
      if (!isAskedForHeads(method, params)) return result;
      asked += 1;
      return undefined;
    };
    await oneMoreEntry();
    await expect.poll(() => asked).toBeGreaterThan(0);
    expect(statusOfBystander()).toBe(before);
    node.goAway();
    await chain.rpc('evm_revert', [snapshot]);
    suspended = !suspended;
    node.lie = null;
    node.comeBack();
    await expect.poll(reasonOf).toBeNull();
    expect(follower.ledger.block.hash).toBe((await chain.block()).hash);
    expect(statusOfBystander()).toBe(before);
  });

  it('refuses until the history is as long as it was, then follows the new one', async () => {
    const snapshot = await chain.rpc('evm_snapshot', []);
    await oneMoreEntry();
    start();
    await expect.poll(reasonOf).toBeNull();
    await chain.rpc('evm_revert', [snapshot]);
    suspended = !suspended;
    await expect.poll(reasonOf).toMatch(/NODE_BEHIND|CATCHING_UP/);
    await chain.rpc('evm_mine', []);
    const refused = problems.length;
    await expect.poll(() => problems.length).toBeGreaterThan(refused + 2);
    expect(reasonOf()).not.toBeNull();
    await oneMoreEntry();
    await expect.poll(reasonOf).toBeNull();
    expect(problems).toContainEqual(expect.objectContaining({ code: 'HISTORY_REPLACED' }));
  });
});
