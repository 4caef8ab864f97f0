import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { decodeLog, type LedgerEvent, type RawLog } from '../../ledger/events.ts';
import { nextHead } from '../../ledger/history.ts';
import { VerifiedProjection } from '../../ledger/projection.ts';
import { LedgerChain } from '../support/ledger-chain.ts';
import { type RecordedBlock, recordedBlocks, tellStory } from '../support/ledger-story.ts';
import { codeOf } from './refusal-of.ts';

const REFUSALS = ['EVENT_MALFORMED', 'HISTORY_GAP', 'HISTORY_HEAD_MISMATCH', 'HISTORY_ILLEGAL'];

let chain: LedgerChain;
let blocks: RecordedBlock[];
/** The logs that are entries of a history, in chain order. */
let entries: RawLog[];
/** Decoded once; a log that was tampered with is another object and is decoded again. */
const decoded = new Map<RawLog, LedgerEvent | null>();

beforeAll(async () => {
  chain = await LedgerChain.start();
  await tellStory(chain);
  blocks = await recordedBlocks(chain);
  entries = blocks.flatMap(({ logs }) => logs).filter((log) => decode(log) !== null);
});

afterAll(async () => {
  await chain.stop();
});

function decode(log: RawLog): LedgerEvent | null {
  const known = decoded.get(log);
  if (known !== undefined) return known;
  const event = decodeLog(chain.deployment, log);
  if (event !== null) decoded.set(log, event);
  return event;
}

/** Gives the projection what a node would that answered with these logs, with the chain's own heads at each block. */
function replay(logs: readonly RawLog[]): VerifiedProjection {
  const projection = new VerifiedProjection(chain.deployment);
  let next = 0;
  for (const { block, heads } of blocks) {
    const begin = next;
    while ((logs[next]?.blockNumber ?? Infinity) <= block.number) next += 1;
    const events = logs.slice(begin, next).map(decode);
    projection.apply(
      block,
      events.filter((event) => event !== null),
    );
    projection.confirm(heads);
  }
  return projection;
}

/**
 * What no history head can show, and what changes nothing: the order of entries of different contracts within one
 * block, and the hash of a block for which no heads were asked.
 */
function isUnprovable(kind: string, log: RawLog, other: RawLog): boolean {
  if (kind === 'name another block') return log.blockNumber < (blocks[0]?.block.number ?? 0);
  const isPlace = kind === 'swap two places in the chain' || kind === 'move it to another block';
  return isPlace && windowOf(log) === windowOf(other);
}

/** The block whose heads prove the log: deployment blocks are proved together. */
function windowOf({ blockNumber }: RawLog): number {
  return Math.max(blockNumber, blocks[0]?.block.number ?? 0);
}

type Tampering = (log: RawLog, other: RawLog, byte: number, bit: number) => readonly RawLog[];

const flip = (hex: string, byte: number, bit: number): string => {
  const bytes = Buffer.from(hex.slice(2), 'hex');
  const at = byte % bytes.length;
  bytes[at] = (bytes[at] ?? 0) ^ (1 << bit);
  return `0x${bytes.toString('hex')}`;
};
const replaced = (log: RawLog, changes: Partial<RawLog>): readonly RawLog[] =>
  entries.map((entry) => (entry === log ? { ...entry, ...changes } : entry));
const positionOf = ({ blockNumber, blockHash, logIndex, transactionHash }: RawLog) => ({
  blockNumber,
  blockHash,
  logIndex,
  transactionHash,
});

