import type { Request, Response } from 'express';

import type { Caller } from '../../authn/authenticate.ts';
import { whyEnded } from '../../authz/authorize.ts';
import type { Permit } from '../../authz/authorize.ts';
import type { Block } from '../../chain/blocks.ts';
import { requireFresh } from '../../chain/require-fresh.ts';
import type { GatewayContext } from '../../context.ts';
import { deliver } from '../../relay/deliver.ts';
import type { Delivered, FirstByte } from '../../relay/deliver.ts';
import { compileProjector, isInAnswer } from '../../relay/project-row.ts';
import type { Source } from '../../sources/source.ts';
import { setHeaders } from '../answer.ts';

export const ROWS_TYPE = 'application/x-ndjson';

export interface PermittedCall {
  readonly request: Request;
  readonly response: Response;
  readonly caller: Caller;
  readonly permit: Permit;
  readonly source: Source;
  readonly receiptId: string;
  /** Told the size of a whole answer before its first byte leaves. */
  readonly onWhole: (bytes: number) => void;
}

/** With the block whose state ended the answer; nothing ends a delivered one. */
export type Relayed = Delivered & { readonly endedAt: Block | null };

/** From the source to the client. What it throws refuses the read before its first byte. */
export async function relayRows(context: GatewayContext, call: PermittedCall): Promise<Relayed> {
  const { permit, response, source } = call;
  const { terms } = permit;
  const startedAt = performance.now();
  const stream = context.openStreams.open(terms.grantId, permit);
  const provedBlock = (): Block | null => context.follower.freshness().block;
  const ending: { block: Block | null } = { block: null };
  stream.signal.addEventListener('abort', () => (ending.block = provedBlock()), { once: true });
  const timer = setTimeout(() => {
    stream.cut('ANSWER_TIMEOUT');
  }, context.config.maxAnswerMs);
  const onClose = (): void => {
    if (!response.writableFinished) stream.cut('CLIENT_GONE');
  };
  response.once('close', onClose);
  try {
    const { equals, region, maxRows, maxBytes } = terms;
    const fields = terms.fields.filter(isInAnswer).map(({ key }) => key);
    const rows = await source.open({ fields, equals, region, limit: maxRows, signal: stream.signal });
    const delivered = await deliver({
      rows,
      projector: compileProjector(terms.fields),
      sink: response,
      limits: { maxRows, maxBytes },
      signal: stream.signal,
      onFirstByte: async (first) => {
        // A block that was announced meanwhile is being proved: the answer waits for it, and is judged by it.
        await requireFresh(context.follower);
        passGate(context, permit);
        if (first.whole) call.onWhole(first.body.length);
        writeHead(context, call, first);
      },
    });
    context.metrics.delivered(delivered.outcome, delivered.bytes, (performance.now() - startedAt) / 1000);
    return { ...delivered, endedAt: ending.block ?? provedBlock() };
  } finally {
    clearTimeout(timer);
    response.off('close', onClose);
    stream.done();
  }
}

/** The last look, in the same turn of the event loop as the first byte: no block can come between. */
function passGate(context: GatewayContext, permit: Permit): void {
  const reason = whyEnded(context.authorization, permit);
  if (reason !== null) throw reason;
}

/** A whole answer carries its signed digest; a streamed one is proved by its closed receipt. */
function writeHead(context: GatewayContext, call: PermittedCall, first: FirstByte): void {
  const { caller, receiptId, response } = call;
  const digest = first.whole && first.body.length > 0 ? `sha-256=:${first.contentDigest}:` : null;
  if (first.whole) response.setHeader('content-length', first.body.length);
  const head = { status: 200, contentType: ROWS_TYPE, receiptId };
  setHeaders(response, head, { digest, binding: caller.binding, signing: context.signing });
  response.writeHead(200);
}
