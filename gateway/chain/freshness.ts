import type { Block } from './blocks.ts';

/** Why the ledger state may not be used; null in `Freshness.reason` means that it may. */
export type StaleReason =
  | 'STARTING'
  | 'NODE_UNREACHABLE'
  | 'NODE_BEHIND'
  | 'BLOCK_TOO_OLD'
  | 'CATCHING_UP'
  | 'HISTORY_MISMATCH'
  | 'STORE_FAILED'
  | 'WRONG_CHAIN';

export interface Freshness {
  readonly reason: StaleReason | null;
  /** Last block whose history heads were equal to ours. */
  readonly block: Block | null;
  /** Highest block that the node announced. */
  readonly announced: number;
  /** Milliseconds since the node last answered and its head was proved equal to ours. */
  readonly provedAgoMs: number;
}

/** Remembers durably how long each contract's history was. */
export interface HighWater {
  read(): Promise<ReadonlyMap<string, number>>;
  raise(seqByContract: ReadonlyMap<string, number>): Promise<void>;
}

/** The node's history is shorter than one that was proved before: an old block, or a chain that lost its tail. */
export class NodeBehindError extends Error {
  override readonly name = 'NodeBehindError';
  readonly code = 'NODE_BEHIND';

  constructor(has: number, expected: number) {
    super(`The node is at ${String(has)}, ${String(expected)} was proved before`);
  }
}

/** The node has another block where one was proved: what was recorded there may be gone. Told, and then followed. */
export class HistoryReplacedError extends Error {
  override readonly name = 'HistoryReplacedError';
  readonly code = 'HISTORY_REPLACED';

  constructor(blockNumber: number) {
    super(`The node has another block ${String(blockNumber)} than the one that was proved`);
  }
}
