import * as factory from '../../support/act-factory.ts';
import type { EventRecord, LedgerEvent } from '../../../ledger/events/ledger-event.ts';
import type { BlockPoint } from '../../../ledger/projection/event-order.ts';
import { type ForgedHistory, PROVIDER } from '../projection.factory.ts';
import type { Step, Table } from './transition.ts';

const OTHER_HASH = factory.someHash(9);

/** Two entries in the next block, each changed as told. */
const together =
  (first: Partial<EventRecord>, second: Partial<EventRecord>): Step =>
  (history) => {
    const one = history.make('AccessKeyRegistered', keyOf(history, '11'));
    const two = history.make('AccessKeyRegistered', keyOf(history, '22'));
    const { blockNumber, blockHash, recordedAt } = one.event;
    const place = { blockNumber, blockHash, recordedAt, logIndex: 1 };
    const placed = { ...place, ...second };
    const events: unknown[] = [Object.assign(one.event, first), Object.assign(two.event, placed)];
    history.projection.apply(one.block, events as LedgerEvent[]);
    history.projection.confirm(history.heads);
    return history;
  };
const empty =
  (changes: (last: BlockPoint) => Partial<BlockPoint>): Step =>
  (history) => {
    const last = history.projection.block;
    history.projection.apply({ number: last.number + 1, hash: OTHER_HASH, ...changes(last) }, []);
    history.projection.confirm(history.heads);
    return history;
  };

function keyOf(history: ForgedHistory, byte: string) {
  const act = factory.keyRegistration(PROVIDER, { publicKey: `0x${byte.repeat(32)}`, expiresAt: history.next + 9 });
  return { keyId: factory.someHash(Number(byte)) as never, act };
}

export const BLOCKS: Table = {
  machine: 'the chain',
  stateOf: () => 'taken',
  rows: [
    ['two entries in a block', 'taken', together({}, {})],
    ['two entries at one place', 'EVENT_ORDER', together({}, { logIndex: 0 })],
    ['two entries of one block with two hashes', 'EVENT_OF_ANOTHER_BLOCK', together({}, { blockHash: OTHER_HASH })],
    ['two entries of one block at two times', 'EVENT_ORDER', together({}, { recordedAt: 1_790_000_000 })],
    ['an entry of the block before', 'EVENT_OUTSIDE_BLOCKS', together({ blockNumber: 1 }, {})],
    ['an entry of a later block', 'EVENT_OUTSIDE_BLOCKS', together({}, { blockNumber: 1_000 })],
    ['an entry that is older than the last', 'EVENT_ORDER', together({ recordedAt: 1 }, {})],
    ['an empty block', 'taken', empty(({ hash }) => ({ parentHash: hash }))],
    ['a block after a gap', 'taken', empty(({ number }) => ({ number: number + 9, parentHash: OTHER_HASH }))],
    ['a block with another parent', 'PARENT_HASH', empty(() => ({ parentHash: OTHER_HASH }))],
    ['the same block again', 'BLOCK_ORDER', empty(({ number }) => ({ number }))],
    ['a block without a number', 'BLOCK_ORDER', empty(() => ({ number: Number.NaN }))],
  ],
};
