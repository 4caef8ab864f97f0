import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';

import { z } from 'zod';

import { LedgerError } from '../ledger/errors.ts';
import { parseStrictJson } from '../ledger/json/strict-json.ts';
import { contentHash } from '../ledger/receipts/content-hash.ts';
import { parseReceipt } from '../ledger/receipts/receipt.ts';
import type { AccessReceipt } from '../ledger/receipts/receipt.ts';
import { formatContentDigest } from '../ledger/signatures/content-digest.ts';
import { CliError } from './cli-error.ts';
import type { CliErrorFacts } from './cli-error.ts';
import type { GatewayClient, RowsAnswer } from './gateway-client.ts';

export interface FetchOptions {
  readonly grantId: string;
  readonly fields: readonly string[];
  readonly equals: ReadonlyMap<string, string>;
  readonly region: string | null;
  readonly limit: number | null;
  readonly purpose: string;
  readonly caseNumber: string | null;
  readonly system: string | null;
}

export interface Fetched {
  readonly receiptId: string;
  readonly rows: number;
  readonly bytes: number;
  /** RFC 9530 value over all bytes, proved against the gateway's signature. */
  readonly contentDigest: string;
}

/** What was fetched, with what the consumer can sign for. */
export interface ProvedRows extends Fetched {
  readonly receipt: AccessReceipt;
  /** SHA-256 over all bytes. */
  readonly digest: Uint8Array;
}

export type TakeBytes = (bytes: Buffer, sofar: number) => Promise<void> | void;

/** The receipt is closed just after the last byte; docs/protocol.md section 7 says how long a client waits for it. */
const RECEIPT_WAIT_MS = 10_000;
const RECEIPT_PAUSE_MS = 200;
const LINE_FEED = 0x0a;
const NO_RECEIPT = 'The gateway has no closed receipt of this answer, so nothing proves the rows';

const saltedReceiptSchema = z.object({
  receipt: z.unknown(),
  contentSalt: z.string().nullable(),
  confirmed: z.boolean().default(false),
});

/**
 * Reads rows under a grant, hands the bytes on as they come, and proves them at the end: by the signed Content-Digest
 * where the answer has one, and by the closed receipt in any case. Bytes must not be used before this resolves.
 * @throws CliError DIGEST_MISMATCH, RECEIPT_MISMATCH, STREAM_CUT, GATEWAY_REFUSED, ANSWER_UNVERIFIED
 */
export async function fetchRows(client: GatewayClient, options: FetchOptions, take: TakeBytes): Promise<ProvedRows> {
  const answer = await client.openRows(rowsPath(options), useHeaders(options));
  const { receiptId } = answer;
  const { digest, ...counts } = await receive(answer, take);
  const contentDigest = formatContentDigest(digest);
  if (answer.contentDigest !== null && answer.contentDigest !== contentDigest) {
    throw otherBytes({ receiptId, promised: answer.contentDigest, contentDigest });
  }
  const salted = await readSaltedReceipt(client, receiptId);
  assertReceipt(salted, answer, options.grantId, { digest, ...counts });
  return { receiptId, ...counts, contentDigest, receipt: salted.receipt, digest };
}

interface Received {
  readonly rows: number;
  readonly bytes: number;
  /** SHA-256 over all bytes. */
  readonly digest: Uint8Array;
}

async function receive({ body, receiptId }: RowsAnswer, take: TakeBytes): Promise<Received> {
  const hash = createHash('sha256');
  let bytes = 0;
  let rows = 0;
  try {
    for await (const chunk of body) {
      hash.update(chunk);
      bytes += chunk.length;
      for (const byte of chunk) rows += byte === LINE_FEED ? 1 : 0;
      await take(chunk, bytes);
    }
  } catch (error) {
    if (!(error instanceof CliError) || error.code !== 'STREAM_CUT') throw error;
    const text = `${error.message}; receipt ${receiptId} says why: dxl receipt show ${receiptId}`;
    throw new CliError('STREAM_CUT', text, { receiptId }, error);
  }
  return { rows, bytes, digest: hash.digest() };
}

function otherBytes(facts: CliErrorFacts): CliError {
  return new CliError('DIGEST_MISMATCH', 'The bytes are not those that the gateway signed for', facts);
}

