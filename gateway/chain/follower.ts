import type { Deployment } from '../../ledger/deployment.ts';
import { LedgerError } from '../../ledger/errors.ts';
import { decodeLog } from '../../ledger/events.ts';
import type { LedgerEvent } from '../../ledger/events.ts';
import { VerifiedProjection } from '../../ledger/projection.ts';
import type { LedgerReader } from '../../ledger/ledger-reader.ts';
import { readBlock, readLogs } from './blocks.ts';
import type { Block, BlockPoint } from './blocks.ts';
import { HistoryReplacedError, NodeBehindError } from './freshness.ts';
import type { Freshness, HighWater, StaleReason } from './freshness.ts';
import { readHeads } from './heads.ts';
import { HeardBlocks } from './heard-blocks.ts';
import type { NodeClient } from './node-client.ts';
import { RpcError } from './rpc.ts';

export interface AppliedBlock {
  readonly block: Block;
  readonly events: readonly LedgerEvent[];
  /** True when the projection was built again from the start: anything derived from events must be too. */
  readonly rebuilt: boolean;
}

export interface FollowerOptions {
  readonly deployment: Deployment;
  readonly node: NodeClient;
  /** Throws LedgerError DEPLOYMENT_MISMATCH unless the node is the one of the deployment file. */
  readonly assertSameChain: () => Promise<void>;
  /** The state is stale when the node has not answered for this long. */
  readonly maxNodeSilenceMs: number;
  /** The state is stale when the newest block is older; null on a chain that mines on demand. */
  readonly maxBlockAgeMs: number | null;
  /** How often the node is asked when it announces nothing. */
  readonly pollMs: number;
  /** Entries per contract that were proved before, so that a shorter history is refused. */
  readonly highWater: HighWater;
  readonly now: () => number;
  readonly onProblem: (error: unknown) => void;
  /** The node stands at this block, behind what was proved: transactions above it may have been lost. */
  readonly onBehind: (blockNumber: number) => void;
}

/** Blocks asked for in one getLogs call while catching up. */
const WINDOW_BLOCKS = 2_000;

/**
 * Keeps a verified projection equal to the chain: heads are announced over WebSocket, logs are fetched, and after each
 * step the projection's own history heads must equal those that the chain holds at that very block.
 */
export class Follower {
  readonly #options: FollowerOptions;
  readonly #listeners = new Set<(applied: AppliedBlock) => void>();
  readonly #waiters = new Set<() => void>();
  readonly #heard = new HeardBlocks();
  #projection: VerifiedProjection;
  /** Where the projection stands; what lies beyond `#block` is not proved, and nobody can read it yet. */
  #applied: BlockPoint | null = null;
  #block: Block | null = null;
  #unannounced: LedgerEvent[] = [];
  #rebuilt = true;
  #provedAt = Number.NEGATIVE_INFINITY;
  #reason: StaleReason | null = 'STARTING';
  #chainChecked = false;
  #syncing: Promise<void> | null = null;
  #again = false;
  #timer: NodeJS.Timeout | null = null;

  constructor(options: FollowerOptions) {
    this.#options = options;
    this.#projection = new VerifiedProjection(options.deployment);
  }

