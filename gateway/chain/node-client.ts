import { WebSocket } from 'ws';

import { isObject } from '../../ledger/json/is-object.ts';
import { RpcError } from './rpc.ts';
import type { Rpc } from './rpc.ts';

/** A node that answers with more than this is broken or hostile: the connection is dropped. */
const MAX_MESSAGE_BYTES = 64 * 1024 * 1024;
const RECONNECT_MIN_MS = 50;
const RECONNECT_MAX_MS = 2_000;

export interface NodeClientOptions {
  /** ws:// or wss:// address of the node's JSON-RPC. */
  readonly url: string;
  /** A request without an answer after this time fails with RPC_TIMEOUT. */
  readonly timeoutMs: number;
}

interface Pending {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: RpcError) => void;
  readonly timer: NodeJS.Timeout;
}

/**
 * JSON-RPC over one WebSocket that reconnects by itself and follows `newHeads`.
 * Requests made while the node is away fail at once with RPC_UNREACHABLE: callers decide, nothing is queued here.
 */
export class NodeClient implements Rpc {
  readonly #options: NodeClientOptions;
  readonly #pending = new Map<number, Pending>();
  readonly #headListeners = new Set<(blockNumber: number) => void>();
  readonly #connectListeners = new Set<() => void>();
  #socket: WebSocket | null = null;
  /** When anything last arrived; monotonic. */
  #receivedAt = 0;
  #nextId = 1;
  #retryMs = RECONNECT_MIN_MS;
  #retryTimer: NodeJS.Timeout | null = null;
  #closed = false;

  constructor(options: NodeClientOptions) {
    this.#options = options;
    this.#connect();
  }

  /** Called with the number of each new head; nothing else of the notification is trusted. */
  onHead(listener: (blockNumber: number) => void): void {
    this.#headListeners.add(listener);
  }

  /** Called after every (re)connection. */
  onConnect(listener: () => void): void {
    this.#connectListeners.add(listener);
  }

  get connected(): boolean {
    return this.#socket?.readyState === WebSocket.OPEN;
  }

  request(method: string, params: readonly unknown[]): Promise<unknown> {
    const socket = this.#socket;
    if (socket?.readyState !== WebSocket.OPEN) {
      return Promise.reject(new RpcError('RPC_UNREACHABLE', 'The node is not connected'));
    }
    const id = this.#nextId;
    this.#nextId += 1;
    const askedAt = performance.now();
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#pending.delete(id);
        reject(new RpcError('RPC_TIMEOUT', `The node did not answer ${method} in time`));
        // A connection that broke without a word would otherwise look open until the system gives it up.
        if (this.#receivedAt < askedAt) socket.terminate();
      }, this.#options.timeoutMs);
      this.#pending.set(id, { resolve, reject, timer });
      socket.send(JSON.stringify({ jsonrpc: '2.0', id, method, params }));
    });
  }

  close(): void {
    this.#closed = true;
    if (this.#retryTimer !== null) clearTimeout(this.#retryTimer);
    this.#socket?.terminate();
    this.#failPending();
  }

  #connect(): void {
    const socket = new WebSocket(this.#options.url, {
      handshakeTimeout: this.#options.timeoutMs,
      maxPayload: MAX_MESSAGE_BYTES,
      perMessageDeflate: false,
    });
    this.#socket = socket;
    socket.on('open', () => {
      this.request('eth_subscribe', ['newHeads']).then(
        () => {
          this.#retryMs = RECONNECT_MIN_MS;
        },
        () => {
          socket.terminate();
        },
      );
      for (const listener of this.#connectListeners) listener();
    });
    socket.on('message', (data, isBinary) => {
      this.#receivedAt = performance.now();
      if (isBinary || !Buffer.isBuffer(data) || !this.#receive(data.toString('utf8'))) socket.terminate();
    });
    // 'close' always follows 'error' and does the work for both.
    socket.on('error', () => undefined);
    socket.on('close', () => {
      if (this.#socket === socket) this.#reconnectLater();
    });
  }

  #reconnectLater(): void {
    this.#failPending();
    if (this.#closed) return;
    this.#retryTimer = setTimeout(() => {
      this.#connect();
    }, this.#retryMs);
    this.#retryMs = Math.min(this.#retryMs * 2, RECONNECT_MAX_MS);
  }

  #failPending(): void {
    for (const pending of this.#pending.values()) {
      clearTimeout(pending.timer);
      pending.reject(new RpcError('RPC_UNREACHABLE', 'The connection to the node was lost'));
    }
    this.#pending.clear();
  }

  /** The text is attacker-controlled if the node is: false means that it is not JSON-RPC. */
  #receive(text: string): boolean {
    const message = parseMessage(text);
    if (message === null) return false;
    if (message.kind === 'head') {
      for (const listener of this.#headListeners) listener(message.blockNumber);
      return true;
    }
    if (message.kind === 'other') return true;
    const pending = this.#pending.get(message.id);
    if (pending === undefined) return true;
    this.#pending.delete(message.id);
    clearTimeout(pending.timer);
    if (message.kind === 'error') pending.reject(message.error);
    else pending.resolve(message.result);
    return true;
  }
}

type Message =
  | { readonly kind: 'head'; readonly blockNumber: number }
  | { readonly kind: 'result'; readonly id: number; readonly result: unknown }
  | { readonly kind: 'error'; readonly id: number; readonly error: RpcError }
  | { readonly kind: 'other' };

function parseMessage(text: string): Message | null {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  if (!isObject(value)) return null;
  if (value['method'] === 'eth_subscription') return parseHead(value['params']);
  const id = value['id'];
  if (typeof id !== 'number') return { kind: 'other' };
  const error = value['error'];
  if (isObject(error)) return { kind: 'error', id, error: toRpcError(error) };
  return { kind: 'result', id, result: value['result'] };
}

function parseHead(params: unknown): Message {
  const head = isObject(params) ? params['result'] : null;
  const blockNumber = isObject(head) ? Number(head['number']) : Number.NaN;
  return Number.isSafeInteger(blockNumber) && blockNumber >= 0 ? { kind: 'head', blockNumber } : { kind: 'other' };
}

function toRpcError(error: Readonly<Record<string, unknown>>): RpcError {
  const message = typeof error['message'] === 'string' ? error['message'] : 'The node answered with an error';
  const data = typeof error['data'] === 'string' ? error['data'] : null;
  return new RpcError('RPC_ERROR', message, { nodeCode: Number(error['code']), data });
}
