import type { IncomingHttpHeaders } from 'node:http';

import { openGuardedPool } from './guarded-pool.ts';
import type { GuardedPool } from './guarded-pool.ts';
import { type ExchangeLimits, HttpExchange } from './http-exchange.ts';
import type { OutgoingAddress } from './outgoing-address.ts';

const LIMITS: ExchangeLimits = {
  headersTimeoutMs: 10_000,
  idleTimeoutMs: 5_000,
  bodyTimeoutMs: 10_000,
  maxBytes: 64 * 1024,
};

/** A whole answer; it may come from anybody who can stand in for the other side. */
export interface PostAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Uint8Array;
}

/** Posts small bodies to one address, and takes small answers. */
export class GuardedPost {
  readonly #target: GuardedPool;
  readonly #path: string;

  /** @param below what is added to the path of the address, such as `/add-checkpoint` */
  constructor(address: OutgoingAddress, below = '') {
    this.#target = openGuardedPool(address, 1);
    this.#path = below === '' ? this.#target.path : `${this.#target.path.replace(/\/$/, '')}${below}`;
  }

  /** @throws GatewayError SOURCE_FAILED, SOURCE_FORBIDDEN or SOURCE_TIMEOUT */
  async send(contentType: string, body: Uint8Array, signal: AbortSignal): Promise<PostAnswer> {
    const exchange = new HttpExchange(LIMITS, signal);
    try {
      const headers = { 'content-type': contentType, 'user-agent': 'dxl-gateway' };
      this.#target.pool.dispatch({ path: this.#path, method: 'POST', headers, body }, exchange);
      const head = await exchange.head();
      const pieces: Buffer[] = [];
      for (let piece = await exchange.read(); piece !== null; piece = await exchange.read()) pieces.push(piece);
      return { ...head, body: Buffer.concat(pieces) };
    } finally {
      exchange.stop();
    }
  }

  async close(): Promise<void> {
    await this.#target.pool.destroy();
  }
}