  start(): void {
    const { node, pollMs } = this.#options;
    node.onConnect(() => {
      this.#chainChecked = false;
      this.#heard.reconnected();
      this.#trigger();
    });
    node.onHead((blockNumber) => {
      // Also for a height that is known: the block at it may be another one.
      this.#heard.hear(blockNumber);
      this.#trigger();
    });
    this.#timer = setInterval(() => {
      this.#trigger();
    }, pollMs);
    this.#trigger();
  }

  async stop(): Promise<void> {
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#again = false;
    await this.#syncing;
  }

  /** The chain has this block: from here on an older state permits nothing, for the block may hold a revocation. */
  heardOf(blockNumber: number): void {
    if (blockNumber <= this.#heard.highest) return;
    this.#heard.hear(blockNumber);
    this.#trigger();
  }

  /** Called after each proved block, before anyone can be permitted under it. Must not throw. */
  onApplied(listener: (applied: AppliedBlock) => void): void {
    this.#listeners.add(listener);
  }

  /** The state at the block that was proved last. Only to be used for a decision while `freshness().reason` is null. */
  get ledger(): LedgerReader {
    return this.#projection;
  }

  freshness(): Freshness {
    const provedAgoMs = performance.now() - this.#provedAt;
    return {
      reason: this.#staleReason(provedAgoMs),
      block: this.#block,
      announced: this.#heard.highest,
      provedAgoMs,
    };
  }

  #staleReason(provedAgoMs: number): StaleReason | null {
    if (this.#reason !== null) return this.#reason;
    if (this.#block === null) return 'STARTING';
    if (this.#heard.highest > this.#block.number) return 'CATCHING_UP';
    if (provedAgoMs > this.#options.maxNodeSilenceMs) return 'NODE_UNREACHABLE';
    const { maxBlockAgeMs } = this.#options;
    const blockAgeMs = this.#options.now() - this.#block.timestamp * 1000;
    return maxBlockAgeMs !== null && blockAgeMs > maxBlockAgeMs ? 'BLOCK_TOO_OLD' : null;
  }

  /** Waits until the state is fresh or `timeoutMs` is over, then answers as `freshness` does. */
  async whenFresh(timeoutMs: number): Promise<Freshness> {
    const deadline = performance.now() + timeoutMs;
    // Once only: a pass that fails at once would otherwise follow itself without letting the node connect.
    if (this.freshness().reason !== null) this.#trigger();
    for (;;) {
      const freshness = this.freshness();
      const leftMs = deadline - performance.now();
      if (freshness.reason === null || leftMs <= 0) return freshness;
      await this.#nextSync(leftMs);
    }
  }

  #nextSync(timeoutMs: number): Promise<void> {
    return new Promise((resolve) => {
      const done = (): void => {
        clearTimeout(timer);
        this.#waiters.delete(done);
        resolve();
      };
      const timer = setTimeout(done, timeoutMs);
      this.#waiters.add(done);
    });
  }

  #trigger(): void {
    this.#again = true;
    this.#syncing ??= this.#run().finally(() => {
      this.#syncing = null;
      for (const waiter of [...this.#waiters]) waiter();
    });
  }

  async #run(): Promise<void> {
    while (this.#again) {
      this.#again = false;
      try {
        await this.#sync();
      } catch (error) {
        this.#fail(error);
      }
    }
  }

  #fail(error: unknown): void {
    this.#options.onProblem(error);
    this.#rollBack();
    if (error instanceof RpcError) {
      // A silent node may come back within its allowance; one that answers wrongly may not be believed meanwhile.
      const silent = error.code === 'RPC_UNREACHABLE' || error.code === 'RPC_TIMEOUT';
      if (!silent || this.#block === null) this.#reason = 'NODE_UNREACHABLE';
      return;
    }
    if (error instanceof NodeBehindError) {
      this.#reason = 'NODE_BEHIND';
      return;
    }
    if (!(error instanceof LedgerError)) {
      // Not the node's doing: the state is not known to be wrong, it only cannot be proved now.
      this.#reason = 'STORE_FAILED';
      return;
    }
    this.#reason = error.code === 'DEPLOYMENT_MISMATCH' ? 'WRONG_CHAIN' : 'HISTORY_MISMATCH';
    this.#reset();
  }

  /** What a pass applied and could not prove is asked for again: the chain may not have it any more. */
  #rollBack(): void {
    if (!this.#projection.rollBack()) return;
    this.#applied = this.#block;
    this.#unannounced = [];
  }

  #reset(): void {
    this.#projection = new VerifiedProjection(this.#options.deployment);
    this.#applied = null;
    this.#block = null;
    this.#unannounced = [];
    this.#rebuilt = true;
  }

  /** One pass: make the projection equal to the node's latest block, or throw. */
  async #sync(): Promise<void> {
    if (!this.#chainChecked) {
      await this.#options.assertSameChain();
      this.#chainChecked = true;
    }
    // Monotonic: a clock that is set back must not keep a silent node fresh.
    const begun = { askedAt: performance.now(), connection: this.#heard.connection };
    const head = await readBlock(this.#options.node, 'latest');
    this.#heard.hear(head.number);
    const isNew = this.#block?.hash !== head.hash;
    if (isNew) {
      await this.#follow(head);
      await this.#prove(head);
      this.#block = head;
    }
    this.#heard.proved(begun.connection);
    this.#provedAt = begun.askedAt;
    this.#reason = null;
    if (isNew) this.#announce(head);
  }

  #announce(block: Block): void {
    const applied = { block, events: this.#unannounced, rebuilt: this.#rebuilt };
    this.#unannounced = [];
    this.#rebuilt = false;
    for (const listener of this.#listeners) listener(applied);
  }

  async #follow(head: Block): Promise<void> {
    const applied = this.#applied;
    if (this.#block !== null && head.number < this.#block.number) {
      this.#options.onBehind(head.number);
      throw new NodeBehindError(head.number, this.#block.number);
    }
    if (applied !== null && !(await this.#extends(applied, head))) {
      if (this.#block !== null) this.#options.onProblem(new HistoryReplacedError(applied.number));
      this.#options.onBehind(this.#options.deployment.startBlock);
      this.#reset();
    }
    await this.#catchUp(head);
  }

  /** Parent-hash check: does `head` come after the block that the projection stands on, or is it that block? */
  async #extends(applied: BlockPoint, head: Block): Promise<boolean> {
    if (head.number < applied.number) return false;
    if (head.number === applied.number) return head.hash === applied.hash;
    if (head.number === applied.number + 1) return head.parentHash === applied.hash;
    return (await readBlock(this.#options.node, applied.number)).hash === applied.hash;
  }

  async #catchUp(head: Block): Promise<void> {
    const { deployment, node } = this.#options;
    const addresses = Object.values(deployment.contracts);
    let from = this.#applied === null ? deployment.startBlock : this.#applied.number + 1;
    while (from <= head.number) {
      const to = Math.min(from + WINDOW_BLOCKS - 1, head.number);
      const point = to === head.number ? head : await readBlock(node, to);
      const logs = await readLogs(node, { fromBlock: from, toBlock: to, addresses });
      const events = logs.map((log) => decodeLog(deployment, log)).filter((event) => event !== null);
      this.#projection.apply({ number: point.number, hash: point.hash }, events);
      this.#applied = { number: point.number, hash: point.hash };
      for (const event of events) this.#unannounced.push(event);
      from = to + 1;
    }
  }

  /** The chain's heads, read at exactly this block, must be ours; and no history may be shorter than once proved. */
  async #prove(head: Block): Promise<void> {
    const { deployment, node, highWater } = this.#options;
    const heads = await readHeads(node, deployment, head.hash);
    const seqs = new Map(Object.entries(heads).map(([name, value]) => [name, value.seq]));
    const before = await highWater.read();
    for (const [name, seq] of before) {
      if ((seqs.get(name) ?? 0) < seq) throw new NodeBehindError(seqs.get(name) ?? 0, seq);
    }
    this.#projection.confirm(heads);
    if ([...seqs].some(([name, seq]) => seq > (before.get(name) ?? 0))) await highWater.raise(seqs);
  }
}
