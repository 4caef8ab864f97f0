/** `RPC_ERROR`: the node answered with an error. The others: no answer was had, so nothing is known. */
export type RpcErrorCode = 'RPC_ERROR' | 'RPC_TIMEOUT' | 'RPC_UNREACHABLE' | 'RPC_MALFORMED';

export interface RpcErrorFacts {
  /** The JSON-RPC error code, NaN when there was none. */
  readonly nodeCode?: number;
  /** Revert data as hex, when the node gave it. */
  readonly data?: string | null;
}

export class RpcError extends Error {
  override readonly name = 'RpcError';
  readonly code: RpcErrorCode;
  readonly nodeCode: number;
  readonly data: string | null;

  constructor(code: RpcErrorCode, message: string, facts: RpcErrorFacts = {}) {
    super(message);
    this.code = code;
    this.nodeCode = facts.nodeCode ?? Number.NaN;
    this.data = facts.data ?? null;
  }
}

/** What the gateway needs of a node. Results are untrusted until parsed. */
export interface Rpc {
  request(method: string, params: readonly unknown[]): Promise<unknown>;
}
