import { ed25519 } from '@noble/curves/ed25519';
import { sha256, sha512 } from '@noble/hashes/sha2';

import { Buffer } from './node-buffer.ts';
import { PageError } from './page-error.ts';

type Bytes = ReturnType<typeof Buffer.of>;

/** SubjectPublicKeyInfo of 32 bytes of Ed25519 (RFC 8410 section 4). */
const ED25519_PREFIX = '302a300506032b6570032100';
const PREFIX_BYTES = ED25519_PREFIX.length / 2;
const KEY_BYTES = 32;
const SIGNATURE_BYTES = 64;
const POINT_BYTES = 32;

const { ExtendedPoint, CURVE } = ed25519;
const P = CURVE.Fp.ORDER;
/** A point is y in little endian, and in the highest bit the sign of x. */
const Y_MASK = (1n << 255n) - 1n;
const SIGN_BIT = 0x80;

/** A key as the verifier hands it over: SubjectPublicKeyInfo in DER. */
interface EncodedKey {
  readonly key: Uint8Array;
}

interface PublicKey extends EncodedKey {
  readonly asymmetricKeyType: 'ed25519';
}

/*
 * What the verifier uses of `node:crypto`, bundled in its place. Anything beyond that throws: a check that is not made
 * must not look like one that failed or passed.
 */

export function hash(algorithm: string, data: Uint8Array | string, encoding: 'buffer'): Bytes {
  assertSupported(encoding, 'buffer');
  return createHash(algorithm)
    .update(typeof data === 'string' ? Buffer.from(data) : data)
    .digest();
}

export function createHash(algorithm: string): Hash {
  assertSupported(algorithm, 'sha256');
  return new Hash();
}

class Hash {
  readonly #state = sha256.create();

  update(data: Uint8Array): this {
    this.#state.update(data);
    return this;
  }

  digest(): Bytes;
  digest(encoding: 'hex' | 'base64'): string;
  digest(encoding?: 'hex' | 'base64'): Bytes | string {
    const bytes = Buffer.from(this.#state.digest());
    return encoding === undefined ? bytes : bytes.toString(encoding);
  }
}

export function createPublicKey({ key }: EncodedKey): PublicKey {
  assertSupported(Buffer.from(key.subarray(0, PREFIX_BYTES)).toString('hex'), ED25519_PREFIX);
  assertSupported(key.length, PREFIX_BYTES + KEY_BYTES);
  return { key, asymmetricKeyType: 'ed25519' };
}

/** `algorithm`: null, which is Ed25519. */
export function verify(algorithm: unknown, data: Uint8Array, key: EncodedKey, signature: Uint8Array): boolean {
  assertSupported(algorithm, null);
  return isSignedBy(createPublicKey(key).key.subarray(PREFIX_BYTES), data, signature);
}

export function sign(): never {
  throw new PageError('NOT_IN_A_BROWSER', 'The page signs nothing');
}

/**
 * By RFC 8032 section 5.1.7 without the cofactor, with R compared as bytes and neither R nor the key of small order, as
 * Node's OpenSSL does: what differs on signatures that only a dishonest signer makes would differ in the verdict.
 */
function isSignedBy(publicKey: Uint8Array, data: Uint8Array, signature: Uint8Array): boolean {
  if (signature.length !== SIGNATURE_BYTES) return false;
  const r = signature.subarray(0, POINT_BYTES);
  const s = toNumber(signature.subarray(POINT_BYTES));
  const point = decodePoint(publicKey);
  if (point === null || point.isSmallOrder() || s >= CURVE.n) return false;
  const challenge = toNumber(sha512(Buffer.concat([r, publicKey, data]))) % CURVE.n;
  const expected = ExtendedPoint.BASE.multiplyUnsafe(s).subtract(point.multiplyUnsafe(challenge));
  return !expected.isSmallOrder() && Buffer.compare(expected.toRawBytes(), r) === 0;
}

/** Null for what is no point. A coordinate that is not reduced and a negative zero are taken, as OpenSSL takes them. */
function decodePoint(bytes: Uint8Array): InstanceType<typeof ExtendedPoint> | null {
  const sign = (bytes[POINT_BYTES - 1] ?? 0) & SIGN_BIT;
  const y = (toNumber(bytes) & Y_MASK) % P;
  const isXZero = y === 1n || y === P - 1n;
  const encoded = Buffer.from(y.toString(16).padStart(2 * POINT_BYTES, '0'), 'hex').toReversed();
  if (!isXZero) encoded[POINT_BYTES - 1] = (encoded[POINT_BYTES - 1] ?? 0) | sign;
  try {
    return ExtendedPoint.fromHex(encoded);
  } catch {
    return null;
  }
}

function toNumber(littleEndian: Uint8Array): bigint {
  return BigInt(`0x${Buffer.from(littleEndian.toReversed()).toString('hex')}`);
}

function assertSupported<Value>(value: unknown, only: Value): asserts value is Value {
  if (value !== only) throw new PageError('NOT_IN_A_BROWSER', 'The page has no other algorithm than the verifier uses');
}
