import { z } from 'zod';

import { canonicalBytes } from '../canonical-json.ts';
import {
  accessKeyIdSchema,
  bytes32Schema,
  departmentIdSchema,
  grantIdSchema,
  unixSecondsSchema,
} from '../documents/terms.ts';

/** What a consumer signs for the rows that it received: it cannot say later that there were none, or others. */
export const deliveryConfirmationSchema = z.strictObject({
  type: z.literal('DeliveryConfirmation'),
  schema: z.literal('dxl/confirmation/1'),
  gateway: bytes32Schema,
  receiptId: z.string().regex(/^[0-9A-Za-z_-]{16,80}$/),
  grantId: grantIdSchema,
  /** Leaf hash of the receipt. */
  leaf: bytes32Schema,
  department: departmentIdSchema,
  keyId: accessKeyIdSchema,
  /** SHA-256 of the bytes received, and how many they were. */
  contentDigest: bytes32Schema,
  bytes: z.int().min(0),
  receivedAt: unixSecondsSchema,
});
export type DeliveryConfirmation = Readonly<z.output<typeof deliveryConfirmationSchema>>;

/** What the access key signs: `dxl/confirmation/1`, a line feed and the confirmation in canonical form. */
export function confirmationBytes(confirmation: DeliveryConfirmation): Uint8Array {
  return Buffer.concat([Buffer.from(`${confirmation.schema}\n`), canonicalBytes(confirmation)]);
}
