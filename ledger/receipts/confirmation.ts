import type { KeyObject } from 'node:crypto';

import { z } from 'zod';

import { canonicalBytes } from '../canonical-json.ts';
import type { DeepReadonly } from '../documents/deep-readonly.ts';
import { accessKeyIdSchema, bytes32Schema, departmentIdSchema, grantIdSchema } from '../documents/terms.ts';
import { LedgerError } from '../errors.ts';
import type { AccessKeyId, Bytes32 } from '../ids.ts';
import { firstProblem } from '../json/first-problem.ts';
import type { JsonValue } from '../json/strict-json.ts';
import { signBytes, verifyBytes } from '../signatures/signature-key.ts';
import type { SigningKey } from '../signatures/signature-key.ts';
import { contentHash } from './content-hash.ts';
import { receiptHash } from './receipt.ts';
import type { AccessReceipt } from './receipt.ts';

/** Keeps the signature from being taken for one over anything else. */
const PREFIX = 'dxl/confirmation/1\n';

export const confirmationSchema = z.strictObject({
  type: z.literal('DeliveryConfirmation'),
  schema: z.literal('dxl/confirmation/1'),
  department: departmentIdSchema,
  keyId: accessKeyIdSchema,
  gateway: z.string().regex(/^[\x21-\x7e]{1,128}$/),
  receiptId: z.string().regex(/^[0-9A-Za-z_-]{16,80}$/),
  grantId: grantIdSchema,
  /** Leaf hash of the receipt: the place in the log that the consumer agrees with. */
  leaf: bytes32Schema,
  /** SHA-256 over the bytes received. Without salt: it is for the two sides, who have the bytes. */
  contentDigest: bytes32Schema,
  bytes: z.int().min(0),
  /** Unix seconds by the consumer's clock. */
  receivedAt: z.int().min(0),
});

/** A consumer's word on what it received: with it neither side can deny the delivery, or claim another one. */
export type DeliveryConfirmation = DeepReadonly<z.output<typeof confirmationSchema>>;

/** `signature`: 64 bytes as hex, by an access key of the consumer. */
export interface SignedConfirmation {
  readonly confirmation: DeliveryConfirmation;
  readonly signature: string;
}

/** What a consumer has in hands after a delivery. */
export interface ReceivedDelivery {
  readonly receipt: AccessReceipt;
  /** SHA-256 over all bytes, and how many there were. */
  readonly digest: Uint8Array;
  readonly bytes: number;
  /** Unix seconds. */
  readonly receivedAt: number;
}

/** @throws LedgerError RECEIPT_INVALID with `details.path` and `details.rule` */
export function parseConfirmation(value: JsonValue): DeliveryConfirmation {
  const result = confirmationSchema.safeParse(value);
  if (result.success) return result.data;
  throw new LedgerError('RECEIPT_INVALID', 'Not a valid confirmation', { ...firstProblem(result.error) });
}

/** @throws LedgerError RECEIPT_INVALID for a receipt of no delivery */
export function signConfirmation(received: ReceivedDelivery, key: SigningKey<AccessKeyId>): SignedConfirmation {
  const { receipt, digest, bytes, receivedAt } = received;
  const confirmation = parseConfirmation({
    ...{ type: 'DeliveryConfirmation', schema: 'dxl/confirmation/1', department: receipt.caller, keyId: key.keyId },
    ...{ gateway: receipt.gateway, receiptId: receipt.receiptId, grantId: receipt.grantId, leaf: receiptHash(receipt) },
    ...{ contentDigest: `0x${Buffer.from(digest).toString('hex')}`, bytes, receivedAt },
  });
  const signature = Buffer.from(signBytes(key, confirmationBytes(confirmation)));
  return { confirmation, signature: `0x${signature.toString('hex')}` };
}

/** Whether `publicKey`, which must be that of `keyId`, signed the confirmation. */
export function isConfirmedBy(publicKey: KeyObject, { confirmation, signature }: SignedConfirmation): boolean {
  return verifyBytes(publicKey, confirmationBytes(confirmation), Buffer.from(signature.slice(2), 'hex'));
}

/** Clocks differ; verifiers take as much (docs/evidence-format.md section 8). */
const SLACK_SECONDS = 300;

/** Whether a confirmation says what the receipt says, and not of a time before it. Without the salt the content cannot be compared. */
export function isConfirmationOf(
  { department, gateway, receiptId, grantId, leaf, contentDigest, bytes, receivedAt }: DeliveryConfirmation,
  receipt: AccessReceipt,
  contentSalt: string | null,
): boolean {
  const isSame =
    department === receipt.caller &&
    gateway === receipt.gateway &&
    receiptId === receipt.receiptId &&
    grantId === receipt.grantId &&
    bytes === receipt.bytes &&
    receivedAt + SLACK_SECONDS >= receipt.openedAt &&
    leaf === receiptHash(receipt);
  if (!isSame || contentSalt === null) return isSame;
  return receipt.contentHash === contentHashOf(contentSalt, contentDigest);
}

function contentHashOf(contentSalt: string, contentDigest: Bytes32): Bytes32 {
  return contentHash(contentSalt, Buffer.from(contentDigest.slice(2), 'hex'));
}

/** What the access key signs. */
export function confirmationBytes(confirmation: DeliveryConfirmation): Uint8Array {
  return Buffer.concat([Buffer.from(PREFIX), canonicalBytes(confirmation)]);
}
