import { verify } from 'node:crypto';

/** RFC 8410: what stands before the 32 bytes of a public key in SPKI. */
const SPKI_PREFIX = Buffer.from('302a300506032b6570032100', 'hex');

/** Whether 64 bytes are the Ed25519 signature (RFC 8032) of a key of 32 bytes over `data`; both in hex. */
export function verifyEd25519(publicKey: string, data: Uint8Array, signature: string): boolean {
  const key = Buffer.concat([SPKI_PREFIX, Buffer.from(publicKey.slice(2), 'hex')]);
  return verify(null, data, { key, format: 'der', type: 'spki' }, Buffer.from(signature.slice(2), 'hex'));
}