/** docs/protocol.md section 8: the gateway vouches for the rows when every one of these holds. */
function assertReceipt(salted: SaltedReceipt, answer: RowsAnswer, grantId: string, received: Received): void {
  const { receiptId, keyId, requestHash } = answer;
  const { bytes, rows, digest } = received;
  const expected = { receiptId, grantId, keyId, requestHash, decision: 'PERMIT', outcome: 'DELIVERED', bytes, rows };
  const { receipt, contentSalt } = salted;
  const told = new Map<string, unknown>(Object.entries(receipt));
  for (const [member, value] of Object.entries(expected)) {
    const found = told.get(member);
    if (found === value) continue;
    const text = `The receipt says that ${member} is ${String(found)}, not ${String(value)}`;
    throw new CliError('RECEIPT_MISMATCH', text, { member, receiptId, found, expected: value });
  }
  // Without the salt, which only the two sides of the grant are given, nothing is proved.
  const isContent = contentSalt !== null && receipt.contentHash === contentHash(contentSalt, digest);
  if (!isContent) throw otherBytes({ receiptId, contentDigest: formatContentDigest(digest) });
}

export function rowsPath({ grantId, fields, equals, region, limit }: FetchOptions): string {
  const query = new URLSearchParams();
  if (fields.length > 0) query.set('fields', fields.join(','));
  if (region !== null) query.set('region', region);
  if (limit !== null) query.set('limit', String(limit));
  for (const [key, value] of equals) query.set(`where.${key}`, value);
  // URLSearchParams writes a space as +, which a signed query must not leave to interpretation.
  const text = query.toString().replaceAll('+', '%20').replaceAll('*', '%2A');
  return `/v1/grants/${encodeURIComponent(grantId)}/rows${text === '' ? '' : `?${text}`}`;
}

function useHeaders({ purpose, caseNumber, system }: FetchOptions): Record<string, string> {
  return {
    'dxl-purpose': purpose,
    ...(caseNumber === null ? {} : { 'dxl-case-number': toHeaderValue(caseNumber) }),
    ...(system === null ? {} : { 'dxl-system': system }),
  };
}

/** Visible ASCII as it is, everything else as percent-encoded UTF-8 (docs/protocol.md section 2). */
function toHeaderValue(text: string): string {
  return text.replaceAll(/[^!-~]+/g, (run) => encodeURIComponent(run));
}

/** A receipt and, for the two sides of its grant, the salt that opens its `contentHash` to who knows the digest. */
export interface SaltedReceipt {
  readonly receipt: AccessReceipt;
  readonly contentSalt: string | null;
  /** Whether the consumer has signed for what it got. */
  readonly isConfirmed: boolean;
}

/** @throws CliError ANSWER_UNVERIFIED, GATEWAY_REFUSED with status 404 also while the receipt is not closed yet */
export async function findReceipt(client: GatewayClient, receiptId: string): Promise<SaltedReceipt> {
  const { body } = await client.get(`/v1/receipts/${receiptId}`);
  const { receipt, contentSalt, confirmed } = saltedReceiptSchema.parse(body);
  try {
    const parsed = parseReceipt(parseStrictJson(Buffer.from(JSON.stringify(receipt))));
    return { receipt: parsed, contentSalt, isConfirmed: confirmed };
  } catch (cause) {
    if (!(cause instanceof LedgerError)) throw cause;
    throw new CliError('ANSWER_UNVERIFIED', 'The receipt is none', { reason: cause.code, ...cause.details }, cause);
  }
}

/** A receipt, waiting for it to be closed if the answer has just ended. */
export async function readReceipt(client: GatewayClient, receiptId: string): Promise<AccessReceipt> {
  return (await readSaltedReceipt(client, receiptId)).receipt;
}

/** As `readReceipt`, with its salt. @throws CliError RECEIPT_MISMATCH when it never appears */
export async function readSaltedReceipt(client: GatewayClient, receiptId: string): Promise<SaltedReceipt> {
  const deadline = Date.now() + RECEIPT_WAIT_MS;
  for (;;) {
    try {
      return await findReceipt(client, receiptId);
    } catch (error) {
      if (!(error instanceof CliError) || error.facts['status'] !== 404) throw error;
      if (Date.now() > deadline) throw new CliError('RECEIPT_MISMATCH', NO_RECEIPT, { receiptId }, error);
      await sleep(RECEIPT_PAUSE_MS);
    }
  }
}
