import { createHmac, createPrivateKey, createSecretKey, generateKeyPairSync, sign } from 'node:crypto';

import { describe, expect, it } from 'vitest';

import { deriveAccessKeyId } from '../../../ledger/ids.ts';
import {
  createAccessKey,
  createGatewayKey,
  exportPublicKey,
  importPublicKey,
  signBytes,
  verifyBytes,
} from '../../../ledger/signatures/signature-key.ts';
import { KEY_OWNER, makeKey } from '../request-signature.factory.ts';

const keyInvalid = expect.objectContaining({ code: 'KEY_INVALID' }) as Error;
const DATA = Buffer.from('data');
const ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;
const ALGORITHMS = ['ed25519', 'ecdsa-p256-sha256'] as const;

describe.each(ALGORITHMS)('a key for %s', (algorithm) => {
  const key = makeKey(algorithm);

  it('is named by its department, algorithm and public key', () => {
    expect(key.signing.keyId).toBe(deriveAccessKeyId(KEY_OWNER, algorithm, key.publicBytes));
    expect(key.signing.algorithm).toBe(algorithm);
  });

  it('travels as raw bytes', () => {
    expect(key.publicBytes).toHaveLength(algorithm === 'ed25519' ? 32 : 64);
    expect(importPublicKey(algorithm, key.publicBytes).equals(key.publicKey)).toBe(true);
  });

  it('signs in the one form that is accepted, every time', () => {
    for (let round = 0; round < 64; round += 1) {
      const data = Buffer.from(String(round));
      const signature = signBytes(key.signing, data);
      expect(signature).toHaveLength(64);
      expect(verifyBytes(key.publicKey, data, signature)).toBe(true);
      expect(verifyBytes(key.publicKey, DATA, signature)).toBe(false);
    }
  });

  it.each([0, 1, 63, 65, 71, 128])('does not verify a signature of %i bytes', (length) => {
    expect(verifyBytes(key.publicKey, DATA, new Uint8Array(length))).toBe(false);
  });

  it.each([0, 31, 33, 63, 65])('refuses a public key of %i bytes', (length) => {
    expect(() => importPublicKey(algorithm, new Uint8Array(length))).toThrow(keyInvalid);
  });
});

describe('P-256', () => {
  it('refuses the high twin of a low s', () => {
    const key = makeKey('ecdsa-p256-sha256');
    const low = Buffer.from(signBytes(key.signing, DATA));
    const high = (ORDER - BigInt(`0x${low.toString('hex', 32)}`)).toString(16).padStart(64, '0');
    const twin = Buffer.concat([low.subarray(0, 32), Buffer.from(high, 'hex')]);
    expect(verifyBytes(key.publicKey, DATA, twin)).toBe(false);
  });

  it('refuses DER, also when it happens to be 64 bytes long', () => {
    const key = makeKey('ecdsa-p256-sha256');
    const der = sign('sha256', DATA, key.signing.privateKey);
    expect(verifyBytes(key.publicKey, DATA, der)).toBe(false);
    expect(verifyBytes(key.publicKey, DATA, der.subarray(0, 64))).toBe(false);
  });

  it('refuses a point that is not on the curve', () => {
    const { publicBytes } = makeKey('ecdsa-p256-sha256');
    publicBytes[63] = (publicBytes[63] ?? 0) ^ 1;
    expect(() => importPublicKey('ecdsa-p256-sha256', publicBytes)).toThrow(keyInvalid);
  });

  it.each([
    ['zero', 0n, 0n],
    ['r of zero', 0n, 1n],
    ['s of zero', 1n, 0n],
    ['r of the order', ORDER, 1n],
  ])('refuses %s', (_, r, s) => {
    const bytes = Buffer.from([r, s].map((part) => part.toString(16).padStart(64, '0')).join(''), 'hex');
    expect(verifyBytes(makeKey('ecdsa-p256-sha256').publicKey, DATA, bytes)).toBe(false);
  });
});

describe('createAccessKey and createGatewayKey', () => {
  it.each([
    ['RSA', generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey],
    ['P-384', generateKeyPairSync('ec', { namedCurve: 'P-384' }).privateKey],
    ['secp256k1', generateKeyPairSync('ec', { namedCurve: 'secp256k1' }).privateKey],
    ['Ed448', generateKeyPairSync('ed448').privateKey],
    ['X25519', generateKeyPairSync('x25519').privateKey],
    ['a public key', generateKeyPairSync('ed25519').publicKey],
    ['a secret', createSecretKey(createHmac('sha256', 'k').digest())],
  ])('refuses %s', (_, key) => {
    expect(() => createAccessKey(key, KEY_OWNER)).toThrow(keyInvalid);
    expect(() => createGatewayKey(key)).toThrow(keyInvalid);
  });

  it('exports only public keys', () => {
    const { privateKey } = generateKeyPairSync('ed25519');
    expect(() => exportPublicKey(privateKey)).toThrow(keyInvalid);
  });

  it('signs as RFC 8032 section 7.1 test 2', () => {
    const seed = '4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb';
    const der = Buffer.from(`302e020100300506032b657004220420${seed}`, 'hex');
    const key = createAccessKey(createPrivateKey({ key: der, format: 'der', type: 'pkcs8' }), KEY_OWNER);
    expect(Buffer.from(signBytes(key, Uint8Array.of(0x72))).toString('hex')).toBe(
      '92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00',
    );
  });
});
