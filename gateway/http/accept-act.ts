import { createHash } from 'node:crypto';

import { z } from 'zod';

import { bringsDocument } from '../../ledger/act-document.ts';
import { actDigest } from '../../ledger/acts/act-digest.ts';
import { ACTS } from '../../ledger/acts/act-definitions.ts';
import type { Act, ActName } from '../../ledger/acts/act-definitions.ts';
import { encodeActCall } from '../../ledger/acts/encode-act-call.ts';
import { parseAct } from '../../ledger/acts/parse-act.ts';
import { hashDocument } from '../../ledger/document-hash.ts';
import type { SaltedDocument } from '../../ledger/document-hash.ts';
import { parseBytes32 } from '../../ledger/ids.ts';
import type { Bytes32 } from '../../ledger/ids.ts';
import { parseStrictJson } from '../../ledger/json/strict-json.ts';
import type { JsonValue } from '../../ledger/json/strict-json.ts';
import type { Caller } from '../authn/authenticate.ts';
import { simulateAct } from '../chain/simulate-act.ts';
import type { GatewayContext } from '../context.ts';
import { GatewayError } from '../errors.ts';
import type { IdempotencyClaim } from '../stores/idempotency.ts';
import type { OutboxRow } from '../stores/outbox-row.ts';
import { assertActDocument } from './act-document.ts';
import { settleAct } from './settle-act.ts';
import type { ActAnswer } from './settle-act.ts';

const jsonObject = z.record(z.string(), z.json());

export const actMessageSchema = z.strictObject({
  act: jsonObject.describe('The act in its JSON form'),
  signatures: z
    .array(z.string().regex(/^0x(?:[0-9a-f]{2}){1,16384}$/))
    .min(1)
    .max(2)
    .describe('Of each account that must sign, over the EIP-712 digest, in the order of the summary; lower-case hex'),
  document: jsonObject.optional().describe('The document that the act commits to'),
  salt: z.string().max(64).optional().describe('base64url of the 32 bytes that are hashed before the document'),
});

export interface PostedAct {
  /** Null for a first key, which nobody can sign for over HTTP. */
  readonly caller: Caller | null;
  readonly body: Uint8Array | null;
}

/** Shared way of every signed act: parse, match with its document, let the ledger judge it, store, carry. */
export async function acceptAct(context: GatewayContext, name: ActName, call: PostedAct): Promise<ActAnswer> {
  const message = parseMessage(name, call.body);
  const act = parseAct(name, message.act);
  const digest = actDigest(context.deployment, name, act);
  const carried = await context.outbox.findByDigest(digest);
  if (carried !== null && carried.status !== 'FAILED') {
    await restoreDocument(context, act, message.salted);
    return await settleAct(context, carried.id);
  }
  await checkDocument(context, name, message);
  const { to: target, data } = encodeActCall(context.deployment, name, act, message.signatures);
  const twin = await judge(context, digest, { to: target, data });
  if (twin !== null) return await settleAct(context, twin.id);
  // Evidence before effect: the document is durable here before its hash can appear on the ledger.
  if (message.salted !== null) await context.documents.put(message.salted);
  const claim = readIdempotencyClaim(name, call);
  const { row } = await context.outbox.enqueue({ digest, target, data }, claim, Date.now());
  context.outboxWorker.wake();
  return await settleAct(context, row.id);
}

/**
 * Lets the ledger judge the act. The same act may have come twice at once, and the ledger refuses it by now because it
 * has it: then this is the row of the other call.
 */
async function judge(
  context: GatewayContext,
  digest: Bytes32,
  transaction: { readonly to: string; readonly data: string },
): Promise<OutboxRow | null> {
  try {
    await simulateAct(context.node, context.relayerAddress, transaction);
    return null;
  } catch (error) {
    const twin = await context.outbox.findByDigest(digest);
    if (twin === null || twin.status === 'FAILED') throw error;
    return twin;
  }
}

/** A document that was lost here is taken again from whoever posts its act again: the hash is in the act. */
async function restoreDocument(context: GatewayContext, act: Act, salted: SaltedDocument | null): Promise<void> {
  if (salted === null || !('documentHash' in act) || hashDocument(salted) !== act.documentHash) return;
  await context.documents.put(salted);
}

function readIdempotencyClaim(name: ActName, { caller, body }: PostedAct): IdempotencyClaim | null {
  const key = caller?.signedFields.idempotencyKey ?? null;
  if (caller === null || key === null) return null;
  const hash = createHash('sha256')
    .update(`${name}\n`)
    .update(body ?? '');
  return { caller: caller.department, key, bodyHash: parseBytes32(`0x${hash.digest('hex')}`) };
}

interface Message {
  readonly act: JsonValue;
  readonly signatures: readonly string[];
  readonly salted: SaltedDocument | null;
}

/** The body is attacker-controlled: one strict JSON object with exactly the members that we know. */
function parseMessage(name: ActName, body: Uint8Array | null): Message {
  if (body === null) throw new GatewayError('REQUEST_INVALID', 'An act needs a body');
  const parsed = actMessageSchema.safeParse(parseStrictJson(body));
  if (!parsed.success) {
    const path = parsed.error.issues[0]?.path.join('/') ?? '';
    throw new GatewayError('REQUEST_INVALID', 'The body is not an act with its signature', { path });
  }
  const { act, signatures, document, salt } = parsed.data;
  const needed = ACTS[name].signers.length;
  if (signatures.length !== needed) {
    throw new GatewayError('REQUEST_INVALID', `The act needs ${String(needed)} signatures`, { path: 'signatures' });
  }
  if ((document === undefined) !== (salt === undefined)) {
    throw new GatewayError('REQUEST_INVALID', 'A document and its salt come together', { path: 'salt' });
  }
  return { act, signatures, salted: document === undefined || salt === undefined ? null : { document, salt } };
}

async function checkDocument(context: GatewayContext, name: ActName, message: Message): Promise<void> {
  if (!bringsDocument(name)) {
    if (message.salted !== null) throw new GatewayError('DOCUMENT_MISMATCH', 'This act brings no document');
    return;
  }
  if (message.salted === null) {
    throw new GatewayError('DOCUMENT_MISMATCH', `This act needs a document: ${ACTS[name].document}`);
  }
  await assertActDocument(context, name, message.act, message.salted);
}
