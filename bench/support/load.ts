import { Pool } from 'undici';
import type { Dispatcher } from 'undici';

import { BenchError } from './bench-error.ts';

export interface LoadRequest {
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
}

export interface Load {
  readonly requests: number;
  readonly seconds: number;
  readonly latenciesMs: readonly number[];
  readonly bytes: number;
}

export interface LoadOptions {
  readonly origin: string;
  readonly connections: number;
  readonly seconds: number;
  /** The next request of a connection; null when there are no more. */
  readonly next: (connection: number) => LoadRequest | null;
}

/** Each connection sends its next request when it has the whole answer to the last one. Anything but 200 is a failure. */
export async function runLoad({ origin, connections, seconds, next }: LoadOptions): Promise<Load> {
  const pool = new Pool(origin, { connections, pipelining: 1 });
  const latenciesMs: number[] = [];
  let bytes = 0;
  const startedAt = performance.now();
  const endAt = startedAt + seconds * 1_000;
  const work = async (connection: number): Promise<void> => {
    for (let request = next(connection); request !== null && performance.now() < endAt; request = next(connection)) {
      const sentAt = performance.now();
      const received = await exchange(pool, request);
      bytes += received;
      latenciesMs.push(performance.now() - sentAt);
    }
  };
  await Promise.all(Array.from({ length: connections }, async (_, connection) => await work(connection)));
  const took = (performance.now() - startedAt) / 1_000;
  await pool.close();
  return { requests: latenciesMs.length, seconds: took, latenciesMs, bytes };
}

/** Resolves with the number of bytes of the body. */
async function exchange(pool: Pool, { path, headers }: LoadRequest): Promise<number> {
  return await new Promise((resolve, reject) => {
    let bytes = 0;
    let status = 0;
    const handler: Dispatcher.DispatchHandler = {
      onRequestStart: () => undefined,
      onResponseStart: (_controller, statusCode) => {
        status = statusCode;
      },
      onResponseData: (_controller, chunk) => {
        bytes += chunk.length;
      },
      onResponseEnd: () => {
        if (status === 200) resolve(bytes);
        else reject(new BenchError('REQUEST_FAILED', `Answered with ${String(status)}`));
      },
      onResponseError: (_controller, cause) => reject(new BenchError('REQUEST_FAILED', 'No answer', cause)),
    };
    pool.dispatch({ method: 'GET', path, headers }, handler);
  });
}
