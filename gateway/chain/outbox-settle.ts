import type { OutboxRow } from '../stores/outbox-row.ts';
import type { OutboxStore } from '../stores/outbox-store.ts';
import type { OutboxNode, TransactionReceipt } from './outbox-node.ts';

const PAGE = 100;

export interface SettleOptions {
  readonly store: OutboxStore;
  readonly node: OutboxNode;
  /** Blocks on top of its own after which a transaction is final; 0 where a block is final at once. */
  readonly confirmations: number;
  /** How long a nonce must look taken by another transaction before a row is given up. */
  readonly takenAfterMs: number;
  readonly nowMs: () => number;
  /** The chain has this block, whether it was announced or not. */
  readonly onBlock: (blockNumber: number) => void;
}

/** Reads from the chain what became of the signed rows. */
export class OutboxSettler {
  readonly #options: SettleOptions;
  /** Rows whose nonce is used and which have no receipt, and since when. */
  readonly #suspects = new Map<string, number>();
  #recheck: { readonly fromBlock: number; readonly afterPosition: number } | null = null;

  constructor(options: SettleOptions) {
    this.#options = options;
  }

  /** All rows mined at or after `fromBlock` are looked up again, a page each pass. */
  recheckFrom(fromBlock: number): void {
    this.#recheck = { fromBlock: Math.min(fromBlock, this.#recheck?.fromBlock ?? fromBlock), afterPosition: 0 };
  }

  /** One pass over the rows of all keys; true when rows moved or more is to be looked up. */
  async pass(): Promise<boolean> {
    const finished = await this.#finish();
    const rechecking = await this.#recheckPage();
    return finished || rechecking;
  }

  /** Puts back on their way the transactions of a key that the chain lost; true when there were any. */
  async returnLost(sender: string, transactionCount: number): Promise<boolean> {
    return (await this.#options.store.returnLost(sender, transactionCount)) > 0;
  }

  /** What the chain did with the transactions of one key; true when rows moved. */
  async passOf(sender: string, transactionCount: number): Promise<boolean> {
    const rows = await this.#options.store.select((query) =>
      query
        .where('status', 'in', ['SIGNED', 'SENT'])
        .where('sender', '=', sender)
        .where('nonce', '<', transactionCount)
        .orderBy('nonce')
        .limit(PAGE),
    );
    let moved = false;
    for (const row of rows) {
      const receipt = await this.#receiptOf(row);
      const changed = receipt === null ? await this.#suspect(row) : await this.#mined(row, receipt);
      moved ||= changed;
    }
    return moved;
  }

  /** MINED rows become FINAL with enough blocks on top, if their block is still the same. */
  async #finish(): Promise<boolean> {
    const { store, node, confirmations } = this.#options;
    const rows = await store.select((query) => query.where('status', '=', 'MINED').orderBy('position').limit(PAGE));
    if (rows.length === 0) return false;
    const head = await node.blockNumber();
    let moved = false;
    for (const row of rows) {
      if (row.mined === null || row.mined.blockNumber + confirmations > head) continue;
      const receipt = confirmations === 0 ? null : await this.#receiptOf(row);
      const isSame = confirmations === 0 || receipt?.blockHash === row.mined.blockHash;
      const changed = isSame ? await store.change(row, { status: 'FINAL' }) : await this.#lookAgain(row, receipt);
      moved ||= changed !== null;
    }
    return moved;
  }

  async #recheckPage(): Promise<boolean> {
    const recheck = this.#recheck;
    if (recheck === null) return false;
    const rows = await this.#options.store.select((query) =>
      query
        .where('blockNumber', '>=', recheck.fromBlock)
        .where('position', '>', recheck.afterPosition)
        .orderBy('position')
        .limit(PAGE),
    );
    for (const row of rows) {
      const receipt = await this.#receiptOf(row);
      if (receipt?.blockHash !== row.mined?.blockHash) await this.#lookAgain(row, receipt);
    }
    const last = rows.at(-1);
    // Another rewind may have been reported meanwhile: then this cursor is no longer the right one.
    if (this.#recheck === recheck) {
      this.#recheck = last === undefined ? null : { ...recheck, afterPosition: last.position };
    }
    return this.#recheck !== null;
  }

  /** The chain has the row in another block, or not at all: then the same bytes are sent again. */
  async #lookAgain(row: OutboxRow, receipt: TransactionReceipt | null): Promise<OutboxRow | null> {
    if (receipt !== null) return (await this.#mined(row, receipt)) ? row : null;
    return await this.#options.store.change(row, {
      status: 'SENT',
      blockNumber: null,
      blockHash: null,
      failure: null,
      revertData: null,
    });
  }

  async #mined(row: OutboxRow, receipt: TransactionReceipt): Promise<boolean> {
    this.#suspects.delete(row.id);
    const { blockNumber, blockHash } = receipt;
    // Before anyone can learn from the row that the act is recorded.
    this.#options.onBlock(blockNumber);
    if (receipt.succeeded) {
      const mined = { status: 'MINED', blockNumber, blockHash, failure: null, revertData: null } as const;
      return (await this.#options.store.change(row, mined)) !== null;
    }
    const from = row.signed?.sender ?? row.target;
    const revertData = await this.#options.node.revertDataAt({ from, target: row.target, data: row.data }, blockNumber);
    const failed = { status: 'FAILED', blockNumber, blockHash, failure: 'REVERTED', revertData } as const;
    return (await this.#options.store.change(row, failed)) !== null;
  }

  /**
   * The nonce is used and the transaction has no receipt. When that stays so, another transaction of the key took the
   * nonce and these bytes can never be mined: the row fails. It is never signed anew; whoever wants the act carried
   * sends it again, which is safe because the contract takes an act once.
   */
  async #suspect(row: OutboxRow): Promise<boolean> {
    const since = this.#suspects.get(row.id) ?? this.#options.nowMs();
    this.#suspects.set(row.id, since);
    if (this.#options.nowMs() - since < this.#options.takenAfterMs) return false;
    this.#suspects.delete(row.id);
    return (await this.#options.store.change(row, { status: 'FAILED', failure: 'NONCE_TAKEN' })) !== null;
  }

  async #receiptOf(row: OutboxRow): Promise<TransactionReceipt | null> {
    return row.signed === null ? null : await this.#options.node.receipt(row.signed.transactionHash);
  }
}
