import { openGuardedPool } from '../sources/guarded-pool.ts';
import type { GuardedPool } from '../sources/guarded-pool.ts';
import { type ExchangeLimits, HttpExchange } from '../sources/http-exchange.ts';
import { sourceFailure } from '../sources/source-failure.ts';
import type { NoticeRecipient } from './notices-config.ts';
import { signNotice } from './sign-notice.ts';

/** The answer says nothing but its status: little of it is read, and only to keep the connection. */
const LIMITS: ExchangeLimits = {
  headersTimeoutMs: 10_000,
  idleTimeoutMs: 2_000,
  bodyTimeoutMs: 4_000,
  maxBytes: 64 * 1024,
};

/** Longest that one attempt can take, with room to spare. */
export const LONGEST_ATTEMPT_MS = 30_000;

/** Null when the receiver took the notice; else why not, in a word for the log. */
export type SendProblem = string | null;

/** Posts notices to the one address of a department, under the rules that hold for sources; no redirect is followed. */
export class NoticeSender {
  readonly #target: GuardedPool;
  readonly #secret: Uint8Array;

  constructor(recipient: NoticeRecipient, connections: number) {
    this.#target = openGuardedPool(recipient, connections);
    this.#secret = recipient.secret;
  }

  /** @param now Unix seconds */
  async send(id: string, body: string, now: number, signal: AbortSignal): Promise<SendProblem> {
    const exchange = new HttpExchange(LIMITS, signal);
    try {
      const signature = signNotice(id, now, body, this.#secret);
      const headers = { ...signature, 'content-type': 'application/json', 'user-agent': 'dxl-gateway' };
      const { pool, path } = this.#target;
      pool.dispatch({ path, method: 'POST', headers, body }, exchange);
      const { status } = await exchange.head();
      await drain(exchange);
      return status >= 200 && status < 300 ? null : `HTTP_${String(status)}`;
    } catch (error) {
      return sourceFailure(error).code;
    } finally {
      exchange.stop();
    }
  }

  async close(): Promise<void> {
    await this.#target.pool.destroy();
  }
}

/** The status has been said: what becomes of the rest of the answer changes nothing. */
async function drain(exchange: HttpExchange): Promise<void> {
  try {
    while ((await exchange.read()) !== null);
  } catch (error) {
    sourceFailure(error);
  }
}
