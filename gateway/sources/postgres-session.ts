import type { PoolClient } from 'pg';
import QueryStream from 'pg-query-stream';

import { GatewayError } from '../errors.ts';
import type { Statement } from './postgres-query.ts';
import { sourceFailure } from './source-failure.ts';

const BATCH_ROWS = 100;

/** Our own timers wait this much longer than the server's, so that the server's answer is the one heard. */
const GRACE_MS = 500;

/** How long a stopped cursor may take to close, and a rollback to end, before the query is cancelled. */
const CLOSE_TIMEOUT_MS = 250;
const ROLLBACK_TIMEOUT_MS = 2_000;

/** A consumer that takes nothing for this long loses its snapshot. */
const IDLE_IN_TRANSACTION_MS = 120_000;

/** Values arrive as PostgreSQL's text; the column types give them their form. */
const RAW_TEXT = { getTypeParser: () => (text: string) => text };

/** After any of these there is something to read, or nothing more to come. */
const STREAM_TURNS = ['readable', 'end', 'close'] as const;

export interface SessionHooks {
  readonly statementTimeoutMs: number;
  /** Cancels what runs on a server process, from another connection. */
  readonly cancel: (processId: number) => Promise<void>;
  readonly onEnd: () => void;
}

/** One read-only transaction with one cursor on one connection of the pool. `end` gives the connection back. */
export class PostgresSession {
  readonly client: PoolClient;
  readonly #hooks: SessionHooks;
  readonly #lost = new AbortController();
  readonly #onLost = (error: unknown): void => this.#lost.abort(error);
  #stream: QueryStream | null = null;
  #ended = false;

  constructor(client: PoolClient, hooks: SessionHooks) {
    this.client = client;
    this.#hooks = hooks;
    client.on('error', this.#onLost);
  }

  async begin(): Promise<void> {
    await this.within(
      this.client.query(
        `BEGIN READ ONLY; SET LOCAL statement_timeout = ${this.#hooks.statementTimeoutMs}; ` +
          `SET LOCAL idle_in_transaction_session_timeout = ${IDLE_IN_TRANSACTION_MS}; ` +
          `SET LOCAL DateStyle = 'ISO, YMD'; SET LOCAL TimeZone = 'UTC'; SET LOCAL standard_conforming_strings = on`,
      ),
    );
  }

  /** Rows as arrays of PostgreSQL's text, in the order of the selected columns. */
  async *rows(statement: Statement, signal: AbortSignal): AsyncGenerator<unknown, void, undefined> {
    const stream = new QueryStream(statement.text, [...statement.values], {
      batchSize: BATCH_ROWS,
      rowMode: 'array',
      types: RAW_TEXT,
    });
    this.#stream = this.client.query(stream);
    while (!stream.readableEnded) {
      const row: unknown = stream.read();
      if (row === null) await this.#readable(stream, signal);
      else yield row;
    }
  }

  /**
   * Safe to call at any time and more than once, and it never fails: whatever runs is stopped, and the connection is
   * free or dropped.
   */
  async end(): Promise<void> {
    if (this.#ended) return;
    this.#ended = true;
    const lost = this.#lost.signal.aborted;
    this.#onLost(new GatewayError('SOURCE_FAILED', 'The read was ended')); // Whoever waits for a row need not.
    const reusable = !lost && (await this.#closeStream()) && (await this.#rollBack());
    // A query that cannot be cancelled ends at its `statement_timeout`.
    if (!reusable && !lost) await this.#hooks.cancel(processIdOf(this.client)).catch(() => undefined);
    this.client.off('error', this.#onLost);
    this.client.release(!reusable);
    this.#hooks.onEnd();
  }

  async #closeStream(): Promise<boolean> {
    const stream = this.#stream;
    if (stream === null || stream.closed) return true;
    const closed = new Promise<boolean>((resolve) => {
      stream.once('close', () => resolve(true)).on('error', () => resolve(true));
    });
    stream.destroy();
    return await settledWithin(closed, CLOSE_TIMEOUT_MS);
  }

  async #rollBack(): Promise<boolean> {
    return await settledWithin(
      this.client.query('ROLLBACK').then(() => true),
      ROLLBACK_TIMEOUT_MS,
    );
  }

  async #readable(stream: QueryStream, signal: AbortSignal): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<undefined>();
    const onReady = (): void => resolve(undefined);
    const onAbort = (): void => reject(sourceFailure(signal.reason));
    // A cursor on a lost connection never closes, so the stream itself would not tell.
    const onLost = (): void => reject(sourceFailure(this.#lost.signal.reason));
    const listeners = [...STREAM_TURNS.map((turn) => onceOn(stream, turn, onReady)), onceOn(stream, 'error', reject)];
    const aborts = [onceAborted(signal, onAbort), onceAborted(this.#lost.signal, onLost)];
    try {
      await this.within(promise);
      if (stream.errored !== null) throw stream.errored;
    } finally {
      for (const remove of [...listeners, ...aborts]) remove();
    }
  }

  /** A server that says nothing at all must not hold the caller. */
  async within<Value>(work: Promise<Value>): Promise<Value> {
    const { promise, reject } = Promise.withResolvers<never>();
    const timeout = new GatewayError('SOURCE_TIMEOUT', 'The database did not answer in time');
    const timer = setTimeout(() => reject(timeout), this.#hooks.statementTimeoutMs + GRACE_MS);
    try {
      return await Promise.race([work, promise]);
    } finally {
      clearTimeout(timer);
    }
  }
}

/** Each adds a listener and returns what removes it. */
function onceOn(stream: QueryStream, event: string, listener: (argument: unknown) => void): () => void {
  stream.once(event, listener);
  return () => void stream.off(event, listener);
}

function onceAborted(signal: AbortSignal, listener: () => void): () => void {
  signal.addEventListener('abort', listener, { once: true });
  if (signal.aborted) listener();
  return () => signal.removeEventListener('abort', listener);
}

/** The server process of a connection, 0 when the server named none. pg keeps it, its type declarations do not. */
function processIdOf(client: PoolClient): number {
  return 'processID' in client && typeof client.processID === 'number' ? client.processID : 0;
}

/** False when `work` fails, answers false, or takes longer than `timeoutMs`. */
async function settledWithin(work: Promise<boolean>, timeoutMs: number): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const timer = setTimeout(() => resolve(false), timeoutMs);
  work.then(resolve, () => resolve(false));
  const settled = await promise;
  clearTimeout(timer);
  return settled;
}
