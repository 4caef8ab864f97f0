import type { Response } from 'express';

import type { RequestBinding } from '../../ledger/request-signature.ts';
import { contentDigest } from '../../ledger/signatures/content-digest.ts';
import { signResponse } from '../../ledger/signatures/response-signature.ts';
import type { SigningKey } from '../../ledger/signatures/signature-key.ts';

/** A complete answer: what a route returns instead of writing to the connection. */
export interface Answer {
  readonly status: number;
  /** JSON, or bytes that are sent as they are, with their `contentType`. */
  readonly body: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly contentType?: string;
  readonly receiptId?: string | null;
}

export interface Signing {
  readonly key: SigningKey;
  /** Unix seconds. */
  readonly now: () => number;
}

/** Turns bigint into decimal text: the one codec at the HTTP edge. */
function toJson(value: unknown): string {
  return JSON.stringify(value, (_key, member: unknown) => (typeof member === 'bigint' ? member.toString() : member));
}

/** Sends the answer; signed by the gateway when it answers a signed request, so that it can be shown to others. */
export function sendAnswer(response: Response, answer: Answer, binding: RequestBinding | null, signing: Signing): void {
  const body = Buffer.isBuffer(answer.body) ? answer.body : Buffer.from(toJson(answer.body));
  sendBytes(response, { ...answer, contentType: answer.contentType ?? 'application/json' }, body, binding, signing);
}

export function sendBytes(
  response: Response,
  head: Omit<Answer, 'body'> & { readonly contentType: string },
  body: Buffer,
  binding: RequestBinding | null,
  signing: Signing,
): void {
  const digest = body.length === 0 ? null : contentDigest(body);
  response.status(head.status);
  setHeaders(response, head, { digest, binding, signing });
  response.setHeader('content-length', body.length);
  response.end(body);
}

/** Everything that is signed is set here, in one place, and nowhere afterwards. */
export function setHeaders(
  response: Response,
  head: Omit<Answer, 'body'> & { readonly contentType: string },
  proof: { readonly digest: string | null; readonly binding: RequestBinding | null; readonly signing: Signing },
): void {
  const receiptId = head.receiptId ?? null;
  response.setHeader('content-type', head.contentType);
  response.setHeader('cache-control', 'no-store');
  for (const [name, value] of Object.entries(head.headers ?? {})) response.setHeader(name, value);
  if (proof.digest !== null) response.setHeader('content-digest', proof.digest);
  if (receiptId !== null) response.setHeader('dxl-receipt', receiptId);
  if (proof.binding === null) return;
  const facts = { status: head.status, contentType: head.contentType, contentDigest: proof.digest, receiptId };
  const signed = signResponse(facts, proof.binding, proof.signing.key, proof.signing.now());
  for (const [name, value] of Object.entries(signed)) response.setHeader(name, value);
}
