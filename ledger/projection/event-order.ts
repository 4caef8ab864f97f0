import type { LedgerEvent } from '../events/ledger-event.ts';
import type { Bytes32 } from '../ids.ts';
import { assertLegal } from './illegal.ts';

/** Where the chain stands after a group of events. `parentHash` is checked when the block before was applied. */
export interface BlockPoint {
  readonly number: number;
  readonly hash: Bytes32;
  readonly parentHash?: Bytes32;
}

type EventPlace = Pick<LedgerEvent, 'blockNumber' | 'blockHash' | 'logIndex' | 'recordedAt'>;

/** Holds events to the order of the chain over all contracts: a history head orders those of one contract only. */
export class EventOrder {
  #block: BlockPoint | null = null;
  #last: EventPlace | null = null;
  #settled: { readonly block: BlockPoint | null; readonly last: EventPlace | null } = { block: null, last: null };

  get block(): BlockPoint | null {
    return this.#block;
  }

  /**
   * Checks that `block` follows the last one and that `events` lie after that and not beyond `block`, in order.
   * @throws LedgerError HISTORY_ILLEGAL
   */
  advance(block: BlockPoint, events: readonly LedgerEvent[], startBlock: number): void {
    const before = this.#block;
    const from = before === null ? startBlock : before.number + 1;
    assertLegal(Number.isSafeInteger(block.number) && block.number >= from, 'BLOCK_ORDER', { block: block.number });
    const isChild =
      block.parentHash === undefined || before?.number !== block.number - 1 || before.hash === block.parentHash;
    assertLegal(isChild, 'PARENT_HASH', { block: block.number });
    for (const event of events) this.#check(event, from, block);
    this.#block = { number: block.number, hash: block.hash };
  }

  /** Everything up to here stays, also when what follows is rolled back. */
  settle(): void {
    this.#settled = { block: this.#block, last: this.#last };
  }

  rollBack(): void {
    this.#block = this.#settled.block;
    this.#last = this.#settled.last;
  }

  #check(event: LedgerEvent, from: number, block: BlockPoint): void {
    const { blockNumber, blockHash, logIndex, recordedAt } = event;
    assertLegal(blockNumber >= from && blockNumber <= block.number, 'EVENT_OUTSIDE_BLOCKS', { blockNumber });
    assertLegal(blockNumber !== block.number || blockHash === block.hash, 'EVENT_OF_ANOTHER_BLOCK', { blockNumber });
    const last = this.#last;
    if (last?.blockNumber === blockNumber) {
      const isSameBlock = last.blockHash === blockHash && last.recordedAt === recordedAt;
      assertLegal(isSameBlock && logIndex > last.logIndex, 'EVENT_ORDER', { blockNumber, logIndex });
    } else if (last !== null) {
      assertLegal(blockNumber > last.blockNumber && recordedAt >= last.recordedAt, 'EVENT_ORDER', {
        blockNumber,
        logIndex,
      });
    }
    this.#last = { blockNumber, blockHash, logIndex, recordedAt };
  }
}
