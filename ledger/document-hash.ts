import { hash } from 'node:crypto';

import { randomBytes } from 'ethers';

import { canonicalBytes } from './canonical-json.ts';
import { LedgerError } from './errors.ts';
import { type Bytes32, parseBytes32 } from './ids.ts';
import type { JsonValue } from './json/strict-json.ts';

export const SALT_BYTES = 32;

/** A document with the salt of its hash. The ledger holds the hash only, so deleting the salt ends the link. */
export interface SaltedDocument {
  /** base64url without padding (RFC 4648 section 5) of {@link SALT_BYTES} random bytes. */
  readonly salt: string;
  readonly document: JsonValue;
}

/** A salt from the system's random source. */
export function newSalt(): string {
  return Buffer.from(randomBytes(SALT_BYTES)).toString('base64url');
}

/** @throws LedgerError DOCUMENT_INVALID unless `salt` is the one base64url form of 32 bytes. */
export function saltBytes(salt: string): Uint8Array {
  const bytes = Buffer.from(salt, 'base64url');
  // Lenient decoding would let several texts stand for one salt.
  if (bytes.length !== SALT_BYTES || bytes.toString('base64url') !== salt) {
    throw new LedgerError('DOCUMENT_INVALID', 'The salt is not base64url of 32 bytes', { path: '/salt', rule: 'SALT' });
  }
  return bytes;
}

/** SHA-256 over the salt and the canonical bytes of `value`; 32 bytes as hex. */
export function saltedHash(salt: string, value: JsonValue): Bytes32 {
  const digest = hash('sha256', Buffer.concat([saltBytes(salt), canonicalBytes(value)]), 'buffer');
  return parseBytes32(`0x${digest.toString('hex')}`);
}

/**
 * `documentHash` of the acts with hash algorithm 1: SHA-256(salt || JCS(document)).
 *
 * @throws LedgerError DOCUMENT_INVALID for a salt that is none, DOCUMENT_MALFORMED for a value without canonical form
 */
export function hashDocument(salted: SaltedDocument): Bytes32 {
  return saltedHash(salted.salt, salted.document);
}

/** @throws LedgerError DOCUMENT_HASH_MISMATCH when the document is not the one that `expected` commits to. */
export function assertDocumentHash(salted: SaltedDocument, expected: Bytes32): void {
  const actual = hashDocument(salted);
  if (actual !== expected) {
    throw new LedgerError('DOCUMENT_HASH_MISMATCH', 'The document does not hash to the expected value', {
      expected,
      actual,
    });
  }
}
