import { createECDH, createHash, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';

import { AbiCoder } from 'ethers';

import type { Signer } from './actors.ts';

const ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;
/** User present and verified. */
const FLAGS = 0b101;
const coder = AbiCoder.defaultAbiCoder();

/** A token with a P-256 key behind the ERC-7913 verifier at this address; it signs digests as they are. */
export function p256Signer(verifier: string): Signer {
  const { scalar, account } = newKey(verifier);
  return { account, sign: (digest) => signDigest(scalar, BigInt(digest)) };
}

/** A passkey behind the ERC-7913 verifier at this address. `text` stands in its client data before all else. */
export function passkeySigner(verifier: string, text = ''): Signer {
  const { privateKey, account } = newKey(verifier);
  return {
    account,
    sign: (digest) => {
      const challenge = Buffer.from(digest.slice(2), 'hex').toString('base64url');
      const client = `{"name":"${text}","type":"webauthn.get","challenge":"${challenge}","origin":"https://dxl.test"}`;
      const authenticator = Buffer.concat([Buffer.alloc(32, 0x11), Buffer.of(FLAGS), Buffer.alloc(4)]);
      const clientHash = createHash('sha256').update(client).digest();
      const key = { key: privateKey, dsaEncoding: 'ieee-p1363' } as const;
      const signature = sign('sha256', Buffer.concat([authenticator, clientHash]), key);
      const bytes = Buffer.from(client);
      return coder.encode(
        ['bytes32', 'bytes32', 'uint256', 'uint256', 'bytes', 'string'],
        [
          signature.subarray(0, 32),
          word(lower(BigInt(`0x${signature.subarray(32).toString('hex')}`))),
          bytes.indexOf('"challenge"'),
          bytes.indexOf('"type"'),
          authenticator,
          client,
        ],
      );
    },
  };
}

function newKey(verifier: string): {
  readonly privateKey: KeyObject;
  readonly scalar: bigint;
  readonly account: string;
} {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
  const { d = '', x = '', y = '' } = privateKey.export({ format: 'jwk' });
  const [scalar, ...point] = [d, x, y].map((part) => Buffer.from(part, 'base64url').toString('hex').padStart(64, '0'));
  return { privateKey, scalar: BigInt(`0x${scalar ?? ''}`), account: `${verifier}${point.join('')}` };
}

/** ECDSA without hashing, which no library offers; the point is that of a key pair whose private key is the nonce. */
function signDigest(scalar: bigint, digest: bigint): string {
  const once = createECDH('prime256v1');
  const secret = Buffer.concat([Buffer.alloc(1), randomBytes(31)]);
  once.setPrivateKey(secret);
  const r = BigInt(`0x${once.getPublicKey().subarray(1, 33).toString('hex')}`) % ORDER;
  const inverse = power(BigInt(`0x${secret.toString('hex')}`), ORDER - 2n);
  const s = lower((inverse * (digest + r * scalar)) % ORDER);
  return `${word(r)}${word(s).slice(2)}`;
}

function lower(s: bigint): bigint {
  return s > ORDER / 2n ? ORDER - s : s;
}

function power(base: bigint, exponent: bigint): bigint {
  let [result, square, rest] = [1n, base % ORDER, exponent];
  for (; rest > 0n; rest >>= 1n) {
    if ((rest & 1n) === 1n) result = (result * square) % ORDER;
    square = (square * square) % ORDER;
  }
  return result;
}

function word(value: bigint): string {
  return `0x${value.toString(16).padStart(64, '0')}`;
}
