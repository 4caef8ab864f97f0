import type { OutboxRow } from '../stores/outbox-row.ts';
import type { OutboxStore } from '../stores/outbox-store.ts';
import { OutboxNode } from './outbox-node.ts';
import { OutboxSender } from './outbox-sender.ts';
import type { TransactionCounts } from './outbox-sender.ts';
import { OutboxSettler } from './outbox-settle.ts';
import type { Relayer } from './relayer.ts';
import type { Rpc } from './rpc.ts';

export interface OutboxWorkerOptions {
  readonly store: OutboxStore;
  readonly rpc: Rpc;
  readonly relayer: Relayer;
  /** Called with what a pass could not do; the pass is repeated. */
  readonly onProblem: (error: unknown) => void;
  /** False while the ledger state is not proved current: nothing new is signed, what is signed is still carried. */
  readonly isCurrent?: () => boolean;
  /** Told of every block in which the chain has an act of ours. */
  readonly onBlock?: (blockNumber: number) => void;
  /** Blocks on top after which a transaction is final; 0 for the profiles dev, qbft and comet. */
  readonly confirmations?: number;
  readonly window?: number;
  /** The fallback when nobody calls `wake`. */
  readonly pollMs?: number;
  readonly resendMs?: number;
  readonly takenAfterMs?: number;
  readonly adoptAfterMs?: number;
  readonly giveUpAfterMs?: number;
  readonly nowMs?: () => number;
}

const DEFAULTS = {
  confirmations: 0,
  window: 64,
  pollMs: 250,
  resendMs: 5_000,
  takenAfterMs: 10_000,
  adoptAfterMs: 30_000,
  giveUpAfterMs: 300_000,
};
/** Mined rows that are looked up again at start, newest first. */
const RECHECKED_AT_START = 64;
/** Passes without a pause, after which the event loop and the timer have their turn. */
const MAX_BURST = 100;

/**
 * Carries queued acts to the chain: QUEUED -> SIGNED -> SENT -> MINED -> FINAL, or FAILED.
 *
 * One rule holds everything together: a signed row is on its way exactly while the chain has not used its nonce, and
 * what is sent are always the stored bytes. So a crash, a lost answer or a chain that lost its last blocks all mend
 * the same way. A row leaves that state only through the chain: mined, reverted, or its nonce taken by a transaction
 * that is not ours (FAILED, NONCE_TAKEN). Nothing is ever signed anew.
 *
 * Several gateways may share one table, each with its own key: every change is conditional, a nonce is unique, and
 * bytes that another key signed are carried here too when nobody has for a while, also after a change of the key.
 */
export class OutboxWorker {
  readonly #options: OutboxWorkerOptions;
  readonly #node: OutboxNode;
  readonly #settler: OutboxSettler;
  readonly #sender: OutboxSender;
  readonly #watchers = new Set<() => void>();
  readonly #pollMs: number;
  #running: Promise<void> | null = null;
  #stopping = false;
  #wake: (() => void) | null = null;
  #isWoken = false;
  #depth = 0;
  #oldestQueuedAtMs: number | null = null;

