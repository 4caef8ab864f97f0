import { createHash } from 'node:crypto';

import type { CometBlockId, CometTime } from './comet-terms.ts';
import { bytesField, messageField, varintField } from './protobuf.ts';

const LEAF_PREFIX = Uint8Array.of(0);
const NODE_PREFIX = Uint8Array.of(1);

export function sha256(...parts: readonly Uint8Array[]): Uint8Array {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest();
}

/** `google.protobuf.Timestamp`. */
export function encodeTime({ seconds, nanos }: CometTime): Uint8Array {
  return Buffer.concat([varintField(1, seconds), varintField(2, nanos)]);
}

/** `BlockID`, and `CanonicalBlockID`, which is encoded alike. */
export function encodeBlockId({ hash, parts }: CometBlockId): Uint8Array {
  const partSetHeader = Buffer.concat([varintField(1, BigInt(parts.total)), bytesField(2, parts.hash)]);
  return Buffer.concat([bytesField(1, hash), messageField(2, partSetHeader)]);
}

/** Root of the simple tree of CometBFT, which splits as RFC 9162 does. The caller bounds the number of leaves. */
export function simpleRoot(leaves: readonly Uint8Array[]): Uint8Array {
  const [first, ...others] = leaves;
  if (first === undefined) return sha256();
  if (others.length === 0) return sha256(LEAF_PREFIX, first);
  const split = 2 ** Math.floor(Math.log2(leaves.length - 1));
  return sha256(NODE_PREFIX, simpleRoot(leaves.slice(0, split)), simpleRoot(leaves.slice(split)));
}

export function isSameBytes(left: Uint8Array, right: Uint8Array): boolean {
  return Buffer.compare(left, right) === 0;
}

/** As CometBFT writes hashes. */
export function toUpperHex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex').toUpperCase();
}
