import type { IncomingHttpHeaders } from 'node:http';

import type { Dispatcher } from 'undici';

import { GatewayError } from '../errors.ts';
import { sourceFailure } from './source-failure.ts';

/** Read ahead of the consumer at most this far; the kernel's buffers and TCP hold the rest back. */
const READ_AHEAD_BYTES = 128 * 1024;

export interface ExchangeLimits {
  /** From sending the request to the head of the answer, waiting for a free connection included. */
  readonly headersTimeoutMs: number;
  /** Longest wait for one more piece of the body. */
  readonly idleTimeoutMs: number;
  /** All waits for the body together. The time that our reader takes does not count. */
  readonly bodyTimeoutMs: number;
  readonly maxBytes: number;
}

export interface AnswerHead {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
}

/**
 * One GET and its answer, pulled piece by piece with back-pressure. Call `stop` when done with it, at any point: it
 * closes the connection unless the answer has been read to its end.
 */
export class HttpExchange implements Dispatcher.DispatchHandler {
  readonly #limits: ExchangeLimits;
  readonly #signal: AbortSignal;
  readonly #onAbort = (): void => this.#fail(sourceFailure(this.#signal.reason));
  #head: AnswerHead | null = null;
  #queue: Buffer[] = [];
  #queuedBytes = 0;
  #receivedBytes = 0;
  #bodyWaitMs = 0;
  #ended = false;
  #failure: GatewayError | null = null;
  #controller: Dispatcher.DispatchController | null = null;
  #wake: (() => void) | null = null;

  constructor(limits: ExchangeLimits, signal: AbortSignal) {
    this.#limits = limits;
    this.#signal = signal;
    signal.addEventListener('abort', this.#onAbort, { once: true });
    if (signal.aborted) this.#onAbort();
  }

  /** @throws GatewayError SOURCE_FAILED, SOURCE_FORBIDDEN or SOURCE_TIMEOUT */
  async head(): Promise<AnswerHead> {
    if (this.#head === null) await this.#wait(this.#limits.headersTimeoutMs);
    this.#throwIfFailed();
    if (this.#head === null) throw new GatewayError('SOURCE_FAILED', 'The source gave no answer');
    return this.#head;
  }

  /** The pieces of the body that have arrived, as one, or null at its end. Throws as `head` does. */
  async read(): Promise<Buffer | null> {
    while (this.#queue.length === 0 && !this.#ended && this.#failure === null) {
      const startedAt = performance.now();
      await this.#wait(Math.min(this.#limits.idleTimeoutMs, this.#limits.bodyTimeoutMs - this.#bodyWaitMs));
      this.#bodyWaitMs += performance.now() - startedAt;
    }
    this.#throwIfFailed();
    const [first = null, ...others] = this.#queue;
    const piece = first === null || others.length === 0 ? first : Buffer.concat([first, ...others]);
    this.#queue = [];
    this.#queuedBytes = 0;
    if (this.#controller?.paused === true) this.#controller.resume();
    return piece;
  }

  stop(): void {
    this.#fail(new GatewayError('SOURCE_FAILED', 'The answer of the source was given up'));
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    if (this.#failure !== null) controller.abort(this.#failure);
  }

  onResponseStart(_: Dispatcher.DispatchController, status: number, headers: IncomingHttpHeaders): void {
    if (status < 200) return;
    this.#head = { status, headers };
    this.#wakeUp();
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.#failure !== null) return;
    this.#receivedBytes += chunk.length;
    if (this.#receivedBytes > this.#limits.maxBytes) {
      this.#fail(new GatewayError('SOURCE_FAILED', 'The answer of the source is larger than its limit'));
      return;
    }
    this.#queue.push(chunk);
    this.#queuedBytes += chunk.length;
    if (this.#queuedBytes >= READ_AHEAD_BYTES) controller.pause();
    this.#wakeUp();
  }

  onResponseEnd(): void {
    this.#ended = true;
    this.#signal.removeEventListener('abort', this.#onAbort);
    this.#wakeUp();
  }

  onResponseError(_: Dispatcher.DispatchController, error: Error): void {
    this.#fail(sourceFailure(error));
  }

  async #wait(timeoutMs: number): Promise<void> {
    if (this.#failure !== null) return;
    const { promise, resolve } = Promise.withResolvers<undefined>();
    const timer = setTimeout(() => this.#fail(timedOut()), Math.max(0, timeoutMs));
    this.#wake = () => resolve(undefined);
    await promise;
    clearTimeout(timer);
  }

  #wakeUp(): void {
    this.#wake?.();
    this.#wake = null;
  }

  #fail(failure: GatewayError): void {
    this.#signal.removeEventListener('abort', this.#onAbort);
    if (this.#failure !== null) return;
    this.#failure = failure;
    this.#queue = [];
    if (!this.#ended) this.#controller?.abort(failure);
    this.#wakeUp();
  }

  #throwIfFailed(): void {
    if (this.#failure !== null) throw this.#failure;
  }
}

function timedOut(): GatewayError {
  return new GatewayError('SOURCE_TIMEOUT', 'The source did not answer in time');
}
