import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';

import { z } from 'zod';

import { parseStrictJson } from '../ledger/json/strict-json.ts';
import { contentHash } from '../ledger/receipts/content-hash.ts';
import { parseReceipt } from '../ledger/receipts/receipt.ts';
import type { AccessReceipt } from '../ledger/receipts/receipt.ts';
import { formatContentDigest } from '../ledger/signatures/content-digest.ts';
import { CliError } from './cli-error.ts';
import type { GatewayClient } from './gateway-client.ts';

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

export type TakeBytes = (bytes: Buffer, sofar: number) => Promise<void> | void;

/** The receipt is closed just after the last byte, or after the connection was cut. */
const RECEIPT_TRIES = 50;
const RECEIPT_PAUSE_MS = 100;
const LINE_FEED = 0x0a;

const saltedReceiptSchema = z.object({ receipt: z.unknown(), contentSalt: z.string().nullable() });

/**
 * Reads rows under a grant, hands the bytes on as they come, and proves them at the end: by the signed Content-Digest
 * of a short answer, or by the signed receipt of a streamed one. Bytes must not be used before this resolves.
 * @throws CliError DIGEST_MISMATCH, STREAM_CUT, GATEWAY_REFUSED, ANSWER_UNVERIFIED
 */
export async function fetchRows(client: GatewayClient, options: FetchOptions, take: TakeBytes): Promise<Fetched> {
  const answer = await client.openRows(rowsPath(options), useHeaders(options));
  const hash = createHash('sha256');
  let bytes = 0;
  let rows = 0;
  for await (const chunk of answer.body) {
    hash.update(chunk);
    bytes += chunk.length;
    for (const byte of chunk) rows += byte === LINE_FEED ? 1 : 0;
    await take(chunk, bytes);
  }
  const digest = hash.digest();
  const contentDigest = formatContentDigest(digest);
  const { receiptId } = answer;
  const isProved =
    answer.contentDigest === null
      ? provesContent(await readSaltedReceipt(client, receiptId), digest)
      : answer.contentDigest === contentDigest;
  if (!isProved) {
    const facts = { receiptId, promised: answer.contentDigest, contentDigest };
    throw new CliError('DIGEST_MISMATCH', 'The bytes are not those that the gateway signed for', facts);
  }
  return { receiptId, rows, bytes, contentDigest };
}

/** Without the salt, which only the two sides of the grant are given, nothing is proved. */
function provesContent({ receipt, contentSalt }: SaltedReceipt, digest: Uint8Array): boolean {
  return contentSalt !== null && receipt.contentHash === contentHash(contentSalt, digest);
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
    ...(caseNumber === null ? {} : { 'dxl-case-number': encodeURI(caseNumber) }),
    ...(system === null ? {} : { 'dxl-system': system }),
  };
}

/** A receipt and, for the two sides of its grant, the salt that opens its `contentHash` to who knows the digest. */
export interface SaltedReceipt {
  readonly receipt: AccessReceipt;
  readonly contentSalt: string | null;
}

/** A receipt, waiting for it to be closed if the answer has just ended. */
export async function readReceipt(client: GatewayClient, receiptId: string): Promise<AccessReceipt> {
  return (await readSaltedReceipt(client, receiptId)).receipt;
}

/** As `readReceipt`, with its salt. */
export async function readSaltedReceipt(client: GatewayClient, receiptId: string): Promise<SaltedReceipt> {
  for (let tries = 1; ; tries += 1) {
    try {
      const { body } = await client.get(`/v1/receipts/${receiptId}`);
      const { receipt, contentSalt } = saltedReceiptSchema.parse(body);
      return { receipt: parseReceipt(parseStrictJson(Buffer.from(JSON.stringify(receipt)))), contentSalt };
    } catch (error) {
      const isLate = error instanceof CliError && error.facts['status'] === 404 && tries < RECEIPT_TRIES;
      if (!isLate) throw error;
      await sleep(RECEIPT_PAUSE_MS);
    }
  }
}
