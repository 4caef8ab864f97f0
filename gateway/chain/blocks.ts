import { parseBytes32 } from '../../ledger/ids.ts';
import type { Bytes32 } from '../../ledger/ids.ts';
import type { RawLog } from '../../ledger/events.ts';
import { RpcError } from './rpc.ts';
import type { Rpc } from './rpc.ts';

/** What the gateway takes from a block header; `timestamp` in Unix seconds. */
export interface Block {
  readonly number: number;
  readonly hash: Bytes32;
  readonly parentHash: Bytes32;
  readonly timestamp: number;
}

/** Which block it was, as receipts and decisions keep it. */
export type BlockPoint = Pick<Block, 'number' | 'hash'>;

export function pointOf(block: Block | null): BlockPoint | null {
  return block === null ? null : { number: block.number, hash: block.hash };
}

function fields(value: unknown, what: string): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null) throw new RpcError('RPC_MALFORMED', `The node gave no ${what}`);
  return Object.fromEntries(Object.entries(value));
}

function quantity(value: unknown, what: string): number {
  const number = typeof value === 'string' && /^0x[0-9a-f]{1,13}$/i.test(value) ? Number(value) : Number.NaN;
  if (!Number.isSafeInteger(number)) throw new RpcError('RPC_MALFORMED', `The node gave a bad ${what}`);
  return number;
}

function hex(value: unknown, what: string): string {
  if (typeof value !== 'string' || !/^0x([0-9a-f]{2})*$/i.test(value)) {
    throw new RpcError('RPC_MALFORMED', `The node gave a bad ${what}`);
  }
  return value.toLowerCase();
}

function hash(value: unknown, what: string): Bytes32 {
  const text = hex(value, what);
  if (text.length !== 66) throw new RpcError('RPC_MALFORMED', `The node gave a bad ${what}`);
  return parseBytes32(text);
}

export function toQuantity(number: number): string {
  return `0x${number.toString(16)}`;
}

/** @throws RpcError RPC_MALFORMED also when the node has no such block. */
export async function readBlock(rpc: Rpc, tag: number | 'latest'): Promise<Block> {
  const parameter = tag === 'latest' ? tag : toQuantity(tag);
  const block = fields(await rpc.request('eth_getBlockByNumber', [parameter, false]), 'block');
  const parsed = {
    number: quantity(block['number'], 'block number'),
    hash: hash(block['hash'], 'block hash'),
    parentHash: hash(block['parentHash'], 'parent hash'),
    timestamp: quantity(block['timestamp'], 'block timestamp'),
  };
  if (tag !== 'latest' && parsed.number !== tag) throw new RpcError('RPC_MALFORMED', 'The node gave another block');
  return parsed;
}

export interface LogRange {
  readonly fromBlock: number;
  readonly toBlock: number;
  readonly addresses: readonly string[];
}

/** Logs of the range in chain order. A log outside the range or marked as removed is an error. */
export async function readLogs(rpc: Rpc, range: LogRange): Promise<RawLog[]> {
  const answer = await rpc.request('eth_getLogs', [
    { fromBlock: toQuantity(range.fromBlock), toBlock: toQuantity(range.toBlock), address: range.addresses },
  ]);
  if (!Array.isArray(answer)) throw new RpcError('RPC_MALFORMED', 'The node gave no list of logs');
  const logs = answer.map((entry: unknown) => parseLog(entry));
  if (logs.some((log) => log.blockNumber < range.fromBlock || log.blockNumber > range.toBlock)) {
    throw new RpcError('RPC_MALFORMED', 'The node gave logs of other blocks');
  }
  return logs.sort(byPosition);
}

function byPosition(a: RawLog, b: RawLog): number {
  return a.blockNumber === b.blockNumber ? a.logIndex - b.logIndex : a.blockNumber - b.blockNumber;
}

function parseLog(entry: unknown): RawLog {
  const log = fields(entry, 'log');
  const topics = log['topics'];
  if (!Array.isArray(topics) || log['removed'] === true) throw new RpcError('RPC_MALFORMED', 'The node gave a bad log');
  return {
    address: hex(log['address'], 'log address'),
    topics: topics.map((topic: unknown) => hash(topic, 'log topic')),
    data: hex(log['data'], 'log data'),
    blockNumber: quantity(log['blockNumber'], 'log block number'),
    blockHash: hash(log['blockHash'], 'log block hash'),
    logIndex: quantity(log['logIndex'], 'log index'),
    transactionHash: hash(log['transactionHash'], 'log transaction hash'),
  };
}
