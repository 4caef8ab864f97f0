import { createHash } from 'node:crypto';

import { LedgerError } from '../errors.ts';

/** RFC 9530 `Content-Digest` of the bytes as they travel: one member, `sha-256`. */
export function contentDigest(bytes: Uint8Array): string {
  return formatContentDigest(createHash('sha256').update(bytes).digest());
}

/** @param sha256 the 32 bytes of a finished SHA-256, for a body that was hashed while it was streamed. */
export function formatContentDigest(sha256: Uint8Array): string {
  return `sha-256=:${Buffer.from(sha256).toString('base64')}:`;
}

/**
 * Other algorithms and further members are refused: two members could be checked by two parties.
 * @throws LedgerError DIGEST_MISMATCH unless `field` is exactly the digest of `bytes`.
 */
export function verifyContentDigest(field: string | undefined, bytes: Uint8Array): void {
  if (field !== contentDigest(bytes)) {
    throw new LedgerError('DIGEST_MISMATCH', 'Content-Digest is not the SHA-256 of the body');
  }
}
