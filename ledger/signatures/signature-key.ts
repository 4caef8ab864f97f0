import { createPublicKey, sign, verify, type KeyObject } from 'node:crypto';

import { LedgerError } from '../errors.ts';
import {
  type AccessKeyId,
  type DepartmentId,
  deriveAccessKeyId,
  deriveGatewayId,
  type GatewayId,
  type KeyAlgorithm,
} from '../ids.ts';

const SIGNATURE_BYTES = 64;
const SCALAR_BYTES = 32;
/** Order n of P-256 (FIPS 186-5) and n / 2 rounded down; a signature with s above the half is the high twin. */
const P256_ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;
const P256_HALF_ORDER = Buffer.from(scalarHex(P256_ORDER / 2n), 'hex');
/** DER prefixes of SubjectPublicKeyInfo: RFC 8410 section 4, RFC 5480 section 2 (uncompressed point). */
const SPKI_PREFIX: Record<KeyAlgorithm, Buffer> = {
  ed25519: Buffer.from('302a300506032b6570032100', 'hex'),
  'ecdsa-p256-sha256': Buffer.from('3059301306072a8648ce3d020106082a8648ce3d03010703420004', 'hex'),
};
const PUBLIC_KEY_BYTES: Record<KeyAlgorithm, number> = { ed25519: 32, 'ecdsa-p256-sha256': 64 };

export interface SigningKey<KeyId = AccessKeyId | GatewayId> {
  readonly keyId: KeyId;
  readonly algorithm: KeyAlgorithm;
  readonly privateKey: KeyObject;
}

/**
 * The key with which `department` signs requests.
 * @throws LedgerError KEY_INVALID unless `privateKey` is a private Ed25519 or P-256 key
 */
export function createAccessKey(privateKey: KeyObject, department: DepartmentId): SigningKey<AccessKeyId> {
  const { algorithm, bytes } = exportPublicHalf(privateKey);
  return { keyId: deriveAccessKeyId(department, algorithm, bytes), algorithm, privateKey };
}

/**
 * The key with which a gateway signs answers.
 * @throws LedgerError KEY_INVALID unless `privateKey` is a private Ed25519 or P-256 key
 */
export function createGatewayKey(privateKey: KeyObject): SigningKey<GatewayId> {
  const { algorithm, bytes } = exportPublicHalf(privateKey);
  return { keyId: deriveGatewayId(algorithm, bytes), algorithm, privateKey };
}

function exportPublicHalf(privateKey: KeyObject): ReturnType<typeof exportPublicKey> {
  if (privateKey.type !== 'private') throw keyInvalid('Not a private key');
  return exportPublicKey(createPublicKey(privateKey));
}

/** The key in the form that is registered on chain: 32 bytes for Ed25519, 64 bytes x and y for P-256. */
export function exportPublicKey(publicKey: KeyObject): { algorithm: KeyAlgorithm; bytes: Uint8Array } {
  const algorithm = algorithmOf(publicKey);
  if (publicKey.type !== 'public') throw keyInvalid('Not a public key');
  const der = publicKey.export({ format: 'der', type: 'spki' });
  const prefix = SPKI_PREFIX[algorithm];
  if (!der.subarray(0, prefix.length).equals(prefix)) throw keyInvalid('Not an uncompressed public key');
  return { algorithm, bytes: new Uint8Array(der.subarray(prefix.length)) };
}

/** @throws LedgerError KEY_INVALID for a wrong length or a point that is not on the curve. */
export function importPublicKey(algorithm: KeyAlgorithm, bytes: Uint8Array): KeyObject {
  if (bytes.length !== PUBLIC_KEY_BYTES[algorithm]) throw keyInvalid('Wrong length of the public key');
  try {
    return createPublicKey({ key: Buffer.concat([SPKI_PREFIX[algorithm], bytes]), format: 'der', type: 'spki' });
  } catch (cause) {
    throw new LedgerError('KEY_INVALID', 'The public key cannot be read', {}, cause);
  }
}

/** @throws LedgerError KEY_INVALID for any other kind of key. */
export function algorithmOf(key: KeyObject): KeyAlgorithm {
  if (key.asymmetricKeyType === 'ed25519') return 'ed25519';
  if (key.asymmetricKeyType === 'ec' && key.asymmetricKeyDetails?.namedCurve === 'prime256v1') {
    return 'ecdsa-p256-sha256';
  }
  throw keyInvalid('Neither an Ed25519 nor a P-256 key');
}

/** 64 bytes: RFC 8032, or r and s of ECDSA (RFC 9421 section 3.3.4) with the low s. */
export function signBytes(key: SigningKey, data: Uint8Array): Uint8Array {
  switch (key.algorithm) {
    case 'ed25519':
      return sign(null, data, key.privateKey);
    case 'ecdsa-p256-sha256':
      return withLowS(sign('sha256', data, { key: key.privateKey, dsaEncoding: 'ieee-p1363' }));
  }
}

/** False, never an exception, for a signature of any other form: DER, high s, wrong length. */
export function verifyBytes(publicKey: KeyObject, data: Uint8Array, signature: Uint8Array): boolean {
  if (signature.length !== SIGNATURE_BYTES) return false;
  switch (algorithmOf(publicKey)) {
    case 'ed25519':
      return verify(null, data, publicKey, signature);
    case 'ecdsa-p256-sha256':
      return hasLowS(signature) && verify('sha256', data, { key: publicKey, dsaEncoding: 'ieee-p1363' }, signature);
  }
}

/** Without this rule everyone can turn a seen P-256 signature into a second valid one. */
function hasLowS(signature: Uint8Array): boolean {
  return Buffer.compare(signature.subarray(SCALAR_BYTES), P256_HALF_ORDER) <= 0;
}

function withLowS(signature: Buffer): Uint8Array {
  if (hasLowS(signature)) return signature;
  const s = BigInt(`0x${signature.toString('hex', SCALAR_BYTES)}`);
  return Buffer.concat([signature.subarray(0, SCALAR_BYTES), Buffer.from(scalarHex(P256_ORDER - s), 'hex')]);
}

function scalarHex(scalar: bigint): string {
  return scalar.toString(16).padStart(2 * SCALAR_BYTES, '0');
}

function keyInvalid(message: string): LedgerError {
  return new LedgerError('KEY_INVALID', message);
}
