import type { AddressInfo } from 'node:net';

import { WebSocket, WebSocketServer } from 'ws';

interface Message {
  readonly id?: number;
  readonly method?: string;
  readonly params?: unknown[];
  readonly result?: unknown;
}

/** Changes an answer of the node; `undefined` swallows it. */
export type Lie = (method: string, params: readonly unknown[], result: unknown) => unknown;

/** A JSON-RPC proxy on 127.0.0.1 between a gateway and a real node that can be told to lie, to hang or to go away. */
export class LyingNode {
  readonly #server: WebSocketServer;
  readonly #target: string;
  readonly #clients = new Set<WebSocket>();
  /** Null tells the truth. */
  lie: Lie | null = null;
  /** Keeps a question back until the promise is kept; null forwards it at once. */
  hold: (method: string, params: readonly unknown[]) => Promise<unknown> | null = () => null;
  /** Forwards no announcement of a new block. */
  isSilent = false;
  /** Takes requests and never answers. */
  hangs = false;
  /** Connections that were taken so far. */
  connections = 0;
  #accepting = true;

  private constructor(server: WebSocketServer, target: string) {
    this.#server = server;
    this.#target = target;
    server.on('connection', (client) => this.#serve(client));
  }

  static async start(target: string): Promise<LyingNode> {
    const server = new WebSocketServer({ host: '127.0.0.1', port: 0 });
    await new Promise<void>((resolve) => server.once('listening', resolve));
    return new LyingNode(server, target);
  }

  get url(): string {
    return `ws://127.0.0.1:${String((this.#server.address() as AddressInfo).port)}`;
  }

  /** Drops every connection and refuses new ones until `comeBack`. */
  goAway(): void {
    this.#accepting = false;
    for (const client of this.#clients) client.terminate();
  }

  comeBack(): void {
    this.#accepting = true;
  }

  async stop(): Promise<void> {
    this.goAway();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #serve(client: WebSocket): void {
    if (!this.#accepting) {
      client.terminate();
      return;
    }
    this.connections += 1;
    this.#clients.add(client);
    const node = new WebSocket(this.#target);
    const asked = new Map<number, { method: string; params: unknown[] }>();
    const waiting: string[] = [];
    node.on('open', () => {
      for (const text of waiting) node.send(text);
    });
    client.on('message', (data) => {
      const text = (data as Buffer).toString('utf8');
      const { id = -1, method = '', params = [] } = JSON.parse(text) as Message;
      asked.set(id, { method, params });
      const forward = (): void => {
        if (node.readyState === WebSocket.OPEN) node.send(text);
        else waiting.push(text);
      };
      const held = this.hold(method, params);
      if (held === null) forward();
      else void held.then(forward);
    });
    node.on('message', (data) => {
      const text = this.#answer(JSON.parse((data as Buffer).toString('utf8')) as Message, asked);
      if (text !== null && client.readyState === WebSocket.OPEN) client.send(text);
    });
    const end = (): void => {
      this.#clients.delete(client);
      node.terminate();
      client.terminate();
    };
    client.on('close', end).on('error', end);
    node.on('close', end).on('error', end);
  }

  #answer(message: Message, asked: ReadonlyMap<number, { method: string; params: unknown[] }>): string | null {
    if (message.method === 'eth_subscription') return this.isSilent ? null : JSON.stringify(message);
    if (this.hangs) return null;
    const question = asked.get(message.id ?? -1);
    if (this.lie === null || question === undefined || !('result' in message)) return JSON.stringify(message);
    const result = this.lie(question.method, question.params, message.result);
    return result === undefined ? null : JSON.stringify({ ...message, result });
  }
}