  constructor(options: OutboxWorkerOptions) {
    const { store, relayer, onProblem, isCurrent = () => true, nowMs = Date.now } = options;
    const { onBlock = () => undefined } = options;
    const { confirmations, window, resendMs, takenAfterMs, ...times } = { ...DEFAULTS, ...options };
    const { adoptAfterMs, giveUpAfterMs, pollMs } = times;
    this.#options = options;
    this.#pollMs = pollMs;
    this.#node = new OutboxNode(options.rpc);
    const node = this.#node;
    this.#settler = new OutboxSettler({ store, node, confirmations, takenAfterMs, nowMs, onBlock });
    this.#sender = new OutboxSender({
      store,
      node,
      relayer,
      window,
      resendMs,
      adoptAfterMs,
      giveUpAfterMs,
      isCurrent,
      nowMs,
      onProblem,
    });
  }

  /**
   * Begins to work; what was on its way is sent again.
   * @throws GatewayError STORE_FAILED
   */
  async start(): Promise<void> {
    const mined = await this.#options.store.select((query) =>
      query.where('blockNumber', 'is not', null).orderBy('position', 'desc').limit(RECHECKED_AT_START),
    );
    const blocks = mined.flatMap((row) => (row.mined === null ? [] : [row.mined.blockNumber]));
    if (blocks.length > 0) this.#settler.recheckFrom(Math.min(...blocks));
    this.#running ??= this.#run();
  }

  /** Ends after the pass under way. */
  async stop(): Promise<void> {
    this.#stopping = true;
    this.wake();
    await this.#running;
  }

  /** Something was queued, or the chain has a new block. */
  wake(): void {
    this.#isWoken = true;
    this.#wake?.();
  }

  /** The chain is back at this block or lost what followed: later rows are looked up and sent again if need be. */
  recheckFrom(blockNumber: number): void {
    this.#settler.recheckFrom(blockNumber);
    this.#sender.sendAllAgain();
    this.wake();
  }

  /** Rows without an answer from the chain, as of the last pass. */
  get depth(): number {
    return this.#depth;
  }

  /** How long the oldest of them has been waiting; 0 for none. */
  get oldestAgeMs(): number {
    const nowMs = this.#options.nowMs?.() ?? Date.now();
    return this.#oldestQueuedAtMs === null ? 0 : Math.max(0, nowMs - this.#oldestQueuedAtMs);
  }

  /** The row once it is FINAL or FAILED, or as it is after `timeoutMs`; null for an unknown id. */
  async settled(id: string, timeoutMs: number): Promise<OutboxRow | null> {
    const deadline = performance.now() + timeoutMs;
    for (;;) {
      const row = await this.#options.store.find(id);
      const leftMs = deadline - performance.now();
      if (row === null || row.status === 'FINAL' || row.status === 'FAILED' || leftMs <= 0) return row;
      await this.#nextPass(leftMs);
    }
  }

  #nextPass(timeoutMs: number): Promise<void> {
    return new Promise((resolve) => {
      const done = (): void => {
        clearTimeout(timer);
        this.#watchers.delete(done);
        resolve();
      };
      const timer = setTimeout(done, timeoutMs);
      this.#watchers.add(done);
    });
  }

  async #run(): Promise<void> {
    let burst = 0;
    while (!this.#stopping) {
      this.#isWoken = false;
      const moved = await this.#tryPass();
      for (const watcher of [...this.#watchers]) watcher();
      burst = moved ? burst + 1 : 0;
      if (!moved || burst >= MAX_BURST) {
        burst = 0;
        await this.#pause();
      }
    }
  }

  /** Until woken, or the poll time is over. */
  #pause(): Promise<void> {
    if (this.#isWoken) return Promise.resolve();
    return new Promise((resolve) => {
      const done = (): void => {
        clearTimeout(timer);
        this.#wake = null;
        resolve();
      };
      const timer = setTimeout(done, this.#pollMs);
      this.#wake = done;
    });
  }

  async #tryPass(): Promise<boolean> {
    try {
      return await this.#pass();
    } catch (error) {
      this.#options.onProblem(error);
      return false;
    }
  }

  async #pass(): Promise<boolean> {
    let moved = await this.#settler.pass();
    for (const sender of await this.#sender.senders()) {
      const counts = await this.#countsOf(sender);
      if (await this.#settler.returnLost(sender, counts.latest)) this.#sender.sendAllAgain();
      const settled = await this.#settler.passOf(sender, counts.latest);
      const sent = await this.#sender.passOf(sender, counts);
      moved ||= settled || sent;
    }
    const { depth, oldestQueuedAtMs } = await this.#options.store.depth();
    this.#depth = depth;
    this.#oldestQueuedAtMs = oldestQueuedAtMs;
    return moved;
  }

  async #countsOf(address: string): Promise<TransactionCounts> {
    const latest = await this.#node.transactionCount(address, 'latest');
    return { latest, pending: await this.#node.transactionCount(address, 'pending') };
  }
}