const TAMPERINGS: Readonly<Record<string, Tampering>> = {
  'drop one': (log) => entries.filter((entry) => entry !== log),
  'drop all after one': (log) => entries.slice(0, entries.indexOf(log)),
  'give one twice': (log) => entries.flatMap((entry) => (entry === log ? [entry, { ...entry }] : [entry])),
  'repeat one at the end': (log) => [...entries, { ...log, ...positionOf(entries.at(-1) ?? log) }],
  'swap two in the list': (log, other) =>
    entries.map((entry) => (entry === log ? other : entry === other ? log : entry)),
  'swap two places in the chain': (log, other) =>
    entries.map((entry) => {
      if (entry === log) return { ...other, ...positionOf(log) };
      return entry === other ? { ...log, ...positionOf(other) } : entry;
    }),
  'flip a bit of the data': (log, _other, byte, bit) => replaced(log, { data: flip(log.data, byte, bit) }),
  'flip a bit of a topic': (log, _other, byte, bit) => {
    const index = byte % log.topics.length;
    return replaced(log, { topics: log.topics.map((topic, at) => (at === index ? flip(topic, byte, bit) : topic)) });
  },
  'flip a bit of the address': (log, _other, byte, bit) => replaced(log, { address: flip(log.address, byte, bit) }),
  'cut the data': (log, _other, byte) =>
    replaced(log, { data: log.data.slice(0, 2 + 2 * (byte % (log.data.length / 2 - 1))) }),
  'lengthen the data': (log) => replaced(log, { data: `${log.data}${'00'.repeat(32)}` }),
  'drop a topic': (log) => replaced(log, { topics: log.topics.slice(0, -1) }),
  'give it to another contract': (log, other) =>
    replaced(log, { address: log.address === other.address ? `0x${'11'.repeat(20)}` : other.address }),
  'move it to another block': (log, other) =>
    replaced(log, { ...positionOf(other), logIndex: other.logIndex + (log === other ? -1 : 1_000) }),
  'name another block': (log, _other, byte, bit) => replaced(log, { blockHash: flip(log.blockHash, byte, bit) }),
  'take the words of another entry': (log, other) => replaced(log, { topics: other.topics, data: other.data }),
};

describe('a history that somebody tampered with', () => {
  it('is refused, while the true one is taken', () => {
    expect(replay(entries).heads).toEqual(blocks.at(-1)?.heads);
    let refused = 0;
    const index = fc.nat({ max: entries.length - 1 });
    const kind = fc.constantFrom(...Object.entries(TAMPERINGS));
    fc.assert(
      fc.property(
        kind,
        index,
        index,
        fc.nat({ max: 4_096 }),
        fc.nat({ max: 7 }),
        ([name, tamper], one, two, byte, bit) => {
          const [log, other] = [entries[one], entries[two]];
          if (log === undefined || other === undefined || isUnprovable(name, log, other)) return;
          const logs = tamper(log, other, byte, bit);
          if (isSame(logs)) return;
          expect(REFUSALS).toContain(codeOf(() => replay(logs)));
          refused += 1;
        },
      ),
      { numRuns: 1_500 },
    );
    expect(refused).toBeGreaterThan(1_000);
  });

  it('is refused for every single entry that is missing', () => {
    for (const missing of entries) {
      expect(codeOf(() => replay(entries.filter((entry) => entry !== missing)))).toBe('HISTORY_GAP');
    }
  });

  it('is refused when recordedAt of any entry is one second later', () => {
    for (const entry of entries) {
      const event = decode(entry);
      const word = (event?.recordedAt ?? 0).toString(16).padStart(64, '0');
      const later = ((event?.recordedAt ?? 0) + 1).toString(16).padStart(64, '0');
      const data = entry.data.replace(word, later);
      expect(data).not.toBe(entry.data);
      expect(REFUSALS).toContain(codeOf(() => replay(replaced(entry, { data }))));
    }
  });

  it('is refused when entries are appended, though their heads are right', () => {
    const last = decode(
      entries.findLast(({ address }) => address === chain.deployment.contracts.Directory) ?? entries[0]!,
    );
    if (last?.name !== 'ContractListed') throw new TypeError('no listing');
    const forged: LedgerEvent = {
      ...last,
      account: `0x${'12'.repeat(20)}`,
      version: last.version + 1,
      seq: last.seq + 1,
    };
    const end = blocks.at(-1)!;
    const projection = replay(entries);
    const block = { number: end.block.number + 1, hash: last.actHash };
    const placed = { ...forged, blockNumber: block.number, blockHash: block.hash, recordedAt: end.block.timestamp + 1 };
    projection.apply(block, [{ ...placed, head: nextHead(last.head, forged.seq, last.actHash) }]);
    expect(codeOf(() => projection.confirm(end.heads))).toBe('HISTORY_GAP');
  });
});

function isSame(logs: readonly RawLog[]): boolean {
  return JSON.stringify(logs) === JSON.stringify(entries);
}
