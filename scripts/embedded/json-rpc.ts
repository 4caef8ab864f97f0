import { z } from 'zod';

import { EmbeddedError } from './embedded-error.ts';

const answerSchema = z.object({ result: z.unknown(), error: z.object({ message: z.string() }).optional() });

/**
 * One JSON-RPC call to the embedded chain.
 * @throws EmbeddedError CHAIN_UNREACHABLE, also when the node answers with an error
 */
export async function callChain(
  url: string,
  method: string,
  params: readonly unknown[] = [],
  timeoutMs = 10_000,
): Promise<unknown> {
  let body: unknown;
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }),
      signal: AbortSignal.timeout(timeoutMs),
    });
    body = await response.json();
  } catch (cause) {
    throw new EmbeddedError('CHAIN_UNREACHABLE', `${method}: no answer from the embedded chain`, cause);
  }
  const answer = answerSchema.parse(body);
  if (answer.error !== undefined) throw new EmbeddedError('CHAIN_UNREACHABLE', `${method}: ${answer.error.message}`);
  return answer.result;
}

export async function readBlockNumber(url: string): Promise<number> {
  return Number(z.string().parse(await callChain(url, 'eth_blockNumber')));
}
