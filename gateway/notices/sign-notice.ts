import { createHmac } from 'node:crypto';

/** Headers by which a receiver knows who sent a notice and that nobody changed it (Standard Webhooks). */
export interface NoticeHeaders {
  readonly 'webhook-id': string;
  readonly 'webhook-timestamp': string;
  readonly 'webhook-signature': string;
}

const SECRET = /^whsec_([A-Za-z0-9+/]+={0,2})$/;
const FEWEST_BYTES = 32;
const MOST_BYTES = 64;

/** Null when the text is `whsec_` and the base64 of 32 to 64 bytes; else what is wrong with it. */
export function noticeSecretProblem(text: string): string | null {
  const encoded = SECRET.exec(text)?.[1];
  if (encoded === undefined) return 'is not whsec_ and the base64 of the secret';
  const bytes = Buffer.from(encoded, 'base64');
  if (bytes.toString('base64') !== encoded) return 'is not whsec_ and the base64 of the secret';
  if (bytes.length < FEWEST_BYTES) return `is shorter than ${FEWEST_BYTES} bytes`;
  return bytes.length > MOST_BYTES ? `is longer than ${MOST_BYTES} bytes` : null;
}

/** The text must have passed {@link noticeSecretProblem}. */
export function readNoticeSecret(text: string): Uint8Array {
  return Buffer.from(SECRET.exec(text)?.[1] ?? '', 'base64');
}

/** @param timestamp of this attempt, Unix seconds: a receiver refuses what is old */
export function signNotice(id: string, timestamp: number, body: string, secret: Uint8Array): NoticeHeaders {
  const mac = createHmac('sha256', secret).update(`${id}.${timestamp}.${body}`).digest('base64');
  return { 'webhook-id': id, 'webhook-timestamp': String(timestamp), 'webhook-signature': `v1,${mac}` };
}
