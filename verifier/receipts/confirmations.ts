import { createHash } from 'node:crypto';

import {
  confirmationBytes,
  type DeliveryConfirmation,
  confirmationSchema,
} from '../../ledger/receipts/confirmation.ts';
import type { EvidenceLineOf } from '../../ledger/evidence/evidence-line.ts';
import { departmentIdToHex } from '../../ledger/ids.ts';
import { contentHash } from '../../ledger/receipts/content-hash.ts';
import type { Findings } from '../findings.ts';
import { verifyEd25519 } from '../ledger/ed25519.ts';
import { verifyP256 } from '../ledger/p256.ts';
import type { AccessKey, World } from '../ledger/world.ts';
import { SLACK_SECONDS } from './clock-slack.ts';
import type { ShownReceipt } from './shown-receipt.ts';

const ED25519 = 1;

/** Holds what a consumer signed for to the receipt before it; whether it fits. */
export function checkConfirmation(
  line: number,
  { confirmation: value, signature }: EvidenceLineOf<'confirmation'>,
  shown: ShownReceipt,
  { world, findings }: { readonly world: World; readonly findings: Findings },
): boolean {
  const parsed = confirmationSchema.safeParse(value);
  const isValid = parsed.success && isSigned(world, parsed.data, signature);
  if (isValid && isAbout(parsed.data, shown)) return true;
  findings.add(isValid ? 'CONFIRMATION_MISMATCH' : 'CONFIRMATION_INVALID', line, shown.receipt.receiptId);
  return false;
}

function isSigned(world: World, confirmation: DeliveryConfirmation, signature: string): boolean {
  const key = world.keys.get(confirmation.keyId);
  if (key?.department !== departmentIdToHex(confirmation.department)) return false;
  const at = BigInt(confirmation.receivedAt);
  const isValid = at >= key.notBefore && at <= key.notAfter && (key.revoked === null || key.revoked.at > at);
  return isValid && verifiesWith(key, confirmationBytes(confirmation), signature);
}

function verifiesWith({ algorithm, publicKey }: AccessKey, bytes: Uint8Array, signature: string): boolean {
  if (algorithm !== ED25519) {
    return verifyP256(`0x${createHash('sha256').update(bytes).digest('hex')}`, signature, publicKey);
  }
  return verifyEd25519(publicKey, bytes, signature);
}

function isAbout(confirmation: DeliveryConfirmation, { receipt, leaf, contentSalt }: ShownReceipt): boolean {
  const digest = Buffer.from(confirmation.contentDigest.slice(2), 'hex');
  return (
    confirmation.gateway === receipt.gateway &&
    confirmation.receiptId === receipt.receiptId &&
    confirmation.grantId === receipt.grantId &&
    confirmation.leaf === leaf &&
    confirmation.department === receipt.caller &&
    confirmation.bytes === receipt.bytes &&
    confirmation.receivedAt + SLACK_SECONDS >= receipt.openedAt &&
    (contentSalt === null || contentHash(contentSalt, digest) === receipt.contentHash)
  );
}
