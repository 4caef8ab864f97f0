import { isObject } from '../../ledger/json/is-object.ts';
import { RpcError } from './rpc.ts';
import type { Rpc } from './rpc.ts';

const QUANTITY = /^0x(?:0|[1-9a-f][0-9a-f]{0,12})$/i;
const HASH = /^0x[0-9a-f]{64}$/i;
const HEX = /^0x(?:[0-9a-f]{2})*$/i;
/** JSON-RPC code of a reverted call (geth, anvil, hardhat); Besu has -32000 and the words. */
const REVERT_CODE = 3;
/** Answers that mean that the node has these bytes or has had them; a receipt then says which. */
const HAS_IT = /already known|already imported|known transaction|nonce too low|already in (?:the )?(?:pool|mempool)/i;

export interface TransactionReceipt {
  readonly succeeded: boolean;
  readonly blockNumber: number;
  readonly blockHash: string;
}

export interface Call {
  readonly from: string;
  readonly target: string;
  readonly data: string;
}

export type GasEstimate =
  | { readonly kind: 'gas'; readonly gas: number }
  | { readonly kind: 'reverted'; readonly revertData: string | null }
  | { readonly kind: 'refused'; readonly error: RpcError };

/** What the outbox asks of a node. Answers are checked here; RpcError with RPC_MALFORMED for what is none. */
export class OutboxNode {
  readonly #rpc: Rpc;

  constructor(rpc: Rpc) {
    this.#rpc = rpc;
  }

  async transactionCount(address: string, tag: 'latest' | 'pending'): Promise<number> {
    return toNumber(await this.#rpc.request('eth_getTransactionCount', [address, tag]));
  }

  async blockNumber(): Promise<number> {
    return toNumber(await this.#rpc.request('eth_blockNumber', []));
  }

  /** Null while, or when no longer, on the chain. */
  async receipt(transactionHash: string): Promise<TransactionReceipt | null> {
    const value = await this.#rpc.request('eth_getTransactionReceipt', [transactionHash]);
    if (value === null) return null;
    if (!isObject(value)) throw malformed('a receipt');
    const { status, blockNumber, blockHash, transactionHash: hash } = value;
    if (typeof hash !== 'string' || hash.toLowerCase() !== transactionHash) throw malformed('another receipt');
    if (typeof blockHash !== 'string' || !HASH.test(blockHash)) throw malformed('a block hash');
    const code = toNumber(status);
    if (code !== 0 && code !== 1) throw malformed('a receipt status');
    return { succeeded: code === 1, blockNumber: toNumber(blockNumber), blockHash: blockHash.toLowerCase() };
  }

  async estimateGas(call: Call): Promise<GasEstimate> {
    try {
      return { kind: 'gas', gas: toNumber(await this.#rpc.request('eth_estimateGas', [toRpcCall(call), 'latest'])) };
    } catch (error) {
      if (!(error instanceof RpcError) || error.code !== 'RPC_ERROR') throw error;
      if (isRevert(error)) return { kind: 'reverted', revertData: revertData(error) };
      return { kind: 'refused', error };
    }
  }

  /** What the call answers when it reverts in the state before `blockNumber`; null when that is not to be had. */
  async revertDataAt(call: Call, blockNumber: number): Promise<string | null> {
    try {
      await this.#rpc.request('eth_call', [toRpcCall(call), `0x${(blockNumber - 1).toString(16)}`]);
      return null;
    } catch (error) {
      if (!(error instanceof RpcError) || error.code !== 'RPC_ERROR') throw error;
      return revertData(error);
    }
  }

  /** @throws RpcError RPC_ERROR when the node refuses the bytes, the other codes when it is unknown what it did */
  async sendRaw(raw: string): Promise<void> {
    try {
      await this.#rpc.request('eth_sendRawTransaction', [raw]);
    } catch (error) {
      if (error instanceof RpcError && error.code === 'RPC_ERROR' && HAS_IT.test(error.message)) return;
      throw error;
    }
  }
}

function toRpcCall({ from, target, data }: Call): Readonly<Record<string, string>> {
  return { from, to: target, data, value: '0x0', gasPrice: '0x0' };
}

function isRevert(error: RpcError): boolean {
  return error.nodeCode === REVERT_CODE || revertData(error) !== null || /revert/i.test(error.message);
}

function revertData({ data }: RpcError): string | null {
  return data !== null && HEX.test(data) ? data.toLowerCase() : null;
}

function toNumber(value: unknown): number {
  if (typeof value !== 'string' || !QUANTITY.test(value)) throw malformed('a quantity');
  return Number(value);
}

function malformed(expected: string): RpcError {
  return new RpcError('RPC_MALFORMED', `The node answered something else than ${expected}`);
}
