import type { RequestHandler } from 'express';

import { LedgerError } from '../../../ledger/errors.ts';
import { parseDecimal } from '../../../ledger/log/checkpoint.ts';
import { formatTlogProof } from '../../../ledger/log/tlog-proof.ts';
import { parseTilePath, TILE_WIDTH, tilePath } from '../../../ledger/log/tiles.ts';
import type { Tile } from '../../../ledger/log/tiles.ts';
import { receiptLeaf } from '../../../ledger/receipts/receipt.ts';
import type { GatewayContext } from '../../context.ts';
import { GatewayError } from '../../errors.ts';
import type { Answer } from '../answer.ts';
import { auditedAnswer } from '../audit-receipt.ts';
import { sendProblem } from '../signed-route.ts';
import type { SignedCall } from '../signed-route.ts';
import { notFound, supervises } from '../visibility.ts';
import { findReceipt } from './receipts.ts';

const TEXT_TYPE = 'text/plain; charset=utf-8';
const BINARY_TYPE = 'application/octet-stream';
/** A whole tile never changes (C2SP tlog-tiles). */
const FOREVER = 'max-age=31536000, immutable';

/** The newest head that this gateway signed: public, since it says nothing of anybody. */
export function checkpointRoute(context: GatewayContext): RequestHandler {
  return (_request, response) => {
    const { note } = context.log.head;
    if (note === null) {
      sendProblem(context, response, new GatewayError('NOT_FOUND', 'No receipt was written yet'), null);
      return;
    }
    response.setHeader('cache-control', 'no-store');
    response.type(TEXT_TYPE).send(Buffer.from(note));
  };
}

/** Hashes of the tree: public too. The leaves themselves are not, see {@link showEntries}. */
export function tileRoute(context: GatewayContext): RequestHandler {
  return async (request, response) => {
    try {
      const tile = toTile(request.path.slice('/log/'.length));
      const bytes = tile.level === 'entries' ? null : await readTile(context, tile);
      if (bytes === null) throw notFound();
      response.setHeader('cache-control', FOREVER);
      response.type(BINARY_TYPE).send(Buffer.from(bytes));
    } catch (error) {
      sendProblem(context, response, error, null);
    }
  };
}

/** A bundle of leaves, for whoever supervises sharing: who read under which grant is nobody else's business. */
export async function showEntries(context: GatewayContext, call: SignedCall): Promise<Answer> {
  const tile = toTile(`tile/entries/${call.params['index'] ?? ''}`);
  const bytes = supervises(context, call) ? await readTile(context, tile) : null;
  if (bytes === null) throw notFound();
  const body = { bytes: Buffer.from(bytes), contentType: BINARY_TYPE };
  return await auditedAnswer(context, call.caller, `/log/${tilePath(tile)}`, body);
}

/** That a receipt is in the log, as a file that is checked without this gateway (C2SP tlog-proof); its leaf is in it. */
export async function showProof(context: GatewayContext, call: SignedCall): Promise<Answer> {
  const { receipt } = await findReceipt(context, call);
  const index = await context.receipts.leafOf(receipt.receiptId);
  if (index === null) throw new GatewayError('NOT_FOUND', 'The receipt is in the log of another gateway');
  if (index >= context.log.head.size) await context.log.publish();
  const { size, note } = context.log.head;
  if (note === null || index >= size) throw withoutCheckpoint(context);
  const proof = await context.log.proveInclusion(index, size);
  const body = Buffer.from(formatTlogProof({ index, proof, extra: receiptLeaf(receipt), note }));
  return { status: 200, body, contentType: TEXT_TYPE };
}

/** A log that may not be signed over has no newer checkpoint, and its disk is not to blame. */
function withoutCheckpoint({ standing, now }: GatewayContext): GatewayError {
  const problem = standing.problem(now());
  return standing.maySign || problem === null
    ? new GatewayError('STORE_FAILED', 'The receipt is in no checkpoint yet')
    : new GatewayError('AUDIT_BACKLOG', 'The log of this gateway cannot be signed', { audit_problem: problem });
}

/** That the log of `to` receipts begins with the log of `from`. */
export async function showConsistency(context: GatewayContext, call: SignedCall): Promise<Answer> {
  const from = readSize(call, 'from');
  const to = call.query.has('to') ? readSize(call, 'to') : context.log.head.size;
  if (from > to || to > context.log.head.size) {
    throw new GatewayError('REQUEST_INVALID', 'The log is not that large', { size: context.log.head.size });
  }
  const proof = await context.log.proveConsistency(from, to);
  return { status: 200, body: { from, to, proof: proof.map((hash) => Buffer.from(hash).toString('base64')) } };
}

function readSize(call: SignedCall, name: 'from' | 'to'): number {
  const size = parseDecimal(call.query.get(name) ?? '');
  if (size === null) throw new GatewayError('REQUEST_INVALID', 'A size is a number', { parameter: name });
  return size;
}

/** Attacker-controlled: a path that is not the one path of a tile is the path of nothing. */
function toTile(path: string): Tile {
  try {
    return parseTilePath(path);
  } catch (error) {
    if (error instanceof LedgerError) throw notFound();
    throw error;
  }
}

/** Of the published tree only: what is on the disk beyond it is not signed yet. */
async function readTile({ log }: GatewayContext, tile: Tile): Promise<Uint8Array | null> {
  const leaves = TILE_WIDTH ** (tile.level === 'entries' ? 0 : tile.level);
  const end = (tile.index * TILE_WIDTH + tile.width) * leaves;
  return end > log.head.size ? null : await log.tile(tile);
}
